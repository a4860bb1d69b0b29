//! What the caches on the way say of a response.

use crate::audit::Response;
use crate::cache::list;
use crate::types::Headers as _;

/// Whether a response came from a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    Yes,
    Miss,
    /// Nobody says.
    Unknown,
}

/// Fields in which CDNs and proxies tell it in words.
const FIELDS: &[&str] = &[
    "cf-cache-status",
    "x-cache-status",
    "x-cache",
    "x-proxy-cache",
    "x-vercel-cache",
    "x-nc",
    "cdn-cache",
    "x-cdn-cache-status",
    "server-timing",
];

impl Hit {
    /// What a response says, and where it says so.
    pub(super) fn of(response: &Response) -> (Hit, String) {
        let mut said = None;
        // RFC 9211 §2.1: a member is a hit if it has the parameter. Those who
        // don't know the RFC send the word alone.
        for line in response.fields.field_values("cache-status") {
            let shown = String::from_utf8_lossy(line);
            for member in list::members(line) {
                let is_hit = member.split(|&byte| byte == b';').any(|part| {
                    let part = list::trim(part);
                    // A boolean may be written out (RFC 8941 §3.3.6).
                    part.eq_ignore_ascii_case(b"hit") || part == b"hit=?1"
                });
                if is_hit {
                    return (Hit::Yes, format!("Cache-Status: {shown}"));
                }
                said = Some(format!("Cache-Status: {shown}"));
            }
        }
        for name in FIELDS {
            let Some(shown) = response.shown(name) else {
                continue;
            };
            match in_words(&shown) {
                Hit::Yes => return (Hit::Yes, format!("{name}: {shown}")),
                Hit::Miss => {
                    said.get_or_insert_with(|| format!("{name}: {shown}"));
                }
                Hit::Unknown => {}
            }
        }
        // Only a cache writes Age, and what has one came from it.
        let age = response.field("age").filter(|age| {
            !age.is_empty()
                && age.iter().all(u8::is_ascii_digit)
                && age.iter().any(|&digit| digit != b'0')
        });
        match (age, said) {
            (Some(age), _) => (Hit::Yes, format!("Age: {}", String::from_utf8_lossy(age))),
            (None, Some(said)) => (Hit::Miss, said),
            (None, None) => (
                Hit::Unknown,
                "no Age, Cache-Status or X-Cache on the second request".to_owned(),
            ),
        }
    }
}

/// Words such as `HIT`, `TCP_MEM_HIT from a1`, `Miss from cloudfront`.
fn in_words(text: &str) -> Hit {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    if words.clone().any(|word| {
        matches!(
            word,
            "hit" | "refreshhit" | "stale" | "revalidated" | "updating"
        )
    }) {
        Hit::Yes
    } else if words.any(|word| {
        matches!(
            word,
            "miss"
                | "bypass"
                | "dynamic"
                | "expired"
                | "pass"
                | "none"
                | "nocache"
                | "notcacheable"
                | "uncacheable"
        )
    }) {
        Hit::Miss
    } else {
        Hit::Unknown
    }
}
