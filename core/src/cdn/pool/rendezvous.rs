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
        // The logarithm keeps the order, so it is needed only where weights
        // differ, and their becoming even moves nothing else.
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

/// −log₂ of `bits` ÷ 2⁶⁴, in units of 2⁻²⁴.
#[inline]
fn exponential(bits: u64) -> u64 {
    // 53 bits are a float exactly, which has counted the leading zeros; the
    // instruction for that is several times slower in a loop on x86.
    let float = ((bits >> 11 | 1) as f64).to_bits();
    let exponent = float >> 52;
    // Of the mantissa 8 bits choose the line, 15 the place on it.
    let (line, place) = ((float >> 44) as u8, (float >> 29) as u32 & 0x7fff);
    let (start, rise) = LOG2[usize::from(line)];
    let fraction = start + ((rise * place) >> 15);
    ((1023 + 53 - exponent) << FRACTION) - u64::from(fraction)
}

/// The line from log₂(1 + i ÷ 256) to the next of these: its start and its
/// rise, in units of 2⁻²⁴. The rise is below 2¹⁷.
static LOG2: [(u32, u32); 256] = log2_table();

const fn log2_table() -> [(u32, u32); 256] {
    let mut table = [(0, 0); 256];
    let mut index = 0;
    while index < 256 {
        let start = log2(256 + index as u64);
        table[index] = (start, log2(257 + index as u64) - start);
        index += 1;
    }
    table
}

/// log₂ of `value` ÷ 256, which lies in 1..=2, bit by bit: squaring doubles a
/// logarithm, and whether that passes 2 is its next bit.
const fn log2(value: u64) -> u32 {
    const ONE: u128 = 1 << 62;
    let mut number = (value as u128) << 54;
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
        for bits in [1 << 11, 1 << 40, u64::MAX / 3, u64::MAX / 2, u64::MAX] {
            let exact = -((bits as f64) / 2_f64.powi(64)).log2();
            let ours = exponential(bits) as f64 / f64::from(1 << FRACTION);
            assert!((exact - ours).abs() < 1e-5, "{bits}: {exact} {ours}");
        }
    }
}
