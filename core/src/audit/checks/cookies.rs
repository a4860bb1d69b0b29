//! Cookies where they do harm, and cookies that will not stay.

use crate::audit::collect::Collector;
use crate::audit::observation::host;
use crate::audit::view::{View, lifetime};
use crate::audit::{FindingId, Probe, Response};
use crate::types::Headers as _;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    for probe in [Probe::Get, Probe::Again] {
        let Some(response) = view.success(probe) else {
            continue;
        };
        let cookies: Vec<_> = response
            .fields
            .field_values("set-cookie")
            .map(without_value)
            .collect();
        if cookies.is_empty() {
            continue;
        }
        let evidence = format!("Set-Cookie: {}", cookies.join(", "));
        let is_cacheable = lifetime(response, true, view.seen.now) > 0;
        if view.is_static() && is_cacheable {
            view.found(out, FindingId::CookieOnAsset, evidence);
        } else if is_cross_site(view) && !all_for_third_parties(response) {
            view.found(out, FindingId::CookieRejected, evidence);
        }
    }
}

/// A cookie without its value: it may open a session, and reports are passed on.
fn without_value(cookie: &[u8]) -> String {
    let cookie = String::from_utf8_lossy(cookie);
    let (pair, attributes) = cookie.split_at(cookie.find(';').unwrap_or(cookie.len()));
    // RFC 6265 §5.2 takes no pair without a name; all of it may be the value.
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    format!("{name}=…{attributes}")
}

/// Whether the page is surely of another site. Two hosts are of one site if
/// one is the other or below it, or if they share a parent; of a shared parent
/// only a list of public suffixes could tell more, so this errs towards
/// silence.
fn is_cross_site(view: &View<'_>) -> bool {
    let Some(page) = view.seen.page_origin.as_deref().and_then(host) else {
        return false;
    };
    let Some(own) = host(&view.visit.url) else {
        return false;
    };
    site(page) != site(own)
}

/// The last two labels.
pub(super) fn site(host: &str) -> String {
    let mut labels: Vec<&str> = host.trim_end_matches('.').rsplit('.').take(2).collect();
    labels.reverse();
    labels.join(".").to_ascii_lowercase()
}

fn all_for_third_parties(response: &Response) -> bool {
    response.fields.field_values("set-cookie").all(|cookie| {
        let has = |wanted: &[u8]| {
            cookie.split(|&byte| byte == b';').skip(1).any(|attribute| {
                let compact: Vec<u8> = attribute
                    .iter()
                    .copied()
                    .filter(|byte| !byte.is_ascii_whitespace())
                    .collect();
                compact.eq_ignore_ascii_case(wanted)
            })
        };
        has(b"samesite=none") && has(b"secure")
    })
}
