//! Redirects on the way to the asset.

use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::observation::{host, starts_with_scheme};
use crate::audit::view::{View, lifetime, line};
use crate::audit::{FindingId, Hop, Outcome, Probe, Response};

/// What an unversioned redirect may be cached for, in seconds.
const MAX_LIFETIME: u64 = 86_400;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    // A health path must not redirect at all, which `status` tells.
    if view.class == Class::HealthCheck {
        return;
    }
    let Some(get) = view
        .visit
        .exchanges
        .iter()
        .find(|exchange| exchange.probe == Probe::Get)
    else {
        return;
    };
    // One that never ends is told by `reach`.
    if matches!(get.outcome, Outcome::Failed(_)) {
        return;
    }
    for hop in &get.hops {
        let (id, evidence) = worst(view, hop);
        if let Some(id) = id {
            view.found(out, id, evidence);
        }
    }
    if let Some(response) = get.response()
        && matches!(response.status, 301 | 302 | 303 | 307 | 308)
    {
        let evidence = format!("{} with {}", response.status, line(response, "Location"));
        view.found(out, FindingId::RedirectWithoutLocation, evidence);
    }
}

/// The worst that there is to say of one redirect.
fn worst(view: &View<'_>, hop: &Hop) -> (Option<FindingId>, String) {
    let evidence = format!("{} from {} to {}", hop.status, hop.url, hop.target);
    if starts_with_scheme(&hop.url, "https") && starts_with_scheme(&hop.target, "http") {
        return (Some(FindingId::RedirectToHttp), evidence);
    }
    let is_same_host = match (host(&hop.url), host(&hop.target)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    if !is_same_host {
        return (Some(FindingId::RedirectToOtherHost), evidence);
    }
    let response = Response::new(hop.status, hop.fields.clone());
    let secs = lifetime(&response, false, view.seen.now);
    if secs > MAX_LIFETIME {
        let evidence = format!("{evidence}, {}", line(&response, "Cache-Control"));
        return (Some(FindingId::RedirectCachedLong), evidence);
    }
    // A moving tag is a redirect by its nature, and a document may be one.
    let is_usual = matches!(view.class, Class::MovingTag | Class::Document);
    ((!is_usual).then_some(FindingId::Redirected), evidence)
}
