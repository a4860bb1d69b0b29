//! What the query says.
//!
//! Whoever writes a version into the query changes the URL with the bytes. But
//! servers pass over the query, so only what is clearly a hash or an exact
//! version counts: a number may be a counter or the time of the request.

use crate::types::Reason;

use super::extension::Kind;
use super::scan::first_of;
use super::sets::{WINDOW, highest};
use super::stem::{Bytes, Sets, Stem};
use super::text::Text;
use super::token::{Strength, strength};
use super::version::{Version, version};

/// A query.
pub(super) struct Query<'a> {
    /// What ends with it.
    pub(super) text: Text<'a>,
    /// Where it starts in the text.
    pub(super) at: usize,
}

/// What was found, and where in the text.
pub(super) struct Found {
    pub(super) reason: Reason,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Query<'_> {
    /// Looks for a hash or an exact version.
    #[inline(never)]
    pub(super) fn find(&self, kind: Kind) -> Option<Found> {
        let bytes = self.text.bytes;
        let mut at = self.at;
        while at <= bytes.len() {
            let part = &bytes[at..];
            let part = &part[..first_of(part, *b"&")];
            let end = at + part.len();
            let equals = first_of(part, *b"=");
            let (key, start) = if equals < part.len() {
                (&part[..equals], at + equals + 1)
            } else if at == self.at && end == bytes.len() {
                // The whole query is the version, as in `?3f2a9b1c`.
                (&b""[..], at)
            } else {
                at = end + 1;
                continue;
            };
            if has_version(key, kind)
                && let Some(reason) = self.reason(start, end, key == b"id")
            {
                let said = Found { reason, start, end };
                return (!self.says_otherwise(key, &bytes[start..end])).then_some(said);
            }
            at = end + 1;
        }
        None
    }

    /// Whether this key stands there with another value, too: nobody can say which
    /// of them the server takes.
    fn says_otherwise(&self, key: &[u8], value: &[u8]) -> bool {
        let query = &self.text.bytes[self.at..];
        let mut parts = query.split(|&byte| byte == b'&');
        parts.any(|part| {
            let another = part
                .strip_prefix(key)
                .and_then(|part| part.strip_prefix(b"="));
            another.is_some_and(|another| another != value)
        })
    }

    /// Where esm.sh is told to use other packages than those of the release, one of
    /// which moves.
    #[cold]
    pub(super) fn moving_dependency(&self) -> Option<(usize, usize)> {
        let mut at = self.at;
        let query = &self.text.bytes[at..];
        for part in query.split(|&byte| byte == b'&') {
            let end = at + part.len();
            let packages = part
                .strip_prefix(b"deps=")
                .or_else(|| part.strip_prefix(b"alias="));
            if let Some(packages) = packages
                && !packages.split(|&byte| byte == b',').all(is_exact)
            {
                return Some((at, end));
            }
            at = end + 1;
        }
        None
    }

    /// Whether there may be two dots between two places, as there are in an exact version.
    fn has_dots(&self, start: usize, end: usize) -> bool {
        let after = self.text.bytes.len() - end;
        if after >= WINDOW {
            return true;
        }
        let own = highest(end - start);
        let dots = self.text.dots << after & own;
        dots & dots.wrapping_sub(1) != 0 || end - start > WINDOW - after
    }

    /// What the value between two places says; `mix` if it must be what Laravel Mix and
    /// Livewire write.
    fn reason(&self, start: usize, end: usize, mix: bool) -> Option<Reason> {
        let text = &self.text.bytes[..end];
        if !mix && self.has_dots(start, end) && version(&text[start..]) == Version::Exact {
            return Some(Reason::VersionInQuery);
        }
        let hash = match Sets::of(&self.text, start, end) {
            Some(sets) => is_hash(&sets, mix),
            None => is_hash(&Bytes { text, at: start }, mix),
        };
        hash.then_some(Reason::HashInQuery)
    }
}

/// Whether a package has an exact version: `@scope/name@1.2.3/path`.
fn is_exact(package: &[u8]) -> bool {
    let at = package.iter().rposition(|&byte| byte == b'@');
    at.is_some_and(|at| {
        let after = &package[at + 1..];
        version(&after[..first_of(after, *b"/")]) == Version::Exact
    })
}

/// Whether the value of this key may be a version.
fn has_version(key: &[u8], kind: Kind) -> bool {
    match key {
        b"" | b"v" | b"ver" | b"version" | b"vsn" | b"hash" | b"h" | b"rev" | b"contenthash"
        | b"digest" => true,
        // Laravel's; elsewhere it may be the number of anything.
        b"id" => matches!(kind, Kind::Code | Kind::Font),
        _ => false,
    }
}

#[inline(always)]
fn is_hash(value: &impl Stem, mix: bool) -> bool {
    let length = value.bytes().len();
    let seen = value.seen(0, length);
    // Webpack's hash, MD5, or the start of it. Others name a container, a customer or an
    // object of a database.
    if mix && !(matches!(length, 8 | 20 | 32) && seen.is_lower_hex()) {
        return false;
    }
    let is_number = || value.bytes().iter().all(u8::is_ascii_digit);
    match strength(value, 0, length, seen) {
        Strength::Strong | Strength::Fair if length >= 8 => true,
        Strength::Weak if length == 7 && !is_number() => true,
        // Shopify's.
        _ => length >= 17 && is_number(),
    }
}
