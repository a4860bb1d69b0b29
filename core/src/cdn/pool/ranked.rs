//! Who is in use, and who stands behind them.

use super::{Health, PoolSettings};
use crate::types::Reason;

/// A member as a choice sees it: all of it that changes while a proxy runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) in_service: bool,
    pub(super) health: Health,
    /// Its configured weight, in tenths.
    pub(super) weight: u32,
    /// What slow start leaves of it at present.
    pub(super) share: u32,
}

/// The members that one site's visitors may use, the best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranked {
    /// Positions of members.
    pub(super) members: Vec<u16>,
    /// Where runs of equals end.
    pub(super) runs: Vec<u16>,
    /// How many of the members are in use.
    pub(super) used: usize,
    /// The tier that keyed picks choose from.
    pub(super) base: usize,
    /// Why these are in use, or why nobody is.
    pub(super) reason: Reason,
}

/// How far down the list a member stands whatever its tier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Healthy,
    Doubted,
    Dead,
}

impl Class {
    const ALL: [Class; 3] = [Class::Healthy, Class::Doubted, Class::Dead];

    const fn of(health: Health) -> Class {
        match health {
            Health::Healthy => Class::Healthy,
            Health::Ejected | Health::Failing => Class::Doubted,
            Health::Dead => Class::Dead,
        }
    }
}

/// Where a member stands; the first field that differs decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    class: Class,
    tier: usize,
    last_resort: bool,
}

impl Ranked {
    /// Ranks the members of `tiers` and says how many of them are in use.
    ///
    /// In use are the first tiers that together have enough available, where
    /// enough is a share of *one* tier. That one rule covers failover to the
    /// next tier, the next tier's help where few are left, and panic: if all
    /// together have too little, those in doubt are used as well. Members that
    /// both witnesses call down are in no doubt; they are used only if nothing
    /// else is in service.
    pub(super) fn new(
        tiers: &[Vec<u16>],
        standings: &[Standing],
        settings: &PoolSettings,
    ) -> Ranked {
        let order = ordered(tiers, standings);
        let up_to = |class| order.partition_point(|(place, _)| place.class <= class);
        let (healthy, doubted) = (up_to(Class::Healthy), up_to(Class::Doubted));
        let enough = enough(tiers, standings, settings, &order[..healthy]);
        let used = match enough {
            Some(used) => used,
            None if doubted > 0 => doubted,
            None => order.len(),
        };
        let reason = match used.checked_sub(1).map(|last| order[last].0) {
            None => Reason::NoEligibleEndpoint,
            Some(_) if healthy == 0 => Reason::NothingHealthy,
            Some(last) if last.class > Class::Healthy => Reason::Panic,
            Some(last) if last.tier > 0 => Reason::NextTier,
            Some(_) => Reason::FirstTier,
        };
        let ends = (1..=order.len()).filter(|end| {
            order
                .get(*end)
                .is_none_or(|(next, _)| *next != order[end - 1].0)
        });
        Ranked {
            runs: ends.map(|end| end as u16).collect(),
            members: order.iter().map(|(_, member)| *member).collect(),
            used,
            base: order.first().map_or(0, |(place, _)| place.tier),
            reason,
        }
    }
}

/// The members in service, in the order of their places. A pass for each kind of
/// place is quicker than a sort: tiers are few or small.
fn ordered(tiers: &[Vec<u16>], standings: &[Standing]) -> Vec<(Place, u16)> {
    let count = tiers.iter().map(Vec::len).sum();
    let mut order: Vec<(Place, u16)> = Vec::with_capacity(count);
    for class in Class::ALL {
        for (tier, members) in tiers.iter().enumerate() {
            for last_resort in [false, true] {
                let place = Place {
                    class,
                    tier,
                    last_resort,
                };
                let stands = |member: &&u16| {
                    let standing = &standings[usize::from(**member)];
                    standing.in_service
                        && Class::of(standing.health) == class
                        && (standing.weight == 0) == last_resort
                };
                let here = members.iter().filter(stands);
                order.extend(here.map(|member| (place, *member)));
            }
        }
    }
    order
}

/// How many of the `healthy` ones are enough; `None` if all are too few.
fn enough(
    tiers: &[Vec<u16>],
    standings: &[Standing],
    settings: &PoolSettings,
    healthy: &[(Place, u16)],
) -> Option<usize> {
    let mut available = 0;
    let mut used = 0;
    for (tier, members) in tiers.iter().enumerate() {
        let here = &healthy[used..];
        let here = &here[..here.partition_point(|(place, _)| place.tier == tier)];
        used += here.len();
        let share: u64 = (here.iter())
            .map(|(_, member)| u64::from(standings[usize::from(*member)].share))
            .sum();
        let weight: u64 = (members.iter())
            .map(|member| u64::from(standings[usize::from(*member)].weight))
            .sum();
        available += match share {
            // The tier's last resort stands in for all of it.
            0 if !here.is_empty() => 100,
            share => (share * 100).checked_div(weight).unwrap_or(0),
        };
        if used > 0 && available >= settings.enough_percent.into() {
            return Some(used);
        }
    }
    None
}
