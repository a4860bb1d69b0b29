//! Whether the CDN's cache holds what it may hold.

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

/// The first thing that a page loads from elsewhere. Links that a visitor
/// follows are no dependency.
fn dependency(page: &[u8]) -> Option<String> {
    /// An element with the attribute that makes it load something.
    const LOADING: &[(&str, &str)] = &[
        ("<script", "src"),
        ("<link", "href"),
        ("<img", "src"),
        ("<iframe", "src"),
        ("<video", "src"),
        ("<audio", "src"),
        ("<source", "src"),
        ("<object", "data"),
        ("<embed", "src"),
    ];
    let page = String::from_utf8_lossy(page);
    let lower = page.to_ascii_lowercase();
    for (start, _) in lower.match_indices('<') {
        let rest = &lower[start..];
        let Some((tag, attribute)) = LOADING.iter().find(|(tag, _)| {
            rest.strip_prefix(tag).is_some_and(|after| {
                after.starts_with(|c: char| c.is_ascii_whitespace() || c == '/')
            })
        }) else {
            continue;
        };
        let element = &rest[..rest.find('>').unwrap_or(rest.len())];
        // Only what is loaded: an icon or a style sheet is, a canonical URL isn't.
        if *tag == "<link"
            && !["stylesheet", "preload", "modulepreload", "icon"]
                .iter()
                .any(|rel| element.contains(rel))
        {
            continue;
        }
        let Some(value) = attribute_value(element, attribute) else {
            continue;
        };
        if !(value.starts_with("data:") || value.starts_with('#') || value.is_empty()) {
            return Some(format!("{tag} {attribute}={value}>"));
        }
    }
    None
}

fn attribute_value<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.match_indices(name).find_map(|(at, _)| {
        let is_whole = element[..at].ends_with(|c: char| c.is_ascii_whitespace());
        let value = element[at + name.len()..].trim_start().strip_prefix('=')?;
        let value = value.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split(|c: char| c.is_ascii_whitespace()).next()?,
        };
        is_whole.then_some(value)
    })
}
