//! What the query says.
//!
//! Whoever writes a version into the query changes the URL with the bytes. But
//! servers pass over the query, so only what is clearly a hash or an exact
//! version counts: a number may be a counter or the time of the request.

use crate::types::Reason;

use super::extension::Kind;
use super::token::{Strength, seen, strength};
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
    query.split(|&byte| byte == b'&').find_map(|part| {
        let at = start;
        start += part.len() + 1;
        let (key, value_at) = match part.iter().position(|&byte| byte == b'=') {
            Some(equals) => (&part[..equals], equals + 1),
            // The whole query is the version, as in `?3f2a9b1c`.
            None if part.len() == query.len() => (&b""[..], 0),
            None => return None,
        };
        let value = &part[value_at..];
        let reason = reason(key, value, kind)?;
        Some(Found {
            reason,
            start: at + value_at,
            end: at + part.len(),
        })
    })
}

fn reason(key: &[u8], value: &[u8], kind: Kind) -> Option<Reason> {
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
    let shopify = value.len() >= 17 && value.iter().all(u8::is_ascii_digit);
    let hash = match strength(value, seen(value)) {
        Strength::Strong | Strength::Fair => value.len() >= 8,
        Strength::Weak => value.len() == 7 && !value.iter().all(u8::is_ascii_digit),
        Strength::Faint | Strength::Unsure | Strength::No => false,
    };
    (hash || shopify).then_some(Reason::HashInQuery)
}
