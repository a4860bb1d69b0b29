//! What is true of every order, whatever the endpoints and the seed.

use hedgerow::cdn::{Endpoint, EndpointState, Residency, exclusion, order};
use hedgerow::types::{EndpointId, RegionId, RegionSet};
use proptest::prelude::*;

fn endpoint() -> impl Strategy<Value = Endpoint> {
    let state = prop_oneof![
        4 => Just(EndpointState::Active),
        1 => Just(EndpointState::Draining),
        1 => Just(EndpointState::Down),
    ];
    let priority = prop_oneof![0..3_u16, Just(u16::MAX)];
    let weight = prop_oneof![Just(0), 1..5_u16, Just(u16::MAX)];
    (priority, weight, 0..4_u32, state, any::<bool>()).prop_map(
        |(priority, weight, region, state, insecure)| {
            Endpoint::new(EndpointId::new(0))
                .with_priority(priority)
                .with_weight(weight)
                .with_region(RegionId::new(region))
                .with_state(state)
                .with_insecure(insecure && weight == 1)
        },
    )
}

fn endpoints() -> impl Strategy<Value = Vec<Endpoint>> {
    proptest::collection::vec(endpoint(), 0..33).prop_map(|mut endpoints| {
        for (index, endpoint) in endpoints.iter_mut().enumerate() {
            endpoint.id = EndpointId::new(index as u16);
        }
        endpoints
    })
}

fn residency() -> impl Strategy<Value = Residency> {
    (0..4_u32, proptest::option::of(0..8_u32)).prop_map(|(visitor, allowed)| {
        let residency = Residency::new(RegionId::new(visitor));
        allowed.map_or(residency, |bits| {
            residency.with_allowed(RegionSet::from_bits(bits))
        })
    })
}

proptest! {
    #[test]
    fn it_is_a_permutation_of_what_may_be_used(
        endpoints in endpoints(),
        residency in residency(),
        demoted: u32,
        seed: u32,
    ) {
        let is_demoted = |id: EndpointId| demoted >> (id.index() % 32) & 1 == 1;
        let mut drawn = order(&endpoints, &residency, &is_demoted, seed);
        drawn.sort();
        let usable = endpoints.iter().filter(|e| exclusion(e, &residency).is_none());
        let usable: Vec<EndpointId> = usable.map(|endpoint| endpoint.id).collect();
        prop_assert_eq!(drawn, usable);
    }

    #[test]
    fn it_rises_by_demotion_then_priority_then_distance(
        endpoints in endpoints(),
        residency in residency(),
        demoted: u32,
        seed: u32,
    ) {
        let is_demoted = |id: EndpointId| demoted >> (id.index() % 32) & 1 == 1;
        let drawn = order(&endpoints, &residency, &is_demoted, seed);
        let rank = |id: &EndpointId| {
            let endpoint = &endpoints[id.index()];
            (is_demoted(*id), endpoint.priority, !residency.is_local(endpoint.region))
        };
        prop_assert!(drawn.is_sorted_by_key(rank), "{:?}", drawn);
    }

    #[test]
    fn without_weight_an_endpoint_comes_last_in_its_tier(endpoints in endpoints(), seed: u32) {
        let drawn = order(&endpoints, &Residency::default(), &|_| false, seed);
        for pair in drawn.windows(2) {
            let [first, second] = [0, 1].map(|at| &endpoints[pair[at].index()]);
            if first.priority == second.priority {
                prop_assert!(first.weight > 0 || second.weight == 0);
                // Among themselves they keep the order of the configuration.
                prop_assert!(first.weight > 0 || first.id < second.id);
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_order(endpoints in endpoints(), residency in residency(), seed: u32) {
        let drawn = || order(&endpoints, &residency, &|_| false, seed);
        prop_assert_eq!(drawn(), drawn());
    }
}
