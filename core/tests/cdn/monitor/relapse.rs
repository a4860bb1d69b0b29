//! Ejections double, but only on a relapse.

use hedgerow::cdn::monitor::{EjectionSettings, Monitor, Output};
use hedgerow::types::Reason;

use super::{World, active, at, fail, id, ms, passive, polled, succeed, with};

/// The length of the ejection that begins at `now`.
fn span(monitor: &Monitor, now: u64) -> u64 {
    let until = monitor.ejected_until(id(0)).expect("ejected");
    until.since(at(now)).as_millis()
}

#[test]
fn each_failed_trial_doubles_it() {
    let settings = EjectionSettings::default().with_spans(ms(1000), ms(6000));
    let mut monitor = with(2, None, settings);
    let mut now = 0;
    fail(&mut monitor, now, 0, 5);
    for expected in [1000, 2000, 4000, 6000, 6000] {
        assert_eq!(span(&monitor, now), expected);
        now += expected;
        polled(&mut monitor, now);
        fail(&mut monitor, now, 0, 1);
    }
}

#[test]
fn coming_back_for_long_forgets() {
    for (well, expected) in [(1000, 2000), (29_000, 2000), (31_000, 1000)] {
        let mut monitor = passive(2);
        fail(&mut monitor, 0, 0, 5);
        polled(&mut monitor, 1000);
        succeed(&mut monitor, 1010, 0, 5);
        let now = 1010 + well;
        fail(&mut monitor, now, 0, 5);
        assert_eq!(span(&monitor, now), expected, "after {well} ms");
    }
}

#[test]
fn what_was_counted_before_counts_no_more() {
    let mut monitor = passive(2);
    fail(&mut monitor, 0, 0, 5);
    polled(&mut monitor, 1000);
    succeed(&mut monitor, 1010, 0, 5);
    fail(&mut monitor, 1020, 0, 4);
    assert_eq!(monitor.ejected_until(id(0)), None, "it takes five again");
}

/// The health path answers well, requests fail.
#[test]
fn probes_that_were_wrong_are_not_believed_again() {
    let mut world = World::new(active(2), 2);
    world.run(3000);
    fail(&mut world.monitor, 3000, 0, 5);
    let told = world.run(3600);
    let restored = Output::Restored {
        endpoint: id(0),
        reason: Reason::ProbesPassed,
    };
    let back = told.iter().find(|(_, output)| *output == restored);
    assert!(back.is_some_and(|(now, _)| *now <= 3500), "{told:?}");
    fail(&mut world.monitor, 3600, 0, 5);
    assert_eq!(span(&world.monitor, 3600), 2000);
    let told = world.run(5599);
    assert!(!told.iter().any(|(_, output)| *output == restored));
    // Then a request tries.
    let told = world.run(5600);
    let trial = |(_, output): &(u64, Output)| matches!(output, Output::Trial { .. });
    assert!(told.iter().any(trial));
    succeed(&mut world.monitor, 5610, 0, 5);
    assert_eq!(world.monitor.ejected_until(id(0)), None);
}
