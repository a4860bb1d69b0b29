//! Which validators of an upstream are worth keeping (RFC 9110 §8.8).

use crate::cache::etag;
use crate::types::{Headers, Reason};

use super::edits::Editor;
use super::exchange::Exchange;

/// What becomes of an upstream's `ETag`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ETagRule {
    /// It stays, unless it is made of an inode number and there is a
    /// `Last-Modified` to do its work.
    #[default]
    PerContent,
    /// It stays, whatever it is.
    Keep,
    /// It goes, for an upstream whose tags differ from node to node in a way
    /// that does not show.
    Drop,
}

/// Removes a tag that other nodes with the same bytes would not give. A copy
/// from one node would never be confirmed by another, so that every client
/// downloads again what it has.
pub(super) fn write<'a, Q, R>(
    editor: &mut Editor<'a, R>,
    exchange: &Exchange<'a, Q, R>,
    rule: ETagRule,
) -> Option<Reason>
where
    Q: Headers + ?Sized,
    R: Headers + ?Sized,
{
    let tag = exchange.response.field_values("etag").next()?;
    let dropped = match rule {
        ETagRule::Keep => false,
        ETagRule::Drop => true,
        ETagRule::PerContent => is_per_node(tag) && exchange.has("last-modified"),
    };
    if !dropped {
        return Some(Reason::ValidatorKept);
    }
    editor.remove("etag");
    Some(Reason::ValidatorPerNode)
}

/// Whether a tag has the form of Apache's `FileETag INode MTime Size`: three
/// hexadecimal numbers, of which the first is the inode's.
pub(super) fn is_per_node(tag: &[u8]) -> bool {
    let opaque = tag.strip_prefix(b"W/").unwrap_or(tag);
    let Some(inner) = opaque
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
    else {
        return false;
    };
    // `mod_deflate` puts the coding behind.
    let inner = inner.strip_suffix(b"-gzip").unwrap_or(inner);
    let is_number = |group: &[u8]| {
        (1..=16).contains(&group.len())
            && group
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let groups = || inner.split(|&byte| byte == b'-');
    groups().count() == 3 && groups().all(is_number)
}

/// The weak form of a strong tag, for the same content in another coding: its
/// bytes differ, and a range of one must never be joined to the other (RFC
/// 9110 §8.8.3.3).
pub(super) fn weakened(tag: &[u8]) -> Option<Vec<u8>> {
    (etag::is_strong(tag) && tag.starts_with(b"\"")).then(|| [&b"W/"[..], tag].concat())
}

/// Whether `If-None-Match` has the weak form of this strong tag, as it was
/// given out with a coded response.
pub(super) fn was_weakened<Q: Headers + ?Sized>(request: &Q, tag: &[u8]) -> bool {
    let is_weak_form = |listed: &[u8]| listed.strip_prefix(b"W/") == Some(tag);
    etag::is_strong(tag)
        && request
            .field_values("if-none-match")
            .flat_map(etag::tags)
            .any(is_weak_form)
}
