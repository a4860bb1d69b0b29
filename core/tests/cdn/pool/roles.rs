//! Roles change while the proxy runs.

use hedgerow::cdn::pool::{Health, Pool, PoolError, Service};
use hedgerow::cdn::{Endpoint, EndpointState};

use super::{at, even, id, members, pool};

fn first(pool: &mut Pool) -> u16 {
    pool.snapshot(at(0)).view(None).order()[0].get()
}

fn primary_and_secondary() -> Pool {
    pool([
        Endpoint::new(id(0)).with_weight(95),
        Endpoint::new(id(1)).with_priority(1).with_weight(5),
    ])
}

#[test]
fn two_endpoints_swap() {
    let mut pool = primary_and_secondary();
    assert_eq!(first(&mut pool), 0);
    assert!(pool.swap_roles(id(0), id(1)));
    assert_eq!(first(&mut pool), 1);
    assert_eq!(pool.members()[1].endpoint.weight, 95);
    assert!(!pool.swap_roles(id(0), id(2)), "unknown");
    assert_eq!(first(&mut pool), 1);
}

#[test]
fn two_groups_swap() {
    let mut pool = pool((0..4).map(|index| Endpoint::new(id(index)).with_priority(index / 2)));
    pool.swap_groups(0, 1);
    let snapshot = pool.snapshot(at(0));
    assert_eq!(snapshot.view(None).in_use(), [id(2), id(3)]);
}

#[test]
fn one_is_set() {
    let mut pool = primary_and_secondary();
    assert!(pool.set_priority(id(0), 2));
    assert_eq!(first(&mut pool), 1);
    assert!(pool.set_weight(id(0), 1) && !pool.set_weight(id(9), 1));
    assert!(!pool.set_health(at(0), id(9), Health::Dead));
    assert!(!pool.set_service(at(0), id(9), Service::Active));
}

#[test]
fn a_reload_keeps_what_is_known() {
    let mut before = even(3);
    before.set_health(at(0), id(0), Health::Dead);
    before.set_service(at(0), id(1), Service::Maintenance { until: None });
    // The same three in another order, and a new one before them; one of them
    // was taken out of service by the new configuration.
    let named = |(index, name): (u16, &str)| {
        let endpoint = Endpoint::new(id(index));
        let endpoint = if name == "cdn2" {
            endpoint.with_state(EndpointState::Draining)
        } else {
            endpoint
        };
        members([endpoint])[0].with_name(name)
    };
    let members = (0..)
        .zip(["new", "cdn2", "cdn1", "cdn0"])
        .map(named)
        .collect();
    let mut after = Pool::new(members, Default::default(), Default::default()).unwrap();
    after.inherit(&before);
    assert_eq!(after.health(id(3)), Some(Health::Dead));
    assert_eq!(
        after.service(id(2)),
        Some(Service::Maintenance { until: None })
    );
    assert_eq!(
        after.service(id(1)),
        Some(Service::Draining { until: None })
    );
    assert_eq!(first(&mut after), 0);
}

#[test]
fn a_snapshot_outlives_changes() {
    let mut pool = even(2);
    let before = pool.snapshot(at(0));
    pool.set_health(at(0), id(0), Health::Failing);
    let after = pool.snapshot(at(0));
    assert_eq!(before.view(None).in_use().len(), 2);
    assert_eq!(after.view(None).in_use(), [id(1)]);
    assert!(after.epoch() > before.epoch());
    assert_eq!(pool.snapshot(at(9)).epoch(), after.epoch(), "nothing new");
}

#[test]
fn ids_are_positions() {
    let wrong = members([Endpoint::new(id(0)), Endpoint::new(id(0))]);
    let error = Pool::new(wrong, Default::default(), Default::default()).unwrap_err();
    assert_eq!(error, PoolError::IdNotPosition(1));
    let many = members((0..5000).map(|index| Endpoint::new(id(index))));
    let error = Pool::new(many, Default::default(), Default::default()).unwrap_err();
    assert_eq!(error, PoolError::TooManyMembers);
}
