//! Runs many proxies' traces on all cores, and adds up what they saw.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::bug::Planted;
use crate::check::{Checked, Violation};
use crate::log::{Log, Recorder, mix};
use crate::policy::{Sequence, Sequential};
use crate::proxy::Proxy;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::trace::Scenario;
use crate::world::PROXIES;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The trace.
    pub scenario: Scenario,
    /// How many requests in all, about.
    pub requests: u64,
    /// What all draws come from.
    pub seed: u64,
    /// On how many threads.
    pub threads: usize,
}

/// One proxy's run of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its number in the plan, from which all its draws come.
    pub number: usize,
    /// How many requests it gets.
    pub requests: u32,
}

/// So many requests a proxy gets in one run of a trace: 250 a second.
const MOST_REQUESTS: u64 = 150_000;

impl Plan {
    /// The runs: whole worlds, each with all its proxies.
    #[must_use]
    pub fn units(&self) -> Vec<Unit> {
        let world = MOST_REQUESTS * PROXIES as u64;
        let count = self.requests.div_ceil(world).max(1) as usize * PROXIES;
        let each = self.requests.div_ceil(count as u64).min(MOST_REQUESTS) as u32;
        let unit = |number| Unit {
            number,
            requests: each,
        };
        (0..count).map(unit).collect()
    }

    fn seed_of(&self, unit: Unit) -> u64 {
        mix(self.seed ^ mix(unit.number as u64 + 1))
    }

    /// Random traces differ from world to world; the proxies of one share it.
    fn trace_seed(&self, unit: Unit) -> u64 {
        mix(self.seed.rotate_left(32) ^ mix((unit.number / PROXIES) as u64 + 1))
    }
}

/// What came of one unit.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether all held.
    pub held: Checked,
    /// A digest of all that happened.
    pub digest: u64,
    /// What was seen.
    pub tally: Tally,
}

/// Plays one unit with Hedgerow, which has this bug.
pub fn hedgerow<R: Recorder + Default>(plan: &Plan, unit: Unit, bug: impl Planted) -> (Outcome, R) {
    let seed = plan.seed_of(unit);
    let trace = plan.scenario.trace(plan.trace_seed(unit));
    let proxy = unit.number % PROXIES;
    let mut stage = Stage::new(&trace, proxy, unit.requests, seed);
    let mut hedgerow = Proxy::new(proxy, mix(seed), bug, Log::<R>::default());
    let held = stage.play(&mut hedgerow);
    let log = hedgerow.into_log();
    let outcome = Outcome {
        held,
        digest: log.digest(),
        tally: stage.tally,
    };
    (outcome, log.recorder)
}

/// Plays one unit with a policy that asks one endpoint after another.
#[must_use]
pub fn sequential(plan: &Plan, unit: Unit, policy: impl Sequential) -> Outcome {
    let seed = plan.seed_of(unit);
    let trace = plan.scenario.trace(plan.trace_seed(unit));
    let proxy = unit.number % PROXIES;
    let mut stage = Stage::new(&trace, proxy, unit.requests, seed);
    let held = stage.play(&mut Sequence::new(policy, proxy, seed));
    Outcome {
        held,
        digest: 0,
        tally: stage.tally,
    }
}

/// What came of a whole plan.
#[derive(Clone, Debug)]
pub struct Sum {
    /// A digest of all that happened, whoever did it when.
    pub digest: u64,
    /// What was seen.
    pub tally: Tally,
}

/// A promise that was broken, and where.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which.
    pub violation: Box<Violation>,
    /// In which run.
    pub unit: Unit,
}

/// Plays `units` of a plan by `play` on its threads. The sum does not depend on
/// how many those are.
///
/// # Errors
///
/// The first failure, in the order of units.
pub fn all(
    plan: &Plan,
    units: &[Unit],
    play: impl Fn(Unit) -> Outcome + Sync,
) -> Result<Sum, Failure> {
    let span = plan.scenario.trace(0).span;
    let (next, broken) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
    let work = || {
        let mut tally = Tally::new(span);
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            // Those before the first that failed are played to the end.
            if at >= units.len() || at > broken.load(Ordering::Relaxed) {
                return (tally, done);
            }
            let outcome = play(units[at]);
            tally.add(&outcome.tally);
            if outcome.held.is_err() {
                broken.fetch_min(at, Ordering::Relaxed);
            }
            done.push((at, outcome.digest, outcome.held));
        }
    };
    let finished = Mutex::new((Tally::new(span), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..plan.threads.max(1) {
            scope.spawn(|| {
                let (tally, done) = work();
                let mut finished = finished.lock().unwrap_or_else(PoisonError::into_inner);
                finished.0.add(&tally);
                finished.1.extend(done);
            });
        }
    });
    let (tally, mut done) = finished
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, ..)| *at);
    let mut digest = 0;
    for (at, one, held) in done {
        if let Err(violation) = held {
            let unit = units[at];
            return Err(Failure { violation, unit });
        }
        digest = mix(digest ^ one);
    }
    Ok(Sum { digest, tally })
}
