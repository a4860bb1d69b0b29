//! When an endpoint is ejected, for how long, and what ends it.

use hedgerow::cdn::{EndpointHealth, HealthSettings, HealthTable, Observation};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

const E: EndpointId = EndpointId::new(0);

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn failure() -> Observation {
    Observation::Failure {
        reason: Reason::NetworkError,
    }
}

fn success(ms: u64) -> Observation {
    Observation::Success {
        latency: Duration::from_millis(ms),
    }
}

fn proxy() -> HealthTable {
    let mut settings = HealthSettings::default();
    settings.jitter_percent = 0;
    HealthTable::new(2, settings, 1)
}

/// Fails until it is ejected.
fn eject(health: &mut HealthTable, now: Instant) -> Duration {
    while !health.observe(now, E, failure()) {}
    let until = health.get(E).and_then(EndpointHealth::ejected_until);
    until.unwrap_or_default().since(now)
}

#[test]
fn a_proxy_ejects_after_five_failures_in_a_row() {
    let mut health = proxy();
    for _ in 0..4 {
        assert!(!health.observe(at(0), E, failure()));
    }
    assert!(health.observe(at(0), E, failure()));
    assert!(health.is_ejected(at(999), E));
    assert!(!health.is_ejected(at(1000), E));
    assert!(
        !health.is_ejected(at(0), EndpointId::new(1)),
        "the others are untouched"
    );
}

#[test]
fn a_success_between_starts_the_count_again() {
    let mut health = proxy();
    for _ in 0..9 {
        for _ in 0..4 {
            assert!(!health.observe(at(0), E, failure()));
        }
        health.observe(at(0), E, success(20));
    }
    assert!(!health.is_ejected(at(0), E));
}

#[test]
fn a_failure_that_comes_while_ejected_ejects_no_further() {
    let mut health = proxy();
    eject(&mut health, at(0));
    assert!(!health.observe(at(500), E, failure()));
    assert!(!health.is_ejected(at(1000), E));
}

#[test]
fn each_relapse_doubles_the_time_up_to_the_longest() {
    let mut health = proxy();
    let mut now = at(0);
    let mut spans = Vec::new();
    for _ in 0..8 {
        assert!(health.observe(now, E, failure()) || spans.is_empty());
        let span = if spans.is_empty() {
            eject(&mut health, now)
        } else {
            let until = health.get(E).and_then(EndpointHealth::ejected_until);
            until.unwrap_or_default().since(now)
        };
        spans.push(span.as_secs());
        now = now + span;
    }
    assert_eq!(spans, [1, 2, 4, 8, 16, 32, 60, 60]);
}

#[test]
fn a_success_takes_one_doubling_back() {
    let mut health = proxy();
    assert_eq!(eject(&mut health, at(0)), Duration::from_secs(1));
    assert_eq!(eject(&mut health, at(1000)), Duration::from_secs(2));
    assert_eq!(eject(&mut health, at(3000)), Duration::from_secs(4));
    health.observe(at(7000), E, success(20));
    assert_eq!(eject(&mut health, at(8000)), Duration::from_secs(4));
}

#[test]
fn a_success_ends_the_ejection_at_once() {
    let mut health = proxy();
    eject(&mut health, at(0));
    health.observe(at(10), E, success(20));
    assert!(!health.is_ejected(at(10), E));
    assert_eq!(health.get(E).and_then(EndpointHealth::last_failure), None);
}

#[test]
fn a_late_result_only_tells_the_latency() {
    let mut health = proxy();
    eject(&mut health, at(0));
    let latency = Duration::from_millis(900);
    assert!(!health.observe(at(10), E, Observation::Late { latency }));
    assert!(health.is_ejected(at(10), E));
    assert_eq!(
        health.get(E).map(|entry| entry.latency().mean_ms()),
        Some(900)
    );
}

#[test]
fn jitter_lengthens_by_at_most_its_share() {
    let mut spans = Vec::new();
    for seed in 0..200 {
        let mut health = HealthTable::new(1, HealthSettings::default(), seed);
        spans.push(eject(&mut health, at(0)).as_millis());
    }
    assert!(
        spans.iter().all(|ms| (1000..=1100).contains(ms)),
        "{spans:?}"
    );
    spans.sort_unstable();
    spans.dedup();
    assert!(
        spans.len() > 5,
        "all came back at the same moment: {spans:?}"
    );
}

#[test]
fn a_browser_demotes_on_the_first_failure_for_the_whole_ttl() {
    let ttl = Duration::from_secs(3600);
    let mut health = HealthTable::new(1, HealthSettings::browser(ttl), 1);
    assert!(health.observe(at(0), E, failure()));
    assert!(health.is_ejected(at(0) + ttl.percent(99), E));
    assert!(!health.is_ejected(at(0) + ttl, E));
}

#[test]
fn what_is_not_known_is_neither_ejected_nor_observed() {
    let unknown = EndpointId::new(7);
    let mut health = proxy();
    assert!(!health.observe(at(0), unknown, failure()));
    assert!(!health.is_ejected(at(0), unknown));
    assert!(health.get(unknown).is_none());
}
