//! What one site's visitors see of a pool.

use std::hint::select_unpredictable;

use super::{
    Draws, Key, Pick, Refused, Turns,
    alias::Alias,
    ranked::Ranked,
    rendezvous::{Contender, Rendezvous},
    rotation::Rotation,
    slots::Slots,
};
use crate::types::{EndpointId, Reason, RegionSet};

/// The endpoints that the visitors of one site may use at present, ready to be
/// picked from. It never changes, so any number of threads may read it at once.
#[derive(Clone, Debug)]
pub struct View {
    alias: Alias,
    rotation: Rotation,
    keyed: Keyed,
    /// Why a drawn endpoint is in use; why there is none, if there is none.
    reason: Reason,
    order: Box<[EndpointId]>,
    runs: Box<[u16]>,
    used: usize,
    regions: RegionSet,
}

/// Why a key leads where it does, by whether it moved. It stands in memory, since
/// with half of the endpoints down a processor foresees a branch half of the time.
static OF_KEYS: [Reason; 2] = [Reason::Keyed, Reason::KeyMoved];

/// How keys find their endpoint.
#[derive(Clone, Debug)]
enum Keyed {
    Few(Rendezvous),
    Many(Slots),
}

impl View {
    /// Up to so many endpoints of a tier, keys find theirs by rendezvous; above,
    /// by a table. To cross this line moves keys.
    pub const MOST_BY_RENDEZVOUS: usize = 8;

    pub(super) fn new(
        ranked: &Ranked,
        shares: &[(EndpointId, u32)],
        base: &[Contender],
        slots: Option<Slots>,
        regions: RegionSet,
        stamp: u64,
    ) -> View {
        let used = &shares[..ranked.used];
        View {
            alias: Alias::new(used),
            rotation: Rotation::new(used, stamp),
            keyed: match slots {
                Some(slots) => Keyed::Many(slots),
                None => Keyed::Few(Rendezvous::new(base)),
            },
            reason: ranked.reason,
            order: shares.iter().map(|(id, _)| *id).collect(),
            runs: ranked.runs.as_slice().into(),
            used: ranked.used,
            regions,
        }
    }

    /// An endpoint drawn by weight.
    ///
    /// # Errors
    ///
    /// [`Refused`] if none may be used.
    #[inline]
    pub fn draw(&self, draws: &mut Draws) -> Result<Pick, Refused> {
        self.because(self.alias.draw(draws))
    }

    /// The endpoint whose turn it is, by weight: of two that weigh the same,
    /// never one twice in a row. Weights whose turns repeat only after very
    /// many are drawn instead.
    ///
    /// # Errors
    ///
    /// [`Refused`] if none may be used.
    #[inline]
    pub fn turn(&self, turns: &mut Turns, draws: &mut Draws) -> Result<Pick, Refused> {
        match self.rotation.turn(turns) {
            Some(endpoint) => self.because(Some(endpoint)),
            None => self.draw(draws),
        }
    }

    /// The one of less `cost` of two that are drawn by weight: the *power of
    /// two choices* (Mitzenmacher 2001). The cost is the caller's, such as
    /// [`Loads::cost`](super::Loads::cost).
    ///
    /// # Errors
    ///
    /// [`Refused`] if none may be used.
    #[inline]
    pub fn better_of_two(
        &self,
        draws: &mut Draws,
        cost: impl Fn(EndpointId) -> u64,
    ) -> Result<Pick, Refused> {
        let first = self.draw(draws)?;
        if self.used < 2 {
            return Ok(first);
        }
        // Of few the second is often the first, which nobody can foresee: a
        // third that is not needed costs less than the wrong guess. With very
        // uneven weights all may be the same; then that is where the weights
        // want it.
        let (second, third) = (self.draw(draws)?, self.draw(draws)?);
        let second = select_unpredictable(second == first, third, second);
        Ok(if cost(second.endpoint) < cost(first.endpoint) {
            second
        } else {
            first
        })
    }

    /// The endpoint of `key`: always the same while it is available. When it
    /// goes, its own keys move and no others, and they come back with it.
    ///
    /// # Errors
    ///
    /// [`Refused`] if none may be used.
    #[inline]
    pub fn keyed(&self, key: Key) -> Result<Pick, Refused> {
        let found = match &self.keyed {
            Keyed::Many(slots) => Some(slots.pick(key)),
            Keyed::Few(rendezvous) => rendezvous.pick(key),
        };
        let (endpoint, moved) = found.ok_or(Refused {
            reason: self.reason,
        })?;
        let reason = OF_KEYS[usize::from(moved)];
        Ok(Pick { endpoint, reason })
    }

    /// Who else may be asked beside or after `first`, the best first: drawn by
    /// weight from those in use, then the others in order, those in doubt after
    /// the healthy ones. Fills `others` as far as there are any; gives their
    /// number.
    pub fn others(
        &self,
        first: Option<EndpointId>,
        draws: &mut Draws,
        others: &mut [EndpointId],
    ) -> usize {
        let first_in_use = self.in_use().iter().any(|used| Some(*used) == first);
        let mut found = 0;
        // Of one that is left there is nothing to draw.
        if self.used - usize::from(first_in_use) > 1 {
            for _ in 0..others.len().min(self.used) {
                if let Some(endpoint) = self.alias.draw(draws)
                    && Some(endpoint) != first
                    && !others[..found].contains(&endpoint)
                {
                    others[found] = endpoint;
                    found += 1;
                }
            }
        }
        let (drawn, rest) = others.split_at_mut(found);
        let mut filled = 0;
        let mut start = 0;
        for end in &self.runs {
            let run = &self.order[start..usize::from(*end)];
            start = usize::from(*end);
            // Not always the same one first, or it would get every hedge.
            let mut at = draws.below(run.len() as u32) as usize;
            for _ in run {
                let endpoint = run[at];
                at = if at + 1 < run.len() { at + 1 } else { 0 };
                let another = (Some(endpoint) != first) & !drawn.contains(&endpoint);
                if let Some(place) = rest.get_mut(filled) {
                    // Written whoever it is, and counted if it is another: where
                    // `first` stands can't be foretold, and a branch costs more.
                    *place = endpoint;
                    filled += usize::from(another);
                } else if another {
                    return found + filled;
                }
            }
        }
        found + filled
    }

    /// The endpoints in use, which picks without a key choose from.
    #[must_use]
    pub fn in_use(&self) -> &[EndpointId] {
        &self.order[..self.used]
    }

    /// Every endpoint that may be used, the best first.
    #[must_use]
    pub fn order(&self) -> &[EndpointId] {
        &self.order
    }

    /// Why those in use are, or why there are none.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The regions of all endpoints that are configured for these visitors.
    /// With fewer than two, the outage of a region is their outage.
    #[must_use]
    pub const fn regions(&self) -> RegionSet {
        self.regions
    }

    #[inline]
    fn because(&self, endpoint: Option<EndpointId>) -> Result<Pick, Refused> {
        let reason = self.reason;
        match endpoint {
            Some(endpoint) => Ok(Pick { endpoint, reason }),
            None => Err(Refused { reason }),
        }
    }
}
