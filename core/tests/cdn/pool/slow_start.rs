//! Who comes back slowly.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Health, Pool, PoolSettings, Service, Sites};
use hedgerow::types::Duration;

use super::{at, drawn, id, members};

fn slow(priorities: [u16; 2]) -> Pool {
    let settings = PoolSettings::default().with_slow_start(Duration::from_secs(10));
    let endpoints = priorities.iter().zip(0..);
    let endpoints =
        endpoints.map(|(priority, index)| Endpoint::new(id(index)).with_priority(*priority));
    Pool::new(members(endpoints), Sites::default(), settings).unwrap()
}

fn share(pool: &mut Pool, ms: u64) -> f64 {
    let counts = drawn(&pool.snapshot(at(ms)), 2, 50_000);
    f64::from(counts[0]) / 50_000.0
}

fn check(pool: &mut Pool, ms: u64, expected: f64) {
    let share = share(pool, ms);
    assert!(
        (share - expected).abs() < 0.02,
        "at {ms}: {share}, not {expected}"
    );
}

#[test]
fn its_share_grows() {
    let mut pool = slow([0, 0]);
    check(&mut pool, 0, 0.5);
    pool.set_health(at(0), id(0), Health::Failing);
    check(&mut pool, 10, 0.0);
    pool.set_health(at(1000), id(0), Health::Healthy);
    check(&mut pool, 1000, 0.1 / 1.1);
    assert_eq!(pool.next_change(at(1000)), Some(at(2000)));
    check(&mut pool, 5_500, 0.5 / 1.5);
    assert_eq!(pool.next_change(at(5_500)), Some(at(6_000)));
    check(&mut pool, 10_000, 0.5);
    assert_eq!(pool.next_change(at(10_000)), None);
}

#[test]
fn the_backup_helps_until_it_is_warm() {
    let mut pool = slow([0, 1]);
    pool.set_service(
        at(0),
        id(0),
        Service::Maintenance {
            until: Some(at(500)),
        },
    );
    check(&mut pool, 499, 0.0);
    check(&mut pool, 500, 0.1 / 1.1);
    check(&mut pool, 4_500, 1.0);
}
