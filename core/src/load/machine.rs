//! The state machine of one load.

use super::{
    Early, LoadInput, LoadOutput, LoadSettings, Memory, Plan, Tier, gate, memory::head, words::secs,
};
use crate::failover::{Budget, Candidate, Ending, Finish, HedgeBudget, News, Pause, Race, Step};
use crate::types::{AssetId, AttemptId, EndpointId, Instant, Queue, Reason, Timestamp};

/// A hedge costs a token of the stored bucket; retries are bounded by the
/// number of endpoints, each used once a view.
pub(super) struct ViewBudget(pub(super) HedgeBudget);

impl Budget for ViewBudget {
    fn take_hedge(&mut self, _: Instant) -> bool {
        self.0.take()
    }

    fn take_retry(&mut self, _: Instant) -> bool {
        true
    }
}

/// One widget load; see the [module docs](super).
pub struct Load {
    pub(super) settings: LoadSettings,
    pub(super) plan: Plan,
    pub(super) memory: Memory,
    pub(super) budget: ViewBudget,
    /// One of each asset.
    pub(super) races: Vec<Race>,
    /// Assets executed so far, which is also the one that may execute next.
    executed: usize,
    pub(super) not_ready: bool,
    /// Why the first asset that can't be had can't.
    failed: Option<Reason>,
    pub(super) outputs: Queue<LoadOutput>,
    pub(super) finished: bool,
    offline: bool,
    leaving: bool,
    /// The tab was hidden or the device offline at some time of this load:
    /// timers were throttled, and who was silent can't be told.
    silence_proves_nothing: bool,
    /// When the load was made, on both clocks (the wall's in s).
    pub(super) origin: (Instant, u32),
}

impl core::fmt::Debug for Load {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Load")
            .field("plan", &self.plan)
            .field("executed", &self.executed)
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl Load {
    /// A load that starts at `now`, which on the wall clock is `wall`.
    ///
    /// `memory` is what the last view left; expired memory is ignored. `early`
    /// are downloads already under way; they get the ids 0, 1, … of the assets,
    /// and their endpoint comes first, whatever the order. If it may not be
    /// used they count as none, and their ids are given to others.
    #[must_use]
    pub fn new(
        settings: LoadSettings,
        memory: Option<Memory>,
        early: Option<Early>,
        now: Instant,
        wall: Timestamp,
    ) -> Load {
        let wall = secs(wall);
        // A clock that was set back must not keep a memory alive for years.
        let latest = wall.saturating_add(settings.memory_ttl_secs.saturating_add(60));
        let memory = match memory {
            Some(memory)
                if memory.head[head::EXPIRES] > wall
                    && memory.head[head::EXPIRES] <= latest
                    && memory.fits(&settings) =>
            {
                memory
            }
            _ => Memory::new(&settings),
        };
        let plan = Plan::new(&settings, &memory);
        let budget = HedgeBudget::from_milli(memory.hedge_milli());
        let mut load = Load {
            offline: settings.offline,
            silence_proves_nothing: settings.hidden || settings.offline,
            settings,
            plan,
            memory,
            budget: ViewBudget(budget),
            races: Vec::new(),
            executed: 0,
            not_ready: false,
            failed: None,
            outputs: Queue::new(),
            finished: false,
            leaving: false,
            origin: (now, wall),
        };
        load.begin(now, early);
        load
    }

    // Getters.

    /// The plan of this view.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the next view should know. Store it when [`LoadOutput::Save`] asks
    /// for it.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// [`Load::memory`] as words, for storage.
    #[must_use]
    pub fn memory_words(&self) -> Vec<u32> {
        self.memory.to_words()
    }

    // Handlers.

    /// Takes in what happened. What fits nothing (an unknown attempt, an event
    /// that comes late) is ignored.
    ///
    /// Each input also has a handler of its own, for faces that have no use
    /// for the enum.
    pub fn handle(&mut self, now: Instant, input: LoadInput) {
        match input {
            LoadInput::Head(attempt) => self.handle_head(now, attempt),
            LoadInput::Progress(attempt, bytes) => self.handle_progress(now, attempt, bytes),
            LoadInput::Downloaded(attempt, bytes) => self.handle_downloaded(now, attempt, bytes),
            LoadInput::Failed(attempt, reason) => self.handle_failed(now, attempt, reason),
            LoadInput::Executed(attempt) => self.handle_commit(now, attempt, None, true),
            LoadInput::CommitFailed(attempt, reason) => {
                self.handle_commit(now, attempt, Some(reason), false);
            }
            LoadInput::RanNotReady(attempt, reason) => {
                self.handle_commit(now, attempt, Some(reason), true);
            }
            LoadInput::Offline(offline) => self.handle_offline(offline),
            LoadInput::Leaving(leaving) => self.handle_leaving(leaving),
            LoadInput::Hidden(hidden) => self.handle_hidden(hidden),
            LoadInput::Probed(endpoint, verdict) => self.handle_probed(now, endpoint, verdict),
            LoadInput::Refreshed(refresh) => self.handle_refreshed(now, Some(&refresh)),
            LoadInput::RefreshFailed => self.handle_refreshed(now, None),
        }
    }

    /// See [`LoadInput::Head`].
    pub fn handle_head(&mut self, now: Instant, attempt: AttemptId) {
        if let Some((race, _, id)) = self.find(attempt) {
            let _ = race.handle_head(now, id);
        }
    }

    /// See [`LoadInput::Progress`].
    pub fn handle_progress(&mut self, now: Instant, attempt: AttemptId, bytes: u64) {
        if let Some((race, _, id)) = self.find(attempt) {
            let _ = race.handle_progress(now, id, bytes);
        }
    }

    /// See [`LoadInput::Downloaded`].
    pub fn handle_downloaded(&mut self, now: Instant, attempt: AttemptId, bytes: u32) {
        if let Some((race, asset, id)) = self.find(attempt) {
            let known = race.handle_complete(now, id).is_ok();
            if known && bytes > 0 {
                self.memory.asset_bytes_mut()[asset] = bytes;
            }
        }
    }

    /// See [`LoadInput::Failed`].
    pub fn handle_failed(&mut self, now: Instant, attempt: AttemptId, reason: Reason) {
        let reason = self.excuse().unwrap_or(reason);
        if let Some((race, _, id)) = self.find(attempt) {
            let _ = race.handle_failure(now, id, reason);
        }
    }

    /// The commit of `attempt` came out: what is wrong with it, if anything,
    /// and whether it was executed. See [`LoadInput::Executed`],
    /// [`LoadInput::CommitFailed`] and [`LoadInput::RanNotReady`].
    pub fn handle_commit(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        fault: Option<Reason>,
        ran: bool,
    ) {
        let executed = self.executed;
        let excuse = self.excuse().filter(|_| !ran);
        let verified = self
            .settings
            .assets
            .get(executed)
            .is_some_and(|asset| asset.integrity);
        // If the bytes were right, another endpoint has no better ones, and
        // running them again would be a second execution.
        let ready = fault.is_none() || (ran && verified);
        let result = match excuse.or(fault) {
            Some(reason) if !ready => Err(reason),
            _ => Ok(()),
        };
        // A commit that was never passed on cannot have been carried out.
        if let Some((race, asset, id)) = self.find(attempt)
            && asset == executed
            && race.handle_commit(now, id, result).is_ok()
            && ready
        {
            self.not_ready |= fault.is_some();
            self.executed += 1;
            if let Some(id) = self.races.get(self.executed).and_then(Race::offered) {
                let attempt = self.global(self.executed, id);
                self.outputs.push(LoadOutput::Commit { attempt });
            }
        }
    }

    /// See [`LoadInput::Offline`].
    pub const fn handle_offline(&mut self, offline: bool) {
        self.offline = offline;
        self.doubt(offline);
    }

    /// See [`LoadInput::Leaving`].
    pub const fn handle_leaving(&mut self, leaving: bool) {
        self.leaving = leaving;
        self.doubt(leaving);
    }

    /// See [`LoadInput::Hidden`].
    pub const fn handle_hidden(&mut self, hidden: bool) {
        self.doubt(hidden);
    }

    /// What has ended has been judged.
    const fn doubt(&mut self, silence: bool) {
        self.silence_proves_nothing |= silence && !self.finished;
    }

    // Poll.

    /// What to do next. Call until [`LoadOutput::Wait`] or [`LoadOutput::Idle`].
    pub fn poll(&mut self, now: Instant) -> LoadOutput {
        loop {
            if let Some(output) = self.outputs.pop() {
                return output;
            }
            if self.finished {
                return LoadOutput::Idle;
            }
            let mut wake = Instant::MAX;
            let mut running = false;
            for index in 0..self.races.len() {
                match self.races[index].step(now, &mut self.budget) {
                    Step::Pause(Pause::Wait(until)) => {
                        wake = wake.min(until);
                        running = true;
                    }
                    Step::Pause(Pause::Done(Finish::Committed(_))) => {}
                    // The race that failed says why, not one cancelled for it.
                    Step::Pause(Pause::Done(Finish::Failed(reason))) => {
                        self.failed = self.failed.or(Some(reason));
                    }
                    Step::News(news, id) => {
                        if let Some(output) = self.carry(now, index, news, id) {
                            return output;
                        }
                        running = true;
                        wake = now;
                    }
                }
            }
            if running && self.failed.is_none() && wake <= now {
                continue;
            }
            match self.failed {
                // One asset that can't be had ends the load of all.
                Some(_) if running => {
                    for race in &mut self.races {
                        race.handle_cancel(now, Reason::Cancelled);
                    }
                }
                None if running => return LoadOutput::Wait(wake),
                failed => self.conclude(now, failed),
            }
        }
    }

    // Internals.

    fn begin(&mut self, now: Instant, early: Option<Early>) {
        let refused = gate(self.plan.surge, self.settings.session_open);
        if let Some(reason) = refused {
            if early.is_some() {
                for index in 0..self.settings.assets.len() {
                    let attempt = attempt_id(index);
                    self.outputs.push(LoadOutput::Cancel { attempt, reason });
                }
            }
            self.suppress(self.plan.surge, reason);
            self.finish(now, false, reason, None);
            return;
        }
        let early = early.filter(|early| {
            let place = self.plan.order.iter().position(|id| *id == early.endpoint);
            if let Some(at) = place {
                self.plan.order[..=at].rotate_right(1);
            }
            place.is_some()
        });
        let assets = self.settings.assets.len();
        let started = early.map_or(now, |early| early.started);
        for asset in 0..assets {
            let last_first = self.plan.order.iter().rev();
            let candidates = last_first.map(|id| self.candidate(*id, asset)).collect();
            let mut race = Race::over(self.plan.race_settings(), candidates, started);
            if early.is_some() {
                race.adopt_first();
            }
            self.races.push(race);
        }
    }

    fn candidate(&self, id: EndpointId, asset: usize) -> Candidate {
        let latency = self.memory.latency(id);
        let bytes = Some(self.memory.asset_bytes()[asset]).filter(|bytes| *bytes > 0);
        self.plan.candidate(&self.settings, id, latency, bytes)
    }

    /// The race of `attempt`, its asset, and the attempt's id in that race.
    fn find(&mut self, attempt: AttemptId) -> Option<(&mut Race, usize, AttemptId)> {
        let index = attempt.index();
        let asset = index.checked_rem(self.races.len())?;
        let id = attempt_id(index / self.races.len());
        Some((&mut self.races[asset], asset, id))
    }

    /// The load's id of attempt `id` of the race of `asset`.
    fn global(&self, asset: usize, id: AttemptId) -> AttemptId {
        attempt_id(id.index() * self.races.len() + asset)
    }

    /// Why nothing that fails now is an endpoint's fault.
    pub(super) const fn excuse(&self) -> Option<Reason> {
        if self.leaving {
            Some(Reason::NavigatedAway)
        } else if self.offline {
            Some(Reason::Offline)
        } else {
            None
        }
    }

    pub(super) fn warn(&mut self, reason: Reason, endpoint: Option<EndpointId>) {
        self.outputs.push(LoadOutput::Warn { reason, endpoint });
    }

    pub(super) fn suppress(&mut self, tier: Tier, reason: Reason) {
        self.outputs.push(LoadOutput::Suppress { tier, reason });
    }

    /// What the news of attempt `id` of the race of `asset` means for the load.
    fn carry(
        &mut self,
        now: Instant,
        asset: usize,
        news: News,
        id: AttemptId,
    ) -> Option<LoadOutput> {
        let attempt = self.global(asset, id);
        let known = &self.races[asset].attempts()[id.index()];
        let (endpoint, reason) = (known.endpoint(), known.outcome());
        Some(match news {
            News::Start => LoadOutput::Start {
                attempt,
                asset: AssetId::new(attempt_id(asset).get()),
                endpoint,
                why: known.why(),
                after: known.after().map(|id| self.global(asset, id)),
            },
            News::Cancel => LoadOutput::Cancel { attempt, reason },
            News::Ended => {
                let ending = known.ended()?.1;
                if self.blames(ending, reason) {
                    for (index, other) in self.races.iter_mut().enumerate() {
                        if index != asset {
                            other.handle_ejected(now, endpoint);
                        }
                    }
                }
                LoadOutput::Ended {
                    attempt,
                    ending,
                    reason,
                }
            }
            // Those after it wait until it is their turn.
            News::Commit if asset == self.executed => LoadOutput::Commit { attempt },
            News::Refused => LoadOutput::Warn {
                reason: Reason::HedgeBudgetEmpty,
                endpoint: Some(endpoint),
            },
            // What was seen is read off the attempts when the load has ended.
            News::Commit | News::Observed | News::Late => return None,
        })
    }

    /// Whether an attempt's end is held against its endpoint.
    pub(super) fn blames(&self, ending: Ending, reason: Reason) -> bool {
        let silence = matches!(
            reason,
            Reason::HedgeLost | Reason::Timeout | Reason::TotalDeadline | Reason::CommitDeadline
        );
        let excused = matches!(
            reason,
            Reason::Offline | Reason::NavigatedAway | Reason::Cancelled
        );
        matches!(ending, Ending::Failed | Ending::Lost)
            && !excused
            && !(silence && self.silence_proves_nothing)
    }
}

const fn attempt_id(index: usize) -> AttemptId {
    AttemptId::new(index as u16)
}
