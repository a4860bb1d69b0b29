//! Keyed picks among few endpoints.

use core::hint::select_unpredictable;

use super::{Key, View};
use crate::types::EndpointId;

/// Rendezvous hashing (Thaler and Ravishankar 1998): each endpoint has a score
/// for each key, and the highest available one is picked. So an endpoint that
/// goes gives away its own keys and no others, in the shares of the others'
/// weights.
///
/// A score is exponentially distributed with the endpoint's weight as its
/// rate, and the least wins, which is the weighted form of Mosharaf and
/// others; in whole numbers, so that every machine agrees.
#[derive(Clone, Debug)]
pub(super) struct Rendezvous {
    /// Of those that take part, the available first; places up to the most there
    /// can be, so that no pick follows a pointer.
    ids: [EndpointId; MOST],
    identities: [u64; MOST],
    /// 2³² ÷ weight: what a logarithm is multiplied by.
    inverses: [u64; MOST],
    available: usize,
    count: usize,
    even: bool,
}

const MOST: usize = View::MOST_BY_RENDEZVOUS;

/// One who takes part: who it is, its weight, and whether it is available.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contender {
    pub(super) id: EndpointId,
    pub(super) identity: Key,
    pub(super) weight: u32,
    pub(super) available: bool,
}

impl Rendezvous {
    /// The lowest bits of a cost say whose it is, so that the least is found
    /// without a branch.
    const WHO: u64 = View::MOST_BY_RENDEZVOUS as u64 - 1;

    /// Those of weight 0 take part only if no other is available. Contenders
    /// after the [`View::MOST_BY_RENDEZVOUS`]th don't.
    pub(super) fn new(contenders: &[Contender]) -> Rendezvous {
        let mut available = contenders.iter().filter(|one| one.available);
        let none_weighs = available.all(|one| one.weight == 0);
        let contenders = &contenders[..contenders.len().min(MOST)];
        let mut made = Rendezvous {
            ids: [EndpointId::new(0); MOST],
            identities: [0; MOST],
            inverses: [0; MOST],
            available: 0,
            count: 0,
            even: true,
        };
        for available in [true, false] {
            for one in contenders.iter().filter(|one| one.available == available) {
                let weight = u64::from(one.weight.max(none_weighs.into()));
                if let Some(inverse) = (1_u64 << 32).checked_div(weight) {
                    made.ids[made.count] = one.id;
                    made.identities[made.count] = one.identity.get();
                    made.inverses[made.count] = inverse;
                    made.count += 1;
                }
            }
            if available {
                made.available = made.count;
            }
        }
        let inverses = &made.inverses[..made.count];
        made.even = inverses.windows(2).all(|two| two[0] == two[1]);
        made
    }

    /// The available endpoint that comes first for `key`, and whether an
    /// unavailable one would have come before it.
    #[inline]
    pub(super) fn pick(&self, key: Key) -> Option<(EndpointId, bool)> {
        // The logarithm keeps the order of scores that differ by more than its
        // error, so it is needed only where weights differ, and when they become
        // even, hardly a key moves that would not otherwise.
        if self.even {
            self.best(|at| !score(key, self.identities[at]))
        } else {
            self.best(|at| exponential(score(key, self.identities[at])) * self.inverses[at])
        }
    }

    #[inline]
    fn best(&self, cost: impl Fn(usize) -> u64) -> Option<(EndpointId, bool)> {
        let (mut of_all, mut best) = (u64::MAX, u64::MAX);
        for at in 0..self.count.min(MOST) {
            let cost = cost(at) & !Rendezvous::WHO | at as u64;
            of_all = select_unpredictable(cost < of_all, cost, of_all);
            best = select_unpredictable(at < self.available, of_all, best);
        }
        if self.available == 0 {
            return None;
        }
        Some((self.ids[(best & Rendezvous::WHO) as usize], of_all < best))
    }
}

/// 64 bits of the key and the endpoint together, the highest the best mixed.
#[inline]
pub(super) const fn score(key: Key, identity: u64) -> u64 {
    let bits = (key.get() ^ identity).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (bits ^ (bits >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Fraction bits of a logarithm.
const FRACTION: u32 = 24;

/// −log₂ of `bits` ÷ 2⁶⁴, in units of 2⁻²⁴, to within 2⁻¹².
#[inline]
fn exponential(bits: u64) -> u64 {
    // 53 bits are a float exactly, which has counted the leading zeros; the
    // instruction for that is several times slower in a loop on x86.
    let float = ((bits >> 11 | 1) as f64).to_bits();
    // Exponent and mantissa together are the logarithm but for a bend between
    // the powers of two (Mitchell 1962).
    let straight = float >> (52 - FRACTION);
    let place = straight >> (FRACTION - PLACES.ilog2()) & (PLACES - 1);
    ((1023 + 53) << FRACTION) - straight - u64::from(BENDS[place as usize])
}

/// How many steps the bend has.
const PLACES: u64 = 2048;

/// log₂(1 + x) − x in units of 2⁻²⁴: for each step the lesser of its two ends, so
/// that no logarithm falls below 0.
static BENDS: [u32; PLACES as usize] = {
    let mut bends = [0; PLACES as usize];
    let mut place = 0;
    while place < PLACES {
        let (start, end) = (bend(place), bend(place + 1));
        bends[place as usize] = if start < end { start } else { end };
        place += 1;
    }
    bends
};

const fn bend(place: u64) -> u32 {
    log2(PLACES + place) - ((place << FRACTION) / PLACES) as u32
}

/// log₂ of `value` ÷ [`PLACES`], which lies in 1..=2, bit by bit: squaring doubles
/// a logarithm, and whether that passes 2 is its next bit.
const fn log2(value: u64) -> u32 {
    const ONE: u128 = 1 << 62;
    let mut number = value as u128 * ONE / PLACES as u128;
    if number >= 2 * ONE {
        return 1 << FRACTION;
    }
    let mut bits = 0;
    let mut round = 0;
    while round < FRACTION {
        number = number * number / ONE;
        bits <<= 1;
        if number >= 2 * ONE {
            number /= 2;
            bits |= 1;
        }
        round += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_one() {
        for bits in [0, 1 << 11, 1 << 40, u64::MAX / 3, u64::MAX / 2, u64::MAX] {
            let exact = -((bits | 1 << 11) as f64 / 2_f64.powi(64)).log2();
            let ours = exponential(bits) as f64 / f64::from(1 << FRACTION);
            assert!(
                (exact - ours).abs() < 1.0 / 4096.0,
                "{bits}: {exact} {ours}"
            );
        }
    }
}
