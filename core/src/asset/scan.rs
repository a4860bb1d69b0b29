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
    first(bytes, matches, |byte| wanted.contains(&byte))
}

/// Where the first `?`, `#`, `%` or `;` stands, or a byte that has all but one
/// or two bits with one of them: two comparisons instead of four.
pub(super) fn delimiter(bytes: &[u8]) -> usize {
    let matches = |word| {
        lowest(word | (ONES * (b'?' ^ b';') as u64), b'?')
            | lowest(word | (ONES * (b'#' ^ b'%') as u64), b'#' | b'%')
    };
    first(bytes, matches, |byte| b"?#%;".contains(&byte))
}

fn first(bytes: &[u8], matches: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    // Above its first match such a mask may be wrong, which is why only the
    // lowest bit is looked at.
    let find = |word: [u8; 8]| {
        let mask = matches(u64::from_le_bytes(word)) & TOPS;
        (mask != 0).then_some(mask.trailing_zeros() as usize / 8)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = find(*word) {
            return index * 8 + at;
        }
    }
    // The last word overlaps the one before, in which nothing was found.
    if let (false, Some(word)) = (rest.is_empty(), bytes.last_chunk::<8>()) {
        return find(*word).map_or(bytes.len(), |at| bytes.len() - 8 + at);
    }
    let before = bytes.len() - rest.len();
    let found = rest.iter().position(|&byte| is(byte));
    before + found.unwrap_or(rest.len())
}

/// The top bit of the first byte that is equal, and maybe of later ones.
const fn lowest(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero
}

/// What follows the last slash starts here.
pub(super) fn after_last_slash(bytes: &[u8]) -> usize {
    let (rest, words) = bytes.as_rchunks::<8>();
    for (index, word) in words.iter().enumerate().rev() {
        let mask = equal(u64::from_le_bytes(*word), b'/');
        if mask != 0 {
            return rest.len() + index * 8 + 8 - mask.leading_zeros() as usize / 8;
        }
    }
    rest.iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1)
}

/// Whether any byte is a digit or `@`.
pub(super) fn has_digit_or_at(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let found = words.iter().fold(0, |found, word| {
        let word = u64::from_le_bytes(*word);
        found | digits(word) | equal(word, b'@')
    });
    found != 0
        || rest
            .iter()
            .any(|&byte| byte.is_ascii_digit() || byte == b'@')
}

/// The top bit of each byte that is equal.
const fn equal(word: u64, byte: u8) -> u64 {
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
                        let any = text.iter().any(|byte| b"0123456789@".contains(byte));
                        assert_eq!(has_digit_or_at(&text), any, "{text:?}");
                    }
                }
            }
        }
    }
}
