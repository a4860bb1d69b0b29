//! Bugs planted in a load.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use hedgerow::load::{Early, Load, LoadInput, LoadOutput, LoadSettings, Memory};
use hedgerow::types::{AttemptId, Duration, EndpointId, Instant, Reason, Timestamp};

use crate::invariants::{Invariant, Violation};
use crate::loader::Loader;
use crate::session::ORIGIN;
use crate::{load_driver, runner};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    OverstaysDeadline,
    Spins,
    CommitsTwice,
    StartsForbidden,
    StartsAgain,
    RefillsBudget,
    DropsCancel,
    DropsEnded,
    WaitsOn,
    Dithers,
    GivesUpEarly,
    CommitsAtOnce,
    IgnoresSurge,
    SavesFailure,
    Forgets,
    Embellishes,
    IndexesUnchecked,
}

pub(crate) const BUGS: [(Bug, Invariant); 17] = [
    (Bug::OverstaysDeadline, Invariant::EndsByDeadline),
    (Bug::Spins, Invariant::Drains),
    (Bug::CommitsTwice, Invariant::OneCommit),
    (Bug::StartsForbidden, Invariant::Eligible),
    (Bug::StartsAgain, Invariant::OncePerEndpoint),
    (Bug::RefillsBudget, Invariant::Budget),
    (Bug::DropsCancel, Invariant::EndsOnce),
    (Bug::DropsEnded, Invariant::EndsOnce),
    (Bug::WaitsOn, Invariant::QuietAfterDone),
    (Bug::Dithers, Invariant::Deterministic),
    (Bug::GivesUpEarly, Invariant::Liveness),
    (Bug::CommitsAtOnce, Invariant::InOrder),
    (Bug::IgnoresSurge, Invariant::SurgeHolds),
    (Bug::SavesFailure, Invariant::MemoryKept),
    (Bug::Forgets, Invariant::MemoryLearns),
    (Bug::Embellishes, Invariant::Truthful),
    (Bug::IndexesUnchecked, Invariant::NoPanic),
];

struct Mutant {
    load: Load,
    bug: Bug,
    deadline: Instant,
    forbidden: Option<EndpointId>,
    /// The asset of each attempt that runs.
    assets: BTreeMap<AttemptId, usize>,
    first: BTreeMap<usize, EndpointId>,
    highest: u16,
    executed: usize,
    committing: Option<AttemptId>,
    over: bool,
    again: VecDeque<LoadOutput>,
}

impl Mutant {
    fn new(
        bug: Bug,
        mut settings: LoadSettings,
        mut memory: Option<Memory>,
        early: Option<Early>,
        now: Instant,
        wall: Timestamp,
    ) -> Mutant {
        let residency = settings.residency;
        let forbidden = settings
            .endpoints
            .iter()
            .find(|endpoint| endpoint.insecure || !residency.permits(endpoint.region));
        let forbidden = forbidden.map(|endpoint| endpoint.id);
        let deadline = Instant::from_micros(ORIGIN) + settings.total_timeout;
        match (bug, &mut memory) {
            (Bug::GivesUpEarly, _) => settings.total_timeout = Duration::from_millis(300),
            (Bug::IgnoresSurge, _) => settings.session_open = true,
            (Bug::RefillsBudget, Some(memory)) => *memory = memory.clone().with_hedge_milli(10_000),
            _ => {}
        }
        let early_assets = early.map_or(0, |_| settings.assets.len());
        let early_id = |asset: usize| (AttemptId::new(asset as u16), asset);
        let first = (0..early_assets).filter_map(|asset| Some((asset, early?.endpoint)));
        Mutant {
            load: Load::new(settings, memory, early, now, wall),
            bug,
            deadline,
            forbidden,
            assets: (0..early_assets).map(early_id).collect(),
            first: first.collect(),
            highest: 0,
            executed: 0,
            committing: None,
            over: false,
            again: VecDeque::new(),
        }
    }
}

impl Loader for Mutant {
    fn poll(&mut self, now: Instant) -> LoadOutput {
        if let Some(output) = self.again.pop_front() {
            return output;
        }
        let mut output = self.load.poll(now);
        match &mut output {
            LoadOutput::Start {
                attempt,
                asset,
                endpoint,
                ..
            } => {
                self.assets.insert(*attempt, asset.index());
                self.highest = self.highest.max(attempt.get());
                let first = *self.first.entry(asset.index()).or_insert(*endpoint);
                match self.bug {
                    Bug::StartsForbidden => *endpoint = self.forbidden.unwrap_or(*endpoint),
                    Bug::StartsAgain => *endpoint = first,
                    _ => {}
                }
            }
            LoadOutput::Ended { attempt, .. } => {
                self.assets.remove(attempt);
                self.committing = self.committing.filter(|known| known != attempt);
            }
            LoadOutput::Commit { attempt } => {
                self.committing = Some(*attempt);
                if self.bug == Bug::CommitsTwice {
                    self.again.push_back(output);
                }
            }
            LoadOutput::Wait(wake)
                if self.bug == Bug::OverstaysDeadline && *wake >= self.deadline =>
            {
                *wake = *wake + Duration::from_secs(60);
            }
            LoadOutput::Wait(wake) if self.bug == Bug::Spins => *wake = now,
            LoadOutput::Idle if self.bug == Bug::WaitsOn => {
                output = LoadOutput::Wait(now + Duration::from_secs(1));
            }
            LoadOutput::Done { .. } if self.bug == Bug::CommitsAtOnce => self.over = true,
            LoadOutput::Done { ok: false, .. } if self.bug == Bug::SavesFailure => {
                self.again.push_back(LoadOutput::Save);
            }
            LoadOutput::Done { reason, .. } if self.bug == Bug::Embellishes => {
                *reason = Reason::Loaded;
            }
            _ => {}
        }
        match (self.bug, output) {
            (Bug::DropsCancel, LoadOutput::Cancel { .. })
            | (Bug::DropsEnded, LoadOutput::Ended { .. }) => self.poll(now),
            _ => output,
        }
    }

    fn handle(&mut self, now: Instant, input: LoadInput) {
        match &input {
            LoadInput::Downloaded(attempt, _) => {
                let asset = self.assets.get(attempt).copied();
                let unknown = self.highest < attempt.get();
                if unknown && self.bug == Bug::IndexesUnchecked {
                    panic!("no attempt {}", attempt.get());
                }
                if self.bug == Bug::CommitsAtOnce
                    && self.committing.is_none()
                    && !self.over
                    && asset.is_some_and(|asset| asset > self.executed)
                {
                    self.again
                        .push_back(LoadOutput::Commit { attempt: *attempt });
                }
            }
            LoadInput::Executed(attempt) if self.committing == Some(*attempt) => {
                self.executed += 1;
                self.committing = None;
            }
            LoadInput::RanNotReady(attempt, _) if self.committing == Some(*attempt) => {
                // With integrity it counts as executed.
                self.over = true;
            }
            _ => {}
        }
        self.load.handle(now, input);
    }

    fn words(&self) -> Vec<u32> {
        static DITHER: AtomicU64 = AtomicU64::new(0);
        let mut words = self.load.words();
        match self.bug {
            // When it was written.
            Bug::Dithers => words[1] ^= DITHER.fetch_add(1, Ordering::Relaxed) as u32 & 1,
            Bug::Forgets => {
                // Until when each endpoint is demoted, and why, behind the
                // order and the fence.
                let count = self.load.memory().endpoints().len();
                let first = 11 + count + 2;
                for endpoint in 0..count {
                    words[first + 7 * endpoint] = 0;
                    words[first + 7 * endpoint + 1] = 0;
                }
            }
            _ => {}
        }
        words
    }
}

/// Which invariants a few thousand sessions with `bug` break.
pub(crate) fn broken(bug: Bug) -> BTreeSet<Invariant> {
    let make =
        |settings, memory, early, now, wall| Mutant::new(bug, settings, memory, early, now, wall);
    let check = |seed, text| load_driver::check(seed, text, &make);
    let violations = (0..1_500).filter_map(|seed| runner::guarded(seed, false, check).0.err());
    violations
        .map(|Violation { invariant, .. }| invariant)
        .collect()
}
