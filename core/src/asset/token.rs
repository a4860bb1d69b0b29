//! Whether a part of a name is a hash.
//!
//! Builders write hashes in a handful of alphabets. A part in one of them is
//! held against what people write: words, words in camel case, words with a
//! number, dates, colours. What tells the two apart is how often a hash turns
//! from letters to digits and from one case to the other, and that it puts
//! letters side by side that words don't.

use super::scan::equal;
use super::shape::Shape;
use super::stem::Stem;

/// How sure it is that a part is a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// A word, or too short to tell.
    No,
    /// It could be either.
    Unsure,
    /// A hash where nothing but hashes is to be expected.
    Faint,
    /// A hash where a builder puts one, and in a file that builders write.
    Weak,
    /// A hash where a builder puts one.
    Fair,
    /// A hash wherever it stands.
    Strong,
}

/// The shortest hash that is known as one.
pub(super) const SHORTEST: usize = 6;
/// The longest hash: SHA-512 in hexadecimal digits.
const LONGEST: usize = 128;

/// How sure it is that a part in which this is seen is a hash.
#[inline(always)]
pub(super) fn strength<S: Stem>(parts: &S, start: usize, end: usize, seen: Seen) -> Strength {
    let token = &parts.bytes()[start..end];
    if token.len() < SHORTEST || token.len() > LONGEST {
        return Strength::No;
    }
    if seen.is_lower_hex() || seen.is_upper_hex() {
        return match (seen.digit != 0, seen.upper | seen.lower != 0) {
            (true, true) => hex(token, often(seen.turns)),
            (true, false) => number(token),
            _ => Strength::Unsure,
        };
    }
    parts.shaped(start, end, &seen)
}

/// The same for what is no hexadecimal number.
#[inline(always)]
pub(super) fn shaped(token: &[u8], shape: &Shape, separated: bool) -> Strength {
    if separated || shape.has_lower && shape.has_upper {
        base64url(token, shape)
    } else if !shape.has_lower {
        upper(token, shape)
    } else {
        lower(shape)
    }
}

/// What is seen in a part at first sight: sets, of which only counts whether they
/// are empty.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) digit: u64,
    pub(super) upper: u64,
    pub(super) lower: u64,
    /// Capitals that are no hexadecimal digits.
    pub(super) upper_rest: u64,
    /// Small letters that are no hexadecimal digits.
    pub(super) lower_rest: u64,
    /// What separates parts, but may stand in a hash of base64url.
    pub(super) dash: u64,
    /// What else separates parts.
    pub(super) point: u64,
    pub(super) other: u64,
    /// A bit for each turn from a digit to a letter or back, up to three.
    pub(super) turns: u64,
}

impl Seen {
    /// Looks at each byte.
    pub(super) fn of(token: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let mut before = OTHER;
        for byte in token {
            let class = CLASSES[usize::from(*byte)];
            let has = |wanted: u8| u64::from(class & wanted != 0);
            seen.digit |= has(DIGIT);
            seen.upper |= has(UPPER);
            seen.lower |= has(LOWER);
            seen.upper_rest |= has(UPPER_REST);
            seen.lower_rest |= has(LOWER_REST);
            seen.dash |= has(DASH);
            seen.point |= has(POINT);
            seen.other |= has(OTHER);
            if before & DIGIT != 0 && class & LETTER != 0
                || before & LETTER != 0 && class & DIGIT != 0
            {
                seen.turns = seen.turns << 1 | 1;
            }
            before = class;
        }
        seen
    }

    /// Whether there are digits or capitals, which are rare in words.
    #[inline(always)]
    pub(super) fn is_notable(&self) -> bool {
        self.digit | self.upper != 0
    }

    #[inline(always)]
    pub(super) fn is_lower_hex(&self) -> bool {
        self.upper | self.lower_rest | self.dash | self.point | self.other == 0
    }

    #[inline(always)]
    fn is_upper_hex(&self) -> bool {
        self.lower | self.upper_rest | self.dash | self.point | self.other == 0
    }

    /// Whether there are hexadecimal digits alone, of any case.
    #[inline(always)]
    pub(super) fn is_hex(&self) -> bool {
        self.upper_rest | self.lower_rest | self.dash | self.point | self.other == 0
    }
}

/// How many bits are set, where 3 is often.
#[inline(always)]
fn often(set: u64) -> u8 {
    let second = set & set.wrapping_sub(1);
    let third = second & second.wrapping_sub(1);
    u8::from(set != 0) + u8::from(second != 0) + u8::from(third != 0)
}

/// The class of each byte.
pub(super) const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'F' => UPPER_HEX,
            b'G'..=b'Z' => UPPER_REST,
            b'a'..=b'f' => LOWER_HEX,
            b'g'..=b'z' => LOWER_REST,
            b'-' | b'_' => DASH,
            b'.' | b'~' | b' ' | b'@' | b'+' | b',' => POINT,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};
/// What separates the parts of a name.
pub(super) const SEPARATOR: u8 = POINT | DASH;
/// What separates parts, but may stand in a hash of base64url.
const DASH: u8 = 128;
const POINT: u8 = 1;
pub(super) const DIGIT: u8 = 2;
pub(super) const UPPER: u8 = UPPER_HEX | UPPER_REST;
pub(super) const LOWER: u8 = LOWER_HEX | LOWER_REST;
pub(super) const LETTER: u8 = UPPER | LOWER;
const UPPER_HEX: u8 = 4;
const UPPER_REST: u8 = 8;
const LOWER_HEX: u8 = 16;
const LOWER_REST: u8 = 32;
const OTHER: u8 = 64;

/// Only digits: one in 43 hashes of eight hexadecimal digits, but also dates,
/// times and numbers of all kinds.
fn number(token: &[u8]) -> Strength {
    let date = token.len() == 8 && is_date(token);
    // Seconds since 1970 have ten digits that start with a 1 until 2033.
    let time = token.len() == 10 && token[0] == b'1';
    match token.len() {
        // Nobody cuts hashes at nine.
        8 | 10 if !date && !time => Strength::Weak,
        _ => Strength::Unsure,
    }
}

/// Eight digits that read as a date, the year first or last.
fn is_date(digits: &[u8]) -> bool {
    let two = |at: usize| (digits[at] - b'0') * 10 + digits[at + 1] - b'0';
    let date = |century: usize, month: usize, day: usize| {
        matches!(two(century), 19 | 20)
            && (1..=12).contains(&two(month))
            && (1..=31).contains(&two(day))
    };
    date(0, 4, 6) || date(4, 0, 2) || date(4, 2, 0)
}

/// Hexadecimal digits of one case, of which some are digits and some letters.
#[inline(always)]
fn hex(token: &[u8], turns: u8) -> Strength {
    // Letters and then digits, as in a word with a number.
    if turns == 1 && token[token.len() - 1].is_ascii_digit() {
        let letters = token
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        return match token.len() {
            _ if is_hex_word(&token[..letters]) => Strength::Unsure,
            8.. if letters <= 2 => Strength::Fair,
            7.. => Strength::Weak,
            _ => Strength::Unsure,
        };
    }
    match token.len() {
        16.. if turns >= 3 => Strength::Strong,
        8.. => Strength::Fair,
        7 => Strength::Weak,
        // Six digits are a colour, too.
        _ if turns >= 2 => Strength::Weak,
        _ => Strength::Unsure,
    }
}

/// Words of the letters from A to F, from four letters on.
fn is_hex_word(letters: &[u8]) -> bool {
    const WORDS: [&[u8]; 24] = [
        b"abed",
        b"aced",
        b"bade",
        b"bead",
        b"beef",
        b"babe",
        b"cafe",
        b"cade",
        b"cede",
        b"dead",
        b"deaf",
        b"deed",
        b"dada",
        b"edda",
        b"face",
        b"fade",
        b"feed",
        b"caca",
        b"faced",
        b"faded",
        b"decaf",
        b"decade",
        b"facade",
        b"deadbeef",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(letters))
}

/// Capitals and digits: base32 (esbuild, Angular), eight of them, or base64url
/// by chance.
#[inline(always)]
fn upper(token: &[u8], shape: &Shape) -> Strength {
    let surprise = shape.surprise;
    let numbered = shape.turns == 1 && shape.ends_in_digit;
    let base32 = !shape.has_dash && is_base32(token);
    match shape.length {
        8 if base32 && surprise >= 2 => Strength::Fair,
        // Base64url by chance, or a quarter: `Q4FY2024`.
        8 if surprise >= 3 => Strength::Weak,
        8 if base32 && surprise == 1 && !numbered => Strength::Weak,
        8 if surprise >= 1 && !numbered => Strength::Faint,
        16.. if shape.turns >= 4 => Strength::Strong,
        _ if surprise >= 2 => Strength::Unsure,
        _ => Strength::No,
    }
}

/// Whether these are eight without the digits that base32 does without: 0, 1, 8 and
/// 9, which differ from 0 in two bits alone.
fn is_base32(token: &[u8]) -> bool {
    const SAME: u64 = u64::from_le_bytes([!(b'0' ^ b'9'); 8]);
    token
        .try_into()
        .is_ok_and(|eight| equal(u64::from_le_bytes(eight) & SAME, b'0') == 0)
}

/// Small letters and digits: base36 (Bun, ASP.NET), from eight on.
#[inline(always)]
fn lower(shape: &Shape) -> Strength {
    // A resolution, as in `icon-512x512.png`.
    if shape.has_one_lower && shape.turns <= 2 {
        return Strength::No;
    }
    let rough = shape.longest <= 4;
    match shape.length {
        16.. if shape.turns >= 5 => Strength::Strong,
        8 if rough && shape.turns >= 3 => Strength::Fair,
        8 if rough && shape.turns >= 1 && shape.surprise >= 3 => Strength::Weak,
        10 if rough && shape.turns >= 4 => Strength::Fair,
        8..=12 if rough && shape.turns >= 2 => Strength::Faint,
        _ if shape.turns >= 2 => Strength::Unsure,
        _ => Strength::No,
    }
}

/// Everything: base62 and base64url. Eight of them come from Rollup, and three
/// of four of those start with B, C or D.
#[inline(always)]
fn base64url(token: &[u8], shape: &Shape) -> Strength {
    // Words with dashes between them, as in `grid-2x2-plus`.
    if !shape.has_upper {
        return if shape.turns >= 3 {
            Strength::Faint
        } else {
            Strength::No
        };
    }
    let Shape {
        length,
        surprise,
        longest,
        has_digit,
        ..
    } = *shape;
    match length {
        20.. if surprise >= length / 3 && longest <= 5 && has_digit => Strength::Strong,
        9.. if surprise >= length / 2 && longest <= 4 && has_digit => Strength::Fair,
        8 => rollup(token, shape),
        7 if surprise >= 3 && longest <= 4 => Strength::Weak,
        _ if surprise >= 3 && longest <= 4 => Strength::Unsure,
        _ => Strength::No,
    }
}

#[inline(always)]
fn rollup(token: &[u8], shape: &Shape) -> Strength {
    let Shape {
        longest,
        has_dash,
        has_digit,
        has_inner_digit,
        has_odd_pair,
        ..
    } = *shape;
    let usual = matches!(token[0], b'B'..=b'D');
    let fair = match shape.surprise {
        0 => false,
        1 => longest <= 4 && has_dash && (usual || has_inner_digit),
        2 => longest <= 4 && (has_dash || has_odd_pair || usual && (has_inner_digit || !has_digit)),
        3 => longest <= 4 || usual && longest <= 5,
        _ => longest <= 6,
    };
    match shape.surprise {
        _ if fair => Strength::Fair,
        2.. if longest <= 5 => Strength::Faint,
        1 if longest <= 3 && (usual || has_dash) => Strength::Faint,
        0 => Strength::No,
        _ => Strength::Unsure,
    }
}
