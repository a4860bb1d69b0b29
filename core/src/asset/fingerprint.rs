//! Where in a file's name a hash stands.

use super::extension::{Kind, Name};
use super::token::{Strength, strength};

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

/// Looks for a hash in the stem of a name, from its end.
pub(super) fn find(name: &Name<'_>, trust: Trust) -> Found {
    let stem = name.stem;
    let mut unsure = Found::Nothing;
    let mut end = stem.len();
    // Whether all that follows says nothing, as in `main.3f2a9b1c.chunk.js`.
    let mut last = true;
    loop {
        if last && let Some(start) = base64url_window(stem, end, trust) {
            return Found::Hash { start, end };
        }
        let start = stem[..end]
            .iter()
            .rposition(|&byte| is_separator(byte))
            .map_or(0, |at| at + 1);
        if let Some(uuid) = uuid_start(stem, start, end) {
            unsure = Found::Unsure { start: uuid, end };
            end = uuid.saturating_sub(1);
            last = false;
            if uuid == 0 {
                return unsure;
            }
            continue;
        }
        let token = &stem[start..end];
        let place = Place {
            kind: name.kind,
            separator: start.checked_sub(1).map(|at| stem[at]),
            last,
            alone: start == 0 && last,
            trust,
        };
        match strength(token) {
            Strength::No => {}
            found if found >= place.needed(token) => return Found::Hash { start, end },
            _ => unsure = Found::Unsure { start, end },
        }
        last &= says_nothing(token);
        if start == 0 {
            return unsure;
        }
        end = start - 1;
    }
}

struct Place {
    kind: Kind,
    separator: Option<u8>,
    last: bool,
    alone: bool,
    trust: Trust,
}

impl Place {
    /// How strong a hash must be to count at this place.
    fn needed(&self, token: &[u8]) -> Strength {
        let code = self.kind == Kind::Code;
        let mixed_case =
            token.iter().any(u8::is_ascii_lowercase) && token.iter().any(u8::is_ascii_uppercase);
        let trusted = self.trust != Trust::None;
        match self.separator {
            _ if !code && token.iter().all(u8::is_ascii_digit) => Strength::Strong,
            Some(b'.' | b'-') if self.last && trusted => Strength::Faint,
            Some(b'.' | b'-') if self.last && code => Strength::Weak,
            Some(_) if self.last => Strength::Fair,
            None if self.alone && self.trust == Trust::Builder => Strength::Faint,
            // Such a name alone is more often a class or a component.
            None if self.alone && mixed_case => Strength::Strong,
            None if code => Strength::Fair,
            Some(b'.' | b'-') if code && !mixed_case => Strength::Fair,
            _ => Strength::Strong,
        }
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'-' | b'_' | b'~' | b' ' | b'@' | b'+' | b',')
}

/// Where a hash of eight characters of base64url starts that ends here. It may
/// contain what else separates the parts of a name.
fn base64url_window(stem: &[u8], end: usize, trust: Trust) -> Option<usize> {
    const LENGTH: usize = 8;
    let start = end.checked_sub(LENGTH)?;
    let token = &stem[start..end];
    let fits = match stem[..start].last() {
        Some(separator) => matches!(separator, b'.' | b'-' | b'_'),
        None => trust == Trust::Builder,
    };
    let dashes = token.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !fits || !dashes || !token.iter().all(in_alphabet) {
        return None;
    }
    let needed = if trust == Trust::None {
        Strength::Fair
    } else {
        Strength::Faint
    };
    (strength(token) >= needed).then_some(start)
}

/// Where the UUID starts whose last group stands here (RFC 9562 §4). It names
/// a thing, not its content.
fn uuid_start(stem: &[u8], start: usize, end: usize) -> Option<usize> {
    const BEFORE_LAST: usize = 24;
    if end - start != 12 {
        return None;
    }
    let from = start.checked_sub(BEFORE_LAST)?;
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
