//! What a keyed pick is made by.

use super::draws::mix;

/// A request's key, or an endpoint's identity, as 64 well-mixed bits.
///
/// The function decides placement, so it is part of the public contract and
/// never changes: eight bytes at a time, little-endian, each taken in by an
/// exclusive or, a multiplication and a shift, as in the finaliser of
/// `MurmurHash3` (Appleby), then the length, then Stafford's *Mix13*. Every
/// step is a bijection, so keys of up to eight bytes never collide with
/// others of their length. It is not keyed: whoever can choose keys can choose
/// where they land, though never outside the pool.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::pool::Key;
///
/// // Published test vectors: these numbers never change.
/// assert_eq!(Key::of(b"/widget/loader.js").get(), 0x2d8b_fc3d_aaa0_64cb);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    const START: u64 = 0x243f_6a88_85a3_08d3;
    const FACTOR: u64 = 0x9fb2_1c65_1e98_df25;

    /// The key of some bytes, such as a path or a session's name.
    #[must_use]
    #[inline]
    pub fn of(bytes: &[u8]) -> Key {
        let (words, tail) = bytes.as_chunks::<8>();
        let mut state = Key::START;
        for word in words {
            state = Key::step(state, u64::from_le_bytes(*word));
        }
        if !tail.is_empty() {
            let mut word = [0; 8];
            word[..tail.len()].copy_from_slice(tail);
            state = Key::step(state, u64::from_le_bytes(word));
        }
        Key(mix(state ^ bytes.len() as u64))
    }

    /// The key of a number, such as a connection's.
    #[must_use]
    pub const fn of_number(number: u64) -> Key {
        Key(mix(number ^ Key::START))
    }

    /// A key that was worked out before.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Key {
        Key(bits)
    }

    /// The 64 bits.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    #[inline]
    const fn step(state: u64, word: u64) -> u64 {
        let state = (state ^ word).wrapping_mul(Key::FACTOR);
        state ^ (state >> 32)
    }
}
