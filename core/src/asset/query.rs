//! What the query says.
//!
//! Whoever writes a version into the query changes the URL with the bytes. But
//! servers pass over the query, so only what is clearly a hash or an exact
//! version counts: a number may be a counter or the time of the request.

use crate::types::Reason;

use super::extension::Kind;
use super::sets::{first, is};
use super::stem::{Sets, Stem};
use super::token::{Seen, Strength, strength};
use super::version::{Version, version};

/// What was found, and where in the query.
pub(super) struct Found {
    pub(super) reason: Reason,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Looks for a hash or an exact version.
pub(super) fn find(query: &[u8], kind: Kind) -> Option<Found> {
    let mut start = 0;
    while start <= query.len() {
        let part = &query[start..];
        let part = &part[..first(part, |bytes| is(bytes, b'&'))];
        let equals = first(part, |bytes| is(bytes, b'='));
        let end = start + part.len();
        let (key, value_at) = if equals < part.len() {
            (&part[..equals], start + equals + 1)
        } else if part.len() == query.len() {
            // The whole query is the version, as in `?3f2a9b1c`.
            (&b""[..], start)
        } else {
            start = end + 1;
            continue;
        };
        if let Some(reason) = reason(key, &query[..end], value_at, kind) {
            return Some(Found {
                reason,
                start: value_at,
                end,
            });
        }
        start = end + 1;
    }
    None
}

/// What the value at this place says, which ends the text.
fn reason(key: &[u8], text: &[u8], value_at: usize, kind: Kind) -> Option<Reason> {
    let value = &text[value_at..];
    match key {
        b"" | b"v" | b"ver" | b"version" | b"vsn" | b"hash" | b"h" | b"rev" | b"contenthash"
        | b"digest" => {}
        // Laravel Mix; elsewhere it may be the number of anything.
        b"id" if matches!(kind, Kind::Code | Kind::Font) => {}
        _ => return None,
    }
    if version(value) == Version::Exact {
        return Some(Reason::VersionInQuery);
    }
    let seen = match Sets::of(text, value_at) {
        Some(sets) => sets.seen(0, value.len()),
        None => Seen::of(value),
    };
    let shopify = value.len() >= 17 && value.iter().all(u8::is_ascii_digit);
    let hash = match strength(value, seen) {
        Strength::Strong | Strength::Fair => value.len() >= 8,
        Strength::Weak => value.len() == 7 && !value.iter().all(u8::is_ascii_digit),
        Strength::Faint | Strength::Unsure | Strength::No => false,
    };
    (hash || shopify).then_some(Reason::HashInQuery)
}
