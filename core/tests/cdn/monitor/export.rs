//! What a monitor knows goes on in another process.

use hedgerow::cdn::monitor::{EjectionSettings, Monitor, Output};
use hedgerow::cdn::pool::Health;
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

use super::{active, at, fail, id, ms, passive, polled, probing, succeed, told, with};

pub(super) fn name(endpoint: EndpointId) -> &'static str {
    ["a", "b", "c", "d", "e"][endpoint.index()]
}

/// A monitor of four, to which all sorts of things have happened until `now`.
pub(super) fn lived(probed: bool, steps: &[(u16, u8, u64)]) -> (Monitor, u64) {
    let mut monitor = if probed { active(4) } else { passive(4) };
    let mut now = 10_000;
    for (endpoint, what, pass) in steps {
        now += pass;
        match what {
            0 => fail(&mut monitor, now, *endpoint, 5),
            1 => fail(&mut monitor, now, *endpoint, 1),
            _ => succeed(&mut monitor, now, *endpoint, *pass),
        }
        for (asked, lease) in polled(&mut monitor, now).0 {
            let outcome = match what % 2 {
                0 => Ok(ms(*pass)),
                _ => Err(Reason::Timeout),
            };
            monitor.handle_probe(at(now), asked, lease, outcome);
        }
        told(&mut monitor, now);
    }
    (monitor, now)
}

pub(super) fn steps() -> impl Strategy<Value = Vec<(u16, u8, u64)>> {
    proptest::collection::vec((0..4_u16, 0..4_u8, 0..900_u64), 0..60)
}

proptest! {
    #[test]
    fn it_comes_back_as_it_was(probed: bool, steps in steps()) {
        let (before, now) = lived(probed, &steps);
        let document = before.export(at(now), name);
        let (mut after, _) = lived(probed, &[]);
        after.import(at(now), Duration::ZERO, &document, name).unwrap();
        let mut inherited = lived(probed, &[]).0;
        inherited.inherit(&before, Some);
        prop_assert_eq!(after.export(at(now), name), inherited.export(at(now), name));
        for endpoint in (0..4).map(id) {
            prop_assert_eq!(after.report(endpoint), inherited.report(endpoint));
        }
        prop_assert_eq!(told(&mut after, now), told(&mut inherited, now));
    }

    #[test]
    fn spans_are_the_same_on_another_clock(
        probed: bool,
        steps in steps(),
        origin in 0..100_000_000_u64,
        age in 0..3000_u64,
    ) {
        let (before, then) = lived(probed, &steps);
        let (mut after, _) = lived(probed, &[]);
        let now = origin + 100_000;
        after.import(at(now), ms(age), &before.export(at(then), name), name).unwrap();
        let there = |moment: Instant| Instant::from_micros(
            moment.as_micros() + (now - age) * 1000 - then * 1000,
        );
        for endpoint in (0..4).map(id) {
            let (was, is) = (before.report(endpoint).unwrap(), after.report(endpoint).unwrap());
            prop_assert_eq!(is.ejected, was.ejected.map(|(from, until)| (there(from), there(until))));
            prop_assert_eq!(
                (is.health, is.failures, is.relapses, is.probe_passes, is.probe_failures),
                (was.health, was.failures, was.relapses, was.probe_passes, was.probe_failures)
            );
            prop_assert_eq!((is.latency, is.probe_latency), (was.latency, was.probe_latency));
            prop_assert_eq!((is.requests, is.success_percent), (was.requests, was.success_percent));
        }
    }
}

#[test]
fn endpoints_go_by_their_names() {
    let mut before = passive(3);
    fail(&mut before, 100, 2, 5);
    fail(&mut before, 100, 1, 4);
    let document = before.export(at(200), name);
    // In another order, without one, and with a new one.
    let names = ["c", "e", "b"];
    let mut after = passive(3);
    let imported = after.import(at(0), Duration::ZERO, &document, |id| names[id.index()]);
    assert_eq!(imported, Ok(()));
    let expected = Output::HealthChanged {
        endpoint: id(0),
        health: Health::Ejected,
        reason: Reason::Inherited,
    };
    assert_eq!(told(&mut after, 0), [expected]);
    assert_eq!(after.ejected_until(id(0)), Some(at(900)));
    let failures = [0, 1, 2].map(|index| after.report(id(index)).unwrap().failures);
    assert_eq!(failures, [0, 0, 4], "nothing was known of e");
}

#[test]
fn what_has_passed_meanwhile_counts() {
    let mut before = passive(2);
    fail(&mut before, 100, 0, 5);
    let document = before.export(at(200), name);
    let import = |age| {
        let mut after = passive(2);
        after.import(at(50), age, &document, name).unwrap();
        after
    };
    assert_eq!(import(ms(300)).ejected_until(id(0)), Some(at(650)));
    for age in [ms(900), Duration::MAX] {
        let trial = told(&mut import(age), 50);
        assert!(matches!(trial[..], [.., Output::Trial { .. }]), "{trial:?}");
    }
}

#[test]
fn a_relapse_is_one_in_another_process_too() {
    let mut before = passive(2);
    fail(&mut before, 100, 0, 5);
    told(&mut before, 1100);
    succeed(&mut before, 1200, 0, 1);
    let relapsed = |age| {
        let mut after = passive(2);
        let document = before.export(at(1200), name);
        after.import(at(0), age, &document, name).unwrap();
        fail(&mut after, 1, 0, 5);
        after.ejected_until(id(0))
    };
    assert_eq!(relapsed(ms(29_000)), Some(at(2001)), "twice as long");
    assert_eq!(relapsed(ms(31_000)), Some(at(1001)));
}

#[test]
fn no_ejection_lasts_longer_than_here() {
    let hour = Duration::from_secs(3600);
    let mut before = with(2, None, EjectionSettings::default().with_spans(hour, hour));
    fail(&mut before, 0, 0, 5);
    let mut after = passive(2);
    let document = before.export(at(0), name);
    after
        .import(at(0), Duration::ZERO, &document, name)
        .unwrap();
    assert_eq!(after.ejected_until(id(0)), Some(at(60_000)));
}

#[test]
fn who_probes_goes_on_to_probe() {
    // A monitor without probes has no turns that another could keep.
    let mut first = with(1, Some(probing()), EjectionSettings::default());
    let due = first.report(id(0)).unwrap().next_probe;
    let document = passive(1).export(at(0), name);
    first
        .import(at(0), Duration::ZERO, &document, name)
        .unwrap();
    assert_eq!(first.report(id(0)).unwrap().next_probe, due);
}

/// Published: an export of this version means the same in every later release.
#[test]
fn the_layout_stays() {
    let mut monitor = active(2);
    fail(&mut monitor, 40_000, 0, 5);
    succeed(&mut monitor, 41_000, 1, 300);
    let document = monitor.export(at(42_000), name);
    let hex: String = document.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, LAYOUT);
    let mut after = active(2);
    after
        .import(at(42_000), Duration::ZERO, &document, name)
        .unwrap();
    assert_eq!(after.ejected_until(id(0)), Some(at(41_000)));
    assert_eq!(after.latency(id(1)).unwrap().mean_ms(), 300);
}

const LAYOUT: &str = "48474d4e0102016100018192f40181897a81fa8628d9b6852800000000000000000000c096b102\
8192f4010000000000000000000000000162000081fa862885f3fa27000000000000ac0296010000c096b1028192f4010\
1010000000000000000000019b2967df264c588";
