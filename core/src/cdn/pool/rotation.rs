//! Turns in a fixed order.

use crate::types::EndpointId;

/// The order of turns of smooth weighted round robin, as nginx takes them:
/// each turn every endpoint gains its weight, the highest has the turn and
/// pays the sum. Weights 3:1 give `a a b a`, never `a a a b`. Worked out once
/// for a whole period, so that a turn is one load.
#[derive(Clone, Debug, Default)]
pub(super) struct Rotation {
    turns: Box<[EndpointId]>,
    /// Tells this order from the one before a change of the pool.
    stamp: u64,
}

impl Rotation {
    /// Working out a period takes as many steps as it has turns, times the
    /// number of endpoints. Beyond this there is none, and turns are drawn.
    const MOST_STEPS: u64 = 1 << 16;

    /// The order of these endpoints and weights; those of weight 0 have turns
    /// only if all have weight 0. Empty if its period is too long.
    pub(super) fn new(endpoints: &[(EndpointId, u32)], stamp: u64) -> Rotation {
        let first = endpoints.first().map_or(0, |(_, weight)| *weight);
        let turns = if endpoints.iter().all(|(_, weight)| *weight == first) {
            // Without weights every order is smooth.
            endpoints.iter().map(|(id, _)| *id).collect()
        } else {
            period(endpoints)
        };
        Rotation { turns, stamp }
    }

    /// The endpoint whose turn it is.
    #[inline]
    pub(super) fn turn(&self, turns: &mut Turns) -> Option<EndpointId> {
        let mut at = turns.next as usize;
        if turns.stamp != self.stamp || at >= self.turns.len() {
            at = self.resume(turns)?;
        }
        let endpoint = *self.turns.get(at)?;
        turns.next = self.after(at) as u32;
        turns.last = Some(endpoint);
        Some(endpoint)
    }

    /// Where a worker goes on that comes from another order. Apart, so that a
    /// turn is short enough to be inlined.
    #[cold]
    fn resume(&self, turns: &mut Turns) -> Option<usize> {
        let at = (turns.next as usize).checked_rem(self.turns.len())?;
        // A place in the old order means nothing in the new one, but whoever
        // had the last turn before a change must not have the first after it.
        let again = turns.last == self.turns.get(at).copied();
        turns.stamp = self.stamp;
        Some(if again { self.after(at) } else { at })
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        if at + 1 < self.turns.len() { at + 1 } else { 0 }
    }
}

fn period(endpoints: &[(EndpointId, u32)]) -> Box<[EndpointId]> {
    let divisor = endpoints.iter().fold(0, |a, (_, weight)| gcd(a, *weight));
    let taking: Vec<(EndpointId, i64)> = (endpoints.iter())
        .filter(|(_, weight)| *weight > 0)
        .map(|(id, weight)| (*id, i64::from(weight / divisor)))
        .collect();
    let length: i64 = taking.iter().map(|(_, weight)| weight).sum();
    let steps = (length as u64).saturating_mul(taking.len() as u64);
    if steps > Rotation::MOST_STEPS {
        return Box::default();
    }
    let mut credit = vec![0; taking.len()];
    let turn = |_| {
        let mut highest = 0;
        for (index, (_, weight)) in taking.iter().enumerate() {
            credit[index] += weight;
            if credit[index] > credit[highest] {
                highest = index;
            }
        }
        credit[highest] -= length;
        taking[highest].0
    };
    (0..length).map(turn).collect()
}

/// A worker's place in the order of turns.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    next: u32,
    stamp: u64,
    last: Option<EndpointId>,
}

impl Turns {
    /// A worker that begins with the turn `offset`. If all began with the
    /// first, the first requests would all meet at one endpoint.
    #[must_use]
    pub const fn starting_at(offset: u32) -> Turns {
        Turns {
            next: offset,
            stamp: 0,
            last: None,
        }
    }
}

const fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
