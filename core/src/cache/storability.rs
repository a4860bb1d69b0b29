//! Whether a response may be stored (RFC 9111 §3).

use crate::types::{Headers, Reason};

use super::fields::{RequestFields, ResponseFields};
use super::message::{Request, Response};
use super::settings::{SetCookieRule, Settings};
use super::uri;

/// Why a response is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStored(pub(super) Reason);

impl NotStored {
    /// The reason.
    #[must_use]
    pub const fn reason(self) -> Reason {
        self.0
    }
}

impl core::fmt::Display for NotStored {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the response is not stored: {}", self.0)
    }
}

impl core::error::Error for NotStored {}

/// Statuses that may be reused without being asked for (RFC 9110 §15.1).
pub(super) const fn is_heuristically_cacheable(status: u16) -> bool {
    matches!(
        status,
        200 | 203 | 204 | 206 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501
    )
}

/// Statuses whose caching rules this engine knows, which `must-understand`
/// asks for (RFC 9111 §5.2.2.3): the final ones of RFC 9110 §15 and of RFCs
/// 7725, 8297 and 8470, none of which has rules beyond RFC 9111, unless
/// [`answers_one_request`] has them.
const fn is_understood(status: u16) -> bool {
    matches!(
        status,
        200..=206 | 300..=305 | 307 | 308 | 400..=411 | 413..=415 | 421 | 422 | 425 | 426 | 451 | 500..=505
    )
}

/// Statuses that say something of the request that got them and of no other.
/// RFC 6585 §3 to §6 forbid to store its four; 412, 416 and 417 answer
/// `If-Match`, `Range` and `Expect` (RFC 9110 §13.1, §14.2, §10.1.1), by which
/// no response is selected.
const fn answers_one_request(status: u16) -> bool {
    matches!(status, 412 | 416 | 417 | 428 | 429 | 431 | 511)
}

/// Whether the response says that it may be stored, whatever its status.
pub(super) const fn is_explicitly_cacheable(
    settings: &Settings,
    fields: &ResponseFields<'_>,
) -> bool {
    fields.directives.public() || (fields.directives.private() && !settings.shared)
}

/// The rules of RFC 9111 §3, in the order in which a reader would look.
pub(super) fn check<Q: Headers + ?Sized, R: Headers + ?Sized>(
    settings: &Settings,
    request: &Request<'_, Q>,
    response: &Response<'_, R>,
    asked: &RequestFields<'_>,
    fields: &ResponseFields<'_>,
) -> Result<(), Reason> {
    let directives = &fields.directives;
    let has_expiry = directives.max_age.is_present()
        || (settings.shared && directives.s_maxage.is_present())
        || fields.expires.first().is_some();
    match request.method {
        "GET" => {}
        // RFC 9110 §9.3.3: explicit freshness, and the response is what GET
        // would give, which only a success can be.
        "POST"
            if has_expiry
                && matches!(response.status, 200..=299)
                && is_own_content(request, fields) => {}
        _ => return Err(Reason::MethodNotCached),
    }
    if response.status < 200 || response.status > 999 {
        return Err(Reason::StatusInterim);
    }
    // 304 updates what is stored; it is no response to store.
    if response.status == 304 || answers_one_request(response.status) {
        return Err(Reason::NotCacheable);
    }
    if response.status == 206 && (!settings.partial || request.method != "GET") {
        return Err(Reason::PartInvalid);
    }
    if directives.must_understand() && !is_understood(response.status) {
        return Err(Reason::StatusUnknown);
    }
    // `must-understand` stands beside `no-store`, which is for those who do
    // not know it (RFC 9111 §5.2.2.3).
    if directives.no_store() && !directives.must_understand() {
        return Err(Reason::NoStore);
    }
    if asked.directives.no_store() {
        return Err(Reason::RequestNoStore);
    }
    if settings.shared {
        if directives.private() {
            return Err(Reason::PrivateResponse);
        }
        // RFC 9111 §3.5.
        if asked.authorized
            && !(directives.public()
                || directives.must_revalidate()
                || directives.s_maxage.is_present())
        {
            return Err(Reason::Authorized);
        }
    }
    if fields.sets_cookie && settings.set_cookie == SetCookieRule::Refuse {
        return Err(Reason::SetCookie);
    }
    let may = has_expiry
        || is_explicitly_cacheable(settings, fields)
        || is_heuristically_cacheable(response.status);
    may.then_some(()).ok_or(Reason::NotCacheable)
}

/// Whether `Content-Location` says that the content is what GET of the target
/// would give (RFC 9110 §8.7).
fn is_own_content<H: Headers + ?Sized>(
    request: &Request<'_, H>,
    fields: &ResponseFields<'_>,
) -> bool {
    let (Some(target), Some(location)) = (request.target, fields.content_location.one()) else {
        return false;
    };
    uri::resolve(target, location).is_some_and(|location| uri::is_same(&location, target))
}
