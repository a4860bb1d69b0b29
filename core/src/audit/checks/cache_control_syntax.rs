//! Whether `Cache-Control` says what its author meant.

use crate::audit::Response;
use crate::cache::{Delta, Directives};
use crate::types::Headers as _;

/// The directives of RFC 9111 §5.2.2, RFC 5861 and RFC 8246, without hyphens;
/// `true` if one needs seconds.
const KNOWN: &[(&str, bool)] = &[
    ("max-age", true),
    ("s-maxage", true),
    ("stale-while-revalidate", true),
    ("stale-if-error", true),
    ("immutable", false),
    ("must-revalidate", false),
    ("must-understand", false),
    ("no-cache", false),
    ("no-store", false),
    ("no-transform", false),
    ("private", false),
    ("proxy-revalidate", false),
    ("public", false),
];

/// What can't be read as it was meant, if anything. Unknown directives are
/// allowed (RFC 9111 §5.2.3), unless they are known ones written differently.
pub(super) fn unreadable(response: &Response) -> Option<String> {
    let mut seconds: [Option<&[u8]>; KNOWN.len()] = [None; KNOWN.len()];
    for line in response.fields.field_values("cache-control") {
        for member in members(line) {
            let end = member
                .iter()
                .position(|byte| {
                    !(byte.is_ascii_alphanumeric() || b"-_!#$%&'*+.^`|~".contains(byte))
                })
                .unwrap_or(member.len());
            let (name, rest) = member.split_at(end);
            let shown = String::from_utf8_lossy(member);
            let argument = match rest {
                [] => None,
                [b'=', argument @ ..] if !argument.is_empty() => Some(argument),
                _ => return Some(format!("`{shown}` is no directive")),
            };
            let Some(at) = KNOWN.iter().position(|(known, _)| is_meant(name, known)) else {
                continue;
            };
            let (known, needs_seconds) = KNOWN[at];
            if !name.eq_ignore_ascii_case(known.as_bytes()) {
                return Some(format!("`{shown}` should be `{known}`"));
            }
            if !needs_seconds {
                continue;
            }
            let digits = unquoted(argument.unwrap_or_default());
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return Some(format!("`{shown}` has no whole number of seconds"));
            }
            if seconds[at].is_some_and(|other| other != digits) {
                return Some(format!("{known} is there twice"));
            }
            seconds[at] = Some(digits);
        }
    }
    None
}

/// What contradicts what, if anything does.
pub(super) fn contradiction(said: &Directives) -> Option<&'static str> {
    let lasts =
        matches!(said.max_age, Delta::Secs(1..)) || matches!(said.s_maxage, Delta::Secs(1..));
    [
        (
            said.no_store() && (lasts || said.immutable()) && !said.must_understand(),
            "it is not to be stored, and for how long",
        ),
        (said.public() && said.private(), "public and private"),
        (
            said.immutable() && said.no_cache(),
            "it never changes, and must always be asked for",
        ),
        (
            said.private() && said.s_maxage != Delta::Absent,
            "private, and how long shared caches keep it",
        ),
    ]
    .into_iter()
    .find_map(|(is, what)| is.then_some(what))
}

/// Whether a directive is this one, hyphens and underscores aside.
fn is_meant(name: &[u8], known: &str) -> bool {
    let letters = |text: &[u8]| -> Vec<u8> {
        text.iter()
            .filter(|byte| !matches!(byte, b'-' | b'_'))
            .map(u8::to_ascii_lowercase)
            .collect()
    };
    // Longer than any with a few hyphens too many: not worth the copy.
    name.len() <= 32 && letters(name) == letters(known.as_bytes())
}

/// The members of a list, commas in quoted strings kept.
fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_quoted = false;
    line.split(move |&byte| {
        is_quoted ^= byte == b'"';
        byte == b',' && !is_quoted
    })
    .map(<[u8]>::trim_ascii)
    .filter(|member| !member.is_empty())
}

fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [b'"', inner @ .., b'"'] => inner,
        _ => text,
    }
}
