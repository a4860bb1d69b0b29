//! Keyed picks among few endpoints.

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
#[derive(Clone, Debug, Default)]
pub(super) struct Rendezvous {
    entries: Box<[Entry]>,
    even: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    identity: u64,
    /// 2³² ÷ weight: what a score is multiplied by.
    inverse: u64,
    /// All ones while it is not available, which makes every cost the highest.
    unavailable: u64,
    id: EndpointId,
}

/// One who takes part: who it is, its weight, and whether it is available.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contender {
    pub(super) id: EndpointId,
    pub(super) identity: Key,
    pub(super) weight: u32,
    pub(super) available: bool,
}

impl Rendezvous {
    /// The lowest bits of a cost say whose it is, so that the least cost is
    /// found without a branch.
    const WHO: u64 = View::MOST_BY_RENDEZVOUS as u64 - 1;

    /// Those of weight 0 take part only if no other is available. Contenders
    /// after the [`View::MOST_BY_RENDEZVOUS`]th don't.
    pub(super) fn new(contenders: &[Contender]) -> Rendezvous {
        let mut available = contenders.iter().filter(|one| one.available);
        let none_weighs = available.all(|one| one.weight == 0);
        let entry = |one: &Contender| {
            let weight = one.weight.max(none_weighs.into());
            Some(Entry {
                identity: one.identity.get(),
                inverse: (1_u64 << 32).checked_div(weight.into())?,
                unavailable: if one.available { 0 } else { u64::MAX },
                id: one.id,
            })
        };
        let entries: Box<[Entry]> = (contenders.iter())
            .take(View::MOST_BY_RENDEZVOUS)
            .filter_map(entry)
            .collect();
        let first = entries.first().map_or(0, |entry| entry.inverse);
        Rendezvous {
            even: entries.iter().all(|entry| entry.inverse == first),
            entries,
        }
    }

    /// The available endpoint that comes first for `key`, and whether an
    /// unavailable one would have come before it.
    #[inline]
    pub(super) fn pick(&self, key: Key) -> Option<(EndpointId, bool)> {
        // The logarithm keeps the order, so it is needed only where weights
        // differ, and their becoming even moves nothing else.
        if self.even {
            self.best(|entry| !score(key, entry.identity))
        } else {
            self.best(|entry| exponential(score(key, entry.identity)) * entry.inverse)
        }
    }

    #[inline]
    fn best(&self, cost: impl Fn(&Entry) -> u64) -> Option<(EndpointId, bool)> {
        let (mut least, mut least_available) = (u64::MAX, u64::MAX);
        for (who, entry) in self.entries.iter().enumerate() {
            // Half of it, so that no available one costs as much as an
            // unavailable one.
            let cost = (cost(entry) >> 1) & !Rendezvous::WHO | who as u64;
            least = least.min(cost);
            least_available = least_available.min(cost | entry.unavailable);
        }
        if least_available == u64::MAX {
            return None;
        }
        let entry = self
            .entries
            .get((least_available & Rendezvous::WHO) as usize)?;
        Some((entry.id, least < least_available))
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
    let bits = bits.max(1);
    let zeros = bits.leading_zeros();
    // The 23 bits after the leading one: 8 choose the line, 15 the place on it.
    let mantissa = (bits << zeros) >> 40 & 0x7f_ffff;
    let (start, rise) = LOG2[(mantissa >> 15) as usize];
    let fraction = start + ((rise * (mantissa as u32 & 0x7fff)) >> 15);
    (u64::from(zeros + 1) << FRACTION) - u64::from(fraction)
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
        for bits in [1, 2, 3, 1 << 20, u64::MAX / 3, u64::MAX / 2, u64::MAX] {
            let exact = -((bits as f64) / 2_f64.powi(64)).log2();
            let ours = exponential(bits) as f64 / f64::from(1 << FRACTION);
            assert!((exact - ours).abs() < 1e-5, "{bits}: {exact} {ours}");
        }
    }
}
