//! The one probe that an ejected endpoint may get, and coming back.

use hedgerow::cdn::{HealthSettings, HealthTable, Latency, Observation};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

const E: EndpointId = EndpointId::new(0);

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn failure() -> Observation {
    Observation::Failure {
        reason: Reason::Timeout,
    }
}

/// A table whose endpoint is ejected for 10 s from 0 on.
fn ejected() -> HealthTable {
    let settings = HealthSettings::browser(Duration::from_secs(10));
    let mut health = HealthTable::new(1, settings, 1);
    assert!(health.observe(at(0), E, failure()));
    health
}

#[test]
fn only_after_the_ejection_and_only_one_at_a_time() {
    let mut health = ejected();
    assert!(!health.lease_probe(at(9_999), E));
    assert!(health.lease_probe(at(10_000), E));
    assert!(!health.lease_probe(at(10_000), E));
    assert!(!health.lease_probe(at(14_999), E));
}

#[test]
fn a_lost_probe_does_not_stick() {
    let mut health = ejected();
    assert!(health.lease_probe(at(10_000), E));
    assert!(health.lease_probe(at(15_000), E), "the lease has expired");
}

#[test]
fn a_probe_that_fails_ejects_again_at_once() {
    let mut health = ejected();
    assert!(health.lease_probe(at(10_000), E));
    assert!(health.observe(at(10_100), E, failure()));
    assert!(health.is_ejected(at(20_000), E));
    assert!(health.lease_probe(at(20_100), E));
}

#[test]
fn a_probe_that_failed_gives_its_lease_back() {
    let mut settings = HealthSettings::browser(Duration::from_secs(1));
    settings.probe_lease = Duration::from_secs(60);
    let mut health = HealthTable::new(1, settings, 1);
    health.observe(at(0), E, failure());
    assert!(health.lease_probe(at(1_000), E));
    health.observe(at(1_100), E, failure());
    assert!(health.lease_probe(at(2_100), E));
}

#[test]
fn a_healthy_endpoint_needs_no_probe() {
    let mut health = HealthTable::new(1, HealthSettings::default(), 1);
    assert!(!health.lease_probe(at(0), E));
    assert!(!health.lease_probe(at(0), EndpointId::new(7)));
}

#[test]
fn reinstating_keeps_the_latency() {
    let mut health = ejected();
    let latency = Duration::from_millis(120);
    health.observe(at(5), E, Observation::Late { latency });
    health.reinstate(E);
    health.reinstate(EndpointId::new(7));
    assert!(!health.is_ejected(at(5), E));
    assert_eq!(
        health.get(E).map(|entry| entry.latency().mean_ms()),
        Some(120)
    );
}

#[test]
fn what_an_earlier_session_knew() {
    let settings = HealthSettings::browser(Duration::from_secs(3600));
    let mut health = HealthTable::new(2, settings, 1);
    let latency = Latency::from_parts(80, 10);
    let demoted = Some((Duration::from_secs(60), Reason::HedgeLost));
    health.restore(at(0), E, latency, demoted);
    health.restore(at(0), EndpointId::new(1), latency, None);
    health.restore(at(0), EndpointId::new(7), latency, demoted);
    assert!(health.is_ejected(at(59_999), E));
    assert!(!health.is_ejected(at(60_000), E));
    assert!(!health.is_ejected(at(0), EndpointId::new(1)));
    let entry = health.get(E).cloned().unwrap_or_default();
    assert_eq!(
        (entry.latency(), entry.last_failure()),
        (latency, Some(Reason::HedgeLost))
    );
}
