//! The tiers of each site, which change only with the configuration.

use std::sync::Arc;

use super::{
    Member, Sites, View, owners::Owners, ranked::Standing, rendezvous::Contender, slots::Slots,
};
use crate::types::{EndpointId, Reason, RegionId, RegionSet};

/// What one group of sites sees, and what was built of it last.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Positions of members, by tier, the first tier first.
    pub(super) tiers: Vec<Vec<u16>>,
    /// The tables of the tiers that keyed picks have come to use, which are kept
    /// for when they do again.
    pub(super) owners: Vec<Option<Arc<Owners>>>,
    /// Why there is nobody, if there is nobody.
    pub(super) nobody: Reason,
    pub(super) regions: RegionSet,
    pub(super) view: Option<Arc<View>>,
}

/// The layouts of every site, and which of them a region has (0 is the unknown
/// one). Regions that see the same share one.
pub(super) fn of_sites(members: &[Member], sites: &Sites) -> (Vec<Layout>, [u8; 33]) {
    let mut layouts: Vec<Layout> = Vec::new();
    let mut index = |layout: Layout| {
        let same = |known: &Layout| known.tiers == layout.tiers && known.nobody == layout.nobody;
        let found = layouts.iter().position(same);
        found.unwrap_or_else(|| {
            layouts.push(layout);
            layouts.len() - 1
        }) as u8
    };
    let mut of_region = [0; 33];
    of_region[0] = index(Layout::new(None, members, sites));
    let special: RegionSet = (sites.regions())
        .chain(members.iter().filter_map(|member| member.endpoint.region))
        .collect();
    // All regions that nothing is said of see the same.
    let mut elsewhere = None;
    for number in 1..=32 {
        let Some(region) = RegionId::new(number) else {
            continue;
        };
        let mut own = || index(Layout::new(Some(region), members, sites));
        of_region[number as usize] = if special.contains(region) {
            own()
        } else {
            *elsewhere.get_or_insert_with(own)
        };
    }
    (layouts, of_region)
}

impl Layout {
    fn new(visitor: Option<RegionId>, members: &[Member], sites: &Sites) -> Layout {
        let residency = sites.residency(visitor);
        let mut ranks: Vec<(u64, u16)> = (members.iter().zip(0..))
            .filter(|(member, _)| residency.permits(member.endpoint.region))
            .filter(|(member, _)| !member.endpoint.insecure)
            .map(|(member, at)| (sites.rank(visitor, &member.endpoint), at))
            .collect();
        ranks.sort_unstable();
        let tiers: Vec<Vec<u16>> = ranks
            .chunk_by(|(rank, _), (next, _)| rank == next)
            .map(|tier| tier.iter().map(|(_, at)| *at).collect())
            .collect();
        let region = |(_, at): &(u64, u16)| members[usize::from(*at)].endpoint.region;
        let fenced = !members.is_empty()
            && (members.iter()).all(|member| !residency.permits(member.endpoint.region));
        Layout {
            owners: vec![None; tiers.len()],
            tiers,
            nobody: if fenced {
                Reason::OutsideResidency
            } else {
                Reason::NoEligibleEndpoint
            },
            regions: ranks.iter().filter_map(region).collect(),
            view: None,
        }
    }

    /// Whether any of its members differs between two moments.
    pub(super) fn differs(&self, before: &[Standing], now: &[Standing]) -> bool {
        let differs = |at: &u16| before[usize::from(*at)] != now[usize::from(*at)];
        self.tiers.iter().flatten().any(differs)
    }

    /// Who serves the keys of a tier; `None` where there are few endpoints, and
    /// keys do without a table.
    pub(super) fn slots(
        &mut self,
        tier: usize,
        tables: &mut Tables,
        base: &[Contender],
    ) -> Option<Slots> {
        if base.len() <= View::MOST_BY_RENDEZVOUS {
            return None;
        }
        let table = tables.of(base);
        *self.owners.get_mut(tier)? = Some(Arc::clone(&table.owners));
        table.slots(base)
    }
}

/// The tables in use, which sites with the same tier share, and which outlast
/// changes elsewhere in the pool.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables(Vec<Table>);

#[derive(Clone, Debug)]
struct Table {
    /// The tier and its weights.
    of: Vec<(EndpointId, u32)>,
    owners: Arc<Owners>,
    /// Who was available of it last, and who served what then.
    last: Option<(Box<[bool]>, Slots)>,
}

impl Table {
    fn slots(&mut self, base: &[Contender]) -> Option<Slots> {
        let available = || base.iter().map(|one| one.available);
        if let Some((known, slots)) = &self.last
            && known.iter().copied().eq(available())
        {
            return Some(slots.clone());
        }
        let slots = Slots::new(&self.owners, base)?;
        self.last = Some((available().collect(), slots.clone()));
        Some(slots)
    }
}

impl Tables {
    fn of(&mut self, base: &[Contender]) -> &mut Table {
        let tier = || base.iter().map(|one| (one.id, one.weight));
        let mut tables = self.0.iter();
        let known = tables.position(|table| table.of.iter().copied().eq(tier()));
        let at = known.unwrap_or_else(|| {
            self.0.push(Table {
                of: tier().collect(),
                owners: Arc::new(Owners::new(base)),
                last: None,
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Drops what no layout holds any more.
    pub(super) fn forget_unused(&mut self) {
        self.0.retain(|table| Arc::strong_count(&table.owners) > 1);
    }
}
