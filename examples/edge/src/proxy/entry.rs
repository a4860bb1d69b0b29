//! A request's fields as they go upstream, made once, when it comes in.
//!
//! What the origin selects by is what it is sent (RFC 9111 §4.1): the cache,
//! the conditions and every attempt see this one map.

use hedgerow::cache;
use http::header::{ALLOW, COOKIE, EXPECT, FORWARDED, HOST, MAX_FORWARDS, TE, VIA};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};

use super::outbound::insert;

const X_FORWARDED: &str = "x-forwarded-";
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Tiers of one deployment may share a name; what went through more is in a
/// loop.
const TIERS: usize = 3;

/// Methods that are taken; any other name goes through as well, but for CONNECT
/// and TRACE.
pub(super) const ALLOWED: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Who asked whom.
pub(super) struct Entry<'a> {
    pub(super) via: &'a HeaderValue,
    pub(super) version: Version,
    pub(super) peer: &'a HeaderValue,
    pub(super) host: &'a str,
    pub(super) scheme: &'static str,
}

impl Entry<'_> {
    /// The fields as every endpoint gets them, but for `Host`, which is the
    /// endpoint's own.
    pub(super) fn fields(&self, came: HeaderMap) -> HeaderMap {
        let takes_trailers = takes_trailers(self.version, &came);
        let mut fields = came;
        cache::remove_hop_by_hop(&mut fields);
        let host = fields
            .remove(HOST)
            .filter(|host| host.as_bytes() == self.host.as_bytes())
            .or_else(|| HeaderValue::from_str(self.host).ok());
        // The proxy has answered it itself, by asking for the body.
        fields.remove(EXPECT);
        join_cookies(&mut fields);
        if takes_trailers {
            // RFC 9110 §10.1.4.
            fields.insert(TE, HeaderValue::from_static("trailers"));
        }
        fields.append(VIA, self.via.clone());
        self.forwarded(&mut fields, host);
        fields
    }

    /// Whom the request came from, by the fields that upstreams know. Nothing
    /// of them but the addresses is taken from the client: they would select
    /// what is stored for all.
    fn forwarded(&self, fields: &mut HeaderMap, host: Option<HeaderValue>) {
        let mut peers = Vec::new();
        for earlier in fields.get_all(X_FORWARDED_FOR) {
            peers.extend_from_slice(earlier.as_bytes());
            peers.extend_from_slice(b", ");
        }
        let given: Vec<HeaderName> = fields
            .keys()
            .filter(|name| name.as_str().starts_with(X_FORWARDED))
            .cloned()
            .collect();
        for name in given {
            fields.remove(name);
        }
        fields.remove(FORWARDED);
        if peers.is_empty() {
            fields.insert(X_FORWARDED_FOR, self.peer.clone());
        } else {
            peers.extend_from_slice(self.peer.as_bytes());
            insert(fields, X_FORWARDED_FOR.as_str(), &peers);
        }
        if let Some(host) = host {
            fields.insert(X_FORWARDED_HOST, host);
        }
        fields.insert(X_FORWARDED_PROTO, HeaderValue::from_static(self.scheme));
    }
}

/// RFC 9113 §8.2.3: what HTTP/2 splits is one line elsewhere.
fn join_cookies(fields: &mut HeaderMap) {
    let mut lines = fields.get_all(COOKIE).iter();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return;
    };
    let mut joined = first.as_bytes().to_vec();
    for line in std::iter::once(second).chain(lines) {
        joined.extend_from_slice(b"; ");
        joined.extend_from_slice(line.as_bytes());
    }
    insert(fields, COOKIE.as_str(), &joined);
}

fn takes_trailers(version: Version, came: &HeaderMap) -> bool {
    version == Version::HTTP_2
        || came.get_all(TE).iter().any(|value| {
            let text = value.to_str().unwrap_or_default();
            text.split(',')
                .any(|part| part.trim().eq_ignore_ascii_case("trailers"))
        })
}

/// Counts an OPTIONS request's `Max-Forwards` down (RFC 9110 §7.6.2). Whether it
/// is to go on.
pub(super) fn count_down(method: &Method, came: &mut HeaderMap) -> bool {
    if method != Method::OPTIONS {
        return true;
    }
    let left = came.get(MAX_FORWARDS).and_then(|value| {
        let text = value.to_str().ok()?;
        text.parse::<u64>().ok()
    });
    match left {
        Some(0) => false,
        Some(left) => {
            came.insert(MAX_FORWARDS, (left - 1).into());
            true
        }
        None => true,
    }
}

/// Whether the request came through this proxy too often already.
pub(super) fn is_loop(name: &str, came: &HeaderMap) -> bool {
    let own = came
        .get_all(VIA)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|member| member.split_ascii_whitespace().nth(1) == Some(name));
    own.count() > TIERS
}

/// Says what can be asked instead (RFC 9110 §15.5.6).
pub(super) fn allow(headers: &mut HeaderMap) {
    headers.insert(ALLOW, HeaderValue::from_static(ALLOWED));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_what_the_tiers_are_not() {
        let mut came = HeaderMap::new();
        for _ in 0..TIERS {
            came.append(VIA, HeaderValue::from_static("1.1 edge, 2.0 other"));
        }
        assert!(!is_loop("edge", &came));
        came.append(VIA, HeaderValue::from_static("1.1 edge (comment)"));
        assert!(is_loop("edge", &came));
    }
}
