//! The engine keeps every promise in every trace, and a seed tells all.

use hedgerow_sim::bug::Genuine;
use hedgerow_sim::log::Silent;
use hedgerow_sim::run::{self, Plan, Sum};
use hedgerow_sim::tally::Bin;
use hedgerow_sim::trace::Scenario;

fn sum(trace: &str, seed: u64, threads: usize) -> Sum {
    let plan = Plan {
        scenario: Scenario::named(trace).expect("a trace"),
        requests: 120_000,
        seed,
        threads,
    };
    let play = |unit| run::hedgerow::<Silent>(&plan, unit, Genuine).0;
    match run::all(&plan, &plan.units(), play) {
        Ok(sum) => sum,
        Err(failure) => panic!("{trace}, seed {seed}: {:?}", failure.violation),
    }
}

fn good(sum: &Sum) -> u64 {
    sum.tally.bins.iter().map(Bin::good).sum()
}

fn failed(sum: &Sum) -> u64 {
    sum.tally.bins.iter().map(|bin| u64::from(bin.failed)).sum()
}

#[test]
fn every_trace_keeps_every_promise_and_every_request_ends() {
    for scenario in Scenario::ALL {
        let sum = sum(scenario.name, 11, 2);
        assert_eq!(good(&sum) + failed(&sum), 120_000, "{}", scenario.name);
    }
}

#[test]
fn random_traces_keep_them_too() {
    for seed in 0..6 {
        sum("mix", seed, 2);
    }
}

#[test]
fn nothing_fails_where_nothing_is_wrong() {
    for trace in ["healthy", "slow-tail", "maintenance"] {
        assert_eq!(failed(&sum(trace, 5, 2)), 0, "{trace}");
    }
}

#[test]
fn a_seed_is_a_run_whatever_the_threads() {
    let digest = |seed, threads| sum("mix", seed, threads).digest;
    let one = digest(7, 1);
    assert_eq!(one, digest(7, 1));
    assert_eq!(one, digest(7, 3));
    assert_ne!(one, digest(8, 1));
}
