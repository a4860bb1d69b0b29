//! What is true of every snapshot, whoever asks.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Key, Service, Sites, Snapshot, Turns};
use hedgerow::types::{EndpointId, Reason, RegionId};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// Who may be used, as the settings and the snapshot's own words have it.
struct Model<'a> {
    endpoints: &'a [Endpoint],
    usable: Vec<bool>,
    well: bool,
}

impl<'a> Model<'a> {
    fn new(
        snapshot: &Snapshot,
        endpoints: &'a [Endpoint],
        sites: &Sites,
        visitor: Option<RegionId>,
    ) -> Model<'a> {
        let fence = sites.residency(visitor);
        let usable = |endpoint: &Endpoint| {
            fence.permits(endpoint.region)
                && !endpoint.insecure
                && snapshot.service(endpoint.id) == Some(Service::Active)
        };
        let healthy = |endpoint: &&Endpoint| snapshot.health(endpoint.id) == Some(Health::Healthy);
        Model {
            endpoints,
            usable: endpoints.iter().map(usable).collect(),
            well: endpoints
                .iter()
                .filter(|one| usable(one))
                .any(|one| healthy(&one)),
        }
    }

    fn count(&self) -> usize {
        self.usable.iter().filter(|usable| **usable).count()
    }

    /// Whether they are endpoints of the pool that may be used, none of them twice.
    fn are_usable(&self, ids: &[EndpointId]) -> bool {
        let mut left = self.usable.clone();
        ids.iter().all(|id| {
            let place = left.get_mut(id.index());
            place.is_some_and(core::mem::take)
        })
    }
}

/// Every way to pick agrees about who may be used, and that is nobody else than
/// the fence, the operator and the settings permit.
pub(super) fn truths(
    snapshot: &Snapshot,
    endpoints: &[Endpoint],
    sites: &Sites,
    visitor: Option<RegionId>,
    draws: &mut Draws,
    turns: &mut Turns,
) -> Result<(), TestCaseError> {
    let model = Model::new(snapshot, endpoints, sites, visitor);
    let view = snapshot.view(visitor);
    let (listed, used) = (view.order(), view.in_use());
    prop_assert!(model.are_usable(listed), "listed for {:?}", visitor);
    prop_assert_eq!(listed.len(), model.count(), "for {:?}", visitor);
    prop_assert!(listed.starts_with(used));
    prop_assert_eq!(used.is_empty(), listed.is_empty());
    let first = listed.first().copied();
    if model.well {
        let health = first.and_then(|id| snapshot.health(id));
        prop_assert_eq!(health, Some(Health::Healthy), "a healthy one comes first");
    }
    let key = Key::of_number(draws.next_u64());
    let picks = [
        view.draw(draws),
        view.turn(turns, draws),
        view.better_of_two(draws, |id| u64::from(id.get())),
        view.keyed(key),
    ];
    prop_assert_eq!(view.keyed(key), picks[3], "a key's endpoint stays");
    for pick in picks {
        match pick {
            Ok(pick) => {
                prop_assert!(used.contains(&pick.endpoint), "picked {:?}", pick);
                let keyed = matches!(pick.reason, Reason::Keyed | Reason::KeyMoved);
                prop_assert!(keyed || pick.reason == view.reason());
            }
            Err(refused) => {
                prop_assert!(listed.is_empty(), "refused for {:?}", visitor);
                let fence = sites.residency(visitor);
                let fenced = |one: &Endpoint| !fence.permits(one.region);
                let all = !endpoints.is_empty() && endpoints.iter().all(fenced);
                prop_assert_eq!(refused.reason == Reason::OutsideResidency, all);
            }
        }
    }
    let mut others = [EndpointId::new(0); 6];
    let count = view.others(first, draws, &mut others);
    prop_assert_eq!(count, listed.len().saturating_sub(1).min(6));
    let asked: Vec<EndpointId> = first.iter().chain(&others[..count]).copied().collect();
    prop_assert!(model.are_usable(&asked), "others {:?}", asked);
    for endpoint in model.endpoints {
        let excluded = snapshot.exclusion(endpoint.id, visitor);
        prop_assert!(
            excluded.is_some() || model.usable[endpoint.id.index()],
            "{:?} is told to be usable",
            endpoint
        );
    }
    Ok(())
}
