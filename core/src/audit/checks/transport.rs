//! https everywhere, and the newer versions of HTTP.

use super::hsts;
use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{Endpoint, FindingId, Probe};

/// What shows at one asset.
pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    hsts::check(view, out);
    if let Some(response) = view.success(Probe::PlainHttp) {
        let evidence = format!(
            "200 with {} bytes, not a redirect to https",
            response.body.length
        );
        view.found(out, FindingId::PlainHttpServed, evidence);
    }
    // Only over TLS can HTTP/3 be had; a wrong scheme is told once.
    if let Some(response) = view.asset()
        && view.endpoint.is_https()
        && !announces_http3(&response.shown("alt-svc").unwrap_or_default())
    {
        view.found_at_endpoint(out, FindingId::Http3NotAnnounced, line(response, "Alt-Svc"));
    }
}

/// What shows at the endpoint alone.
pub(super) fn check_endpoint(at: usize, endpoint: &Endpoint, out: &mut Collector) {
    if !endpoint.is_https() {
        out.add(
            FindingId::EndpointNotHttps,
            at,
            &endpoint.url,
            &endpoint.url,
        );
    }
    if let Some(secs) = endpoint.dns_ttl_secs
        && secs > MAX_DNS_TTL
    {
        let evidence = format!("TTL {secs} s");
        out.add(FindingId::DnsTtlLong, at, &endpoint.url, evidence);
    }
}

/// In seconds.
const MAX_DNS_TTL: u32 = 300;

/// RFC 7838 §3: `h3=":443"; ma=86400`, or a draft's `h3-29`.
fn announces_http3(alt_svc: &str) -> bool {
    alt_svc.split(',').any(|alternative| {
        alternative.split_once('=').is_some_and(|(protocol, _)| {
            protocol.trim() == "h3" || protocol.trim().starts_with("h3-")
        })
    })
}
