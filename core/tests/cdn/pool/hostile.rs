//! Pools of any size, settings at their ends, ids that nobody has, clocks that
//! jump: nobody is picked who may not be, and nothing takes for ever.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Pool, PoolError, PoolSettings, Service, Sites, Turns};
use hedgerow::types::{Duration, EndpointId, Instant, RegionId, RegionSet};
use proptest::prelude::*;

use super::truths::truths;
use super::{members, region};

/// Numbers of which the ends are as likely as all that lies between.
fn ends() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        0..10_u64,
        0..20_000_000_u64,
        any::<u64>(),
        u64::MAX - 3..=u64::MAX,
    ]
}

fn small_ends() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0), Just(1), any::<u16>(), Just(u16::MAX)]
}

/// So many endpoints whose settings follow from a seed, of a few kinds: equals,
/// one that outweighs all, weights and priorities of any size.
fn endpoints() -> impl Strategy<Value = Vec<Endpoint>> {
    let count = prop_oneof![
        3 => 0..12_u16,
        2 => 12..200_u16,
        1 => 200..=Pool::MOST_MEMBERS as u16,
    ];
    (count, 0..4_u8, 0..34_u32, any::<u64>()).prop_map(|(count, kind, regions, seed)| {
        let mut dice = Draws::new(seed);
        let mut endpoint = |index: u16| {
            let endpoint = Endpoint::new(EndpointId::new(index))
                .with_region(RegionId::new(dice.below(regions.max(1))))
                .with_insecure(dice.below(50) == 0);
            match kind {
                0 => endpoint,
                1 if index == 0 => endpoint.with_weight(u16::MAX),
                1 => endpoint.with_weight(dice.below(2) as u16),
                2 => endpoint.with_weight(dice.next_u64() as u16),
                _ => endpoint
                    .with_weight(dice.next_u64() as u16)
                    .with_priority(dice.below(3) as u16 * (u16::MAX / 2)),
            }
        };
        (0..count).map(&mut endpoint).collect()
    })
}

fn sites() -> impl Strategy<Value = Sites> {
    let site = (
        1..=32_u32,
        any::<Option<u32>>(),
        any::<Option<u32>>(),
        0..40_usize,
    );
    let own = proptest::collection::vec(site, 0..6);
    (own, prop_oneof![3 => Just(None), 1 => any::<Option<u32>>()]).prop_map(|(own, others)| {
        let mut sites = Sites::default();
        for (number, fence, groups, near) in own {
            let visitor = region(number);
            if let Some(bits) = fence {
                sites = sites.with_fence(visitor, RegionSet::from_bits(bits));
            }
            if let Some(bits) = groups {
                // Listed twice, or nobody's.
                let listed = [bits as u16, 0, u16::MAX, bits as u16];
                sites = sites.with_groups(visitor, &listed);
            }
            let nearest: Vec<RegionId> = (0..near).map(|at| region(at as u32 % 32 + 1)).collect();
            sites = sites.with_nearest(visitor, &nearest);
        }
        match others {
            Some(bits) => sites.with_fence_for_others(RegionSet::from_bits(bits)),
            None => sites,
        }
    })
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Health(Health),
    /// Of every so manieth endpoint, from this one on.
    HealthOfMany(u16, Health),
    Service(Service),
    Weight(u16),
    Priority(u16),
    Roles(u16),
    Groups(u16, u16),
}

fn health() -> impl Strategy<Value = Health> {
    prop_oneof![
        Just(Health::Healthy),
        Just(Health::Ejected),
        Just(Health::Failing),
        Just(Health::Dead),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let until = || proptest::option::of(ends().prop_map(Instant::from_micros));
    let service = prop_oneof![
        2 => Just(Service::Active),
        1 => until().prop_map(|until| Service::Draining { until }),
        1 => until().prop_map(|until| Service::Maintenance { until }),
        1 => until().prop_map(|until| Service::Down { until }),
    ];
    prop_oneof![
        health().prop_map(Change::Health),
        (1..4_u16, health()).prop_map(|(step, health)| Change::HealthOfMany(step, health)),
        service.prop_map(Change::Service),
        small_ends().prop_map(Change::Weight),
        small_ends().prop_map(Change::Priority),
        any::<u16>().prop_map(Change::Roles),
        (small_ends(), small_ends()).prop_map(|(a, b)| Change::Groups(a, b)),
    ]
}

/// Carries it out, and says whether it was of endpoints that there are.
fn apply(pool: &mut Pool, now: Instant, endpoint: EndpointId, change: Change) -> bool {
    match change {
        Change::Health(health) => pool.set_health(now, endpoint, health),
        Change::HealthOfMany(step, health) => {
            let count = pool.members().len() as u16;
            for index in (endpoint.get()..count).step_by(step.into()) {
                assert!(pool.set_health(now, EndpointId::new(index), health));
            }
            endpoint.get() < count
        }
        Change::Service(service) => pool.set_service(now, endpoint, service),
        Change::Weight(weight) => pool.set_weight(endpoint, weight),
        Change::Priority(priority) => pool.set_priority(endpoint, priority),
        Change::Roles(other) => pool.swap_roles(endpoint, EndpointId::new(other)),
        Change::Groups(a, b) => {
            pool.swap_groups(a, b);
            true
        }
    }
}

proptest! {
    // Large pools take their time in a build for tests.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nobody_is_picked_who_may_not_be(
        endpoints in endpoints(),
        sites in sites(),
        enough: u8,
        slow_start in ends(),
        changes in proptest::collection::vec((small_ends(), any::<u16>(), ends(), change()), 0..12),
        visitors in proptest::collection::vec(0..=32_u32, 1..3),
        seed: u64,
    ) {
        let settings = PoolSettings::default()
            .with_enough_percent(enough)
            .with_slow_start(Duration::from_micros(slow_start));
        let mut pool = Pool::new(members(endpoints.clone()), sites.clone(), settings).unwrap();
        let (mut draws, mut turns) = (Draws::new(seed), Turns::starting_at(seed as u32));
        for (anybody, somebody, micros, change) in changes {
            let now = Instant::from_micros(micros);
            // One that there is, as often as one that there is not.
            let known = somebody.checked_rem(endpoints.len() as u16);
            let endpoint = EndpointId::new(known.filter(|_| somebody & 1 == 0).unwrap_or(anybody));
            let told = apply(&mut pool, now, endpoint, change);
            let exists = endpoint.index() < endpoints.len();
            prop_assert!(exists || !told || matches!(change, Change::Groups(..)));
            let snapshot = pool.snapshot(now);
            let next = pool.next_change(now);
            prop_assert!(next.is_none_or(|at| at > now || now == Instant::MAX), "it is due");
            for number in &visitors {
                let visitor = RegionId::new(*number);
                truths(&snapshot, &endpoints, &sites, visitor, &mut draws, &mut turns)?;
            }
            prop_assert_eq!(snapshot.service(EndpointId::new(u16::MAX)), None);
            let again = pool.snapshot(now);
            prop_assert_eq!(again.epoch(), snapshot.epoch(), "nothing has changed");
        }
    }

    /// A step of a slow start, or a deadline, is one: nobody builds a snapshot
    /// for nothing, nor waits for one for ever.
    #[test]
    fn what_is_announced_comes(
        slow_start in 1..30_000_000_u64,
        deadline in proptest::option::of(0..30_000_000_u64),
    ) {
        let settings = PoolSettings::default().with_slow_start(Duration::from_micros(slow_start));
        let two = (0..2).map(|index| Endpoint::new(EndpointId::new(index)));
        let mut pool = Pool::new(members(two), Sites::default(), settings).unwrap();
        let (start, until) = (Instant::from_micros(7), deadline.map(Instant::from_micros));
        let mut now = start;
        let (a, b) = (EndpointId::new(0), EndpointId::new(1));
        pool.set_health(now, a, Health::Failing);
        pool.set_service(now, b, Service::Maintenance { until });
        pool.set_health(now, a, Health::Healthy);
        let mut epoch = pool.snapshot(now).epoch();
        let mut steps = 0;
        while let Some(next) = pool.next_change(now) {
            prop_assert!(next > now);
            now = next;
            let snapshot = pool.snapshot(now);
            prop_assert!(snapshot.epoch() > epoch, "nothing comes at {:?}", now.since(start));
            epoch = snapshot.epoch();
            steps += 1;
            prop_assert!(steps <= 2 * 10);
        }
        prop_assert!(pool.service(b) == Some(Service::Active) || until.is_none());
    }
}

#[test]
fn more_than_there_can_be_are_refused() {
    for count in [Pool::MOST_MEMBERS + 1, 10_000] {
        let endpoints = (0..count).map(|index| Endpoint::new(EndpointId::new(index as u16)));
        let pool = Pool::new(
            members(endpoints),
            Sites::default(),
            PoolSettings::default(),
        );
        assert_eq!(pool.err(), Some(PoolError::TooManyMembers));
    }
}
