//! What ejects an endpoint.

use hedgerow::cdn::monitor::{EjectionSettings, Monitor, Output};
use hedgerow::cdn::pool::Health;
use hedgerow::types::{Instant, Reason};

use super::{at, fail, id, ms, passive, succeed, told, with};

fn ejection(told: &[Output]) -> Option<(Reason, Instant)> {
    told.iter().find_map(|output| match output {
        Output::Ejected { until, reason, .. } => Some((*reason, *until)),
        _ => None,
    })
}

fn check(mut monitor: Monitor, run: impl FnOnce(&mut Monitor), expected: Option<Reason>) {
    run(&mut monitor);
    let told = told(&mut monitor, 100);
    assert_eq!(ejection(&told).map(|(reason, _)| reason), expected);
}

#[test]
fn failures_in_a_row() {
    let expected = Some(Reason::ConsecutiveFailures);
    check(passive(2), |monitor| fail(monitor, 100, 0, 4), None);
    check(passive(2), |monitor| fail(monitor, 100, 0, 5), expected);
    let interrupted = |monitor: &mut Monitor| {
        for _ in 0..20 {
            succeed(monitor, 50, 0, 10);
        }
        fail(monitor, 100, 0, 4);
        succeed(monitor, 100, 0, 10);
        fail(monitor, 100, 0, 1);
    };
    check(passive(2), interrupted, None);
}

#[test]
fn a_low_share_of_successes() {
    let mixed = |successes: usize, failures: usize| {
        move |monitor: &mut Monitor| {
            for _ in 0..successes {
                succeed(monitor, 90, 0, 10);
            }
            fail(monitor, 90, 0, failures);
        }
    };
    let expected = Some(Reason::SuccessRate);
    check(passive(2), mixed(2, 2), None);
    check(passive(2), mixed(3, 2), expected);
    check(passive(2), mixed(16, 3), None);
    let none = EjectionSettings::default().with_success_percent(0);
    check(with(2, None, none), mixed(3, 4), None);
}

#[test]
fn what_is_long_past_counts_no_more() {
    let mut monitor = passive(2);
    for round in 0..20 {
        fail(&mut monitor, round * 20_000, 0, 1);
        succeed(&mut monitor, round * 20_000, 0, 10);
    }
    assert_eq!(ejection(&told(&mut monitor, 400_000)), None);
}

#[test]
fn slowness_if_a_limit_is_set() {
    let slow = |monitor: &mut Monitor| {
        for _ in 0..20 {
            succeed(monitor, 90, 0, 300);
        }
    };
    check(passive(2), slow, None);
    let limited = EjectionSettings::default().with_too_slow(Some(ms(200)));
    check(with(2, None, limited.clone()), slow, Some(Reason::TooSlow));
    // One in ten is slow: that is what hedges are for.
    let now_and_then = |monitor: &mut Monitor| {
        for step in 0..200 {
            succeed(monitor, 90, 0, if step % 10 == 0 { 600 } else { 10 });
        }
    };
    check(with(2, None, limited), now_and_then, None);
}

#[test]
fn it_is_told_once_and_lasts() {
    let mut monitor = passive(2);
    fail(&mut monitor, 100, 0, 9);
    let told = told(&mut monitor, 100);
    assert_eq!(
        told,
        [
            Output::Ejected {
                endpoint: id(0),
                until: at(1100),
                reason: Reason::ConsecutiveFailures
            },
            Output::HealthChanged {
                endpoint: id(0),
                health: Health::Ejected,
                reason: Reason::ConsecutiveFailures
            },
        ]
    );
    assert_eq!(monitor.poll(at(100)), Output::Wait(at(1100)));
    assert_eq!(monitor.health(id(0)), Some(Health::Ejected));
    assert_eq!(monitor.ejected_until(id(0)), Some(at(1100)));
    assert_eq!(monitor.health(id(1)), Some(Health::Healthy));
    assert_eq!(monitor.health(id(2)), None);
}

#[test]
fn requests_from_before_prove_nothing() {
    let mut monitor = passive(2);
    fail(&mut monitor, 1000, 0, 5);
    // It began before the ejection.
    succeed(&mut monitor, 1500, 0, 800);
    assert_eq!(monitor.health(id(0)), Some(Health::Ejected));
    // It began after it, as in panic.
    succeed(&mut monitor, 1600, 0, 100);
    assert_eq!(monitor.health(id(0)), Some(Health::Healthy));
}
