//! A file's name without its extension, and where its parts are.

use wide::u8x16;

use super::fingerprint::ROLLUP;
use super::sets::{WINDOW, between, few_highest, half_sets, is, sets};
use super::shape::Shape;
use super::text::Text;
use super::token::{CLASSES, SEPARATOR, Seen, Strength, shaped};

/// A stem, of which is asked what stands between two places.
pub(super) trait Stem {
    fn bytes(&self) -> &[u8];

    /// Where the part starts that ends here: behind the last separator.
    fn part_start(&self, end: usize) -> usize;

    /// Whether there may be digits or capitals.
    fn is_notable(&self, start: usize, end: usize) -> bool;

    /// What is seen.
    fn seen(&self, start: usize, end: usize) -> Seen;

    /// How sure it is that what is no hexadecimal number is a hash, if this is seen.
    fn shaped(&self, start: usize, end: usize, seen: &Seen) -> Strength;

    /// The byte before this place, a slash if there is none.
    fn before(&self, at: usize) -> u8;

    /// Whether the last eight bytes before this place may be a hash with a dash: a
    /// part starts with them, and they have a dash, a digit or capital, and nothing
    /// that a hash never has.
    fn may_end_window(&self, end: usize) -> bool;
}

/// A stem with sets of all its bytes, the highest bit for the last byte.
pub(super) struct Sets<'a> {
    text: &'a [u8],
    at: usize,
    length: usize,
    dot: u64,
    dash: u64,
    digit: u64,
    upper: u64,
    lower: u64,
    /// The letters that are hexadecimal digits.
    hexadecimal: u64,
}

impl<'a> Sets<'a> {
    /// The stem that stands between two places of a text; none if the text's sets
    /// don't have all of it, or it has any byte that is in none of its own.
    #[inline(always)]
    pub(super) fn of(text: &Text<'a>, at: usize, end: usize) -> Option<Sets<'a>> {
        let length = end - at;
        // One that is empty or fills the window would need shifts by its width.
        if length == 0 || text.bytes.len() - at >= WINDOW {
            return None;
        }
        let after = text.bytes.len() - end;
        let text_sets = [text.dots, text.notable];
        let text = &text.bytes[..end];
        let classes = |bytes: u8x16| {
            let small = bytes | u8x16::splat(b'a' ^ b'A');
            [
                is(bytes, b'-') | is(bytes, b'_'),
                between(bytes, b'0', b'9'),
                between(small, b'a', b'z'),
                between(small, b'a', b'f'),
            ]
        };
        let all = if length <= HALF {
            half_sets(text, classes)
        } else {
            sets(text, classes)
        };
        let own = few_highest(length);
        let [dash, digit, letter, hexadecimal] = all.map(|set| set & own);
        let [dot, notable] = text_sets.map(|set| set << after & own);
        (dot | dash | digit | letter == own).then_some(Sets {
            text,
            at,
            length,
            dot,
            dash,
            digit,
            upper: letter & notable,
            lower: letter & !notable,
            hexadecimal,
        })
    }

    /// The bits of the bytes between two places.
    #[inline(always)]
    fn between(&self, start: usize, end: usize) -> u64 {
        few_highest(end - start) >> (self.length - end)
    }
}

const HALF: usize = WINDOW / 2;

impl Stem for Sets<'_> {
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        &self.text[self.at..]
    }

    #[inline(always)]
    fn part_start(&self, end: usize) -> usize {
        let separators = (self.dot | self.dash) << (self.length - end);
        end - end.min(separators.leading_zeros() as usize)
    }

    #[inline(always)]
    fn is_notable(&self, start: usize, end: usize) -> bool {
        (self.digit | self.upper) & self.between(start, end) != 0
    }

    #[inline(always)]
    fn before(&self, at: usize) -> u8 {
        before(self.text, self.at + at)
    }

    #[inline(always)]
    fn may_end_window(&self, end: usize) -> bool {
        const FIRST: u32 = (WINDOW - ROLLUP) as u32;
        let separators = self.dot | self.dash;
        let first = 1 << (WINDOW - self.length);
        let starts = separators << 1 | first;
        let after = self.length - end;
        let window = |set: u64| set << after >> FIRST;
        let notable = window(self.digit | self.upper);
        // One question, since nobody can guess the answers.
        (window(self.dash) != 0)
            & (notable != 0)
            & (window(starts) & 1 == 1)
            & (window(self.dot) == 0)
    }

    #[inline(always)]
    fn seen(&self, start: usize, end: usize) -> Seen {
        let own = self.between(start, end);
        let letter = self.upper | self.lower;
        let turns = (self.digit << 1 & letter) | (letter << 1 & self.digit);
        Seen {
            digit: self.digit & own,
            upper: self.upper & own,
            lower: self.lower & own,
            upper_rest: self.upper & !self.hexadecimal & own,
            lower_rest: self.lower & !self.hexadecimal & own,
            dash: self.dash & own,
            point: self.dot & own,
            other: 0,
            turns: turns & own & own << 1,
        }
    }

    #[inline(always)]
    fn shaped(&self, start: usize, end: usize, seen: &Seen) -> Strength {
        let first = WINDOW - self.length + start;
        let [digit, upper, lower] = [seen.digit, seen.upper, seen.lower].map(|set| set >> first);
        shaped_sets(&self.bytes()[start..end], digit, upper, lower)
    }
}

/// The same for a part of which these are the sets, the lowest bit for its first
/// byte.
#[inline(never)]
fn shaped_sets(token: &[u8], digit: u64, upper: u64, lower: u64) -> Strength {
    let shape = Shape::of_sets(token, digit, upper, lower);
    shaped(token, &shape, shape.has_dash)
}

/// Any stem, looked at byte by byte.
pub(super) struct Bytes<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl Stem for Bytes<'_> {
    fn bytes(&self) -> &[u8] {
        &self.text[self.at..]
    }

    fn part_start(&self, end: usize) -> usize {
        let separates = |byte: &u8| CLASSES[usize::from(*byte)] & SEPARATOR != 0;
        let separator = self.bytes()[..end].iter().rposition(separates);
        separator.map_or(0, |at| at + 1)
    }

    fn is_notable(&self, start: usize, end: usize) -> bool {
        let notable = |byte: &u8| byte.is_ascii_digit() | byte.is_ascii_uppercase();
        self.bytes()[start..end].iter().any(notable)
    }

    fn before(&self, at: usize) -> u8 {
        before(self.text, self.at + at)
    }

    fn may_end_window(&self, end: usize) -> bool {
        let Some(start) = end.checked_sub(ROLLUP) else {
            return false;
        };
        let seen = self.seen(start, end);
        (start == 0 || matches!(self.before(start), b'.' | b'-' | b'_'))
            && seen.dash != 0
            && seen.is_notable()
            && seen.point | seen.other == 0
    }

    fn seen(&self, start: usize, end: usize) -> Seen {
        Seen::of(&self.bytes()[start..end])
    }

    fn shaped(&self, start: usize, end: usize, seen: &Seen) -> Strength {
        let token = &self.bytes()[start..end];
        shaped(token, &Shape::of(token), seen.dash | seen.point != 0)
    }
}

#[inline(always)]
fn before(text: &[u8], at: usize) -> u8 {
    match at.checked_sub(1) {
        Some(before) => text[before],
        None => b'/',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seen: Seen) -> ([bool; 7], u32) {
        let sets = [
            seen.digit,
            seen.upper,
            seen.lower,
            seen.upper_rest,
            seen.lower_rest,
            seen.dash,
            seen.point,
        ];
        (sets.map(|set| set != 0), seen.turns.count_ones())
    }

    #[test]
    fn sets_say_what_bytes_say() {
        for text in [
            "/js/a.js",
            "/css/main.3f2a9b1c.chunk",
            "index-B0yz5e_c",
            "/assets/-a_-b.c9-XYZ_0.dd--7G",
            "/images/chunk-settings-d41d8cd98f00b204e9800998ecf8427eABCDEF-x",
        ] {
            let text = text.as_bytes();
            for at in 0..text.len() {
                let Some(sets) = Sets::of(&Text::of(text), at, text.len())
                    .filter(|_| !text[at..].contains(&b'/'))
                else {
                    continue;
                };
                let bytes = Bytes { text, at };
                assert_eq!(sets.bytes(), bytes.bytes());
                for end in 0..=bytes.bytes().len() {
                    assert_eq!(sets.part_start(end), bytes.part_start(end));
                    assert_eq!(sets.before(end), bytes.before(end));
                    assert_eq!(sets.may_end_window(end), bytes.may_end_window(end));
                    for start in 0..=end {
                        let notable = bytes.is_notable(start, end);
                        assert_eq!(sets.is_notable(start, end), notable);
                        let seen = shown(bytes.seen(start, end));
                        assert_eq!(shown(sets.seen(start, end)), seen, "{start}..{end}");
                    }
                }
            }
        }
    }

    #[test]
    fn not_every_stem_has_sets() {
        for (text, has) in [
            ("/a-b.C9_d", true),
            ("/a~b", false),
            ("/caf\u{e9}", false),
            (&"a".repeat(WINDOW - 1), true),
            (&"a".repeat(WINDOW), false),
        ] {
            let at = usize::from(text.starts_with('/'));
            assert_eq!(
                Sets::of(&Text::of(text.as_bytes()), at, text.len()).is_some(),
                has,
                "{text}"
            );
        }
    }
}
