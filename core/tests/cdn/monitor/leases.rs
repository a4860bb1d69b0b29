//! A probe ends by itself, and a late answer is nobody's.

use hedgerow::cdn::monitor::{Lease, Output};
use hedgerow::cdn::pool::Health;
use hedgerow::types::Reason;

use super::{active, at, id, ms, polled};

/// The first probe, and when it was sent.
fn first(monitor: &mut hedgerow::cdn::monitor::Monitor) -> (u64, Lease) {
    for now in 0..300 {
        if let Some((_, lease)) = polled(monitor, now).0.first() {
            return (now, *lease);
        }
    }
    panic!("no probe");
}

#[test]
fn it_says_when_it_has_failed() {
    let mut monitor = active(1);
    for now in 0..300 {
        if let Output::Probe { until, .. } = monitor.poll(at(now)) {
            assert_eq!(until, at(now + 400));
            assert_eq!(monitor.poll(at(now)), Output::Wait(until));
            return;
        }
    }
    panic!("no probe");
}

#[test]
fn one_that_never_ends_has_failed() {
    let mut monitor = active(1);
    let (sent, _) = first(&mut monitor);
    let mut failing = None;
    for now in sent + 1..sent + 3000 {
        polled(&mut monitor, now);
        if monitor.health(id(0)) == Some(Health::Failing) {
            failing = Some(now);
            break;
        }
    }
    let failing = failing.expect("three that never ended");
    assert!((sent + 1200..=sent + 1203).contains(&failing));
}

#[test]
fn a_late_answer_counts_for_none() {
    let mut monitor = active(1);
    let (sent, old) = first(&mut monitor);
    let mut now = sent + 400;
    let (_, new) = polled(&mut monitor, now).0[0];
    assert_ne!(old, new);
    // Answers to the old one don't end the new one, however many come.
    for _ in 0..3 {
        now += 10;
        monitor.handle_probe(at(now), id(0), old, Ok(ms(5)));
        assert_eq!(monitor.poll(at(now)), Output::Wait(at(sent + 800)));
    }
    monitor.handle_probe(at(now), id(0), new, Err(Reason::HttpStatus));
    monitor.handle_probe(at(now), id(0), new, Err(Reason::HttpStatus));
    assert_eq!(
        monitor.health(id(0)),
        Some(Health::Healthy),
        "two, not three"
    );
    monitor.handle_probe(at(now), id(7), new, Ok(ms(5)));
}
