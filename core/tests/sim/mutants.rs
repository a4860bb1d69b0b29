//! Planted bugs: each breaks one promise, and the simulator must say which.

use std::collections::BTreeSet;

use crate::invariants::Invariant;
use crate::{load_mutants, race_mutants};

#[test]
fn each_bug_in_a_race_breaks_its_own_promise_and_no_other() {
    for (bug, invariant) in race_mutants::BUGS {
        assert_eq!(
            race_mutants::broken(bug),
            BTreeSet::from([invariant]),
            "{bug:?}"
        );
    }
}

#[test]
fn each_bug_in_a_load_breaks_its_own_promise_and_no_other() {
    for (bug, invariant) in load_mutants::BUGS {
        assert_eq!(
            load_mutants::broken(bug),
            BTreeSet::from([invariant]),
            "{bug:?}"
        );
    }
}

#[test]
fn each_promise_has_a_planted_bug() {
    let races = race_mutants::BUGS
        .into_iter()
        .map(|(_, invariant)| invariant);
    let loads = load_mutants::BUGS
        .into_iter()
        .map(|(_, invariant)| invariant);
    let planted: BTreeSet<Invariant> = races.chain(loads).collect();
    assert_eq!(planted, BTreeSet::from(Invariant::ALL));
}
