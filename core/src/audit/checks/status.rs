//! What the status says, and how long errors last.

use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::view::{View, lifetime, line};
use crate::audit::{FindingId, Observations, Probe, Response};

/// What an error may be cached for, in seconds.
const MAX_ERROR_LIFETIME: u64 = 300;
/// What the answer of a health path may be cached for, in seconds: as long as
/// the interval between two checks.
const MAX_HEALTH_LIFETIME: u64 = 30;
/// What a health path's body may weigh.
const MAX_HEALTH_BYTES: u64 = 4096;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    if view.class == Class::HealthCheck {
        health(view, out);
        return;
    }
    let get = view.response(Probe::Get);
    if let Some(response) = get {
        asset(view, out, response);
    }
    let missing = view.response(Probe::Missing);
    if let Some(response) = missing
        && matches!(response.status, 200..=299)
        && view.class != Class::Document
    {
        let evidence = format!(
            "{} for a path that does not exist, {}",
            response.status,
            line(response, "Content-Type")
        );
        view.found(out, FindingId::MissingIsServed, evidence);
    }
    for response in [get, missing].into_iter().flatten() {
        let secs =
            lifetime(response, false, view.seen.now).max(lifetime(response, true, view.seen.now));
        if response.status >= 400 && secs > MAX_ERROR_LIFETIME {
            let evidence = format!(
                "{} with {}",
                response.status,
                line(response, "Cache-Control")
            );
            view.found(out, FindingId::ErrorCachedLong, evidence);
        }
    }
}

fn asset(view: &View<'_>, out: &mut Collector, response: &Response) {
    let status = response.status;
    // Redirects without a target are told by `redirects`.
    if matches!(status, 200 | 301 | 302 | 303 | 307 | 308) {
        return;
    }
    let may_come_back = matches!(status, 429 | 503);
    if may_come_back && response.field("retry-after").is_none() {
        let evidence = format!("{status} without Retry-After");
        view.found(out, FindingId::RetryAfterMissing, evidence);
        return;
    }
    match status {
        429 => {
            let evidence = format!("429, {}", line(response, "Retry-After"));
            view.found(out, FindingId::RateLimited, evidence);
        }
        // That it is elsewhere is told once for all endpoints.
        404 | 410 if is_elsewhere(view.seen, &view.visit.path) => {}
        _ => view.found(out, FindingId::StatusError, format!("status {status}")),
    }
}

/// Whether some endpoint has the asset at this path.
pub(in crate::audit) fn is_elsewhere(seen: &Observations, path: &str) -> bool {
    seen.endpoints
        .iter()
        .flat_map(|endpoint| &endpoint.visits)
        .filter(|visit| visit.path == path)
        .flat_map(|visit| &visit.exchanges)
        .filter(|exchange| exchange.probe == Probe::Get)
        .filter_map(|exchange| exchange.response())
        .any(|response| response.status == 200)
}

fn health(view: &View<'_>, out: &mut Collector) {
    let Some(get) = view
        .visit
        .exchanges
        .iter()
        .find(|exchange| exchange.probe == Probe::Get)
    else {
        return;
    };
    let Some(response) = get.response() else {
        return;
    };
    if let Some(hop) = get.hops.first() {
        let evidence = format!("{} to {}", hop.status, hop.target);
        view.found(out, FindingId::HealthNotOk, evidence);
        return;
    }
    if response.status != 200 {
        let evidence = format!("status {}", response.status);
        view.found(out, FindingId::HealthNotOk, evidence);
        return;
    }
    let now = view.seen.now;
    let secs = lifetime(response, false, now).max(lifetime(response, true, now));
    if secs > MAX_HEALTH_LIFETIME {
        view.found(
            out,
            FindingId::HealthCached,
            line(response, "Cache-Control"),
        );
    }
    if response.body.length > MAX_HEALTH_BYTES {
        let evidence = format!("{} bytes", response.body.length);
        view.found(out, FindingId::HealthLarge, evidence);
    }
}
