//! What the operator says, and how long it holds.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Pool, Service};
use hedgerow::types::{Instant, Reason};

use super::{at, even, id, pool};

fn check(pool: &mut Pool, now: Instant, in_use: &[u16], first: Option<Reason>) {
    let snapshot = pool.snapshot(now);
    let expected: Vec<_> = in_use.iter().map(|index| id(*index)).collect();
    assert_eq!(snapshot.view(None).in_use(), expected, "{now:?}");
    assert_eq!(snapshot.exclusion(id(0), None), first, "{now:?}");
}

#[test]
fn draining_ends_down() {
    let mut pool = even(2);
    let until = Some(at(1000));
    pool.set_service(at(0), id(0), Service::Draining { until });
    assert_eq!(pool.next_change(at(0)), until);
    check(&mut pool, at(999), &[1], Some(Reason::Draining));
    check(&mut pool, at(1000), &[1], Some(Reason::Down));
    assert_eq!(pool.next_change(at(1000)), None);
    pool.set_service(at(2000), id(0), Service::Active);
    check(&mut pool, at(2000), &[0, 1], None);
}

#[test]
fn draining_keeps_nobody_at_an_endpoint_that_fails() {
    let mut pool = even(2);
    pool.set_service(at(0), id(0), Service::Draining { until: None });
    for (health, reason) in [
        (Health::Healthy, Reason::Draining),
        (
            Health::Ejected,
            Health::Ejected.exclusion().expect("a reason"),
        ),
        (
            Health::Failing,
            Health::Failing.exclusion().expect("a reason"),
        ),
    ] {
        pool.set_health(at(1), id(0), health);
        check(&mut pool, at(2), &[1], Some(reason));
    }
}

#[test]
fn maintenance_and_drills_end_by_themselves() {
    for (service, reason) in [
        (
            Service::Maintenance {
                until: Some(at(500)),
            },
            Reason::Maintenance,
        ),
        (
            Service::Down {
                until: Some(at(500)),
            },
            Reason::Down,
        ),
    ] {
        let mut pool = even(2);
        pool.set_service(at(0), id(0), service);
        check(&mut pool, at(499), &[1], Some(reason));
        check(&mut pool, at(500), &[0, 1], None);
    }
}

#[test]
fn nobody_in_service_is_refused_even_if_healthy() {
    let mut pool = pool([Endpoint::new(id(0))]);
    pool.set_service(at(0), id(0), Service::Down { until: None });
    let refused = pool.snapshot(at(0)).view(None).draw(&mut Draws::new(1));
    assert_eq!(refused.unwrap_err().reason, Reason::NoEligibleEndpoint);
}

#[test]
fn the_last_in_service_is_used_however_ill() {
    let mut pool = even(3);
    for index in 1..3 {
        pool.set_service(at(0), id(index), Service::Maintenance { until: None });
    }
    pool.set_health(at(0), id(0), Health::Dead);
    check(&mut pool, at(0), &[0], Some(Reason::ConfirmedDown));
}

#[test]
fn an_endpoint_that_needs_https_is_none() {
    let mut pool = pool([
        Endpoint::new(id(0)).with_insecure(true),
        Endpoint::new(id(1)),
    ]);
    check(&mut pool, at(0), &[1], Some(Reason::InsecureUrl));
}
