//! ETag and Last-Modified, and what the server does with them.

use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{FindingId, Probe, Response};
use crate::cache::date;
use crate::types::Timestamp;

/// Clocks may differ by this much, in seconds.
const CLOCK_TOLERANCE: u64 = 60;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    if view.class == Class::HealthCheck {
        return;
    }
    let etag = response.field("etag");
    let modified = response.field("last-modified");
    if etag.is_none() && modified.is_none() {
        let evidence = "neither ETag nor Last-Modified";
        view.found(out, FindingId::ValidatorsMissing, evidence);
    }
    if let Some(etag) = etag {
        check_etag(view, out, response, etag);
    }
    if let Some(modified) = modified {
        let evidence = line(response, "Last-Modified");
        match date::parse(modified, view.seen.now) {
            None => view.found(out, FindingId::LastModifiedInvalid, evidence),
            Some(at) if is_after(at, view.seen.now) => {
                let evidence = format!("{evidence}, in the future");
                view.found(out, FindingId::LastModifiedInvalid, evidence);
            }
            Some(_) => {}
        }
    }
    conditional(view, out, response);
}

fn is_after(at: Timestamp, now: Timestamp) -> bool {
    at > now.plus_secs(CLOCK_TOLERANCE)
}

fn check_etag(view: &View<'_>, out: &mut Collector, response: &Response, etag: &[u8]) {
    let evidence = line(response, "ETag");
    let Some(opaque) = opaque(etag) else {
        view.found(out, FindingId::EtagInvalid, evidence);
        return;
    };
    if is_of_inode(opaque) {
        view.found(out, FindingId::EtagOfInode, evidence);
        return;
    }
    if etag.starts_with(b"W/") {
        view.found(out, FindingId::EtagWeak, evidence);
        return;
    }
    let encoded = view.success(Probe::Encoded);
    if let Some(encoded) = encoded
        && encoded.field("content-encoding") != response.field("content-encoding")
        && encoded.field("etag") == Some(etag)
    {
        let evidence = format!(
            "{evidence} with {} and without",
            line(encoded, "Content-Encoding")
        );
        view.found(out, FindingId::EtagSharedByEncodings, evidence);
    }
}

/// What stands between the quotes (RFC 9110 §8.8.3); `None` if `etag` is no
/// entity tag.
fn opaque(etag: &[u8]) -> Option<&[u8]> {
    let tag = etag.strip_prefix(b"W/").unwrap_or(etag);
    match tag {
        [b'"', opaque @ .., b'"'] => opaque
            .iter()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..))
            .then_some(opaque),
        _ => None,
    }
}

/// Apache's `inode-size-mtime`: three hexadecimal numbers.
fn is_of_inode(opaque: &[u8]) -> bool {
    let mut parts = 0;
    for part in opaque.split(|&byte| byte == b'-') {
        parts += 1;
        if part.is_empty() || part.len() > 16 || !part.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
    }
    parts == 3
}

fn conditional(view: &View<'_>, out: &mut Collector, full: &Response) {
    let Some(answer) = view.response(Probe::Conditional) else {
        return;
    };
    if answer.status != 304 {
        // A change in between is no fault.
        let has_changed = answer.status == 200 && answer.field("etag") != full.field("etag");
        if !has_changed {
            let evidence = format!(
                "{} to If-None-Match and If-Modified-Since with the current validators",
                answer.status
            );
            view.found(out, FindingId::ConditionalIgnored, evidence);
        }
        return;
    }
    // RFC 9110 §15.4.5. An ETag may turn weak on its way through a compressor.
    let weak = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    for name in [
        "Cache-Control",
        "Content-Location",
        "ETag",
        "Expires",
        "Vary",
    ] {
        let field = name.to_ascii_lowercase();
        let Some(sent) = full.shown(&field) else {
            continue;
        };
        match answer.shown(&field) {
            None => {
                let evidence = format!("no {name} with 304, {name}: {sent} with 200");
                view.found(out, FindingId::NotModifiedIncomplete, evidence);
            }
            // It moves with the time of the answer.
            Some(_) if name == "Expires" => {}
            // One name more only costs a copy.
            Some(_) if name == "Vary" && selects_at_least(answer, full) => {}
            Some(other) if weak(&other) != weak(&sent) => {
                let evidence = format!("{name}: {other} with 304, {name}: {sent} with 200");
                view.found(out, FindingId::NotModifiedDiffers, evidence);
            }
            Some(_) => {}
        }
    }
}

/// Whether the first response names all the selecting fields of the second.
fn selects_at_least(one: &Response, other: &Response) -> bool {
    let has = |name: &[u8]| {
        one.members("vary")
            .any(|member| member == b"*" || member.eq_ignore_ascii_case(name))
    };
    other.members("vary").all(has)
}
