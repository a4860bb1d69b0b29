//! Bugs planted in a race.

use hedgerow::types::Duration;
use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use hedgerow::cdn::{Observation, exclusion};
use hedgerow::failover::{Output, Race, RaceError};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

use crate::case::Case;
use crate::invariants::{Invariant, Violation};
use crate::racer::{Meter, Racer, genuine, over};
use crate::world::Signal;
use crate::{race_driver, runner};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    OverstaysDeadline,
    Spins,
    CommitsTwice,
    StartsExcluded,
    StartsAgain,
    IgnoresBudget,
    DropsCancel,
    DropsEnded,
    TalksOn,
    Dithers,
    GivesUpEarly,
    ForgivesSilence,
    AcceptsUnknown,
    IndexesUnchecked,
}

pub(crate) const BUGS: [(Bug, Invariant); 14] = [
    (Bug::OverstaysDeadline, Invariant::EndsByDeadline),
    (Bug::Spins, Invariant::Drains),
    (Bug::CommitsTwice, Invariant::OneCommit),
    (Bug::StartsExcluded, Invariant::Eligible),
    (Bug::StartsAgain, Invariant::OncePerEndpoint),
    (Bug::IgnoresBudget, Invariant::Budget),
    (Bug::DropsCancel, Invariant::EndsOnce),
    (Bug::DropsEnded, Invariant::EndsOnce),
    (Bug::TalksOn, Invariant::QuietAfterDone),
    (Bug::Dithers, Invariant::Deterministic),
    (Bug::GivesUpEarly, Invariant::Liveness),
    (Bug::ForgivesSilence, Invariant::SilenceCounts),
    (Bug::AcceptsUnknown, Invariant::MisuseIsError),
    (Bug::IndexesUnchecked, Invariant::NoPanic),
];

struct Mutant {
    race: Race,
    bug: Bug,
    deadline: Instant,
    excluded: Option<EndpointId>,
    first: Option<EndpointId>,
    started: u16,
    done: bool,
    again: VecDeque<Output>,
}

impl Mutant {
    fn new(case: &Case, bug: Bug) -> Mutant {
        let excluded = |endpoint: &&_| exclusion(endpoint, &case.residency).is_some();
        let early = case.candidates.first().filter(|_| case.early.is_some());
        Mutant {
            race: match bug {
                Bug::GivesUpEarly => over(case, &case.candidates[..case.candidates.len().min(1)]),
                _ => genuine(case),
            },
            bug,
            deadline: Instant::from_micros(case.started()) + case.settings.total_timeout,
            excluded: case
                .endpoints
                .iter()
                .find(excluded)
                .map(|endpoint| endpoint.id),
            first: early.map(|candidate| candidate.endpoint),
            started: u16::from(early.is_some()),
            done: false,
            again: VecDeque::new(),
        }
    }
}

impl Racer for Mutant {
    fn poll(&mut self, now: Instant, budget: &mut Meter) -> Output {
        static DITHER: AtomicU64 = AtomicU64::new(0);
        if let Some(output) = self.again.pop_front() {
            return output;
        }
        let output = match self.bug {
            Bug::IgnoresBudget => self.race.poll(now, &mut Meter::new([99, 99])),
            _ => self.race.poll(now, budget),
        };
        match (self.bug, output) {
            (Bug::OverstaysDeadline, Output::Wait(wake)) if wake >= self.deadline => {
                Output::Wait(wake + Duration::from_secs(60))
            }
            (Bug::Spins, Output::Wait(_)) => Output::Wait(now),
            (Bug::CommitsTwice, Output::Commit { .. }) => {
                self.again.push_back(output);
                output
            }
            (
                _,
                Output::Start {
                    attempt,
                    endpoint,
                    why,
                    after,
                },
            ) => {
                let first = *self.first.get_or_insert(endpoint);
                self.started += 1;
                let endpoint = match self.bug {
                    Bug::StartsExcluded => self.excluded.unwrap_or(endpoint),
                    Bug::StartsAgain => first,
                    _ => endpoint,
                };
                Output::Start {
                    attempt,
                    endpoint,
                    why,
                    after,
                }
            }
            (Bug::DropsCancel, Output::Cancel { .. }) => self.poll(now, budget),
            (Bug::DropsEnded, Output::Ended { .. }) => self.poll(now, budget),
            (Bug::TalksOn, Output::Done(_)) if self.done => {
                Output::Wait(now + Duration::from_secs(1))
            }
            (Bug::TalksOn, Output::Done(_)) => {
                self.done = true;
                output
            }
            (
                Bug::Dithers,
                Output::Observe {
                    endpoint,
                    what: Observation::Success { latency },
                },
            ) => {
                let more = DITHER.fetch_add(1, Ordering::Relaxed) % 3;
                let latency = latency + Duration::from_micros(more);
                Output::Observe {
                    endpoint,
                    what: Observation::Success { latency },
                }
            }
            (
                Bug::ForgivesSilence,
                Output::Observe {
                    what:
                        Observation::Failure {
                            reason: Reason::HedgeLost,
                        },
                    ..
                },
            ) => self.poll(now, budget),
            _ => output,
        }
    }

    fn signal(&mut self, now: Instant, at: AttemptId, what: Signal) -> Result<(), RaceError> {
        let unknown = at.get() >= self.started;
        match self.bug {
            Bug::AcceptsUnknown if unknown => Ok(()),
            Bug::IndexesUnchecked if unknown => panic!("no attempt {}", at.get()),
            _ => self.race.signal(now, at, what),
        }
    }

    fn commit(
        &mut self,
        now: Instant,
        at: AttemptId,
        result: Result<(), Reason>,
    ) -> Result<(), RaceError> {
        self.race.commit(now, at, result)
    }

    fn ejected(&mut self, now: Instant, endpoint: EndpointId) {
        self.race.ejected(now, endpoint);
    }

    fn cancel(&mut self, now: Instant, reason: Reason) {
        self.race.cancel(now, reason);
    }
}

/// Which invariants a few thousand runs with `bug` break.
pub(crate) fn broken(bug: Bug) -> BTreeSet<Invariant> {
    let check = |seed, text| race_driver::check(seed, text, |case| Mutant::new(case, bug));
    let violations = (0..4_000).filter_map(|seed| runner::guarded(seed, false, check).0.err());
    violations
        .map(|Violation { invariant, .. }| invariant)
        .collect()
}
