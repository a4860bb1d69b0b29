//! Holds a load to its promises, from what goes in and what comes out.

use std::collections::BTreeMap;

use hedgerow::failover::Ending;
use hedgerow::load::{HedgeMode, LoadOutput, LoadSettings, Tier};
use hedgerow::types::{AssetId, AttemptId, EndpointId, Instant, Reason};

use crate::invariants::{Invariant, Violation};
use crate::memory_model::{Effective, Lesson};
use crate::session::ORIGIN;
use crate::world::{Effect, MS, Signal};

struct Seen {
    asset: usize,
    endpoint: EndpointId,
    heard: bool,
    last: u64,
    over: bool,
    complete: bool,
    cancelled: bool,
    ended: bool,
}

pub(crate) struct LoadChecker<'a> {
    settings: &'a LoadSettings,
    effective: &'a Effective,
    /// The memory was damaged: the effective configuration is not known.
    lenient: bool,
    tokens: u32,
    started: u64,
    /// The longest silence that still counts as progress.
    patience: u64,
    /// By id; not every id is given out.
    attempts: BTreeMap<AttemptId, Seen>,
    pub(crate) committing: Option<AttemptId>,
    offered: u64,
    executed: usize,
    not_ready: bool,
    genuine: Vec<u32>,
    asset_hedges: Vec<u32>,
    pub(crate) suppressed: bool,
    refreshes: u32,
    pub(crate) done: Option<bool>,
    pub(crate) lesson: Lesson,
    /// Offline or leaving, so that nobody is to blame.
    pub(crate) excuses: [bool; 2],
    pub(crate) silence_proves_nothing: bool,
    wake: Option<u64>,
    lateness: u64,
}

impl<'a> LoadChecker<'a> {
    pub(crate) fn new(
        settings: &'a LoadSettings,
        effective: &'a Effective,
        lenient: bool,
        tokens: u32,
        early: Option<(u64, EndpointId)>,
    ) -> LoadChecker<'a> {
        let mut checker = LoadChecker {
            settings,
            effective,
            lenient,
            tokens,
            started: ORIGIN - early.map_or(0, |(age, _)| age),
            patience: patience(settings, effective),
            attempts: BTreeMap::new(),
            committing: None,
            offered: 0,
            executed: 0,
            not_ready: false,
            genuine: vec![0; settings.assets.len()],
            asset_hedges: vec![0; settings.assets.len()],
            suppressed: false,
            refreshes: 0,
            done: None,
            lesson: Lesson::default(),
            excuses: [false; 2],
            silence_proves_nothing: false,
            wake: None,
            lateness: 0,
        };
        if let Some((_, endpoint)) = early {
            for asset in 0..settings.assets.len() {
                let attempt = AttemptId::new(asset as u16);
                checker.add(checker.started, attempt, asset, endpoint);
            }
        }
        checker
    }

    fn add(&mut self, now: u64, attempt: AttemptId, asset: usize, endpoint: EndpointId) -> bool {
        let seen = Seen {
            asset,
            endpoint,
            heard: false,
            last: now,
            over: false,
            complete: false,
            cancelled: false,
            ended: false,
        };
        self.attempts.insert(attempt, seen).is_none()
    }

    /// The asset and the endpoint of an attempt that was started.
    pub(crate) fn attempt(&self, attempt: AttemptId) -> Option<(usize, EndpointId)> {
        self.attempts
            .get(&attempt)
            .map(|seen| (seen.asset, seen.endpoint))
    }

    /// Any call at `now`: lateness beyond the last wait may count as
    /// suspension.
    pub(crate) fn called(&mut self, now: u64) {
        if let Some(wake) = self.wake
            && now > wake
        {
            self.lateness += now - wake;
            self.wake = Some(now);
        }
    }

    // What went in.

    pub(crate) fn signalled(&mut self, now: u64, attempt: AttemptId, signal: Signal) {
        let Some(seen) = self.attempts.get_mut(&attempt) else {
            return;
        };
        seen.over |= matches!(signal, Signal::Failed(_) | Signal::Complete);
        if !seen.ended {
            seen.complete |= signal == Signal::Complete;
            seen.heard = true;
            seen.last = now;
        }
    }

    /// A commit came to something; `true` if the load must take note.
    pub(crate) fn effected(&mut self, attempt: AttemptId, effect: Effect) -> Result<(), Violation> {
        let asset = self.seen(attempt)?.asset;
        let integrity = self.settings.assets[asset].integrity;
        let ran_wrong = matches!(effect, Effect::RanWrong(_)) && integrity;
        let ran = effect == Effect::Executed || ran_wrong;
        self.genuine[asset] += u32::from(ran);
        let genuine = self.genuine[asset];
        Invariant::OneCommit.holds(genuine <= 1, || {
            format!("asset {asset} ran {genuine} times")
        })?;
        if self.committing == Some(attempt) {
            self.committing = None;
            self.seen(attempt)?.over = true;
            self.executed += usize::from(ran);
            self.not_ready |= ran_wrong;
        }
        Ok(())
    }

    // What came out.

    pub(crate) fn output(&mut self, now: u64, output: &LoadOutput) -> Result<(), Violation> {
        if self.done.is_some() {
            return self.after_done(output);
        }
        match *output {
            LoadOutput::Start {
                attempt,
                asset,
                endpoint,
                why,
                ..
            } => self.start(now, attempt, asset, endpoint, why),
            LoadOutput::Cancel { attempt, .. } => {
                let seen = self.seen(attempt)?;
                let first = !seen.cancelled && !seen.ended;
                seen.cancelled = true;
                Invariant::EndsOnce.holds(first, || format!("{attempt:?} cancelled again"))
            }
            LoadOutput::Commit { attempt } => {
                let free = self.committing.is_none();
                self.committing = Some(attempt);
                self.offered = now;
                let executed = self.executed;
                let seen = self.seen(attempt)?;
                let (ready, asset) = (seen.complete && !seen.ended, seen.asset);
                Invariant::OneCommit.holds(free && ready, || format!("commit of {attempt:?}"))?;
                Invariant::InOrder.holds(asset == executed, || {
                    format!("asset {asset} is committed when {executed} have run")
                })
            }
            LoadOutput::Ended {
                attempt,
                ending,
                reason,
            } => self.end(attempt, ending, reason),
            LoadOutput::Suppress { tier, .. } => {
                self.suppressed = true;
                let failed = tier == Tier::Static && self.executed < self.settings.assets.len();
                Invariant::SurgeHolds.holds(failed || self.lenient || self.gated(), || {
                    format!("suppressed at {tier:?}")
                })
            }
            LoadOutput::Wait(wake) => self.wait(now, wake),
            LoadOutput::Done {
                ok,
                reason,
                endpoint,
            } => self.finish(ok, reason, endpoint),
            LoadOutput::Warn { .. } => Ok(()),
            _ => Invariant::QuietAfterDone.holds(false, || format!("{output:?} before the end")),
        }
    }

    fn after_done(&mut self, output: &LoadOutput) -> Result<(), Violation> {
        if *output == LoadOutput::Refresh {
            self.refreshes += 1;
        }
        let quiet = matches!(
            output,
            LoadOutput::Diagnose { .. }
                | LoadOutput::Probe { .. }
                | LoadOutput::Refresh
                | LoadOutput::Save
                | LoadOutput::Warn { .. }
                | LoadOutput::Idle
        );
        Invariant::QuietAfterDone.holds(quiet && self.refreshes <= 1, || format!("{output:?}"))
    }

    fn seen(&mut self, attempt: AttemptId) -> Result<&mut Seen, Violation> {
        let unknown = || Violation::new(Invariant::EndsOnce, format!("{attempt:?} never started"));
        self.attempts.get_mut(&attempt).ok_or_else(unknown)
    }

    fn gated(&self) -> bool {
        match self.effective.surge {
            Tier::Normal => false,
            Tier::Suppress => !self.settings.session_open,
            _ => true,
        }
    }

    fn start(
        &mut self,
        now: u64,
        attempt: AttemptId,
        asset: AssetId,
        endpoint: EndpointId,
        why: Reason,
    ) -> Result<(), Violation> {
        let asset = asset.index();
        let page = &self.settings.endpoints[endpoint.index()];
        let permitted = if self.lenient {
            !page.insecure && self.settings.residency.permits(page.region)
        } else {
            self.effective.permits(endpoint)
        };
        Invariant::Eligible.holds(permitted, || format!("{endpoint:?} may not be used"))?;
        Invariant::SurgeHolds.holds(self.lenient || !self.gated(), || "a start".into())?;
        let same = |seen: &Seen| seen.asset == asset && seen.endpoint == endpoint;
        let dropped = |seen: &Seen| seen.cancelled && !seen.ended;
        let again = self
            .attempts
            .values()
            .any(|seen| same(seen) && !dropped(seen));
        Invariant::OncePerEndpoint.holds(!again, || format!("{endpoint:?} again"))?;
        if why == Reason::Hedge {
            self.lesson.hedges += 1;
            self.asset_hedges[asset] += 1;
            let off = self.effective.hedge == HedgeMode::Off && !self.lenient;
            let within = self.lesson.hedges <= self.tokens && self.asset_hedges[asset] <= 1;
            Invariant::Budget.holds(within && !off, || {
                format!("hedge {} with {} tokens", self.lesson.hedges, self.tokens)
            })?;
        }
        let fresh = self.add(now, attempt, asset, endpoint);
        Invariant::EndsOnce.holds(fresh, || format!("{attempt:?} is in use"))
    }

    fn end(&mut self, attempt: AttemptId, ending: Ending, reason: Reason) -> Result<(), Violation> {
        let excused = self.excuses.contains(&true);
        if self.committing == Some(attempt) {
            self.committing = None;
        }
        let seen = self.seen(attempt)?;
        let again = seen.ended;
        let stopped = seen.over || seen.cancelled;
        let endpoint = seen.endpoint;
        seen.ended = true;
        Invariant::EndsOnce.holds(!again, || format!("{attempt:?} ended again"))?;
        Invariant::EndsOnce.holds(stopped, || format!("{attempt:?} was left running"))?;
        let silence = matches!(
            reason,
            Reason::HedgeLost | Reason::Timeout | Reason::TotalDeadline | Reason::CommitDeadline
        );
        let nobody = matches!(
            reason,
            Reason::Offline | Reason::NavigatedAway | Reason::Cancelled
        );
        let fault = matches!(ending, Ending::Failed | Ending::Lost) && !nobody;
        if fault && silence {
            self.lesson.silent.push(endpoint);
        } else if fault && !excused {
            self.lesson.blamed.push(endpoint);
        }
        Ok(())
    }

    fn wait(&mut self, now: u64, wake: Instant) -> Result<(), Violation> {
        let wake = wake.as_micros();
        self.wake = Some(wake);
        Invariant::Drains.holds(wake > now, || format!("waits for {wake} at {now}"))?;
        let deadline = self.started + self.effective.total_timeout.as_micros();
        let grace = self.effective.attempt_timeout.as_micros();
        let live = self.attempts.values().filter(|seen| !seen.ended);
        let reach = live.map(|seen| match (seen.complete, seen.heard) {
            (true, _) => seen.last.max(self.offered).max(deadline) + grace,
            (false, true) => seen.last + self.patience,
            (false, false) => 0,
        });
        let limit = reach.max().unwrap_or(0).max(deadline) + self.lateness;
        Invariant::EndsByDeadline.holds(self.lenient || wake <= limit, || {
            format!("waits until {wake}, limit {limit}")
        })
    }

    fn finish(
        &mut self,
        ok: bool,
        reason: Reason,
        endpoint: Option<EndpointId>,
    ) -> Result<(), Violation> {
        self.done = Some(ok);
        if !self.silence_proves_nothing {
            self.lesson.blamed.append(&mut self.lesson.silent);
        }
        self.lesson.loaded = (!self.suppressed || !self.attempts.is_empty()).then_some(ok);
        let all = self.executed == self.settings.assets.len();
        let said = match reason {
            Reason::Loaded => ok && !self.not_ready && endpoint.is_some(),
            Reason::LoadedNotReady => ok && self.not_ready && endpoint.is_some(),
            Reason::Offline | Reason::NavigatedAway => !ok && self.excuses.contains(&true),
            Reason::SurgeSuppressed | Reason::StaticFallback => !ok && self.suppressed,
            Reason::Cancelled => false,
            _ => !ok && endpoint.is_none(),
        };
        Invariant::Truthful.holds(ok == all && said, || {
            format!(
                "ok {ok}, {reason}, {endpoint:?}, {} executed",
                self.executed
            )
        })?;
        let open = self
            .attempts
            .iter()
            .find(|(_, seen)| !seen.ended && !seen.cancelled);
        let open = open.map(|(attempt, _)| attempt);
        Invariant::EndsOnce.holds(open.is_none(), || format!("{open:?} never ended"))
    }
}

/// The longest hedge delay that a candidate of this view can have.
fn patience(settings: &LoadSettings, effective: &Effective) -> u64 {
    let link = settings.link;
    let body = 900_000_u64
        .checked_div(link.bytes_per_ms.into())
        .unwrap_or(0)
        * MS;
    let auto = (1_000 * MS).max(4 * u64::from(link.round_trip_us) + body);
    match effective.hedge {
        HedgeMode::After(delay) => delay.as_micros(),
        _ => auto,
    }
}
