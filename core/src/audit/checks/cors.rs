//! Whether the page may read the asset, and who else may.

use super::cookies::site;
use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::observation::{authority, host};
use crate::audit::view::{View, line};
use crate::audit::{FindingId, Probe, Response};
use crate::types::Headers as _;

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(origin) = view.seen.page_origin.as_deref() else {
        return;
    };
    if !is_read(view) || is_same_origin(origin, &view.visit.url) {
        return;
    }
    let Some(response) = view.asset() else {
        return;
    };
    if !readable(view, out, response, origin) {
        return;
    }
    preflight(view, out, origin);
    let timing =
        response.lists("timing-allow-origin", "*") || response.lists("timing-allow-origin", origin);
    if !timing {
        let evidence = line(response, "Timing-Allow-Origin");
        view.found(out, FindingId::TimingHidden, evidence);
    }
}

/// Whether a page loads it by a request that CORS rules. Pages, and who asks
/// for a health path, are no pages' subresources; images and media are shown
/// without being read.
fn is_read(view: &View<'_>) -> bool {
    const SHOWN: &[&str] = &[
        "avif", "gif", "ico", "jpeg", "jpg", "m4a", "mp3", "mp4", "ogg", "png", "wav", "webm",
        "webp",
    ];
    let is_shown = SHOWN
        .iter()
        .any(|known| known.eq_ignore_ascii_case(view.extension()));
    !is_shown
        && !matches!(
            view.class,
            Class::Document
                | Class::FallbackPage
                | Class::ServiceWorker
                | Class::SourceMap
                | Class::HealthCheck
        )
}

/// Cross-Origin-Resource-Policy, which is about pages that do not read.
pub(super) fn check_resource_policy(view: &View<'_>, out: &mut Collector) {
    let (Some(origin), Some(response)) = (view.seen.page_origin.as_deref(), view.asset()) else {
        return;
    };
    let is_loaded = !matches!(view.class, Class::Document | Class::HealthCheck);
    if !is_loaded || is_same_origin(origin, &view.visit.url) {
        return;
    }
    let Some(policy) = response.shown("cross-origin-resource-policy") else {
        return;
    };
    let is_same_site = match (host(origin), host(&view.visit.url)) {
        (Some(page), Some(own)) => site(page) == site(own),
        _ => false,
    };
    if policy.eq_ignore_ascii_case("same-origin")
        || (policy.eq_ignore_ascii_case("same-site") && !is_same_site)
    {
        let evidence = format!(
            "{} for {origin}",
            line(response, "Cross-Origin-Resource-Policy")
        );
        view.found(out, FindingId::BlockedByPolicy, evidence);
    }
}

/// Tells what is wrong with `Access-Control-Allow-Origin`; whether the page
/// may read the response.
fn readable(view: &View<'_>, out: &mut Collector, response: &Response, origin: &str) -> bool {
    let evidence = line(response, ALLOW_ORIGIN);
    let values: Vec<_> = response
        .fields
        .field_values("access-control-allow-origin")
        .map(<[u8]>::trim_ascii)
        .collect();
    let allowed = match values.as_slice() {
        [] => {
            let evidence = format!("{evidence} to `Origin: {origin}`");
            view.found(out, FindingId::CorsMissing, evidence);
            return false;
        }
        [one] if !one.contains(&b',') => *one,
        _ => {
            view.found(out, FindingId::CorsSeveral, evidence);
            return false;
        }
    };
    let with_credentials = response.field("access-control-allow-credentials") == Some(b"true");
    if allowed == b"*" {
        if with_credentials {
            let evidence = format!("{evidence} with Access-Control-Allow-Credentials: true");
            view.found(out, FindingId::CorsWildcardCredentials, evidence);
            return false;
        }
        if !view.settings.public_assets {
            view.found(out, FindingId::CorsWildcard, evidence);
        }
        return true;
    }
    if allowed != origin.as_bytes() {
        let evidence = format!("{evidence} to `Origin: {origin}`");
        view.found(out, FindingId::CorsRefused, evidence);
        return false;
    }
    if let Some(other) = view.response(Probe::OtherOrigin)
        && other.field("access-control-allow-origin") == Some(super::other_origin())
    {
        let evidence = format!(
            "{} to `Origin: {}`",
            line(other, ALLOW_ORIGIN),
            super::OTHER_ORIGIN
        );
        let id = if with_credentials {
            FindingId::CorsReflectsCredentials
        } else {
            FindingId::CorsReflectsAny
        };
        view.found(out, id, evidence);
    }
    vary_origin(view, out, response);
    true
}

/// The answer to one origin must not be stored for another, nor the one to
/// nobody for a page: so every variant has to say what selects it.
fn vary_origin(view: &View<'_>, out: &mut Collector, response: &Response) {
    let others: Vec<_> = [
        (Probe::NoOrigin, "without Origin"),
        (Probe::OtherOrigin, "with another Origin"),
    ]
    .into_iter()
    .filter_map(|(probe, how)| Some((view.success(probe)?, how)))
    .collect();
    let allow = |response: &Response| {
        response
            .field("access-control-allow-origin")
            .map(<[u8]>::to_vec)
    };
    let depends = others
        .iter()
        .any(|(other, _)| allow(other) != allow(response));
    if !depends {
        return;
    }
    for (variant, how) in [(response, "with the page's Origin")]
        .into_iter()
        .chain(others)
    {
        if !variant.lists("vary", "origin") && !variant.lists("vary", "*") {
            let evidence = format!("{} {how}", line(variant, "Vary"));
            view.found(out, FindingId::CorsVaryMissing, evidence);
        }
    }
}

fn preflight(view: &View<'_>, out: &mut Collector, origin: &str) {
    let Some(answer) = view.response(Probe::Preflight) else {
        return;
    };
    let allowed = answer.field("access-control-allow-origin");
    let is_allowed = allowed == Some(b"*") || allowed == Some(origin.as_bytes());
    if !(200..=299).contains(&answer.status) || !is_allowed {
        let evidence = format!(
            "{} to OPTIONS, {}",
            answer.status,
            line(answer, ALLOW_ORIGIN)
        );
        view.found(out, FindingId::PreflightRefused, evidence);
    }
}

fn is_same_origin(origin: &str, url: &str) -> bool {
    let scheme = |url: &str| {
        url.split_once("://")
            .map(|(scheme, _)| scheme.to_ascii_lowercase())
    };
    let port = |url: &str| {
        let default = match scheme(url).as_deref() {
            Some("http") => ":80",
            _ => ":443",
        };
        authority(url).map(|text| {
            text.to_ascii_lowercase()
                .trim_end_matches(default)
                .to_owned()
        })
    };
    scheme(origin) == scheme(url) && port(origin) == port(url)
}
