//! Eight bytes at a time.
//!
//! Looking at each byte of a URL would cost more than all decisions about it.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// Where one of the bytes stands first, or the length.
pub(super) fn first_of<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> usize {
    let matches = |word| {
        wanted
            .iter()
            .fold(0, |mask, &byte| mask | lowest(word, byte))
    };
    first(bytes, matches)
}

/// Where the first `?`, `#`, `%` or `;` stands, or a byte that has all but one
/// or two bits with one of them.
pub(super) fn delimiter(bytes: &[u8]) -> usize {
    first(bytes, delimiters)
}

/// Two comparisons instead of four.
#[inline]
const fn delimiters(word: u64) -> u64 {
    lowest(word | (ONES * (b'?' ^ b';') as u64), b'?')
        | lowest(word | (ONES * (b'#' ^ b'%') as u64), b'#' | b'%')
}

#[inline]
fn first(bytes: &[u8], matches: impl Fn(u64) -> u64) -> usize {
    // Above its first match such a mask may be wrong, which is why only the
    // lowest bit is looked at.
    let find = |word: u64| {
        let mask = matches(word) & TOPS;
        (mask != 0).then_some(mask.trailing_zeros() as usize / 8)
    };
    let Some(last) = bytes.last_chunk::<8>() else {
        return find(short(bytes)).unwrap_or(bytes.len());
    };
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = find(u64::from_le_bytes(*word)) {
            return index * 8 + at;
        }
    }
    // The last word overlaps the one before, in which nothing was found.
    find(u64::from_le_bytes(*last)).map_or(bytes.len(), |at| bytes.len() - 8 + at)
}

/// Fewer than eight bytes as a word: the first is the lowest, above the last
/// are zeros.
#[inline]
pub(super) fn short(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | last << (8 * (bytes.len() as u32 - 4));
    }
    match *bytes {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
        _ => 0,
    }
}

/// The top bit of the first byte that is equal, and maybe of later ones.
const fn lowest(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero
}

/// What follows the last slash starts here.
#[inline]
pub(super) fn after_last_slash(bytes: &[u8]) -> usize {
    last_of(bytes, b'/').map_or(0, |slash| slash + 1)
}

/// Where the byte stands last.
#[inline]
pub(super) fn last_of(bytes: &[u8], wanted: u8) -> Option<usize> {
    let find = |word: u64| {
        equal(word, wanted)
            .checked_ilog2()
            .map(|bit| bit as usize / 8)
    };
    let mut end = bytes.len();
    while let Some(word) = bytes[..end].last_chunk::<8>() {
        if let Some(at) = find(u64::from_le_bytes(*word)) {
            return Some(end - 8 + at);
        }
        end -= 8;
    }
    find(short(&bytes[..end]))
}

/// Whether any byte is a digit or `@`, or something rare.
#[inline]
pub(super) fn may_have_digit_or_at(bytes: &[u8]) -> bool {
    any(bytes, digit_or_at)
}

/// Of what is no letter (0x40), digits alone have 0x10.
const fn digit_or_at(word: u64) -> u64 {
    lowest(word, b'@') | ((word << 3) & !(word << 1))
}

/// Whether any byte is a digit.
#[inline]
pub(super) fn has_digit(bytes: &[u8]) -> bool {
    any(bytes, digits)
}

#[inline]
fn any(bytes: &[u8], matches: impl Fn(u64) -> u64) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else {
        return matches(short(bytes)) & TOPS != 0;
    };
    let (words, _) = bytes.as_chunks::<8>();
    let mut found = matches(u64::from_le_bytes(*last));
    for word in words {
        found |= matches(u64::from_le_bytes(*word));
    }
    found & TOPS != 0
}

/// The top bit of each byte that is equal.
pub(super) const fn equal(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    !(((zero & !TOPS) + !TOPS) | zero) & TOPS
}

/// The top bit of each byte that is a digit.
const fn digits(word: u64) -> u64 {
    let low = word & !TOPS;
    let from_zero = low + ONES * (0x80 - b'0' as u64);
    let past_nine = low + ONES * (0x80 - b'9' as u64 - 1);
    from_zero & !past_nine & !word & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of a text of every length up to three words.
    #[test]
    fn words_say_what_bytes_say() {
        for length in 0..24 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    for filler in [b'a', b'.', 0, 0xFF, b'$'] {
                        let mut text = vec![filler; length];
                        text[at] = byte;
                        let first = text.iter().position(|byte| b"?#".contains(byte));
                        assert_eq!(first_of(&text, *b"?#"), first.unwrap_or(length));
                        let delimiters = text.iter().position(|byte| b"?#%;".contains(byte));
                        let found = delimiter(&text);
                        assert!(found <= delimiters.unwrap_or(length), "{text:?}");
                        assert!(
                            found == length || b"?;#%!'".contains(&text[found]),
                            "{text:?}"
                        );
                        let slash = text.iter().rposition(|&byte| byte == b'/');
                        assert_eq!(after_last_slash(&text), slash.map_or(0, |at| at + 1));
                        let any = text.iter().any(u8::is_ascii_digit);
                        assert_eq!(has_digit(&text), any, "{text:?}");
                        let any = any || text.contains(&b'@');
                        assert!(may_have_digit_or_at(&text) >= any, "{text:?}");
                    }
                }
            }
        }
    }
}
