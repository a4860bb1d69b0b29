//! Sets of a text's bytes, one bit for each.
//!
//! How long a name is, and where in it a hash starts, nobody can guess. So no
//! loop asks byte after byte: all of them are put into sets in a fixed number of
//! steps, and the sets are asked.

use wide::u8x16;

/// How many bytes have a bit: the last ones of a text.
pub(super) const WINDOW: usize = 64;
const HALF: usize = 32;
const CHUNK: usize = 16;

/// The last [`WINDOW`] bytes of a text.
pub(super) struct Window {
    chunks: [u8x16; 3],
    /// What is in none of the chunks before is in the last, which may overlap them.
    last: u8x16,
    /// How many bytes the window has more than the text.
    before: u32,
}

impl Window {
    /// Without a branch on how long the text is, which nobody can guess.
    #[inline(always)]
    pub(super) fn of(text: &[u8]) -> Window {
        let window = &text[text.len().saturating_sub(WINDOW)..];
        let Some(last) = window.last_chunk() else {
            return Window {
                chunks: [u8x16::ZERO; 3],
                last: u8x16::new(padded(text)),
                before: 0,
            };
        };
        let chunk = |at: usize| {
            let chunk = window.get(at..at + CHUNK).and_then(<[u8]>::first_chunk);
            u8x16::new(*chunk.unwrap_or(&[0; CHUNK]))
        };
        Window {
            chunks: [chunk(0), chunk(CHUNK), chunk(HALF)],
            last: u8x16::new(*last),
            before: (WINDOW - window.len()) as u32,
        }
    }

    /// The set of the bytes in a class, which must not have the byte 0. The highest bit
    /// is that of the last byte.
    #[inline(always)]
    pub(super) fn set(&self, class: impl Fn(u8x16) -> u8x16) -> u64 {
        let [first, second, third] = self.chunks.map(|chunk| bits(class(chunk)));
        let head = first | second << CHUNK | third << HALF;
        head.wrapping_shl(self.before) | bits(class(self.last)) << (WINDOW - CHUNK)
    }

    /// Whether any byte is in the class, which must not have the byte 0.
    #[inline(always)]
    pub(super) fn any(&self, class: impl Fn(u8x16) -> u8x16) -> bool {
        let [first, second, third] = self.chunks;
        bits(class(first) | class(second) | class(third) | class(self.last)) != 0
    }
}

#[inline(always)]
fn bits(class: u8x16) -> u64 {
    u64::from(class.to_bitmask())
}

/// For each class, the set of those among the last [`WINDOW`] bytes that are in it.
#[inline(always)]
pub(super) fn sets<const N: usize>(text: &[u8], classes: impl Fn(u8x16) -> [u8x16; N]) -> [u64; N] {
    let window = Window::of(text);
    core::array::from_fn(|set| window.set(|bytes| classes(bytes)[set]))
}

/// The same for no more than the last 32 bytes.
#[inline(always)]
pub(super) fn half_sets<const N: usize>(
    text: &[u8],
    classes: impl Fn(u8x16) -> [u8x16; N],
) -> [u64; N] {
    let window = &text[text.len().saturating_sub(HALF)..];
    let (Some(first), Some(last)) = (window.first_chunk(), window.last_chunk()) else {
        let sets = chunk(&padded(text), &classes);
        return sets.map(|set| set << (WINDOW - CHUNK));
    };
    let (first, last) = (chunk(first, &classes), chunk(last, &classes));
    let before = WINDOW - window.len();
    core::array::from_fn(|set| first[set] << before | last[set] << (WINDOW - CHUNK))
}

#[inline(always)]
fn chunk<const N: usize>(bytes: &[u8; CHUNK], classes: impl Fn(u8x16) -> [u8x16; N]) -> [u64; N] {
    classes(u8x16::new(*bytes)).map(bits)
}

/// Whether any byte is in the class, which must not have the byte 0.
#[inline(always)]
pub(super) fn any(text: &[u8], class: impl Fn(u8x16) -> u8x16) -> bool {
    let Some(last) = text.len().checked_sub(CHUNK) else {
        return class(u8x16::new(padded(text))).to_bitmask() != 0;
    };
    let mut found = u8x16::ZERO;
    let mut from = 0;
    while from < text.len() {
        for chunk in 0..WINDOW / CHUNK {
            // What would be behind the text is read at its end, a second time.
            let at = last.min(from + chunk * CHUNK);
            if let Some(chunk) = text[at..].first_chunk() {
                found |= class(u8x16::new(*chunk));
            }
        }
        from += WINDOW;
    }
    found.to_bitmask() != 0
}

/// Fewer than [`CHUNK`] bytes, with zeros before them.
#[inline(never)]
fn padded(text: &[u8]) -> [u8; CHUNK] {
    let mut chunk = [0; CHUNK];
    chunk[CHUNK - text.len()..].copy_from_slice(text);
    chunk
}

#[inline(always)]
pub(super) fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

#[inline(always)]
pub(super) fn between(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(last - first)).simd_eq(above)
}

/// The highest bits, so many of them.
#[inline(always)]
pub(super) fn highest(count: usize) -> u64 {
    if count >= WINDOW {
        !0
    } else {
        few_highest(count)
    }
}

/// The same for less than all of them.
#[inline(always)]
pub(super) fn few_highest(count: usize) -> u64 {
    debug_assert!(count < WINDOW);
    !u64::MAX.wrapping_shr(count as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: core::ops::Range<usize> = 0..150;

    /// One byte of the class at every place of a text of every length.
    fn each(check: impl Fn(&[u8], usize)) {
        for length in LENGTHS {
            for at in 0..length {
                let mut text = vec![b'a'; length];
                text[at] = b'7';
                check(&text, at);
            }
        }
    }

    fn digit(bytes: u8x16) -> u8x16 {
        between(bytes, b'0', b'9')
    }

    #[test]
    fn a_set_has_the_last_bytes() {
        each(|text, at| {
            let bit = |width: usize| {
                let place = (at + WINDOW).checked_sub(text.len());
                place
                    .filter(|place| *place >= WINDOW - width)
                    .map_or(0, |place| 1 << place)
            };
            let both = |bytes: u8x16| [digit(bytes), is(bytes, b'7')];
            assert_eq!(sets(text, both), [bit(WINDOW); 2], "{at} of {}", text.len());
            assert_eq!(
                half_sets(text, both),
                [bit(HALF); 2],
                "{at} of {}",
                text.len()
            );
        });
    }

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        each(|text, at| {
            assert!(any(text, digit), "{at} of {}", text.len());
            let in_window = at + WINDOW >= text.len();
            assert_eq!(
                Window::of(text).any(digit),
                in_window,
                "{at} of {}",
                text.len()
            );
        });
        for length in LENGTHS {
            let text = vec![b'a'; length];
            assert!(!any(&text, digit), "{length}");
            assert!(!Window::of(&text).any(digit), "{length}");
        }
    }

    #[test]
    fn a_class_has_its_bytes_alone() {
        for byte in 1..=u8::MAX {
            let [digits, dots] = sets(&[byte], |bytes| [digit(bytes), is(bytes, b'.')]);
            assert_eq!(digits != 0, byte.is_ascii_digit(), "{byte}");
            assert_eq!(dots != 0, byte == b'.', "{byte}");
        }
    }

    #[test]
    fn the_highest_bits_are_counted() {
        for count in 0..=WINDOW + 1 {
            let set = highest(count);
            assert_eq!(set.leading_ones() as usize, count.min(WINDOW));
            assert_eq!(set.count_ones() as usize, count.min(WINDOW));
        }
    }
}
