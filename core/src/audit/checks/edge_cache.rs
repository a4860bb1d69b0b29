//! Whether the CDN's cache holds what it may hold.

use super::dependency::dependency;
use super::hit::Hit;
use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::view::{View, lifetime};
use crate::audit::{FindingId, Probe, Response};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(again) = view.success(Probe::Again) else {
        return;
    };
    let (hit, evidence) = Hit::of(again);
    if view.class == Class::FallbackPage {
        fallback(view, out, again, hit, &evidence);
    } else if hit == Hit::Miss && view.is_static() && lifetime(again, true, view.seen.now) > 0 {
        let evidence = format!("{evidence} on the second request");
        view.found(out, FindingId::NotCachedAtEdge, evidence);
    }
}

fn fallback(view: &View<'_>, out: &mut Collector, page: &Response, hit: Hit, evidence: &str) {
    match hit {
        Hit::Yes => {}
        Hit::Miss => {
            let evidence = format!("{evidence} on the second request");
            view.found(out, FindingId::FallbackNotCached, evidence);
        }
        Hit::Unknown => view.found(out, FindingId::FallbackUnproven, evidence),
    }
    if let Some(what) = dependency(page.body.start()) {
        view.found(out, FindingId::FallbackDepends, what);
    }
}
