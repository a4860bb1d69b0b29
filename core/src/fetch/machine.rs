//! The fetch itself.

use super::{Answer, Condition, Facts, FetchError, Flight, Head, Output, Role};
use crate::cache::{Action, Decision, Failure};
use crate::failover::{Budget, Candidate, Finish, Output as Raced, Race, RaceSettings};
use crate::types::{AttemptId, Duration, EndpointId, Instant, Queue, Reason};

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Lookup,
    Joining,
    Following,
    Selecting,
    Racing,
    /// The stored response is asked whether it may stand in for this.
    Failing(Failure, Answer),
    Done(Answer),
}

/// One request of a proxy; see the [module docs](super).
#[derive(Clone, Debug)]
pub struct Fetch {
    facts: Facts,
    state: State,
    condition: Condition,
    /// What the lookup found that may still have to stand in.
    stale: bool,
    /// The leader's answer has been looked up: no more waiting.
    followed: bool,
    /// How often leaders vanished.
    abandoned: u8,
    race: Option<Race>,
    /// How many candidates have not asked for rest.
    rested: usize,
    /// The newest response that says the endpoint can't serve now. If nothing
    /// better comes it is the answer.
    outage: Option<(AttemptId, u16)>,
    /// What the attempt whose head won has said.
    winner: Option<(AttemptId, Head)>,
    outputs: Queue<Output>,
}

impl Fetch {
    /// So often a vanished leader is replaced by waiting for another one.
    const MOST_ABANDONED: u8 = 3;

    /// A fetch that begins with the store.
    #[must_use]
    pub const fn new(facts: Facts) -> Fetch {
        let state = if facts.cached {
            State::Lookup
        } else {
            State::Selecting
        };
        Fetch {
            facts,
            state,
            condition: Condition::None,
            stale: false,
            followed: false,
            abandoned: 0,
            race: None,
            rested: 0,
            outage: None,
            winner: None,
            outputs: Queue::new(),
        }
    }

    /// A fetch in the background: it revalidates what is stored, unless
    /// another request is about to.
    #[must_use]
    pub const fn refresh(facts: Facts) -> Fetch {
        let mut fetch = Fetch::new(facts);
        fetch.state = State::Joining;
        fetch.condition = Condition::Validate;
        fetch.stale = true;
        fetch
    }

    // Getters.

    /// The race over the endpoints, for the record; `None` before there is one.
    #[must_use]
    pub const fn race(&self) -> Option<&Race> {
        self.race.as_ref()
    }

    /// What is put on requests.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        self.condition
    }

    /// Whether the answer of another request was waited for.
    #[must_use]
    pub const fn has_followed(&self) -> bool {
        self.followed
    }

    // Handlers.

    /// What the store has, judged by [`select`](crate::cache::select) or
    /// [`decide_miss`](crate::cache::decide_miss).
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] if [`Output::Lookup`] is not open.
    pub fn handle_lookup(&mut self, _now: Instant, found: Decision) -> Result<(), FetchError> {
        if self.state != State::Lookup {
            return Err(FetchError::NotAsked("a lookup"));
        }
        let stored = |refresh| {
            State::Done(Answer::Stored {
                decision: found,
                refresh,
            })
        };
        (self.condition, self.stale) = (Condition::None, false);
        self.state = match found.action {
            Action::Serve => stored(false),
            Action::ServeAndRevalidate => stored(true),
            // RFC 9111 §5.2.1.7.
            Action::GatewayTimeout => State::Done(Answer::Failed {
                status: 504,
                reason: found.reason,
            }),
            Action::Revalidate => {
                (self.condition, self.stale) = (Condition::Validate, true);
                self.after_lookup()
            }
            Action::Complete(range) => {
                (self.condition, self.stale) = (Condition::Complete(range), true);
                self.after_lookup()
            }
            _ => self.after_lookup(),
        };
        Ok(())
    }

    /// What this request is among those that are after the same thing.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] if [`Output::Join`] is not open.
    pub fn handle_joined(&mut self, _now: Instant, role: Role) -> Result<(), FetchError> {
        if self.state != State::Joining {
            return Err(FetchError::NotAsked("a role"));
        }
        self.state = match role {
            Role::Follower => State::Following,
            Role::Leader | Role::Alone => State::Selecting,
        };
        Ok(())
    }

    /// What became of the leader.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] if [`Output::Follow`] is not open.
    pub fn handle_flight(&mut self, _now: Instant, outcome: Flight) -> Result<(), FetchError> {
        if self.state != State::Following {
            return Err(FetchError::NotAsked("a leader's outcome"));
        }
        self.state = match outcome {
            Flight::Stored => {
                self.followed = true;
                State::Lookup
            }
            Flight::NotShared | Flight::TooLate => State::Selecting,
            Flight::Failed(reason) => self.failing(failed(reason)),
            Flight::Abandoned => {
                self.abandoned += 1;
                if self.abandoned < Fetch::MOST_ABANDONED {
                    State::Joining
                } else {
                    State::Selecting
                }
            }
        };
        Ok(())
    }

    /// The endpoints in the order in which they may be asked. The last
    /// `resting` of them asked for rest.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] if [`Output::Select`] is not open.
    pub fn handle_candidates(
        &mut self,
        now: Instant,
        settings: RaceSettings,
        candidates: &[Candidate],
        resting: usize,
    ) -> Result<(), FetchError> {
        if self.state != State::Selecting {
            return Err(FetchError::NotAsked("a choice of endpoints"));
        }
        self.rested = candidates.len().saturating_sub(resting);
        let hedging = self.facts.is_repeatable() && self.facts.hedging;
        let race = if hedging && resting == 0 {
            Race::new(settings, candidates, now)
        } else {
            let careful = |(index, candidate): (usize, &Candidate)| {
                // A hedge goes to the next in line: not if that one rests.
                if hedging && index + 1 < self.rested {
                    *candidate
                } else {
                    self.careful(*candidate)
                }
            };
            let candidates: Vec<Candidate> = candidates.iter().enumerate().map(careful).collect();
            Race::new(settings, &candidates, now)
        };
        self.race = Some(race);
        self.state = State::Racing;
        Ok(())
    }

    /// A final response head arrived.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] before any attempt was started;
    /// [`FetchError::Race`] for an unknown attempt.
    pub fn handle_head(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        head: Head,
    ) -> Result<(), FetchError> {
        let race = self.race.as_mut().ok_or(FetchError::NotAsked("a head"))?;
        let state = race.attempts().get(attempt.index());
        if let (Some(state), Some(span)) = (state, head.retry_after)
            && (head.is_outage() || head.is_too_many())
        {
            let endpoint = state.endpoint();
            self.outputs.push(Output::Rest { endpoint, span });
        }
        let live = state.is_some_and(crate::failover::Attempt::is_live);
        // Another endpoint may do better, but one that asked for rest itself
        // is not sent what was too much for this one.
        let give_way = if self.facts.owned {
            head.is_gone()
        } else {
            head.is_outage() || head.is_too_many() && self.rested > race.attempts().len()
        };
        if give_way && self.facts.is_repeatable() {
            if live {
                self.outage = Some((attempt, head.status));
            }
            race.handle_failure(now, attempt, Reason::HttpStatus)?;
            return Ok(());
        }
        if live && self.winner.is_none() {
            self.winner = Some((attempt, head));
        }
        race.handle_head(now, attempt)?;
        Ok(())
    }

    /// An attempt failed. `sent` says whether any byte of the request may have
    /// reached the endpoint.
    ///
    /// # Errors
    ///
    /// As [`Fetch::handle_head`].
    pub fn handle_failure(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        reason: Reason,
        sent: bool,
    ) -> Result<(), FetchError> {
        let race = self
            .race
            .as_mut()
            .ok_or(FetchError::NotAsked("a failure"))?;
        race.handle_failure(now, attempt, reason)?;
        if sent && !self.facts.is_repeatable() {
            race.handle_cancel(now, reason);
        }
        Ok(())
    }

    /// `endpoint` was ejected meanwhile.
    pub fn handle_ejected(&mut self, now: Instant, endpoint: EndpointId) {
        // What is not repeatable stays with the endpoint that has it.
        if let Some(race) = self.race.as_mut()
            && self.facts.is_repeatable()
        {
            race.handle_ejected(now, endpoint);
        }
    }

    /// What the stored response says to upstream's failure; `None` if there is
    /// none any more.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] if [`Output::FallBack`] is not open.
    pub fn handle_fallback(
        &mut self,
        _now: Instant,
        found: Option<Decision>,
    ) -> Result<(), FetchError> {
        let State::Failing(_, answer) = self.state else {
            return Err(FetchError::NotAsked("a fallback"));
        };
        self.state = State::Done(match found {
            Some(decision) if decision.action == Action::Serve => Answer::Stored {
                decision,
                refresh: false,
            },
            // RFC 9111 §5.2.2.2: 504 where what is stored may not stand in.
            Some(_) => match answer {
                Answer::Failed { reason, .. } => Answer::Failed {
                    status: 504,
                    reason,
                },
                answer => answer,
            },
            None => answer,
        });
        Ok(())
    }

    /// The 304 or 206 of [`Answer::Validated`] or [`Answer::Completed`] does
    /// not fit what is stored: the request goes out again, without condition.
    ///
    /// # Errors
    ///
    /// [`FetchError::NotAsked`] after any other answer.
    pub fn handle_not_freshened(&mut self, _now: Instant) -> Result<(), FetchError> {
        match self.state {
            State::Done(Answer::Validated { .. } | Answer::Completed { .. }) => {
                self.state = self.without_condition();
                Ok(())
            }
            _ => Err(FetchError::NotAsked("a verdict on freshening")),
        }
    }

    /// The request is called off, for no fault of any endpoint.
    pub fn handle_cancel(&mut self, now: Instant, reason: Reason) {
        match (self.state, self.race.as_mut()) {
            (State::Done(_), _) => {}
            (State::Racing, Some(race)) => {
                self.stale = false;
                self.outage = None;
                race.handle_cancel(now, reason);
            }
            _ => self.state = State::Done(failed(reason)),
        }
    }

    // Poll.

    /// What to do next; see the [drain contract](super#drain-contract).
    pub fn poll(&mut self, now: Instant, budget: &mut impl Budget) -> Output {
        loop {
            if let Some(output) = self.outputs.pop() {
                return output;
            }
            match (self.state, self.race.as_mut()) {
                (State::Lookup, _) => return Output::Lookup,
                (State::Joining, _) => return Output::Join,
                (State::Following, _) => return Output::Follow,
                (State::Selecting, _) | (State::Racing, None) => return Output::Select,
                (State::Failing(failure, _), _) => return Output::FallBack(failure),
                (State::Done(answer), _) => return Output::Answer(answer),
                (State::Racing, Some(race)) => {
                    let raced = race.poll(now, budget);
                    if let Some(output) = self.raced(now, raced) {
                        return output;
                    }
                }
            }
        }
    }

    // Internals.

    fn without_condition(&mut self) -> State {
        (self.condition, self.stale) = (Condition::None, false);
        (self.winner, self.outage) = (None, None);
        State::Selecting
    }

    fn after_lookup(&self) -> State {
        if self.facts.collapsing && !self.followed {
            State::Joining
        } else {
            State::Selecting
        }
    }

    /// A candidate of a request that must not be sent twice: silence starts no
    /// other. Only a request that is not hedged, but could be repeated, keeps
    /// its deadline.
    fn careful(&self, candidate: Candidate) -> Candidate {
        let candidate = candidate.with_hedge_delay(None);
        if self.facts.is_repeatable() {
            candidate
        } else {
            candidate.with_attempt_timeout(Duration::MAX)
        }
    }

    /// Passes on what the race says; `None` where it is for the fetch alone.
    fn raced(&mut self, now: Instant, raced: Raced) -> Option<Output> {
        Some(match raced {
            Raced::Start {
                attempt,
                endpoint,
                why,
                after,
            } => Output::Start {
                attempt,
                endpoint,
                why,
                after,
                condition: self.condition,
            },
            Raced::Cancel { attempt, reason } => Output::Cancel { attempt, reason },
            Raced::Ended {
                attempt,
                ending,
                reason,
            } => Output::Ended {
                attempt,
                ending,
                reason,
            },
            Raced::Observe { endpoint, what } => Output::Observe { endpoint, what },
            Raced::Refused { attempt, reason } => Output::Refused { attempt, reason },
            Raced::Wait(until) => Output::Wait(until),
            Raced::Commit { attempt } => {
                // A proxy's head needs no proof beyond itself.
                if let Some(race) = self.race.as_mut() {
                    let committed = race.handle_commit(now, attempt, Ok(()));
                    debug_assert!(committed.is_ok(), "the race asked for it");
                }
                return None;
            }
            Raced::Done(Finish::Committed(attempt)) => {
                self.state = self.after_head(attempt);
                return None;
            }
            Raced::Done(Finish::Failed(reason)) => {
                self.state = match self.outage {
                    Some((attempt, status)) => {
                        self.falling_back(Failure::Status(status), Answer::Relay { attempt })
                    }
                    None => self.failing(failed(reason)),
                };
                return None;
            }
        })
    }

    fn after_head(&mut self, attempt: AttemptId) -> State {
        let relay = Answer::Relay { attempt };
        let status = match self.winner {
            Some((winner, head)) if winner == attempt => head.status,
            _ => return State::Done(relay),
        };
        match (status, self.condition) {
            (304, Condition::Validate) => State::Done(Answer::Validated { attempt }),
            (206, Condition::Complete(_)) => State::Done(Answer::Completed { attempt }),
            // An answer to the fetch's own `Range` and `If-Range`, for which
            // the client has not asked: what is stored is not what the
            // endpoint has.
            (304 | 412 | 416, Condition::Complete(_)) => self.without_condition(),
            (500..=599, _) => self.falling_back(Failure::Status(status), relay),
            _ => State::Done(relay),
        }
    }

    fn failing(&self, answer: Answer) -> State {
        self.falling_back(Failure::Unreachable, answer)
    }

    fn falling_back(&self, failure: Failure, otherwise: Answer) -> State {
        if self.stale {
            State::Failing(failure, otherwise)
        } else {
            State::Done(otherwise)
        }
    }
}

/// The proxy's own status for a request that got no response.
const fn failed(reason: Reason) -> Answer {
    let status = match reason {
        Reason::NoEligibleEndpoint => 503,
        Reason::Timeout | Reason::TotalDeadline => 504,
        _ => 502,
    };
    Answer::Failed { status, reason }
}
