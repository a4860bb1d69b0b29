//! Carries one race out in virtual time.

use std::fmt::Write as _;

use hedgerow::cdn::HealthTable;
use hedgerow::failover::{Finish, Output, RaceError};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

use crate::agenda::{self, Next};
use crate::case::{Case, Disturbance, EPOCH};
use crate::dice::Dice;
use crate::invariants::{Invariant, Violation};
use crate::race_checker::Checker;
use crate::racer::{Meter, Racer};
use crate::runner::Run;
use crate::world::{Effect, Signal};

/// Everything that came out of a race, for comparison and for people.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) outputs: Vec<Output>,
    /// Kept only when a failure is replayed.
    pub(crate) text: Option<String>,
}

impl Log {
    fn note(&mut self, now: u64, what: std::fmt::Arguments<'_>) {
        if let Some(text) = &mut self.text {
            let _ = writeln!(text, "{:>12} µs  {what}", now - EPOCH);
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Signal(AttemptId, Signal),
    Effect(AttemptId, Effect),
    Disturb(Disturbance),
}

/// What a run was, for the statistics that keep the simulator honest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) committed: bool,
    pub(crate) liveness_checked: bool,
    pub(crate) outputs: usize,
}

struct Driver<'a, R> {
    case: &'a Case,
    race: R,
    checker: Checker<'a>,
    meter: Meter,
    health: HealthTable,
    dice: Dice,
    /// Times of what is to come; drawn from the earliest, so no order is kept.
    events: Vec<(u64, Event)>,
    endpoints: Vec<EndpointId>,
    cancelled: Vec<AttemptId>,
    told: Vec<(u64, Signal)>,
    log: &'a mut Log,
}

/// Outputs that one drain may give; more is a loop without end.
const MOST_OUTPUTS: usize = 200;

fn run<R: Racer>(case: &Case, race: R, log: &mut Log) -> Result<Outcome, Violation> {
    let mut driver = Driver {
        case,
        race,
        checker: Checker::new(case),
        meter: Meter::new(case.tokens),
        health: case.health.clone(),
        dice: Dice::new(!case.seed),
        events: case
            .disturbances
            .iter()
            .map(|(at, d)| (*at, Event::Disturb(*d)))
            .collect(),
        endpoints: Vec::new(),
        cancelled: Vec::new(),
        told: Vec::new(),
        log,
    };
    if case.early.is_some()
        && let Some(first) = case.candidates.first()
    {
        driver.download(case.started(), AttemptId::new(0), first.endpoint);
    }
    driver.go()
}

impl<R: Racer> Driver<'_, R> {
    fn go(mut self) -> Result<Outcome, Violation> {
        let mut now = EPOCH;
        let mut wake = self.drain(now)?;
        loop {
            match agenda::next(&mut self.events, wake, self.case.slop, &mut self.dice) {
                Some(Next::Event(at, event)) => {
                    now = now.max(at);
                    now = self.happen(now, event)?;
                }
                Some(Next::Timer(at)) => now = now.max(at),
                None => break,
            }
            wake = self.drain(now)?;
        }
        // Whoever polls on hears the same again.
        self.drain(now)?;
        Ok(Outcome {
            committed: matches!(self.checker.done, Some(Finish::Committed(_))),
            liveness_checked: self.case.must_succeed(),
            outputs: self.log.outputs.len(),
        })
    }

    /// Polls until the race waits or is done.
    fn drain(&mut self, now: u64) -> Result<Option<u64>, Violation> {
        for _ in 0..MOST_OUTPUTS {
            let output = self.race.poll(Instant::from_micros(now), &mut self.meter);
            self.log.note(now, format_args!("▶ {output:?}"));
            self.log.outputs.push(output);
            self.checker.output(now, &output, &self.meter)?;
            match output {
                Output::Start {
                    attempt, endpoint, ..
                } => self.download(now, attempt, endpoint),
                Output::Cancel { attempt, .. } => self.cancelled.push(attempt),
                Output::Commit { attempt } => {
                    let host = self.case.host(self.endpoints[attempt.index()]);
                    let (delay, effect) = host.execute(&mut self.dice, now);
                    self.events
                        .push((now + delay, Event::Effect(attempt, effect)));
                }
                Output::Observe { endpoint, what } => {
                    let at = Instant::from_micros(now);
                    if self.health.observe(at, endpoint, what) {
                        self.checker.ejected(endpoint);
                        self.race.ejected(at, endpoint);
                    }
                }
                Output::Wait(wake) => return Ok(Some(wake.as_micros())),
                Output::Done(_) => return Ok(None),
                _ => {}
            }
        }
        Invariant::Drains.holds(false, || format!("{MOST_OUTPUTS} outputs and no end"))?;
        Ok(None)
    }

    fn download(&mut self, now: u64, attempt: AttemptId, endpoint: EndpointId) {
        self.endpoints.push(endpoint);
        self.case
            .host(endpoint)
            .respond(&mut self.dice, now, &mut self.told);
        let sees_progress = self.case.sees_progress;
        let told = self.told.iter().filter(|(_, signal)| {
            sees_progress || !matches!(signal, Signal::Head | Signal::Bytes(_))
        });
        self.events
            .extend(told.map(|(after, signal)| (now + after, Event::Signal(attempt, *signal))));
    }

    /// Lets one thing happen; returns the time at which it is over.
    fn happen(&mut self, mut now: u64, event: Event) -> Result<u64, Violation> {
        let stopped =
            |driver: &Self, attempt| driver.cancelled.contains(&attempt) && !driver.case.echoes;
        match event {
            Event::Signal(attempt, _) if stopped(self, attempt) => return Ok(now),
            Event::Disturb(Disturbance::Suspend(span)) => now += span,
            _ => {}
        }
        self.log.note(now, format_args!("◀ {event:?}"));
        let at = Instant::from_micros(now);
        match event {
            Event::Signal(attempt, signal) => {
                self.checker.signalled(now, attempt, signal);
                let result = self.race.signal(at, attempt, signal);
                Invariant::MisuseIsError.holds(result.is_ok(), || {
                    format!("{signal:?} of {attempt:?}: {result:?}")
                })?;
                if self.case.misuse > 0 && self.dice.once_in(self.case.misuse) {
                    self.misuse(now, attempt, signal)?;
                }
            }
            Event::Effect(attempt, effect) => {
                let outstanding = self.checker.committing() == Some(attempt);
                let result = match effect {
                    Effect::Executed => Ok(()),
                    Effect::Refused(reason) | Effect::RanWrong(reason) => Err(reason),
                };
                if effect == Effect::Executed {
                    self.checker.executed()?;
                }
                self.checker.own(now);
                let accepted = self.race.commit(at, attempt, result);
                Invariant::MisuseIsError.holds(accepted.is_ok() == outstanding, || {
                    format!("commit of {attempt:?}, outstanding {outstanding}: {accepted:?}")
                })?;
                if outstanding {
                    self.checker.reported(attempt, result.is_ok());
                }
            }
            Event::Disturb(Disturbance::Suspend(_)) => {}
            Event::Disturb(Disturbance::Eject(endpoint)) => {
                self.checker.own(now);
                self.checker.ejected(endpoint);
                self.race.ejected(at, endpoint);
            }
            Event::Disturb(Disturbance::Cancel(reason)) => {
                self.checker.own(now);
                self.race.cancel(at, reason);
            }
        }
        Ok(now)
    }

    /// Calls that fit nothing: they must be refused, or change nothing.
    fn misuse(&mut self, now: u64, attempt: AttemptId, signal: Signal) -> Result<(), Violation> {
        let at = Instant::from_micros(now);
        let unknown = AttemptId::new((self.checker.attempts() as u64 + self.dice.below(9)) as u16);
        let result = self.race.signal(at, unknown, signal);
        Invariant::MisuseIsError
            .holds(result == Err(RaceError::UnknownAttempt(unknown)), || {
                format!("{signal:?} of {unknown:?}: {result:?}")
            })?;
        let idle = AttemptId::new(self.dice.below(self.checker.attempts() as u64) as u16);
        if self.checker.committing() != Some(idle) {
            // A commit that is due, but not yet asked for, can't be reported.
            self.drain(now)?;
        }
        if self.checker.committing() != Some(idle) {
            let result = self.race.commit(at, idle, Err(Reason::CommitFailed));
            Invariant::MisuseIsError
                .holds(result == Err(RaceError::NotCommitting(idle)), || {
                    format!("commit of {idle:?}: {result:?}")
                })?;
        }
        self.checker.signalled(now, attempt, signal);
        let result = self.race.signal(at, attempt, signal);
        Invariant::MisuseIsError.holds(result.is_ok(), || format!("again: {result:?}"))
    }
}

/// Runs the case of `seed`, and every so often a second time to compare.
pub(crate) fn check<R: Racer>(seed: u64, text: bool, make: impl Fn(&Case) -> R) -> Run<Outcome> {
    let case = Case::draw(seed);
    let text = text.then(|| format!("{case:#?}\n"));
    let mut log = Log {
        text,
        ..Log::default()
    };
    let result = run(&case, make(&case), &mut log).and_then(|outcome| {
        if seed.is_multiple_of(8) {
            let mut again = Log::default();
            let _ = run(&case, make(&case), &mut again);
            Invariant::Deterministic.holds(log.outputs == again.outputs, || {
                let differs = log
                    .outputs
                    .iter()
                    .zip(&again.outputs)
                    .position(|(a, b)| a != b);
                format!("the second run differs at output {differs:?}")
            })?;
        }
        Ok(outcome)
    });
    (result, log.text)
}
