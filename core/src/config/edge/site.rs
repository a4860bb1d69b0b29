//! What visitors of each region may use, and in which order.

use super::region::{Region, Regions};
use crate::{
    cdn::pool::Sites,
    config::{
        limits::{self, MAX_REGIONS},
        problem::{
            ProblemCode::{Conflict, DuplicateId, NoEndpoint},
            Problems,
        },
        reader::At,
    },
    types::RegionSet,
};

/// A site: what the visitors of one region may use, or those of all regions that
/// have none of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Site {
    /// Whose site it is; not given, that of all others.
    pub region: Option<Region>,
    /// The residency fence: endpoints of other regions, or of none, never serve
    /// these visitors. Not given, all may.
    pub allowed: Option<Vec<Region>>,
    /// Which edge groups are used first: the priorities of endpoints, in this
    /// order. Those that are not listed come after them.
    pub groups: Vec<u16>,
    /// Which regions are near, the nearest first. Their own is nearest unless it
    /// is listed elsewhere.
    pub nearest: Vec<Region>,
}

impl Site {
    pub(super) const FIELDS: &'static [&'static str] = &["region", "allowed", "groups", "nearest"];

    pub(super) fn read_all(
        at: &At<'_>,
        regions: &mut Regions,
        problems: &mut Problems,
    ) -> Vec<Site> {
        let want = "an array such as [{\"region\": \"eu\", \"allowed\": [\"eu\"]}]";
        // One for each region, and one for all others.
        let items = at.items(want, MAX_REGIONS + 1, problems);
        let mut sites: Vec<Site> = Vec::new();
        for item in items.unwrap_or_default() {
            let Some(site) = Site::read(&item, regions, problems) else {
                continue;
            };
            if sites.iter().any(|known| known.region == site.region) {
                let message = match &site.region {
                    Some(region) => {
                        format!("\"{}\" has a site already: write each once", region.name)
                    }
                    None => "is a second site for all others: write `region`".to_owned(),
                };
                problems.add(&item.path, DuplicateId, message);
            }
            sites.push(site);
        }
        sites
    }

    fn read(at: &At<'_>, regions: &mut Regions, problems: &mut Problems) -> Option<Site> {
        let want = "an object such as {\"region\": \"eu\", \"allowed\": [\"eu\"]}";
        let object = at.strict_object(want, Self::FIELDS, problems)?;
        let region = match object.get("region") {
            // A site for one region must not become everybody's.
            Some(at) => Some(regions.read(&at, problems)?),
            None => None,
        };
        let allowed = object.get("allowed").map(|at| {
            let allowed = regions.read_list(&at, problems);
            if at.value.as_array().is_some_and(Vec::is_empty) {
                let message = "allows no region: write one, or leave it out for all";
                problems.add(&at.path, NoEndpoint, message);
            }
            allowed
        });
        let groups = object.get("groups").map(|at| {
            let want = "an array of priorities such as [1, 0]";
            let items = at.items(want, limits::MAX_ENDPOINTS, problems);
            let read = |item: &At<'_>| item.integer(limits::PRIORITY, problems);
            let groups = items.unwrap_or_default();
            groups
                .iter()
                .filter_map(read)
                .map(|group| group as u16)
                .collect()
        });
        let nearest = object
            .get("nearest")
            .map(|at| regions.read_list(&at, problems));
        for (field, given) in [("groups", groups.is_some()), ("nearest", nearest.is_some())] {
            if given && region.is_none() {
                let message = "is an order for one region's visitors: write `region` beside it";
                problems.add(&object.path_of(field), Conflict, message);
            }
        }
        Some(Site {
            region,
            allowed,
            groups: groups.unwrap_or_default(),
            nearest: nearest.unwrap_or_default(),
        })
    }

    /// Adds it to those that a pool knows.
    pub(super) fn add_to(&self, sites: Sites) -> Sites {
        let allowed = self.allowed.as_ref().map(|allowed| set(allowed));
        let Some(region) = self.region.as_ref().map(|region| region.id) else {
            return match allowed {
                Some(allowed) => sites.with_fence_for_others(allowed),
                None => sites,
            };
        };
        let nearest: Vec<_> = self.nearest.iter().map(|near| near.id).collect();
        let sites = match allowed {
            Some(allowed) => sites.with_fence(region, allowed),
            None => sites,
        };
        sites
            .with_groups(region, &self.groups)
            .with_nearest(region, &nearest)
    }
}

/// Regions as a set.
pub(super) fn set(regions: &[Region]) -> RegionSet {
    regions.iter().map(|region| region.id).collect()
}
