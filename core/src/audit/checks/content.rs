//! Whether what came is what was asked for.

use super::types::{self, Kind};
use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{BodyEnd, FindingId, Probe, Response};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    let body = &response.body;
    if body.length == 0 && body.end == BodyEnd::Whole && view.class != Class::HealthCheck {
        view.found(out, FindingId::BodyEmpty, "200 with 0 bytes");
    }
    if view.visit.integrity == Some(false) {
        let evidence = match body.digest {
            Some(digest) => format!("the body's SHA-256 is {}", hex(&digest)),
            None => "the body does not match".to_owned(),
        };
        view.found(out, FindingId::IntegrityMismatch, evidence);
    }
    content_type(view, out, response);
    length(view, out, response);
    source_map(view, out);
    policies(view, out, response);
}

fn content_type(view: &View<'_>, out: &mut Collector, response: &Response) {
    // Nobody runs what a health path says.
    if view.class == Class::HealthCheck {
        return;
    }
    let expected = types::expected(view.extension());
    let is_page = is_html(response.body.start());
    if expected.is_some_and(|kind| kind != Kind::Html) && is_page {
        let evidence = format!(
            "{}, body starts as an HTML page",
            line(response, "Content-Type")
        );
        view.found(out, FindingId::HtmlForAsset, evidence);
        return;
    }
    let Some(sent) = response.shown("content-type") else {
        if response.body.length > 0 {
            view.found(out, FindingId::ContentTypeMissing, "no Content-Type");
        }
        return;
    };
    if let Some(kind) = expected
        && !kind.fits(types::essence(&sent))
    {
        view.found(
            out,
            FindingId::ContentTypeWrong,
            format!("Content-Type: {sent}"),
        );
    }
}

fn length(view: &View<'_>, out: &mut Collector, response: &Response) {
    let announced = view
        .success(Probe::Head)
        // Another encoding has another length, and there is none to compare.
        .filter(|head| head.field("content-encoding") == response.field("content-encoding"))
        .and_then(|head| head.field("content-length"))
        .and_then(|text| core::str::from_utf8(text).ok()?.parse::<u64>().ok());
    if let Some(announced) = announced
        && response.body.end == BodyEnd::Whole
        && !view.is_changing()
        && announced != response.body.length
    {
        let evidence = format!(
            "HEAD says {announced} bytes, GET has {}",
            response.body.length
        );
        view.found(out, FindingId::LengthMismatch, evidence);
    }
}

fn source_map(view: &View<'_>, out: &mut Collector) {
    let Some(map) = view.success(Probe::SourceMap) else {
        return;
    };
    // A page that is served for everything is no source map.
    if map.body.start().trim_ascii_start().starts_with(b"{") {
        let evidence = format!("{} bytes under the asset's URL and .map", map.body.length);
        view.found(out, FindingId::SourceMapPublic, evidence);
    }
}

fn policies(view: &View<'_>, out: &mut Collector, response: &Response) {
    let nosniff = response
        .field("x-content-type-options")
        .is_some_and(|value| value.eq_ignore_ascii_case(b"nosniff"));
    if !nosniff && view.class != Class::HealthCheck {
        let evidence = line(response, "X-Content-Type-Options");
        view.found(out, FindingId::NosniffMissing, evidence);
    }
}

/// Whether bytes are the start of an HTML page.
fn is_html(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|tag| {
            start
                .get(..tag.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(tag))
        })
}

fn hex(digest: &[u8; 32]) -> String {
    use core::fmt::Write as _;

    digest.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string can't fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
