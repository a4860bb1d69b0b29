//! Which tiers are in use, and when endpoints in doubt are.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Pool, PoolSettings, Sites};
use hedgerow::types::Reason;

use super::{at, id, members, pool};

/// Ten endpoints of priority 0, ten of priority 1.
fn two_tiers() -> Pool {
    pool((0..20).map(|index| Endpoint::new(id(index)).with_priority(index / 10)))
}

fn fail(pool: &mut Pool, endpoints: impl IntoIterator<Item = u16>, health: Health) {
    for endpoint in endpoints {
        assert!(pool.set_health(at(0), id(endpoint), health));
    }
}

fn check(pool: &mut Pool, expected: impl IntoIterator<Item = u16>, reason: Reason) {
    let snapshot = pool.snapshot(at(0));
    let view = snapshot.view(None);
    let mut in_use: Vec<u16> = view.in_use().iter().map(|id| id.get()).collect();
    in_use.sort_unstable();
    assert_eq!(in_use, expected.into_iter().collect::<Vec<u16>>());
    assert_eq!(view.reason(), reason);
    assert_eq!(view.draw(&mut Draws::new(1)).unwrap().reason, reason);
}

#[test]
fn the_next_helps_out_where_too_little_is_left() {
    let mut pool = two_tiers();
    check(&mut pool, 0..10, Reason::FirstTier);
    fail(&mut pool, 0..5, Health::Ejected);
    check(&mut pool, 5..10, Reason::FirstTier);
    fail(&mut pool, 5..6, Health::Ejected);
    check(&mut pool, 6..20, Reason::NextTier);
    fail(&mut pool, 6..10, Health::Failing);
    check(&mut pool, 10..20, Reason::NextTier);
    fail(&mut pool, 0..10, Health::Healthy);
    check(&mut pool, 0..10, Reason::FirstTier);
}

#[test]
fn a_backup_alone_is_enough() {
    let endpoints = (0..3).map(|index| Endpoint::new(id(index)).with_priority(index));
    let mut pool = pool(endpoints);
    fail(&mut pool, [0], Health::Failing);
    check(&mut pool, [1], Reason::NextTier);
    fail(&mut pool, [1], Health::Failing);
    check(&mut pool, [2], Reason::NextTier);
}

#[test]
fn panic_uses_those_in_doubt() {
    let mut pool = pool((0..4).map(|index| Endpoint::new(id(index))));
    fail(&mut pool, [0, 1], Health::Failing);
    check(&mut pool, [2, 3], Reason::FirstTier);
    fail(&mut pool, [2], Health::Ejected);
    check(&mut pool, 0..4, Reason::Panic);
    // Beyond doubt: not even then.
    fail(&mut pool, [0], Health::Dead);
    check(&mut pool, 1..4, Reason::Panic);
    fail(&mut pool, [1, 2], Health::Dead);
    check(&mut pool, [3], Reason::FirstTier);
    fail(&mut pool, [3], Health::Ejected);
    check(&mut pool, [3], Reason::NothingHealthy);
    fail(&mut pool, [3], Health::Dead);
    check(&mut pool, 0..4, Reason::NothingHealthy);
}

#[test]
fn the_threshold_is_a_setting() {
    let settings = PoolSettings::default().with_enough_percent(0);
    let endpoints = (0..4).map(|index| Endpoint::new(id(index)).with_priority(index / 3));
    let mut pool = Pool::new(members(endpoints), Sites::default(), settings).unwrap();
    fail(&mut pool, [0, 1], Health::Failing);
    check(&mut pool, [2], Reason::FirstTier);
    fail(&mut pool, [2], Health::Failing);
    check(&mut pool, [3], Reason::NextTier);
    fail(&mut pool, [3], Health::Failing);
    check(&mut pool, 0..4, Reason::NothingHealthy);
}

#[test]
fn a_trifle_of_the_weight_is_not_enough() {
    for light in [1, 9, 400] {
        let endpoint = |index, weight| Endpoint::new(id(index)).with_weight(weight);
        let mut pool = pool([
            endpoint(0, 1000),
            endpoint(1, light),
            endpoint(2, 100).with_priority(1),
        ]);
        fail(&mut pool, [0], Health::Failing);
        check(&mut pool, [1, 2], Reason::NextTier);
        fail(&mut pool, [2], Health::Failing);
        check(&mut pool, 0..3, Reason::Panic);
    }
}

#[test]
fn weight_0_is_the_last_resort_of_its_tier() {
    let endpoint = |index, priority, weight| {
        Endpoint::new(id(index))
            .with_priority(priority)
            .with_weight(weight)
    };
    let mut pool = pool([endpoint(0, 0, 100), endpoint(1, 0, 0), endpoint(2, 1, 100)]);
    let first = |pool: &mut Pool| {
        let snapshot = pool.snapshot(at(0));
        snapshot
            .view(None)
            .draw(&mut Draws::new(1))
            .unwrap()
            .endpoint
    };
    assert_eq!(first(&mut pool), id(0));
    fail(&mut pool, [0], Health::Failing);
    assert_eq!(first(&mut pool), id(1));
    fail(&mut pool, [1], Health::Failing);
    assert_eq!(first(&mut pool), id(2));
}
