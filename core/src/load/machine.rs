//! The state machine of one load.

use crate::types::Duration;

use super::{Early, LoadInput, LoadOutput, LoadSettings, Memory, Plan, Tier, gate};
use crate::cdn::{EndpointHealth, HealthSettings, HealthTable, Observation};
use crate::failover::{Budget, Candidate, Finish, HedgeBudget, Output, Race};
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
    pub(super) health: HealthTable,
    pub(super) budget: ViewBudget,
    pub(super) races: Vec<Race>,
    /// Which race and which of its attempts an [`AttemptId`] of the load is;
    /// `None` for an early download that was dropped.
    attempts: Vec<Option<(usize, AttemptId)>>,
    /// Commits that wait for the assets before them.
    held: Vec<Option<AttemptId>>,
    executed: usize,
    pub(super) not_ready: bool,
    /// What the races saw, until it is known whether it counts.
    pub(super) observed: Vec<(EndpointId, Observation)>,
    /// Whose failure of this view has been, or is being, diagnosed.
    pub(super) diagnosed: Vec<EndpointId>,
    pub(super) outputs: Queue<LoadOutput>,
    pub(super) finished: bool,
    offline: bool,
    leaving: bool,
    /// The tab was hidden at some time of this load.
    was_hidden: bool,
    /// When the load was made, on both clocks.
    pub(super) origin: (Instant, Timestamp),
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
    /// are downloads already under way; they get the ids 0, 1, … of the assets.
    #[must_use]
    pub fn new(
        settings: LoadSettings,
        memory: Option<Memory>,
        early: Option<Early>,
        now: Instant,
        wall: Timestamp,
    ) -> Load {
        let memory = memory.filter(|memory| memory.expires > wall);
        let plan = Plan::new(&settings, memory.as_ref());
        let ttl = Duration::from_secs(u64::from(settings.memory_ttl_secs));
        let mut health = HealthTable::new(
            settings.endpoints.len(),
            HealthSettings::browser(ttl),
            settings.seed,
        );
        let budget = memory.as_ref().map_or(HedgeBudget::new(), |memory| {
            HedgeBudget::from_milli(memory.hedge_milli)
        });
        let memory = memory.unwrap_or_default();
        for (endpoint, memory) in plan.endpoints.iter().zip(&memory.endpoints) {
            let demoted = memory.demoted.map(|(until, reason)| {
                (
                    Duration::from_secs(until.as_secs().saturating_sub(wall.as_secs())),
                    reason,
                )
            });
            health.restore(now, endpoint.id, memory.latency, demoted);
        }
        let mut load = Load {
            offline: settings.offline,
            was_hidden: settings.hidden,
            settings,
            plan,
            memory,
            health,
            budget: ViewBudget(budget),
            races: Vec::new(),
            attempts: Vec::new(),
            held: Vec::new(),
            executed: 0,
            not_ready: false,
            observed: Vec::new(),
            diagnosed: Vec::new(),
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
        self.memory.to_words(&self.plan)
    }

    // Handlers.

    /// Takes in what happened. What fits nothing (an unknown attempt, an event
    /// that comes late) is ignored.
    pub fn handle(&mut self, now: Instant, input: LoadInput) {
        match input {
            LoadInput::Head(attempt) => {
                self.race(attempt, |race, id| race.handle_head(now, id));
            }
            LoadInput::Progress(attempt, bytes) => {
                self.race(attempt, |race, id| race.handle_progress(now, id, bytes));
            }
            LoadInput::Downloaded(attempt, bytes) => {
                let race = self.race(attempt, |race, id| race.handle_complete(now, id));
                if let Some(race) = race
                    && bytes > 0
                {
                    self.memory.asset_bytes.resize(self.races.len(), 0);
                    self.memory.asset_bytes[race] = bytes;
                }
            }
            LoadInput::Failed(attempt, reason) => {
                let reason = self.excuse().unwrap_or(reason);
                self.race(attempt, |race, id| race.handle_failure(now, id, reason));
            }
            LoadInput::Executed(attempt) => self.commit(now, attempt, Ok(())),
            LoadInput::CommitFailed(attempt, reason) => {
                let reason = self.excuse().unwrap_or(reason);
                self.commit(now, attempt, Err(reason));
            }
            LoadInput::RanNotReady(attempt, reason) => {
                let verified = self.attempts.get(attempt.index()).copied().flatten();
                let verified =
                    verified.is_some_and(|(race, _)| self.settings.assets[race].integrity);
                // The bytes were right: another endpoint has no better ones,
                // and running them again would be a second execution.
                let result = if verified { Ok(()) } else { Err(reason) };
                self.not_ready |= verified;
                self.commit(now, attempt, result);
            }
            LoadInput::Offline(offline) => self.offline = offline,
            LoadInput::Leaving(leaving) => self.leaving = leaving,
            LoadInput::Hidden(hidden) => self.was_hidden |= hidden,
            LoadInput::Probed(endpoint, verdict) => self.probed(now, endpoint, verdict),
            LoadInput::Refreshed(refresh) => self.refreshed(now, &refresh),
            LoadInput::RefreshFailed => self.warn(Reason::RefreshUnreachable, None),
        }
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
            let mut failed = None;
            for index in 0..self.races.len() {
                match self.races[index].poll(now, &mut self.budget) {
                    Output::Wait(until) => {
                        wake = wake.min(until);
                        running = true;
                    }
                    Output::Done(Finish::Committed(_)) => {}
                    Output::Done(Finish::Failed(reason)) => failed = failed.or(Some(reason)),
                    output => {
                        running = true;
                        wake = now;
                        self.carry(now, index, output);
                    }
                }
                if !self.outputs.is_empty() {
                    break;
                }
            }
            if !self.outputs.is_empty() || (running && failed.is_none() && wake <= now) {
                continue;
            }
            match failed {
                // One asset that can't be had ends the load of all.
                Some(_) if running => {
                    for race in &mut self.races {
                        race.handle_cancel(now, Reason::Cancelled);
                    }
                }
                Some(reason) => self.finish_failed(now, reason),
                None if running => return LoadOutput::Wait(wake),
                None => self.finish_loaded(now),
            }
        }
    }

    // Internals.

    fn begin(&mut self, now: Instant, early: Option<Early>) {
        let refused = gate(self.plan.surge, self.settings.session_open);
        let fits = refused.is_none()
            && early.is_none_or(|early| self.plan.order.first() == Some(&early.endpoint));
        if !fits && early.is_some() {
            for index in 0..self.settings.assets.len() {
                self.attempts.push(None);
                let reason = Reason::PlanMismatch;
                self.outputs.push(LoadOutput::Cancel {
                    attempt: attempt_id(index),
                    reason,
                });
            }
            self.warn(Reason::PlanMismatch, early.map(|early| early.endpoint));
        }
        if let Some(reason) = refused {
            self.suppress(self.plan.surge, reason);
            self.finish(now, false, reason, None);
            return;
        }
        for index in 0..self.settings.assets.len() {
            let candidates: Vec<Candidate> = self
                .plan
                .order
                .iter()
                .map(|id| self.candidate(*id, index))
                .collect();
            let settings = self.plan.race_settings();
            self.races.push(match early {
                Some(early) if fits => {
                    self.attempts.push(Some((index, AttemptId::new(0))));
                    Race::adopt(settings, &candidates, early.started)
                }
                _ => Race::new(settings, &candidates, now),
            });
            self.held.push(None);
        }
    }

    fn candidate(&self, id: EndpointId, asset: usize) -> Candidate {
        let latency = self
            .health
            .get(id)
            .map(EndpointHealth::latency)
            .unwrap_or_default();
        let bytes = self
            .memory
            .asset_bytes
            .get(asset)
            .copied()
            .filter(|bytes| *bytes > 0);
        self.plan.candidate(&self.settings, id, latency, bytes)
    }

    /// Calls the race of `attempt`; gives its index if the call was accepted.
    fn race<E>(
        &mut self,
        attempt: AttemptId,
        call: impl FnOnce(&mut Race, AttemptId) -> Result<(), E>,
    ) -> Option<usize> {
        let (race, id) = self.attempts.get(attempt.index()).copied().flatten()?;
        call(&mut self.races[race], id).ok().map(|()| race)
    }

    fn commit(&mut self, now: Instant, attempt: AttemptId, result: Result<(), Reason>) {
        let ran = result.is_ok();
        // A commit that was never passed on cannot have been carried out.
        let in_order = matches!(self.attempts.get(attempt.index()), Some(Some((race, _))) if *race == self.executed);
        if in_order
            && self
                .race(attempt, |race, id| race.handle_commit(now, id, result))
                .is_some()
            && ran
        {
            self.executed += 1;
            if let Some(attempt) = self.held.get_mut(self.executed).and_then(Option::take) {
                self.outputs.push(LoadOutput::Commit { attempt });
            }
        }
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

    /// The load's id of attempt `id` of race `race`.
    fn global(&self, race: usize, id: AttemptId) -> AttemptId {
        let index = self
            .attempts
            .iter()
            .position(|known| *known == Some((race, id)));
        attempt_id(index.unwrap_or(self.attempts.len()))
    }

    /// Carries a race's output over to the load's.
    fn carry(&mut self, now: Instant, race: usize, output: Output) {
        let output = match output {
            Output::Start {
                attempt,
                endpoint,
                why,
                after,
            } => {
                let start = LoadOutput::Start {
                    attempt: attempt_id(self.attempts.len()),
                    asset: AssetId::new(attempt_id(race).get()),
                    endpoint,
                    why,
                    after: after.map(|id| self.global(race, id)),
                };
                self.attempts.push(Some((race, attempt)));
                start
            }
            Output::Cancel { attempt, reason } => LoadOutput::Cancel {
                attempt: self.global(race, attempt),
                reason,
            },
            Output::Ended {
                attempt,
                ending,
                reason,
            } => LoadOutput::Ended {
                attempt: self.global(race, attempt),
                ending,
                reason,
            },
            Output::Commit { attempt } => {
                let attempt = self.global(race, attempt);
                if race != self.executed {
                    self.held[race] = Some(attempt);
                    return;
                }
                LoadOutput::Commit { attempt }
            }
            Output::Refused { attempt, reason } => {
                let attempt = &self.races[race].attempts()[attempt.index()];
                LoadOutput::Warn {
                    reason,
                    endpoint: Some(attempt.endpoint()),
                }
            }
            Output::Observe { endpoint, what } => return self.observe(now, race, endpoint, what),
            Output::Wait(_) | Output::Done(_) => return,
        };
        self.outputs.push(output);
    }

    fn observe(&mut self, now: Instant, race: usize, endpoint: EndpointId, what: Observation) {
        if let Observation::Failure { reason } = what {
            let silence = matches!(
                reason,
                Reason::HedgeLost | Reason::Timeout | Reason::TotalDeadline
            );
            // A hidden tab's timers are throttled: its silence proves nothing.
            if self.excuse().is_some() || (silence && self.was_hidden) {
                return;
            }
            for (index, other) in self.races.iter_mut().enumerate() {
                if index != race {
                    other.handle_ejected(now, endpoint);
                }
            }
        }
        self.observed.push((endpoint, what));
    }
}

pub(super) fn attempt_id(index: usize) -> AttemptId {
    AttemptId::new(u16::try_from(index).unwrap_or(u16::MAX))
}
