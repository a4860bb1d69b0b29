//! Holds a race to its promises.
//!
//! The checker sees only what goes in and what comes out; it keeps its own
//! books and believes nothing that the race says of itself.

use hedgerow::cdn::{Observation, exclusion};
use hedgerow::failover::{Candidate, Ending, Finish, Output, Phase};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

use crate::case::Case;
use crate::invariants::{Invariant, Violation};
use crate::racer::Meter;
use crate::world::Signal;

struct Seen {
    endpoint: EndpointId,
    /// Silence, in µs, after which it no longer counts as making progress.
    patience: u64,
    /// Another was started because of its silence.
    relieved: bool,
    heard: bool,
    /// Its last signal, on the race's own clock.
    last: u64,
    /// The world has told its end.
    over: bool,
    /// It has delivered what wins.
    delivered: bool,
    cancelled: bool,
    ended: Option<Ending>,
}

pub(crate) struct Checker<'a> {
    case: &'a Case,
    attempts: Vec<Seen>,
    committing: Option<AttemptId>,
    /// When that commit was asked for.
    offered: u64,
    committed: Option<AttemptId>,
    executions: u32,
    /// The candidates that may still be started, in their order.
    waiting: Vec<Candidate>,
    hedges: u32,
    retries: u32,
    refusals: u32,
    punished: Vec<EndpointId>,
    pub(crate) done: Option<Finish>,
    started: u64,
    wake: Option<u64>,
    suspended: u64,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(case: &'a Case) -> Checker<'a> {
        let mut checker = Checker {
            case,
            attempts: Vec::with_capacity(case.candidates.len()),
            committing: None,
            offered: 0,
            committed: None,
            executions: 0,
            waiting: case.candidates.clone(),
            hedges: 0,
            retries: 0,
            refusals: 0,
            punished: Vec::new(),
            done: None,
            started: case.started(),
            wake: None,
            suspended: 0,
        };
        if case.early.is_some()
            && let Some(first) = case.candidates.first()
        {
            checker.waiting.remove(0);
            checker.add(first, checker.started);
        }
        checker
    }

    fn add(&mut self, candidate: &Candidate, own: u64) {
        let patience = candidate
            .hedge_delay
            .unwrap_or(Candidate::DEFAULT_HEDGE_DELAY);
        self.attempts.push(Seen {
            endpoint: candidate.endpoint,
            patience: patience.as_micros(),
            relieved: false,
            heard: false,
            last: own,
            over: false,
            delivered: false,
            cancelled: false,
            ended: None,
        });
    }

    pub(crate) fn attempts(&self) -> usize {
        self.attempts.len()
    }

    /// The commit that is outstanding.
    pub(crate) fn committing(&self) -> Option<AttemptId> {
        self.committing
    }

    /// The race's own clock, which leaves suspension out.
    pub(crate) fn own(&mut self, now: u64) -> u64 {
        if let (Some(slack), Some(wake)) = (self.case.settings.suspend_slack, self.wake)
            && now > wake + slack.as_micros()
        {
            self.suspended += now - wake;
            self.wake = Some(now);
        }
        now - self.suspended
    }

    // What went in.

    pub(crate) fn signalled(&mut self, now: u64, attempt: AttemptId, signal: Signal) {
        let own = self.own(now);
        let head_wins = self.case.settings.winning_phase == Phase::Head;
        let seen = &mut self.attempts[attempt.index()];
        seen.delivered |= signal == Signal::Complete || (head_wins && signal == Signal::Head);
        seen.over |= matches!(signal, Signal::Failed(_) | Signal::Complete);
        if seen.ended.is_none() {
            seen.heard = true;
            seen.last = own;
        }
    }

    pub(crate) fn ejected(&mut self, endpoint: EndpointId) {
        let ejected = |candidate: &Candidate| candidate.endpoint == endpoint;
        if let Some(at) = self.waiting.iter().position(ejected) {
            self.waiting[at..].rotate_left(1);
        }
    }

    pub(crate) fn executed(&mut self) -> Result<(), Violation> {
        self.executions += 1;
        let executions = self.executions;
        Invariant::OneCommit.holds(executions == 1, || {
            format!("{executions} genuine executions")
        })
    }

    pub(crate) fn reported(&mut self, attempt: AttemptId, ok: bool) {
        self.committing = None;
        // Whoever carried the commit out knows that it failed.
        self.attempts[attempt.index()].over |= !ok;
        if ok {
            self.committed = Some(attempt);
        }
    }

    // What came out.

    pub(crate) fn output(
        &mut self,
        now: u64,
        output: &Output,
        meter: &Meter,
    ) -> Result<(), Violation> {
        let own = self.own(now);
        if self.done.is_some() {
            let late = matches!(
                output,
                Output::Observe {
                    what: Observation::Late { .. },
                    ..
                }
            );
            return Invariant::QuietAfterDone.holds(
                late || matches!(output, Output::Done(f) if Some(*f) == self.done),
                || format!("{output:?}"),
            );
        }
        match *output {
            Output::Start {
                attempt,
                endpoint,
                why,
                after,
            } => self.start(own, attempt, endpoint, why, after, meter),
            Output::Cancel { attempt, .. } => {
                let seen = self.seen(attempt)?;
                let first = !seen.cancelled && seen.ended.is_none();
                seen.cancelled = true;
                Invariant::EndsOnce.holds(first, || format!("{attempt:?} cancelled again"))
            }
            Output::Commit { attempt } => {
                let free = self.committing.is_none() && self.committed.is_none();
                self.committing = Some(attempt);
                self.offered = own;
                let live = self.seen(attempt)?.ended.is_none();
                Invariant::OneCommit.holds(free && live, || format!("commit of {attempt:?}"))
            }
            Output::Ended {
                attempt, ending, ..
            } => self.end(own, attempt, ending),
            Output::Observe { endpoint, what } => {
                if matches!(what, Observation::Failure { .. }) {
                    self.punished.push(endpoint);
                }
                Ok(())
            }
            Output::Refused { attempt, .. } => {
                self.refusals += 1;
                self.seen(attempt)?.relieved = true;
                Invariant::Budget.holds(self.refusals <= meter.hedges_refused, || {
                    "a refusal that the budget never spoke".into()
                })
            }
            Output::Wait(wake) => self.wait(now, own, wake),
            Output::Done(finish) => self.finish(own, finish, meter),
            _ => Ok(()),
        }
    }

    fn seen(&mut self, attempt: AttemptId) -> Result<&mut Seen, Violation> {
        self.attempts
            .get_mut(attempt.index())
            .ok_or_else(|| Violation {
                invariant: Invariant::EndsOnce,
                detail: format!("{attempt:?} was never started"),
            })
    }

    fn start(
        &mut self,
        own: u64,
        attempt: AttemptId,
        endpoint: EndpointId,
        why: Reason,
        after: Option<AttemptId>,
        meter: &Meter,
    ) -> Result<(), Violation> {
        let config = &self.case.endpoints[endpoint.index()];
        let excluded = exclusion(config, &self.case.residency);
        Invariant::Eligible.holds(excluded.is_none(), || {
            format!("{endpoint:?} is {}", excluded.unwrap())
        })?;
        let next = self.waiting.first().copied();
        let next = next.filter(|candidate| candidate.endpoint == endpoint);
        let out_of_turn = || Violation::new(Invariant::OncePerEndpoint, format!("{endpoint:?}"));
        let candidate = next.ok_or_else(out_of_turn)?;
        self.waiting.remove(0);
        match why {
            Reason::FirstChoice => {}
            Reason::Hedge => self.hedges += 1,
            _ => self.retries += 1,
        }
        let within = self.hedges
            <= meter
                .hedges_granted
                .min(self.case.settings.max_hedges.into())
            && self.retries <= meter.retries_granted;
        Invariant::Budget.holds(within, || format!("{why} beyond the budget"))?;
        if let Some(after) = after {
            self.seen(after)?.relieved = true;
        }
        Invariant::EndsOnce.holds(attempt.index() == self.attempts.len(), || {
            format!("{attempt:?} is not the next id")
        })?;
        self.add(&candidate, own);
        Ok(())
    }

    fn end(&mut self, own: u64, attempt: AttemptId, ending: Ending) -> Result<(), Violation> {
        let committed = self.committed;
        if self.committing == Some(attempt) {
            // The race gave this commit up; it may still execute.
            self.committing = None;
            let grace = self.case.settings.commit_timeout.as_micros();
            let patient = ending != Ending::Failed || own >= self.offered + grace;
            Invariant::Liveness.holds(patient, || format!("commit of {attempt:?} not awaited"))?;
        }
        let seen = self.seen(attempt)?;
        let again = seen.ended.is_some();
        let stopped = seen.over || seen.cancelled || ending == Ending::Won;
        seen.ended = Some(ending);
        Invariant::EndsOnce.holds(!again, || format!("{attempt:?} ended again"))?;
        Invariant::EndsOnce.holds(stopped, || format!("{attempt:?} was left running"))?;
        Invariant::OneCommit.holds(ending != Ending::Won || committed == Some(attempt), || {
            format!("{attempt:?} won without a commit")
        })
    }

    fn wait(&mut self, now: u64, own: u64, wake: Instant) -> Result<(), Violation> {
        let wake = wake.as_micros();
        self.wake = Some(wake);
        Invariant::Drains.holds(wake > now, || format!("waits for {wake} at {now}"))?;
        let settings = &self.case.settings;
        let deadline = self.started + settings.total_timeout.as_micros();
        let limit = if own < deadline {
            deadline
        } else if self.committing.is_some() {
            deadline.max(self.offered) + settings.commit_timeout.as_micros()
        } else {
            let progressing = self
                .attempts
                .iter()
                .filter(|seen| seen.ended.is_none() && seen.heard);
            progressing
                .map(|seen| seen.last + seen.patience)
                .max()
                .unwrap_or(0)
        };
        Invariant::EndsByDeadline.holds(wake <= limit + self.suspended, || {
            format!("waits until {wake}, limit {}", limit + self.suspended)
        })
    }

    fn finish(&mut self, own: u64, finish: Finish, meter: &Meter) -> Result<(), Violation> {
        self.done = Some(finish);
        let committed = match finish {
            Finish::Committed(attempt) => Some(attempt),
            _ => None,
        };
        Invariant::OneCommit.holds(committed == self.committed, || {
            format!("{finish:?}, but {:?} was committed", self.committed)
        })?;
        let open = self.attempts.iter().position(|seen| seen.ended.is_none());
        Invariant::EndsOnce.holds(open.is_none(), || format!("attempt {open:?} never ended"))?;
        let exact = (self.hedges, self.retries) == (meter.hedges_granted, meter.retries_granted);
        Invariant::Budget.holds(exact, || format!("{meter:?} for {} hedges", self.hedges))?;
        if committed.is_some() {
            for seen in &self.attempts {
                let silent = seen.relieved && own >= seen.last + seen.patience;
                let stopped = matches!(seen.ended, Some(Ending::Cancelled | Ending::Lost));
                let counted = !(silent && stopped && !seen.delivered)
                    || self.punished.contains(&seen.endpoint);
                Invariant::SilenceCounts.holds(counted, || {
                    format!("{:?} got away with silence", seen.endpoint)
                })?;
            }
        }
        Invariant::Liveness.holds(committed.is_some() || !self.case.must_succeed(), || {
            format!("{finish:?}, although an endpoint was fine")
        })
    }
}
