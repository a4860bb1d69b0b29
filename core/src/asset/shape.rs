//! What is counted over a part of a name that may be a hash.

use super::token::{CLASSES, DIGIT, LETTER, LOWER, UPPER};

/// What is counted over a part's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) length: usize,
    pub(super) has_digit: bool,
    /// Whether a digit precedes anything that is none.
    pub(super) has_inner_digit: bool,
    pub(super) ends_in_digit: bool,
    pub(super) has_upper: bool,
    pub(super) has_lower: bool,
    pub(super) has_one_lower: bool,
    /// Whether there is anything but letters and digits.
    pub(super) has_dash: bool,
    /// Whether letters stand side by side in a word that words don't have so.
    pub(super) has_odd_pair: bool,
    /// From letter to digit, or back.
    pub(super) turns: usize,
    /// Turns, odd pairs, and capitals after small letters.
    pub(super) surprise: usize,
    /// The longest run that reads like a word, in letters: from 1 to [`LONG`].
    pub(super) longest: usize,
}

/// A run that is no shorter is as long as any.
const LONG: usize = 7;

impl Shape {
    /// The shape of a token, of whose bytes the first has the lowest bit in the
    /// sets.
    ///
    /// There is no branch on any byte: in a hash, each would be guessed wrong every
    /// other time.
    #[inline(always)]
    pub(super) fn of_sets(token: &[u8], digit: u64, upper: u64, lower: u64) -> Shape {
        let length = token.len();
        let letter = upper | lower;
        let own = !0 >> (u64::BITS - length as u32);
        let turns = digit << 1 & letter | letter << 1 & digit;
        let humps = lower << 1 & upper;
        let goes_on = letter << 1 & lower;
        let in_word = goes_on | upper << 1 & upper;
        let pairs = match token.first_chunk::<8>() {
            Some(eight) if length == 8 => pairs(eight),
            _ => pairs(token),
        };
        let odd = in_word & !pairs;
        let last = 1 << (length - 1);
        Shape {
            length,
            has_digit: digit != 0,
            has_inner_digit: (digit != 0) & (own & !digit > digit & digit.wrapping_neg()),
            ends_in_digit: digit & last != 0,
            has_upper: upper != 0,
            has_lower: lower != 0,
            has_one_lower: lower.is_power_of_two(),
            has_dash: own & !(digit | letter) != 0,
            has_odd_pair: odd != 0,
            turns: turns.count_ones() as usize,
            surprise: (turns | humps | odd).count_ones() as usize,
            longest: 1 + longest_run(goes_on & pairs),
        }
    }

    /// The same for any token, byte by byte.
    pub(super) fn of(token: &[u8]) -> Shape {
        let is = |byte: u8, class: u8| CLASSES[usize::from(byte)] & class != 0;
        let count = |class: u8| token.iter().filter(|byte| is(**byte, class)).count();
        let last_digits = token.iter().rev().take_while(|byte| is(**byte, DIGIT));
        let last_digits = last_digits.count();
        let mut shape = Shape {
            length: token.len(),
            has_digit: count(DIGIT) > 0,
            has_inner_digit: count(DIGIT) > last_digits,
            ends_in_digit: last_digits > 0,
            has_upper: count(UPPER) > 0,
            has_lower: count(LOWER) > 0,
            has_one_lower: count(LOWER) == 1,
            has_dash: count(DIGIT | LETTER) < token.len(),
            has_odd_pair: false,
            turns: 0,
            surprise: 0,
            longest: 1,
        };
        let mut run = 1;
        for pair in token.windows(2) {
            let [before, after] = [pair[0], pair[1]];
            let turn =
                is(before, DIGIT) && is(after, LETTER) || is(before, LETTER) && is(after, DIGIT);
            let hump = is(before, LOWER) && is(after, UPPER);
            let goes_on = is(before, LETTER) && is(after, LOWER);
            let in_word = goes_on || is(before, UPPER) && is(after, UPPER);
            let known = follows(before, after);
            shape.has_odd_pair |= in_word && !known;
            shape.turns += usize::from(turn);
            shape.surprise += usize::from(turn || hump || in_word && !known);
            run = if goes_on && known { run + 1 } else { 1 };
            shape.longest = shape.longest.max(run.min(LONG));
        }
        shape
    }
}

/// Where words have two bytes side by side as they are, a bit for the second.
#[inline(always)]
fn pairs(token: &[u8]) -> u64 {
    let pairs = token.windows(2).rev();
    let set = pairs.fold(0, |set, pair| {
        set << 1 | u64::from(follows(pair[0], pair[1]))
    });
    set << 1
}

/// How many bits stand side by side, up to one less than [`LONG`].
#[inline(always)]
fn longest_run(set: u64) -> usize {
    let two = set & set << 1;
    let four = two & two << 2;
    [
        set,
        two,
        two & set << 2,
        four,
        four & set << 4,
        four & two << 4,
    ]
    .iter()
    .map(|set| usize::from(*set != 0))
    .sum()
}

/// Whether words have these two letters side by side, whatever their case.
#[inline(always)]
fn follows(before: u8, after: u8) -> bool {
    FOLLOWERS[usize::from(before & 31)] >> (after & 31) & 1 == 1
}

/// For each letter, the letters that follow it in the words of which file names
/// are made, each at least four times in ten thousand pairs. Letters count by
/// their last five bits, which is why A has the number 1.
const FOLLOWERS: [u32; 32] = {
    const LETTERS: [&[u8]; 26] = [
        b"abcdefghiklmnprstuvwxyz",
        b"abcdefilmorstuy",
        b"abcdefhiklnoprstuy",
        b"abcdefgilmnorstuy",
        b"abcdefghiklmnopqrstuvwxy",
        b"acefilortuy",
        b"aeghilnorsu",
        b"aeiortuy",
        b"abcdefgklmnoprstuvxz",
        b"aeosu",
        b"abeilmostu",
        b"abcdefiklmopstuy",
        b"abeilmopsu",
        b"abcdefgiklmnopstuvy",
        b"abcdfgiklmnoprstuvwxy",
        b"adehiloprstuy",
        b"lu",
        b"abcdefgiklmnoprstuvy",
        b"abcdehiklmnopqrstuwy",
        b"abcdefhijlmoprstuwy",
        b"abcdegilmnprstx",
        b"aeio",
        b"aeinos",
        b"ceipt",
        b"acdelmopst",
        b"aeio",
    ];
    let mut sets = [0; 32];
    let mut letter = 0;
    while letter < LETTERS.len() {
        let followers = LETTERS[letter];
        let mut at = 0;
        while at < followers.len() {
            sets[letter + 1] |= 1 << (followers[at] & 31);
            at += 1;
        }
        letter += 1;
    }
    sets
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_the_shape_of_their_bytes() {
        for text in [
            "B0yz5e_c-DataGrid",
            "useDebounce.legacyABCD2345",
            "a1b2c3d4E5F6-7-8-9-settings",
            "screenshare00off11bootstrapBootstrapBOOTSTRAP",
        ] {
            let text = text.as_bytes();
            for start in 0..text.len() {
                for end in start + 1..=text.len() {
                    let token = &text[start..end];
                    let set = |class: u8| {
                        let has = |byte: &u8| u64::from(CLASSES[usize::from(*byte)] & class != 0);
                        token.iter().rev().fold(0, |set, byte| set << 1 | has(byte))
                    };
                    let [digit, upper, lower] = [DIGIT, UPPER, LOWER].map(set);
                    let shape = Shape::of_sets(token, digit, upper, lower);
                    assert_eq!(shape, Shape::of(token), "{}", token.escape_ascii());
                }
            }
        }
    }
}
