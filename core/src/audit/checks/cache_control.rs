//! How long the asset may be cached, beside how long its class should be.

use super::cache_control_syntax as syntax;
use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::expected::Expected;
use crate::audit::view::{View, directives, lifetime, line};
use crate::audit::{FindingId, Response};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    // Of a health path's lifetime `status` tells.
    if view.class == Class::HealthCheck {
        return;
    }
    let evidence = line(response, "Cache-Control");
    if response.field("cache-control").is_none() {
        if response.field("expires").is_none() {
            with_expected(view, out, FindingId::CacheControlMissing, &evidence);
            return;
        }
    } else if let Some(what) = syntax::unreadable(response) {
        let evidence = format!("{evidence} ({what})");
        view.found(out, FindingId::CacheControlInvalid, evidence);
        return;
    } else if let Some(what) = syntax::contradiction(&directives(response)) {
        let evidence = format!("{evidence} ({what})");
        view.found(out, FindingId::CacheControlContradictory, evidence);
        return;
    }
    storable(view, out, response, &evidence);
}

/// What says how long, where something does.
fn storable(view: &View<'_>, out: &mut Collector, response: &Response, evidence: &str) {
    let said = directives(response);
    if view.is_static() && view.class != Class::SourceMap && said.no_store() {
        with_expected(view, out, FindingId::NotStored, evidence);
        return;
    }
    if view.is_static() && said.private() {
        with_expected(view, out, FindingId::NotShared, evidence);
        return;
    }
    let secs = lifetime(response, false, view.seen.now);
    let expected = Expected::of(view);
    if view.is_versioned() {
        if secs < expected.lifetime {
            with_expected(view, out, FindingId::VersionedCachedShort, evidence);
        } else if !said.immutable() {
            with_expected(view, out, FindingId::VersionedNotImmutable, evidence);
        }
        return;
    }
    if expected.is_pinned && secs > Expected::of_class(Class::EntryPoint).lifetime {
        view.found(out, FindingId::EntryPointPinned, evidence);
        return;
    }
    if said.immutable() && !expected.is_immutable {
        with_expected(view, out, FindingId::ImmutableButChanging, evidence);
        return;
    }
    if secs > expected.lifetime {
        let id = match view.class {
            Class::EntryPoint => FindingId::EntryPointCachedLong,
            Class::Configuration => FindingId::ConfigurationCached,
            _ => FindingId::CachedLong,
        };
        with_expected(view, out, id, evidence);
    } else if view.class == Class::EntryPoint && secs > 0 && !said.must_revalidate() {
        with_expected(view, out, FindingId::EntryPointNotRevalidated, evidence);
    }
}

fn with_expected(view: &View<'_>, out: &mut Collector, id: FindingId, evidence: &str) {
    let remedy = format!(
        "{} Here: `Cache-Control: {}` ({}).",
        id.remedy(),
        Expected::of(view).cache_control,
        view.class.as_str()
    );
    view.found_with(out, id, evidence, &remedy);
}
