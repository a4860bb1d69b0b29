//! Where in a file's name a hash stands.

use super::extension::{Kind, Name};
use super::token::{
    self, CLASSES, DASH, DIGIT, HEX, LOWER, SEPARATOR, SHORTEST, Strength, UPPER, strength,
};

/// The length of Rollup's hashes.
const ROLLUP: usize = 8;
/// The length of a UUID, which may be of small letters alone.
const UUID: usize = 36;
/// The length of a document's id in MongoDB, in hexadecimal digits.
const OBJECT_ID: usize = 24;

/// What was found in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A hash, and where.
    Hash {
        start: usize,
        end: usize,
    },
    /// What could be one.
    Unsure {
        start: usize,
        end: usize,
    },
    Nothing,
}

/// How far the directory lets hashes be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Not at all.
    None,
    /// Builders write there, and people too: `assets`.
    Usual,
    /// Only builders write there: `_nuxt`.
    Builder,
}

/// Looks for a hash in the stem of a name.
#[inline]
pub(super) fn find(name: &Name<'_>, notable: bool, trust: Trust) -> Found {
    // Small letters alone are a word, or can't be told from one.
    if name.stem.len() < UUID && !notable {
        return Found::Nothing;
    }
    search(name, trust)
}

/// The same for any stem, from its end.
fn search(name: &Name<'_>, trust: Trust) -> Found {
    let stem = name.stem;
    let mut unsure = Found::Nothing;
    let mut end = stem.len();
    // Whether all that follows says nothing, as in `main.3f2a9b1c.chunk.js`.
    let mut last = true;
    loop {
        let mut seen = 0;
        let mut separator = 0;
        let mut start = end;
        while start > 0 {
            let class = CLASSES[usize::from(stem[start - 1])];
            if class & SEPARATOR != 0 {
                separator = class;
                break;
            }
            seen |= class;
            start -= 1;
        }
        // Only what follows a dash can be the end of a hash with one.
        if last & (end - start < ROLLUP) & (separator == DASH) {
            match base64url_window(stem, end, trust) {
                Some((start, true)) => return Found::Hash { start, end },
                Some((start, false)) => unsure = Found::Unsure { start, end },
                None => {}
            }
        }
        let token = &stem[start..end];
        if token.len() == 12
            && let Some(uuid) = uuid_start(stem, end)
        {
            unsure = Found::Unsure { start: uuid, end };
            last = false;
            start = uuid;
        } else if token.len() >= SHORTEST && seen & NOT_IN_WORDS != 0 {
            let place = Place {
                kind: name.kind,
                separator: start.checked_sub(1).map(|at| stem[at]),
                last,
                alone: start == 0 && last,
                trust,
            };
            match strength(token, seen) {
                Strength::No => {}
                // It names a thing, not its content, and no builder cuts there.
                _ if place.alone && token.len() == OBJECT_ID && seen & !HEX == 0 => {
                    unsure = Found::Unsure { start, end };
                }
                found if found >= place.needed(token, seen) => return Found::Hash { start, end },
                _ => unsure = Found::Unsure { start, end },
            }
        }
        if start == 0 {
            return unsure;
        }
        last = last && says_nothing(token);
        end = start - 1;
    }
}

const NOT_IN_WORDS: u8 = DIGIT | UPPER;

struct Place {
    kind: Kind,
    separator: Option<u8>,
    last: bool,
    alone: bool,
    trust: Trust,
}

impl Place {
    /// How strong a hash must be to count at this place.
    fn needed(&self, token: &[u8], seen: u8) -> Strength {
        let code = self.kind == Kind::Code;
        let mixed_case = seen & LOWER != 0 && seen & UPPER != 0;
        // What stands alone is more often a class, a component or an algorithm.
        let named = seen & LOWER != 0 && seen & !HEX != 0;
        let colour = self.separator == Some(b'-') && token.len() == 6;
        match self.separator {
            _ if !code && seen == DIGIT => Strength::Strong,
            Some(_) if self.last && self.trust == Trust::Builder => Strength::Faint,
            Some(b'.' | b'-') if self.last && self.trust == Trust::Usual => Strength::Faint,
            Some(b'.' | b'-') if self.last && code && !colour => Strength::Weak,
            Some(_) if self.last => Strength::Fair,
            None if self.alone && self.trust == Trust::Builder => Strength::Faint,
            None if self.alone && named => Strength::Strong,
            None if code => Strength::Fair,
            Some(b'.' | b'-') if code && !mixed_case => Strength::Fair,
            _ => Strength::Strong,
        }
    }
}

/// Where a hash of eight characters of base64url starts that ends here, and
/// whether it is one for sure. It may contain what else separates the parts of
/// a name.
fn base64url_window(stem: &[u8], end: usize, trust: Trust) -> Option<(usize, bool)> {
    let start = end.checked_sub(ROLLUP)?;
    let token = &stem[start..end];
    let fits = match start.checked_sub(1) {
        Some(before) => matches!(stem[before], b'.' | b'-' | b'_'),
        None => true,
    };
    if !fits {
        return None;
    }
    let seen = token::seen(token);
    if seen & NOT_IN_WORDS == 0 || seen & !(DIGIT | UPPER | LOWER | DASH) != 0 {
        return None;
    }
    let needed = match trust {
        Trust::None if start > 0 => Strength::Fair,
        Trust::Usual if start > 0 => Strength::Faint,
        Trust::Builder => Strength::Faint,
        _ => Strength::Strong,
    };
    let found = strength(token, seen);
    (found >= Strength::Faint).then_some((start, found >= needed))
}

/// Where the UUID starts whose last group stands here (RFC 9562 §4). It names
/// a thing, not its content.
fn uuid_start(stem: &[u8], end: usize) -> Option<usize> {
    let from = end.checked_sub(UUID)?;
    let uuid = &stem[from..end];
    uuid.iter()
        .enumerate()
        .all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        .then_some(from)
}

/// Whether a hash may stand before this part: it is short, or says how the file
/// was made.
fn says_nothing(part: &[u8]) -> bool {
    match part.len() {
        0..=3 => true,
        4 => {
            matches!(part, b"lazy" | b"lean" | b"prod" | b"iife" | b"slim")
                || part.iter().all(u8::is_ascii_digit)
        }
        5 => matches!(part, b"chunk" | b"entry" | b"async"),
        6 => matches!(
            part,
            b"bundle" | b"module" | b"legacy" | b"modern" | b"worker" | b"es2015"
        ),
        10 => part == b"production",
        _ => false,
    }
}
