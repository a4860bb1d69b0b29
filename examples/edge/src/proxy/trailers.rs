//! Which fields may come behind a body.

use hedgerow::cache;
use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    COOKIE, EXPECT, HOST, HeaderName, MAX_FORWARDS, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, RANGE,
    SET_COOKIE, TE, TRAILER, WWW_AUTHENTICATE,
};

/// Fields for framing, routing, authentication, request modifiers and content
/// handling, which must not come there (RFC 9110 §6.5.1).
const REFUSED: [HeaderName; 17] = [
    AUTHORIZATION,
    CACHE_CONTROL,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_TYPE,
    COOKIE,
    EXPECT,
    HOST,
    MAX_FORWARDS,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    RANGE,
    SET_COOKIE,
    TE,
    TRAILER,
    WWW_AUTHENTICATE,
];

/// The trailers that are passed on.
pub(crate) fn passed_on(came: HeaderMap) -> HeaderMap {
    let mut kept = came;
    let refused: Vec<HeaderName> = kept
        .keys()
        .filter(|name| REFUSED.contains(name) || cache::is_hop_by_hop(name.as_str().as_bytes()))
        .cloned()
        .collect();
    for name in refused {
        kept.remove(name);
    }
    kept
}
