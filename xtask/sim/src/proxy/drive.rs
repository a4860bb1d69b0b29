//! Carries out what a race asks, and tells it what comes of it.

use hedgerow::cdn::Observation;
use hedgerow::failover::{Finish, Output};
use hedgerow::types::{AttemptId, Instant, Reason};

use super::slot::{Flight, Slot};
use super::{Proxy, Purse, Sessions, Shared};
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
            let slot = &mut self.slots[node as usize];
            self.shared.report(stage, now, slot, index);
            self.drive(stage, now, node)?;
            if !self.slots[node as usize].busy {
                return Ok(());
            }
        }
        if told {
            Ok(())
        } else {
            self.drive(stage, now, node)
        }
    }

    /// Does what the race asks until it waits or is over.
    #[inline(never)]
    pub(super) fn drive(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked {
        let at = Instant::from_micros(now);
        let Proxy {
            shared,
            watch,
            budget,
            sessions,
            slots,
            free,
            ..
        } = self;
        let slot = &mut slots[node as usize];
        let number = slot.claim.request.number;
        let mut purse = Purse {
            budget,
            refused: false,
            bug: shared.bug,
        };
        loop {
            match slot.race.poll(at, &mut purse) {
                Output::Start {
                    attempt,
                    endpoint,
                    why,
                    after,
                } => {
                    let why = match why {
                        Reason::FirstChoice => Why::First,
                        Reason::Hedge => Why::Hedge,
                        _ => Why::Retry,
                    };
                    let after = after.map(AttemptId::index);
                    let what = (attempt.index(), endpoint.index(), why, after);
                    shared
                        .start(stage, sessions, now, slot, what)
                        .of_request(number)?;
                }
                Output::Commit { attempt } => {
                    slot.claim.answer(now).of_request(number)?;
                    let denied = shared.bug.has(Bug::AnswerDenied);
                    let result = if denied {
                        Err(Reason::NetworkError)
                    } else {
                        Ok(())
                    };
                    let told = slot.race.handle_commit(at, attempt, result);
                    debug_assert!(told.is_ok(), "{told:?}");
                    let endpoint = slot.flights[attempt.index()].endpoint;
                    shared.note(now, Note::Commits, number, endpoint as u32, 0);
                }
                Output::Observe { endpoint, what } => {
                    purse
                        .budget
                        .observe(Instant::from_micros(now), endpoint, what);
                    if matches!(what, Observation::Success { .. }) {
                        shared.budgets.success(now, endpoint.index());
                    }
                    watch.observe(now, endpoint, what, stage, shared)?;
                }
                Output::Cancel { attempt, reason } => {
                    shared.cancel(now, slot, attempt, reason);
                }
                Output::Refused { attempt, reason } => {
                    let endpoint = slot.flights[attempt.index()].endpoint;
                    shared.note(now, Note::Refused, number, endpoint as u32, reason.code());
                }
                Output::Wait(until) => {
                    slot.claim.refused |= purse.refused;
                    let lost = shared.bug.has(Bug::TimerLost);
                    slot.wake = if lost {
                        NEVER
                    } else {
                        until.as_micros().max(now)
                    };
                    match slot.next() {
                        NEVER => stage.wheel.unset(node),
                        next => stage.wheel.set(node, next),
                    }
                    return Ok(());
                }
                Output::Done(finish) => {
                    slot.claim.refused |= purse.refused;
                    slot.busy = false;
                    stage.wheel.unset(node);
                    free.push(node);
                    return shared
                        .end(stage, sessions, now, slot, finish)
                        .of_request(number);
                }
                _ => {}
            }
        }
    }
}

impl<P: Planted, R: Recorder> Shared<P, R> {
    /// Tells the race what an attempt has come to.
    #[inline]
    fn report(&mut self, stage: &Stage<'_>, now: u64, slot: &mut Slot, index: usize) {
        let flight = &mut slot.flights[index];
        let (endpoint, at) = (flight.endpoint, Instant::from_micros(now));
        flight.at = NEVER;
        let outcome = stage.endpoints.overtaken(endpoint, flight.outcome);
        let id = AttemptId::new(index as u16);
        let number = slot.claim.request.number;
        let reason = match outcome {
            Outcome::Answer => {
                self.note(now, Note::Answers, number, endpoint as u32, 0);
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
        self.note(now, Note::Fails, number, endpoint as u32, reason.code());
        let told = slot.race.handle_failure(at, id, reason);
        debug_assert!(told.is_ok(), "{told:?}");
        let repeatable = slot.claim.is_repeatable() || self.bug.has(Bug::PostRepeated);
        if sent && !repeatable {
            slot.race.handle_cancel(at, reason);
        }
    }

    /// An attempt is called off.
    #[cold]
    fn cancel(&mut self, now: u64, slot: &mut Slot, attempt: AttemptId, reason: Reason) {
        let flight = &mut slot.flights[attempt.index()];
        // Who knows how far it had come?
        flight.sent |= flight.live && flight.outcome.is_sent();
        flight.live = false;
        flight.at = NEVER;
        let (number, endpoint) = (slot.claim.request.number, flight.endpoint as u32);
        self.note(now, Note::Cancels, number, endpoint, reason.code());
    }

    #[inline]
    fn start(
        &mut self,
        stage: &mut Stage<'_>,
        sessions: &Sessions,
        now: u64,
        slot: &mut Slot,
        (attempt, endpoint, why, after): (usize, usize, Why, Option<usize>),
    ) -> Checked {
        let request = slot.claim.request;
        self.note(
            now,
            Note::Starts,
            request.number,
            endpoint as u32,
            why as u16,
        );
        let known = slot.may_be_known();
        slot.claim
            .start(now, endpoint, why, known)
            .of_endpoint(endpoint)?;
        let belongs = match request.kind {
            Kind::Session { client, .. } => {
                sessions[usize::from(client)].is_some_and(|own| own.index() == endpoint)
            }
            Kind::Asset | Kind::Post => false,
        };
        let began = slot.claim.began;
        self.witness
            .start(now, endpoint, &request, began, belongs)?;
        match why {
            Why::First => {}
            Why::Hedge => {
                let silent = after.map_or(endpoint, |after| slot.flights[after].endpoint);
                self.budgets.hedge(now, silent)?;
            }
            Why::Retry => self.budgets.retry(now)?,
        }
        for _ in 0..1 + u32::from(self.bug.has(Bug::SentTwice)) {
            self.budgets.reached();
            stage.tally.reach(now, endpoint);
        }
        let bits = stage.chance.next_u64();
        let (took, outcome) = stage.endpoints.request(endpoint, bits);
        let took = match outcome {
            Outcome::Silence { opened: false } => CONNECT_TIMEOUT,
            _ => took,
        };
        debug_assert_eq!(attempt, slot.started);
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
    fn end(
        &mut self,
        stage: &mut Stage<'_>,
        sessions: &mut Sessions,
        now: u64,
        slot: &Slot,
        finish: Finish,
    ) -> Checked {
        let request = slot.claim.request;
        if let Finish::Committed(attempt) = finish {
            stage.tally.answer(&request, now);
            if let Kind::Session { client, .. } = request.kind {
                let endpoint = slot.race.attempts()[attempt.index()].endpoint();
                sessions[usize::from(client)] = Some(endpoint);
            }
        } else {
            let reason = match finish {
                Finish::Failed(reason) => reason.code(),
                _ => 0,
            };
            stage.tally.fail(&request);
            self.note(now, Note::Lost, request.number, NOBODY, reason);
        }
        slot.claim.end(now, stage.resumed(), &stage.endpoints)
    }
}
