//! The trap of one lifetime for everything.

use crate::asset::Class;
use crate::audit::FindingId;
use crate::audit::collect::Collector;
use crate::audit::expected::Expected;
use crate::audit::view::{View, directives, lifetime, line};

/// Looks at all the assets of an endpoint. What follows from it for each of
/// them need not be told as well, so it says whether it is so.
pub(super) fn check(views: &[View<'_>], out: &mut Collector) -> bool {
    let mut assets = views
        .iter()
        .filter(|view| view.class != Class::HealthCheck)
        .filter_map(|view| Some((view, view.asset()?)));
    let Some((first, response)) = assets.next() else {
        return false;
    };
    let said = directives(response);
    let secs = lifetime(response, false, first.seen.now);
    let is_everywhere = secs > 0
        && assets.all(|(_, other)| {
            directives(other) == said && lifetime(other, false, first.seen.now) == secs
        });
    if !is_everywhere {
        return false;
    }
    let assets = || views.iter().filter(|view| view.asset().is_some());
    let too_short = assets().find(|view| view.is_versioned());
    let too_long = assets().find(|view| {
        !view.is_versioned()
            && view.class != Class::HealthCheck
            && secs > Expected::of(view).lifetime
    });
    let (Some(versioned), Some(changing)) = (too_short, too_long) else {
        return false;
    };
    let evidence = format!(
        "{} on {} ({}) as on {} ({})",
        line(response, "Cache-Control"),
        versioned.visit.path,
        versioned.class.as_str(),
        changing.visit.path,
        changing.class.as_str()
    );
    first.found_at_endpoint(out, FindingId::OneLifetimeForAll, evidence);
    true
}
