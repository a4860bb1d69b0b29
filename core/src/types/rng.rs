//! Seeded randomness that gives the same draws in every face and release.

/// A 32-bit SplitMix generator.
///
/// It decides placement, so its output is part of the public contract: the
/// browser shim draws the same numbers in JavaScript, where 32 bits multiply
/// exactly. The mixing constants are those of Wellons' *prospecting for hash
/// functions* (`lowbias32` family). Not for secrets.
///
/// # Example
///
/// ```
/// use hedgerow::types::Rng;
///
/// // Published test vector: these numbers never change.
/// let mut rng = Rng::new(1);
/// assert_eq!([rng.next_u32(), rng.next_u32()], [0x5e2d_1772, 0x14e4_98f0]);
/// ```
#[derive(Clone, Debug)]
pub struct Rng(u32);

impl Rng {
    /// A generator started from `seed`.
    #[must_use]
    pub const fn new(seed: u32) -> Rng {
        Rng(seed)
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9);
        let mut t = self.0;
        t = (t ^ (t >> 16)).wrapping_mul(0x21f0_aaad);
        t = (t ^ (t >> 15)).wrapping_mul(0x735a_2d97);
        t ^ (t >> 15)
    }

    /// A number in `0..bound`, or 0 if `bound` is 0.
    ///
    /// The modulo bias is below 2⁻¹⁰ for the sums of weights it is used with.
    pub fn below(&mut self, bound: u32) -> u32 {
        let draw = self.next_u32();
        draw.checked_rem(bound).unwrap_or(0)
    }
}
