//! Pools: who is picked, and what a change moves.

mod draws;
mod fences;
mod hostile;
mod keyed;
mod keyed_vectors;
mod properties;
mod roles;
mod services;
mod slow_start;
mod tiers;
mod truths;
mod turns;

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Member, Pool, PoolSettings, Sites, Snapshot};
use hedgerow::types::{EndpointId, Instant, RegionId};

pub(super) fn id(index: u16) -> EndpointId {
    EndpointId::new(index)
}

pub(super) fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

pub(super) fn region(number: u32) -> RegionId {
    RegionId::new(number).unwrap_or_else(|| panic!("{number} is no region"))
}

/// Members named by their positions.
pub(super) fn members(endpoints: impl IntoIterator<Item = Endpoint>) -> Vec<Member> {
    endpoints
        .into_iter()
        .map(|endpoint| Member::new(endpoint).with_name(&format!("cdn{}", endpoint.id.get())))
        .collect()
}

pub(super) fn pool(endpoints: impl IntoIterator<Item = Endpoint>) -> Pool {
    with_sites(endpoints, Sites::default())
}

pub(super) fn with_sites(endpoints: impl IntoIterator<Item = Endpoint>, sites: Sites) -> Pool {
    Pool::new(members(endpoints), sites, PoolSettings::default()).expect("ids are positions")
}

/// A pool of equals.
pub(super) fn even(count: u16) -> Pool {
    pool((0..count).map(|index| Endpoint::new(id(index))))
}

/// How many of `count` draws each endpoint gets, for a visitor of unknown
/// region.
pub(super) fn drawn(snapshot: &Snapshot, members: usize, count: u32) -> Vec<u32> {
    let mut draws = Draws::new(11);
    let mut counts = vec![0; members];
    for _ in 0..count {
        let pick = snapshot.view(None).draw(&mut draws).expect("someone");
        counts[pick.endpoint.index()] += 1;
    }
    counts
}
