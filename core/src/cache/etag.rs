//! Entity tags and when two are the same (RFC 9110 §8.8.3).

use super::list;

/// Whether the tag is a strong validator.
pub(crate) fn is_strong(tag: &[u8]) -> bool {
    !tag.is_empty() && !tag.starts_with(b"W/")
}

/// The tag without its mark of weakness.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// Strong comparison (RFC 9110 §8.8.3.2).
pub(super) fn match_strongly(a: &[u8], b: &[u8]) -> bool {
    is_strong(a) && a == b
}

/// Weak comparison.
pub(super) fn match_weakly(a: &[u8], b: &[u8]) -> bool {
    !opaque(a).is_empty() && opaque(a) == opaque(b)
}

/// Whether a line of `If-None-Match` names `tag`, or any by `*`.
///
/// Tags without quotes are compared as they stand: they are no entity tags,
/// but servers send them, and clients send them back.
pub(super) fn is_listed(line: &[u8], tag: &[u8]) -> bool {
    if list::trim(line) == b"*" {
        return true;
    }
    tags(line).any(|listed| match_weakly(listed, tag))
}

/// The tags of a list. A backslash in a tag escapes nothing, unlike in a
/// quoted string, so the list is split by its own rule.
pub(crate) fn tags(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = line;
    core::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', after @ ..] = rest {
            rest = after;
        }
        if rest.is_empty() {
            return None;
        }
        let prefix = if rest.starts_with(b"W/") { 2 } else { 0 };
        let quoted = rest.get(prefix) == Some(&b'"');
        let end = if quoted {
            rest[prefix + 1..]
                .iter()
                .position(|&byte| byte == b'"')
                .map_or(rest.len(), |at| prefix + at + 2)
        } else {
            rest.iter()
                .position(|&byte| byte == b',')
                .unwrap_or(rest.len())
        };
        let (tag, after) = rest.split_at(end);
        rest = after;
        Some(list::trim(tag))
    })
}
