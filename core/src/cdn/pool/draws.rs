//! A worker's own source of draws.

/// The randomness of unkeyed picks: one per worker, so that workers share
/// nothing that is written.
///
/// It is SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom
/// number generators*, 2014): its state moves on by an addition, so that the
/// processor overlaps one draw with the next. Not for secrets.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::pool::Draws;
///
/// // Published test vector: these numbers never change.
/// let mut draws = Draws::new(1);
/// assert_eq!(draws.next_u64(), 0x910a_2dec_8902_5cc1);
/// ```
#[derive(Clone, Debug)]
pub struct Draws(u64);

impl Draws {
    /// A source started from `seed`. Workers need different ones.
    #[must_use]
    pub const fn new(seed: u64) -> Draws {
        Draws(seed)
    }

    /// The next 64 bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in `0..bound`, or 0 if `bound` is 0. The bias is below
    /// `bound` · 2⁻³².
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        let high = self.next_u64() >> 32;
        ((high * u64::from(bound)) >> 32) as u32
    }
}

/// The finaliser of SplitMix64, which is Stafford's *Mix13*: a bijection on
/// 64 bits in which every bit of the input moves every bit of the output.
#[inline]
pub(super) const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
