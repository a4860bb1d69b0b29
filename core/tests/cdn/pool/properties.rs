//! What is true of any pool after any changes.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Key, Pool, PoolSettings, Service, Sites, Turns};
use hedgerow::types::{EndpointId, RegionId, RegionSet};
use proptest::prelude::*;

use super::truths::truths;
use super::{at, members, region};

fn endpoint(index: u16) -> impl Strategy<Value = Endpoint> {
    let weight = prop_oneof![3 => 1..300_u16, 1 => Just(0), 1 => Just(u16::MAX)];
    (0..3_u16, weight, 0..4_u32).prop_map(move |(priority, weight, number)| {
        Endpoint::new(EndpointId::new(index))
            .with_priority(priority)
            .with_weight(weight)
            .with_region(RegionId::new(number))
    })
}

fn endpoints() -> impl Strategy<Value = Vec<Endpoint>> {
    (1..24_u16).prop_flat_map(|count| (0..count).map(endpoint).collect::<Vec<_>>())
}

fn sites() -> impl Strategy<Value = Sites> {
    (any::<Option<u8>>(), any::<Option<u8>>(), 0..4_usize).prop_map(|(one, others, near)| {
        let set = |bits: u8| RegionSet::from_bits(u32::from(bits) & 7);
        let mut sites = Sites::default();
        if let Some(bits) = one {
            sites = sites.with_fence(region(1), set(bits));
        }
        if let Some(bits) = others {
            sites = sites.with_fence_for_others(set(bits));
        }
        let nearest = [region(2), region(3), region(1)];
        sites.with_nearest(region(3), &nearest[..near])
    })
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Health(Health),
    Service(Service),
    Weight(u16),
    Swap(u16),
    Look,
}

fn change() -> impl Strategy<Value = (u16, u64, Change)> {
    let health = prop_oneof![
        Just(Health::Healthy),
        Just(Health::Ejected),
        Just(Health::Failing),
        Just(Health::Dead),
    ];
    let until = || prop_oneof![Just(None), (0..5_000_u64).prop_map(|ms| Some(at(ms)))];
    let service = prop_oneof![
        2 => Just(Service::Active),
        1 => until().prop_map(|until| Service::Draining { until }),
        1 => until().prop_map(|until| Service::Maintenance { until }),
        1 => until().prop_map(|until| Service::Down { until }),
    ];
    let change = prop_oneof![
        6 => health.prop_map(Change::Health),
        2 => service.prop_map(Change::Service),
        1 => any::<u16>().prop_map(Change::Weight),
        1 => (0..25_u16).prop_map(Change::Swap),
        3 => Just(Change::Look),
    ];
    (0..25_u16, 0..5_000_u64, change)
}

fn apply(pool: &mut Pool, ms: u64, endpoint: EndpointId, change: Change) {
    match change {
        Change::Health(health) => pool.set_health(at(ms), endpoint, health),
        Change::Service(service) => pool.set_service(at(ms), endpoint, service),
        Change::Weight(weight) => pool.set_weight(endpoint, weight),
        Change::Swap(other) => pool.swap_roles(endpoint, EndpointId::new(other)),
        Change::Look => pool.next_change(at(ms)).is_some(),
    };
}

proptest! {
    #[test]
    fn any_changes(
        endpoints in endpoints(),
        sites in sites(),
        enough in 0..=100_u8,
        slow_ms in prop_oneof![Just(0_u64), 1..4_000_u64],
        changes in proptest::collection::vec(change(), 0..30),
        seed: u64,
    ) {
        let settings = PoolSettings::default()
            .with_enough_percent(enough)
            .with_slow_start(hedgerow::types::Duration::from_millis(slow_ms));
        let mut pool = Pool::new(members(endpoints.clone()), sites.clone(), settings).unwrap();
        let (mut draws, mut turns) = (Draws::new(seed), Turns::starting_at(seed as u32));
        for (index, ms, change) in changes {
            apply(&mut pool, ms, EndpointId::new(index), change);
            let snapshot = pool.snapshot(at(ms));
            for number in 0..4 {
                truths(&snapshot, &endpoints, &sites, RegionId::new(number), &mut draws, &mut turns)?;
            }
        }
    }
}

proptest! {
    // Tables take their time in a build for tests.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is down already, one more that goes moves its own keys alone.
    #[test]
    fn only_orphans_move(
        count in prop_oneof![1..40_u16, 40..400_u16],
        down: u64,
        gone: u16,
        weights: u64,
    ) {
        // Now and then of no weight, or of nearly all.
        let weight = |index: u16| match (weights >> (index % 61) & 7) as u16 {
            7 => u16::MAX,
            weight => weight,
        };
        let endpoints = (0..count).map(|index| {
            Endpoint::new(EndpointId::new(index)).with_weight(weight(index))
        });
        let settings = PoolSettings::default().with_enough_percent(0);
        let mut pool = Pool::new(members(endpoints), Sites::default(), settings).unwrap();
        let gone = EndpointId::new(gone % count);
        for index in (0..count).filter(|index| down >> (index % 64) & 1 == 1) {
            pool.set_health(at(0), EndpointId::new(index), Health::Failing);
        }
        pool.set_health(at(0), gone, Health::Healthy);
        let before = pool.snapshot(at(0));
        pool.set_health(at(0), gone, Health::Failing);
        let after = pool.snapshot(at(0));
        if after.view(None).reason() == hedgerow::types::Reason::NothingHealthy {
            return Ok(());
        }
        for number in 0..500 {
            let key = Key::of_number(number);
            let was = before.view(None).keyed(key).unwrap().endpoint;
            let is = after.view(None).keyed(key).unwrap().endpoint;
            prop_assert_eq!(was != is, was == gone);
        }
    }
}
