//! The world: regions, endpoints of two networks in each, proxies, and who may
//! be served from where.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Member, Sites};
use hedgerow::types::{EndpointId, RegionId, RegionSet};

/// Europe, America, Asia.
pub const REGIONS: usize = 3;
/// Two CDNs, each with an endpoint in each region.
pub const NETWORKS: usize = 2;
/// All endpoints: `region * NETWORKS + network`.
pub const ENDPOINTS: usize = REGIONS * NETWORKS;
/// The visitor's region when nobody knows it.
pub const UNKNOWN: usize = REGIONS;
/// Two proxies in each region.
pub const PROXIES: usize = 2 * REGIONS;

/// The endpoints as a person calls them.
pub const NAMES: [&str; ENDPOINTS] = ["eu-A", "eu-B", "us-A", "us-B", "ap-A", "ap-B"];
/// The visitors' regions.
pub const VISITORS: [&str; REGIONS + 1] = ["eu", "us", "ap", "unknown"];

/// A set of endpoints, one bit each.
pub type Set = u32;

/// Whom the law lets serve visitors of each region, and those of no known one:
/// Europe's stay in Europe, Asia's may be served from Europe as well, America's
/// from everywhere. Who can't be placed is treated as the strictest ask.
///
/// It is written down apart from [`sites`], which tells the engine the same:
/// the checks must not ask the engine what is allowed.
pub const ALLOWED: [Set; REGIONS + 1] = [0b00_00_11, 0b11_11_11, 0b11_00_11, 0b00_00_11];

/// The region of an endpoint.
#[must_use]
pub const fn region_of(endpoint: usize) -> usize {
    endpoint / NETWORKS
}

/// The network of an endpoint.
#[must_use]
pub const fn network_of(endpoint: usize) -> usize {
    endpoint % NETWORKS
}

/// The region of a proxy.
#[must_use]
pub const fn home(proxy: usize) -> usize {
    proxy % REGIONS
}

/// A visitor's region as the engine takes it.
#[must_use]
pub fn region_id(visitor: usize) -> Option<RegionId> {
    if visitor == UNKNOWN {
        return None;
    }
    RegionId::new(visitor as u32 + 1)
}

/// The fences and the distances, as the engine is told.
#[must_use]
pub fn sites() -> Sites {
    let [eu, us, ap] = [0, 1, 2].map(region_id);
    let set = |regions: &[Option<RegionId>]| regions.iter().flatten().copied().collect();
    let mut sites = Sites::default();
    let fences: [(Option<RegionId>, RegionSet); 3] = [
        (eu, set(&[eu])),
        (us, set(&[eu, us, ap])),
        (ap, set(&[ap, eu])),
    ];
    for (region, allowed) in fences {
        if let Some(region) = region {
            sites = sites.with_fence(region, allowed);
        }
    }
    if let (Some(eu), Some(us), Some(ap)) = (eu, us, ap) {
        sites = sites.with_nearest(us, &[us, ap, eu]);
    }
    sites
}

/// The endpoints as the engine is told of them.
#[must_use]
pub fn members() -> Vec<Member> {
    (0..ENDPOINTS)
        .map(|at| {
            let endpoint =
                Endpoint::new(EndpointId::new(at as u16)).with_region(region_id(region_of(at)));
            Member::new(endpoint).with_name(NAMES[at])
        })
        .collect()
}

/// In which order one who knows only distances would ask the endpoints that a
/// visitor may use, seen from `proxy`.
#[must_use]
pub fn by_distance(proxy: usize, visitor: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ENDPOINTS)
        .filter(|endpoint| ALLOWED[visitor] >> endpoint & 1 == 1)
        .collect();
    order.sort_by_key(|endpoint| region_of(*endpoint) != home(proxy));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_told_what_the_law_says() {
        let sites = sites();
        for (visitor, allowed) in ALLOWED.into_iter().enumerate() {
            let residency = sites.residency(region_id(visitor));
            for endpoint in 0..ENDPOINTS {
                let permits = residency.permits(region_id(region_of(endpoint)));
                assert_eq!(
                    permits,
                    allowed >> endpoint & 1 == 1,
                    "{visitor} {endpoint}"
                );
            }
        }
    }
}
