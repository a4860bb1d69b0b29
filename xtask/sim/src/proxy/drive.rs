//! Carries out what a race asks, and tells it what comes of it.

use hedgerow::cdn::Observation;
use hedgerow::failover::{Finish, Output};
use hedgerow::types::{AttemptId, Instant, Reason};

use super::slot::Flight;
use super::{Proxy, Purse};
use crate::bug::{Bug, Planted};
use crate::check::{Checked, Of, Why};
use crate::endpoint::{NEVER, Outcome};
use crate::log::{NOBODY, Note, Recorder};
use crate::stage::{Kind, Stage};
use crate::wheel::Node;

/// A connection that does not open is given up after this time, in µs.
const CONNECT_TIMEOUT: u64 = 2_000_000;

impl<P: Planted, R: Recorder> Proxy<P, R> {
    /// Something of a request has come to its time: the outcome of an attempt,
    /// or a timer of its race.
    #[inline]
    pub(super) fn land(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked {
        let mut told = false;
        while let Some(index) = self.slots[node as usize].landed(now) {
            told = true;
            self.report(stage, now, node, index);
            self.drive(stage, now, node)?;
            if !self.slots[node as usize].busy {
                return Ok(());
            }
        }
        if told { Ok(()) } else { self.drive(stage, now, node) }
    }

    /// Tells the race what an attempt has come to.
    #[inline]
    fn report(&mut self, stage: &Stage<'_>, now: u64, node: Node, index: usize) {
        let slot = &mut self.slots[node as usize];
        let flight = &mut slot.flights[index];
        let (endpoint, at) = (flight.endpoint, Instant::from_micros(now));
        flight.at = NEVER;
        let outcome = stage.endpoints.overtaken(endpoint, flight.outcome);
        let id = AttemptId::new(index as u16);
        let number = slot.claim.request.number;
        let reason = match outcome {
            Outcome::Answer => {
                self.shared.note(now, Note::Answers, number, endpoint as u32, 0);
                let told = slot.race.handle_head(at, id);
                debug_assert!(told.is_ok(), "{told:?}");
                return;
            }
            Outcome::Silence { opened: true } => {
                flight.sent = true;
                return;
            }
            Outcome::Silence { opened: false } => Reason::Timeout,
            Outcome::Error => Reason::HttpStatus,
            Outcome::Refused => Reason::NetworkError,
        };
        flight.live = false;
        flight.sent = outcome.is_sent();
        let sent = flight.sent;
        self.shared.note(now, Note::Fails, number, endpoint as u32, reason.code());
        let told = slot.race.handle_failure(at, id, reason);
        debug_assert!(told.is_ok(), "{told:?}");
        let repeatable = slot.claim.is_repeatable() || self.shared.bug.has(Bug::PostRepeated);
        if sent && !repeatable {
            slot.race.handle_cancel(at, reason);
        }
    }

    /// Does what the race asks until it waits or is over.
    #[inline]
    pub(super) fn drive(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked {
        let at = Instant::from_micros(now);
        loop {
            let slot = &mut self.slots[node as usize];
            let number = slot.claim.request.number;
            let mut purse = Purse {
                budget: &mut self.budget,
                refused: &mut slot.claim.refused,
                bug: self.shared.bug,
            };
            match slot.race.poll(at, &mut purse) {
                Output::Start {
                    attempt,
                    endpoint,
                    why,
                    ..
                } => {
                    let why = match why {
                        Reason::FirstChoice => Why::First,
                        Reason::Hedge => Why::Hedge,
                        _ => Why::Retry,
                    };
                    self.start(stage, now, node, (attempt, endpoint.index(), why))
                        .of_request(number)?;
                }
                Output::Commit { attempt } => {
                    slot.claim.answer(now).of_request(number)?;
                    let denied = self.shared.bug.has(Bug::AnswerDenied);
                    let result = if denied { Err(Reason::NetworkError) } else { Ok(()) };
                    let told = slot.race.handle_commit(at, attempt, result);
                    debug_assert!(told.is_ok(), "{told:?}");
                    let endpoint = slot.flights[attempt.index()].endpoint;
                    self.shared.note(now, Note::Commits, number, endpoint as u32, 0);
                }
                Output::Observe { endpoint, what } => {
                    if matches!(what, Observation::Success { .. }) {
                        self.budget.hedge.earn();
                        self.shared.budgets.success();
                    }
                    self.watch.observe(now, endpoint, what, stage, &mut self.shared)?;
                }
                Output::Cancel { attempt, reason } => {
                    let flight = &mut slot.flights[attempt.index()];
                    // Who knows how far it had come?
                    flight.sent |= flight.live && flight.outcome.is_sent();
                    flight.live = false;
                    flight.at = NEVER;
                    let endpoint = flight.endpoint as u32;
                    self.shared.note(now, Note::Cancels, number, endpoint, reason.code());
                }
                Output::Refused { attempt, reason } => {
                    let endpoint = slot.flights[attempt.index()].endpoint as u32;
                    self.shared.note(now, Note::Refused, number, endpoint, reason.code());
                }
                Output::Wait(until) => {
                    slot.wake = if self.shared.bug.has(Bug::TimerLost) {
                        NEVER
                    } else {
                        until.as_micros().max(now)
                    };
                    let next = slot.next();
                    if next == NEVER {
                        stage.wheel.unset(node);
                    } else {
                        stage.wheel.set(node, next);
                    }
                    return Ok(());
                }
                Output::Done(finish) => return self.end(stage, now, node, finish),
                _ => {}
            }
        }
    }

    #[inline]
    fn start(
        &mut self,
        stage: &mut Stage<'_>,
        now: u64,
        node: Node,
        (attempt, endpoint, why): (AttemptId, usize, Why),
    ) -> Checked {
        let slot = &mut self.slots[node as usize];
        let (request, shared) = (slot.claim.request, &mut self.shared);
        shared.note(now, Note::Starts, request.number, endpoint as u32, why as u16);
        let known = slot.may_be_known();
        slot.claim.start(now, endpoint, why, known).of_endpoint(endpoint)?;
        let belongs = match request.kind {
            Kind::Session { client, .. } => {
                let bound = self.sessions[usize::from(client)];
                bound.is_some_and(|bound| bound.index() == endpoint)
            }
            Kind::Asset | Kind::Post => false,
        };
        let began = slot.claim.began;
        shared.witness.start(now, endpoint, &request, began, belongs)?;
        match why {
            Why::First => {}
            Why::Hedge => shared.budgets.hedge(now)?,
            Why::Retry => shared.budgets.retry(now)?,
        }
        for _ in 0..1 + u32::from(shared.bug.has(Bug::SentTwice)) {
            shared.budgets.reached();
            stage.tally.reach(now, endpoint);
        }
        let bits = stage.chance.next_u64();
        let (took, outcome) = stage.endpoints.request(endpoint, bits);
        let took = match outcome {
            Outcome::Silence { opened: false } => CONNECT_TIMEOUT,
            _ => took,
        };
        debug_assert_eq!(attempt.index(), slot.started);
        slot.flights[slot.started] = Flight {
            endpoint,
            at: now.saturating_add(took),
            outcome,
            live: true,
            sent: outcome == Outcome::Silence { opened: true },
        };
        slot.started += 1;
        Ok(())
    }

    #[inline]
    fn end(&mut self, stage: &mut Stage<'_>, now: u64, node: Node, finish: Finish) -> Checked {
        let slot = &mut self.slots[node as usize];
        let claim = &slot.claim;
        let request = claim.request;
        let endpoints = &stage.endpoints;
        claim.end(now, stage.resumed(), endpoints).of_request(request.number)?;
        if let Finish::Committed(attempt) = finish {
            let endpoint = slot.flights[attempt.index()].endpoint;
            stage.tally.answer(request.arrived, now);
            self.shared.note(now, Note::Ends, request.number, endpoint as u32, 0);
            if let Kind::Session { client, .. } = request.kind {
                let endpoint = slot.race.attempts()[attempt.index()].endpoint();
                self.sessions[usize::from(client)] = Some(endpoint);
            }
        } else {
            let reason = match finish {
                Finish::Failed(reason) => reason.code(),
                _ => 0,
            };
            stage.tally.fail(request.arrived);
            self.shared.note(now, Note::Lost, request.number, NOBODY, reason);
        }
        slot.busy = false;
        stage.wheel.unset(node);
        self.free.push(node);
        Ok(())
    }
}
