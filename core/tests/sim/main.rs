//! A simulator with virtual time: races and loads under random faults, each
//! from a seed, with every promise checked from outside.
//!
//! `HEDGEROW_SIM_RUNS` sets how many; `HEDGEROW_SIM_SEED` replays one and
//! tells its story.

mod agenda;
mod case;
mod dice;
mod invariants;
mod liveness;
mod load_checker;
mod load_driver;
mod load_mutants;
mod loader;
mod memory_model;
mod mutants;
#[path = "../support/remote.rs"]
mod remote;

mod race_checker;
mod race_driver;
mod race_mutants;
mod racer;
mod runner;
mod session;
mod world;

#[derive(Default)]
struct Sum {
    committed: u64,
    liveness_checked: u64,
    outputs: u64,
}

#[test]
fn races() {
    let sum = runner::campaign(
        "races",
        200_000,
        |seed, text| race_driver::check(seed, text, racer::genuine),
        |sum: &mut Sum, outcome| {
            sum.committed += u64::from(outcome.committed);
            sum.liveness_checked += u64::from(outcome.liveness_checked);
            sum.outputs += outcome.outputs as u64;
        },
        |sum, other| {
            sum.committed += other.committed;
            sum.liveness_checked += other.liveness_checked;
            sum.outputs += other.outputs;
        },
    );
    if let Some(sum) = sum {
        assert!(sum.committed > 0 && sum.liveness_checked > 0 && sum.outputs > sum.committed);
    }
}

#[test]
fn loads() {
    let totals = runner::campaign(
        "loads",
        60_000,
        |seed, text| load_driver::check(seed, text, &load_driver::genuine),
        |sum: &mut load_driver::Totals, totals| sum.add(totals),
        load_driver::Totals::add,
    );
    if let Some(totals) = totals {
        let counts = [
            totals.loaded,
            totals.views - totals.loaded,
            totals.suppressed,
            totals.must_load,
            totals.remembered,
            totals.refreshed,
        ];
        assert!(counts.iter().all(|count| *count > 0), "{totals:?}");
    }
}
