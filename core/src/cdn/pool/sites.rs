//! Where visitors are, what they may use, and what is near to them.

use crate::cdn::{Endpoint, Residency};
use crate::types::{RegionId, RegionSet};

/// The sites that visitors belong to, one to each region.
///
/// A site may have a residency fence, an order of edge groups of its own, and
/// an order of regions by distance. Without any of these, endpoints rank by
/// their priority, and of those the visitor's own region comes first.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::pool::Sites;
/// use hedgerow::types::{RegionId, RegionSet};
///
/// let (eu, us) = (RegionId::new(1).unwrap(), RegionId::new(2).unwrap());
/// let sites = Sites::default().with_fence(eu, RegionSet::from_iter([eu]));
///
/// assert!(!sites.residency(Some(eu)).permits(Some(us)));
/// assert!(sites.residency(Some(us)).permits(Some(eu)), "no fence of its own");
/// // Nobody knows where this visitor is: the strictest zone.
/// assert!(!sites.residency(None).permits(Some(us)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sites {
    own: Vec<(RegionId, Site)>,
    others: Option<RegionSet>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Site {
    fence: Option<RegionSet>,
    groups: Vec<u16>,
    nearest: Vec<RegionId>,
}

impl Sites {
    /// Fences visitors in `region`: only endpoints in `allowed` may serve them.
    #[must_use]
    pub fn with_fence(mut self, region: RegionId, allowed: RegionSet) -> Sites {
        self.site(region).fence = Some(allowed);
        self
    }

    /// Fences the visitors of all regions that have no fence of their own.
    #[must_use]
    pub const fn with_fence_for_others(mut self, allowed: RegionSet) -> Sites {
        self.others = Some(allowed);
        self
    }

    /// Gives visitors in `region` an order of edge groups of their own: the
    /// priorities of the endpoints, the first to use first. Priorities that
    /// are not listed come after it.
    #[must_use]
    pub fn with_groups(mut self, region: RegionId, priorities: &[u16]) -> Sites {
        self.site(region).groups = priorities.to_vec();
        self
    }

    /// Says which regions are near to visitors in `region`, the nearest first.
    /// Their own is nearest unless it is listed elsewhere; those that are not
    /// listed are the furthest.
    #[must_use]
    pub fn with_nearest(mut self, region: RegionId, regions: &[RegionId]) -> Sites {
        self.site(region).nearest = regions.to_vec();
        self
    }

    /// The fence around a visitor. Of a visitor whose region is not known only
    /// what every fence permits is asked.
    #[must_use]
    pub fn residency(&self, visitor: Option<RegionId>) -> Residency {
        let fence = match visitor {
            Some(region) => self.of(region).and_then(|site| site.fence).or(self.others),
            None => (self.own.iter())
                .filter_map(|(_, site)| site.fence)
                .chain(self.others)
                .reduce(RegionSet::intersection),
        };
        let residency = Residency::new(visitor);
        match fence {
            Some(allowed) => residency.with_allowed(allowed),
            None => residency,
        }
    }

    /// Where `endpoint` stands for a visitor, lower first: by edge group, and
    /// in a group by distance from the *visitor*, so that a failover leads to
    /// the nearest of the next group as well.
    #[must_use]
    pub fn rank(&self, visitor: Option<RegionId>, endpoint: &Endpoint) -> u64 {
        let site = visitor.and_then(|region| self.of(region));
        let groups = site.map_or(&[][..], |site| &site.groups);
        let listed = groups
            .iter()
            .position(|priority| *priority == endpoint.priority);
        let group = listed.unwrap_or(groups.len() + usize::from(endpoint.priority));
        let distance = match (visitor, endpoint.region) {
            (Some(visitor), Some(region)) => {
                let nearest = site.map_or(&[][..], |site| &site.nearest);
                let listed = nearest.iter().position(|near| *near == region);
                match listed {
                    Some(place) => (place + 1).min(Sites::FURTHEST),
                    None if region == visitor => 0,
                    None => Sites::FURTHEST,
                }
            }
            _ => Sites::FURTHEST,
        };
        (group as u64) << 8 | distance as u64
    }

    const FURTHEST: usize = 0xff;

    /// The regions whose visitors are not treated as those of others.
    pub(super) fn regions(&self) -> impl Iterator<Item = RegionId> {
        self.own.iter().map(|(region, _)| *region)
    }

    fn of(&self, region: RegionId) -> Option<&Site> {
        let found = self.own.iter().find(|(own, _)| *own == region);
        found.map(|(_, site)| site)
    }

    fn site(&mut self, region: RegionId) -> &mut Site {
        let found = self.own.iter().position(|(own, _)| *own == region);
        let at = found.unwrap_or_else(|| {
            self.own.push((region, Site::default()));
            self.own.len() - 1
        });
        &mut self.own[at].1
    }
}
