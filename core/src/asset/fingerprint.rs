//! Where in a file's name a hash stands.

use super::directories::Span;
use super::extension::Kind;
use super::place::{Before, Place};
use super::stem::{Bytes, Sets, Stem};
use super::text::Text;
use super::token::{SHORTEST, Seen, Strength, strength};

/// The length of Rollup's hashes.
pub(super) const ROLLUP: usize = 8;
/// The length of a UUID, which may be of small letters alone.
pub(super) const UUID: usize = 36;
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

impl Found {
    /// The same in a text in which what was looked into starts here.
    #[inline(always)]
    fn at(self, at: usize) -> Found {
        match self {
            Found::Hash { start, end } => Found::Hash {
                start: start + at,
                end: end + at,
            },
            Found::Unsure { start, end } => Found::Unsure {
                start: start + at,
                end: end + at,
            },
            Found::Nothing => Found::Nothing,
        }
    }
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

/// Looks for a hash in a name without its extension, which stands between two places
/// of the path.
#[inline(never)]
pub(super) fn find(path: &Text<'_>, (at, end): Span, kind: Kind, trust: Trust) -> Found {
    match Sets::of(path, at, end) {
        Some(sets) => search(&sets, kind, trust),
        None => search_bytes(&path.bytes[..end], at, kind, trust),
    }
    .at(at)
}

#[cold]
fn search_bytes(text: &[u8], at: usize, kind: Kind, trust: Trust) -> Found {
    search(&Bytes { text, at }, kind, trust)
}

/// The same for any stem, from its end: most have nothing before the last part.
#[inline(always)]
fn search(parts: &impl Stem, kind: Kind, trust: Trust) -> Found {
    let mut search = Search {
        end: parts.bytes().len(),
        last: true,
        unsure: Found::Nothing,
    };
    match search.part(parts, kind, trust) {
        Some(found) => found,
        None => search.others(parts, kind, trust),
    }
}

/// How far a stem has been searched.
struct Search {
    /// Where the next part ends.
    end: usize,
    /// Whether all that follows says nothing, as in `main.3f2a9b1c.chunk.js`.
    last: bool,
    unsure: Found,
}

impl Search {
    #[inline(never)]
    fn others(mut self, parts: &impl Stem, kind: Kind, trust: Trust) -> Found {
        loop {
            if let Some(found) = self.part(parts, kind, trust) {
                return found;
            }
        }
    }

    /// Looks into the next part: what was found, if that is the end of it.
    #[inline(always)]
    fn part(&mut self, parts: &impl Stem, kind: Kind, trust: Trust) -> Option<Found> {
        let end = self.end;
        let mut start = parts.part_start(end);
        if self.last & parts.may_end_window(end) {
            let from = end - ROLLUP;
            match base64url_window(parts, from, end, trust) {
                Some(true) => return Some(Found::Hash { start: from, end }),
                Some(false) => self.unsure = Found::Unsure { start: from, end },
                None => {}
            }
        }
        let length = end - start;
        if length == 12
            && let Some(uuid) = uuid_start(parts.bytes(), end)
        {
            self.unsure = Found::Unsure { start: uuid, end };
            self.last = false;
            start = uuid;
        } else if length >= SHORTEST && parts.is_notable(start, end) {
            let seen = parts.seen(start, end);
            let alone = self.last && start == 0;
            match strength(parts, start, end, seen) {
                Strength::No => {}
                // It names a thing, not its content, and no builder cuts there.
                _ if length == OBJECT_ID && alone && seen.is_hex() => {
                    self.unsure = Found::Unsure { start, end };
                }
                found if found >= self.place(parts, kind, trust, start, seen).needed() => {
                    return Some(Found::Hash { start, end });
                }
                _ => self.unsure = Found::Unsure { start, end },
            }
        }
        if start == 0 || start <= UUID && !parts.is_notable(0, start - 1) {
            return Some(self.unsure);
        }
        self.last = self.last && says_nothing(&parts.bytes()[start..end]);
        self.end = start - 1;
        None
    }

    /// The place of the part that starts here.
    #[inline(always)]
    fn place(
        &self,
        parts: &impl Stem,
        kind: Kind,
        trust: Trust,
        start: usize,
        seen: Seen,
    ) -> Place {
        Place {
            code: kind == Kind::Code,
            before: Before::of(parts.before(start)),
            last: self.last,
            trust,
            number: seen.is_hex() & (seen.upper | seen.lower == 0),
            mixed_case: (seen.lower != 0) & (seen.upper != 0),
            named: (seen.lower != 0) & !seen.is_hex(),
            six: self.end - start == 6,
        }
    }
}

/// Whether these eight characters are a hash of base64url, and whether for sure.
/// It may contain what else separates the parts of a name.
#[inline(never)]
fn base64url_window(parts: &impl Stem, start: usize, end: usize, trust: Trust) -> Option<bool> {
    let needed = match trust {
        Trust::None if start > 0 => Strength::Fair,
        Trust::Usual if start > 0 => Strength::Faint,
        Trust::Builder => Strength::Faint,
        _ => Strength::Strong,
    };
    let found = strength(parts, start, end, parts.seen(start, end));
    (found >= Strength::Faint).then_some(found >= needed)
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
