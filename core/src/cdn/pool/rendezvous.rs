//! Keyed picks among few endpoints.

use core::hint::select_unpredictable;

use super::{Key, View};
use crate::types::EndpointId;

/// Rendezvous hashing (Thaler and Ravishankar 1998): each endpoint has a score
/// for each key, and of those available the one with the least is picked. So an
/// endpoint that goes gives away its own keys and no others, in the shares of the
/// others' weights.
///
/// A score is exponentially distributed, the endpoint's weight being its rate,
/// which is the weighted form of Mosharaf and others; in whole numbers, so that
/// every machine agrees.
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
        // The logarithm keeps the order of what differs by more than its error, so
        // it is needed only where weights differ, and when they become even,
        // hardly a key moves that would not otherwise.
        if self.even {
            self.best(|at| Score::new(key, self.identities[at]).rank())
        } else {
            self.best(|at| Score::new(key, self.identities[at]).exponential() * self.inverses[at])
        }
    }

    #[inline]
    fn best(&self, cost: impl Fn(usize) -> u64) -> Option<(EndpointId, bool)> {
        let cost = |at: usize| cost(at) & !Rendezvous::WHO | at as u64;
        let lesser = |a: u64, b: u64| select_unpredictable(a < b, a, b);
        let (count, available) = (self.count.min(MOST), self.available.min(MOST));
        let best = (0..available).fold(u64::MAX, |best, at| lesser(cost(at), best));
        let of_all = (available..count).fold(best, |best, at| lesser(cost(at), best));
        if available == 0 {
            return None;
        }
        Some((self.ids[(best & Rendezvous::WHO) as usize], of_all < best))
    }
}

/// 64 well-mixed bits of a key and an endpoint together; the least is the best.
///
/// It is read as an exponentially distributed number, whose whole part is a
/// geometric one, as the number of zeros at a number's end is, and whose rest is a
/// function of a uniform one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(u64);

impl Score {
    /// Fraction bits of a logarithm.
    const FRACTION: u32 = 24;
    /// Zeros are counted up to so many; with two endpoints, one key in 2³² would
    /// tell the difference.
    const MOST_ZEROS: u32 = 16;

    /// Both halves of a product, one folded onto the other.
    #[inline]
    pub(super) const fn new(key: Key, identity: u64) -> Score {
        let product = (key.get() ^ identity) as u128 * 0xd6e8_feb8_6659_fd93;
        Score((product >> 64) as u64 ^ product as u64)
    }

    #[inline]
    const fn zeros(self) -> u64 {
        (self.0 | 1 << Score::MOST_ZEROS).trailing_zeros() as u64
    }

    /// In the order of what is exponentially distributed.
    #[inline]
    const fn rank(self) -> u64 {
        (self.zeros() << 58) + (self.0 >> 6)
    }

    /// The exponentially distributed number, its half-life being 1, in units of
    /// 2⁻²⁴, to within 2⁻¹².
    #[inline]
    const fn exponential(self) -> u64 {
        // −log₂(1 − x ÷ 2) is x but for a bend between 0 and 1 (Mitchell 1962).
        let straight = (self.zeros() << Score::FRACTION) + (self.0 >> (64 - Score::FRACTION));
        straight - BENDS[(self.0 >> (64 - PLACES.ilog2())) as usize] as u64
    }
}

/// How many steps the bend has.
const PLACES: u64 = 2048;

/// x + log₂(1 − x ÷ 2) in units of 2⁻²⁴: for each step the lesser of its two ends,
/// so that no number falls below 0.
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
    let rest = PLACES - place;
    log2(PLACES + rest) - ((rest << Score::FRACTION) / PLACES) as u32
}

/// log₂ of `value` ÷ [`PLACES`], which lies in 1..=2, bit by bit: squaring doubles
/// a logarithm, and whether that passes 2 is its next bit.
const fn log2(value: u64) -> u32 {
    const ONE: u128 = 1 << 62;
    let mut number = value as u128 * ONE / PLACES as u128;
    if number >= 2 * ONE {
        return 1 << Score::FRACTION;
    }
    let mut bits = 0;
    let mut round = 0;
    while round < Score::FRACTION {
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
    fn it_is_exponentially_distributed() {
        let mut beyond = [0_u32; 12];
        let scores = 1 << 20;
        for number in 0..scores {
            let score = Score::new(Key::of_number(number), 0x9e37_79b9_7f4a_7c15);
            let half_lives = score.exponential() as f64 / f64::from(1 << Score::FRACTION);
            for (at, beyond) in beyond.iter_mut().enumerate() {
                *beyond += u32::from(half_lives >= at as f64 / 2.0);
            }
        }
        for (at, beyond) in beyond.into_iter().enumerate() {
            let expected = scores as f64 * (-(at as f64) / 2.0).exp2();
            let off = (f64::from(beyond) - expected).abs();
            assert!(
                off <= 5.0 * expected.sqrt(),
                "{at}: {beyond}, not {expected}"
            );
        }
    }

    #[test]
    fn the_logarithm_is_one() {
        for bits in [0, 1 << 50, u64::MAX / 3, u64::MAX / 2, u64::MAX - 1] {
            let score = Score(bits | 1);
            let exact = -(1.0 - score.0 as f64 / 2_f64.powi(65)).log2();
            let ours = score.exponential() as f64 / f64::from(1 << Score::FRACTION);
            assert!(
                (exact - ours).abs() < 1.0 / 4096.0,
                "{bits}: {exact} {ours}"
            );
        }
    }
}
