//! Plays a plan with a policy, and tells what led to a broken promise.
#![allow(
    clippy::disallowed_methods,
    reason = "tells people the speed; nothing depends on it"
)]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Result, ensure};
use hedgerow_sim::bug::{BUGS, Bug, Genuine};
use hedgerow_sim::figures::{Figures, Point, timeline};
use hedgerow_sim::log::{Recorder, Silent, Story};
use hedgerow_sim::policy::{Classic, Dns, Nginx};
use hedgerow_sim::run::{self, Failure, Outcome, Plan, Unit};

use crate::cli::Policy;

/// Seconds of the trace that a point of the picture stands for.
const STRETCH: usize = 5;

/// What came of one policy in one trace.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) policy: Policy,
    pub(crate) figures: Figures,
    pub(crate) timeline: Vec<Point>,
    pub(crate) digest: u64,
    /// Seconds of all threads together.
    pub(crate) busy: f64,
    /// Seconds on the clock.
    pub(crate) took: f64,
}

/// Plays `plan`, or one unit of it.
pub(crate) fn play(
    plan: &Plan,
    policy: Policy,
    bug: Option<Bug>,
    unit: Option<usize>,
) -> Result<std::result::Result<Played, Failure>> {
    let mut units = plan.units();
    if let Some(number) = unit {
        ensure!(
            number < units.len(),
            "there are {} units, from 0 on",
            units.len()
        );
        units = vec![units[number]];
    }
    let busy = AtomicU64::new(0);
    let timed = |unit| {
        let since = Instant::now();
        let outcome = one(plan, policy, bug, unit);
        let nanos = since.elapsed().as_nanos() as u64;
        busy.fetch_add(nanos, Ordering::Relaxed);
        outcome
    };
    let since = Instant::now();
    let sum = run::all(plan, &units, timed);
    let took = since.elapsed().as_secs_f64();
    Ok(sum.map(|sum| Played {
        policy,
        figures: Figures::new(&sum.tally, &plan.scenario.trace(plan.seed)),
        timeline: timeline(&sum.tally, STRETCH),
        digest: sum.digest,
        busy: busy.into_inner() as f64 / 1e9,
        took,
    }))
}

fn one(plan: &Plan, policy: Policy, bug: Option<Bug>, unit: Unit) -> Outcome {
    match policy {
        Policy::Hedgerow => engine::<Silent>(plan, bug, unit).0,
        Policy::NginxTight => run::sequential(plan, unit, Nginx::tight()),
        Policy::Nginx => run::sequential(plan, unit, Nginx::by_default()),
        Policy::Dns => run::sequential(plan, unit, Dns::default()),
        Policy::Classic => run::sequential(plan, unit, Classic),
    }
}

fn engine<R: Recorder + Default>(plan: &Plan, bug: Option<Bug>, unit: Unit) -> (Outcome, R) {
    match bug {
        None => run::hedgerow(plan, unit, Genuine),
        Some(bug) => run::hedgerow(plan, unit, bug),
    }
}

/// How many entries of a request, and of an endpoint, are told.
const TOLD: usize = 20;

/// What led to a failure: the unit is played again, and listened to.
pub(crate) fn story(plan: &Plan, bug: Option<Bug>, failure: &Failure) -> String {
    let (_, story) = engine::<Story>(plan, bug, failure.unit);
    let violation = &failure.violation;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "\nBROKEN PROMISE  {violation}\n  seed {}, trace {}, unit {}, at {:.6} s{}\n",
        plan.seed,
        plan.scenario.name,
        failure.unit.number,
        violation.at as f64 / 1e6,
        violation
            .request
            .map_or_else(String::new, |number| format!(", request #{number}")),
    );
    for entry in story.about(violation.request, violation.endpoint, TOLD) {
        let _ = writeln!(text, "  {entry}");
    }
    let _ = writeln!(
        text,
        "\n  to see it again:\n    {}",
        command(plan, bug, failure.unit)
    );
    text
}

/// The command that plays a unit again.
fn command(plan: &Plan, bug: Option<Bug>, unit: Unit) -> String {
    let planted = BUGS.iter().find(|(known, ..)| Some(*known) == bug);
    let planted = planted.map_or_else(String::new, |(_, name, ..)| format!(" --planted {name}"));
    format!(
        "cargo xtask sim --policy hedgerow --trace {} --requests {} --seed {} --unit {}{planted}",
        plan.scenario.name, plan.requests, plan.seed, unit.number
    )
}
