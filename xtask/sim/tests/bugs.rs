//! Planted bugs: each breaks its own promise and no other.

use std::collections::BTreeSet;

use hedgerow_sim::bug::{BUGS, Bug};
use hedgerow_sim::check::Invariant;
use hedgerow_sim::log::Silent;
use hedgerow_sim::run::{self, Plan};
use hedgerow_sim::trace::Scenario;

/// Which promises the bug breaks at the proxies of one world.
fn broken(bug: Bug, trace: &str) -> BTreeSet<Invariant> {
    let plan = Plan {
        scenario: Scenario::named(trace).expect("a trace"),
        requests: 180_000,
        seed: 3,
        threads: 1,
    };
    let outcomes = plan
        .units()
        .into_iter()
        .map(|unit| run::hedgerow::<Silent>(&plan, unit, bug).0);
    outcomes
        .filter_map(|outcome| Some(outcome.held.err()?.invariant))
        .collect()
}

#[test]
fn each_bug_breaks_its_own_promise_and_no_other() {
    for (bug, name, invariant, trace) in BUGS {
        assert_eq!(
            broken(bug, trace),
            BTreeSet::from([invariant]),
            "{name} in {trace}"
        );
    }
}

#[test]
fn each_promise_has_a_bug_and_each_bug_a_name() {
    let planted: BTreeSet<Invariant> = BUGS.iter().map(|(_, _, invariant, _)| *invariant).collect();
    assert_eq!(planted, BTreeSet::from(Invariant::ALL));
    for (bug, name, ..) in BUGS {
        assert_eq!(Bug::named(name), Some(bug));
    }
}
