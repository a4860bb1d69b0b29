//! One asset at several endpoints.
//!
//! A difference is told only where no finding of one endpoint explains it.

use std::collections::BTreeMap;

use crate::asset::Class;
use crate::audit::checks::{Hsts, canonical, is_elsewhere};
use crate::audit::collect::Collector;
use crate::audit::view::{View, directives, line};
use crate::audit::{FindingId, Observations, Probe, Response};
use crate::cache::date;

pub(in crate::audit) fn assets(seen: &Observations, views: &[Vec<View<'_>>], out: &mut Collector) {
    missing(seen, views, out);
    let mut by_path: BTreeMap<&str, Vec<(&View<'_>, &Response)>> = BTreeMap::new();
    for view in views.iter().flatten() {
        if let Some(response) = view.asset() {
            by_path
                .entry(&view.visit.path)
                .or_default()
                .push((view, response));
        }
    }
    for copies in by_path.values() {
        Copies(copies).compare(out);
    }
    hsts(views, out);
}

fn missing(seen: &Observations, views: &[Vec<View<'_>>], out: &mut Collector) {
    for view in views.iter().flatten() {
        let status = view.response(Probe::Get).map(|response| response.status);
        if let Some(status @ (404 | 410)) = status
            && view.class != Class::HealthCheck
            && is_elsewhere(seen, &view.visit.path)
        {
            let evidence = format!("status {status} here, 200 elsewhere");
            view.found(out, FindingId::AssetMissing, evidence);
        }
    }
}

/// The same asset as the endpoints have it.
struct Copies<'a>(&'a [(&'a View<'a>, &'a Response)]);

impl Copies<'_> {
    fn compare(&self, out: &mut Collector) {
        let Some((first, _)) = self.0.first() else {
            return;
        };
        if first.class == Class::HealthCheck {
            return;
        }
        let has_own_bytes =
            first.class == Class::Document || self.0.iter().any(|(view, _)| view.is_changing());
        let bytes_differ = !has_own_bytes
            && self.differ(out, FindingId::BodyDiffers, &BODY_FAULTS, |_, response| {
                let digest = response.body.digest?;
                let length = response.body.decoded_length.unwrap_or(response.body.length);
                Some((digest, format!("{length} bytes, {}", short(&digest))))
            });
        // Other bytes rightly have other validators.
        if !bytes_differ && !has_own_bytes {
            self.differ(out, FindingId::EtagDiffers, &ETAG_FAULTS, |_, response| {
                let etag = response.shown("etag");
                Some((etag, line(response, "ETag")))
            });
            self.differ(
                out,
                FindingId::LastModifiedDiffers,
                &DATE_FAULTS,
                |view, response| {
                    // There are three ways to write the same (RFC 9110 §5.6.7).
                    let modified = response.field("last-modified");
                    let modified = modified.and_then(|text| date::parse(text, view.seen.now));
                    Some((modified, line(response, "Last-Modified")))
                },
            );
        }
        self.differ(
            out,
            FindingId::ContentTypeDiffers,
            &TYPE_FAULTS,
            |_, response| {
                let sent = response.shown("content-type")?;
                Some((canonical(&sent), line(response, "Content-Type")))
            },
        );
        self.differ(
            out,
            FindingId::CacheControlDiffers,
            &LIFETIME_FAULTS,
            |_, response| Some((directives(response), line(response, "Cache-Control"))),
        );
        self.differ(out, FindingId::VaryDiffers, &VARY_FAULTS, |_, response| {
            let mut members: Vec<_> = response
                .members("vary")
                .map(<[u8]>::to_ascii_lowercase)
                .collect();
            members.sort();
            members.dedup();
            Some((members, line(response, "Vary")))
        });
        self.differ(
            out,
            FindingId::CorsDiffers,
            &CORS_FAULTS,
            |view, response| {
                view.seen.page_origin.as_ref()?;
                let credentials = line(response, "Access-Control-Allow-Credentials");
                let said = format!(
                    "{}, {credentials}",
                    line(response, "Access-Control-Allow-Origin")
                );
                Some((said.clone(), said))
            },
        );
        self.differ(
            out,
            FindingId::EncodingDiffers,
            &ENCODING_FAULTS,
            |view, _| {
                let encoded = view.success(Probe::Encoded)?;
                let shown = line(encoded, "Content-Encoding");
                Some((shown.clone(), shown))
            },
        );
    }

    /// Tells where what `read` gives is not the same everywhere; whether it is
    /// not. Endpoints with one of `explained` are left out.
    fn differ<T: PartialEq>(
        &self,
        out: &mut Collector,
        id: FindingId,
        explained: &[FindingId],
        read: impl Fn(&View<'_>, &Response) -> Option<(T, String)>,
    ) -> bool {
        let values: Vec<_> = self
            .0
            .iter()
            .filter(|(view, _)| {
                [&view.visit.url, &view.endpoint.url]
                    .iter()
                    .all(|url| !out.has_any(view.at, url, explained))
            })
            .filter_map(|(view, response)| Some((*view, read(view, response)?)))
            .collect();
        differ(out, id, &values, |view| &view.visit.url)
    }
}

/// Tells where the values are not the same everywhere; whether they are not.
fn differ<'a, T: PartialEq>(
    out: &mut Collector,
    id: FindingId,
    values: &[(&'a View<'a>, (T, String))],
    url: impl Fn(&'a View<'a>) -> &'a str,
) -> bool {
    let Some((first, (value, shown))) = values.first() else {
        return false;
    };
    let Some((other, (_, other_shown))) = values.iter().find(|(_, (other, _))| other != value)
    else {
        return false;
    };
    let evidence = format!(
        "{}: {shown} | {}: {other_shown}",
        first.endpoint.name, other.endpoint.name
    );
    let endpoints: Vec<usize> = values.iter().map(|(view, _)| view.at).collect();
    out.add_with(id, &endpoints, url(first), &evidence, id.remedy());
    true
}

/// Strict-Transport-Security is an endpoint's, whatever the asset.
fn hsts(views: &[Vec<View<'_>>], out: &mut Collector) {
    let values: Vec<_> = views
        .iter()
        .filter_map(|views| {
            let view = views.iter().find(|view| view.asset().is_some())?;
            let response = view.asset()?;
            let is_explained = out.has_any(view.at, &view.endpoint.url, &HSTS_FAULTS);
            let said = Hsts::of(response).filter(|_| !is_explained)?;
            Some((view, (said, line(response, "Strict-Transport-Security"))))
        })
        .collect();
    differ(out, FindingId::HstsDiffers, &values, |view| {
        &view.endpoint.url
    });
}

fn short(digest: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = digest;
    format!("SHA-256 {a:02x}{b:02x}{c:02x}{d:02x}…")
}

/// A body that is not the asset, or not all of it.
const BODY_FAULTS: [FindingId; 6] = [
    FindingId::BodyCut,
    FindingId::BodyEmpty,
    FindingId::BodyTooLong,
    FindingId::HtmlForAsset,
    FindingId::IntegrityMismatch,
    FindingId::EncodingUndeclared,
];
const ETAG_FAULTS: [FindingId; 4] = [
    FindingId::ValidatorsMissing,
    FindingId::EtagInvalid,
    FindingId::EtagOfInode,
    FindingId::EtagWeak,
];
const DATE_FAULTS: [FindingId; 2] = [FindingId::ValidatorsMissing, FindingId::LastModifiedInvalid];
const TYPE_FAULTS: [FindingId; 2] = [FindingId::ContentTypeWrong, FindingId::HtmlForAsset];
const LIFETIME_FAULTS: [FindingId; 15] = [
    FindingId::OneLifetimeForAll,
    FindingId::CacheControlMissing,
    FindingId::CacheControlInvalid,
    FindingId::CacheControlContradictory,
    FindingId::NotStored,
    FindingId::NotShared,
    FindingId::VersionedCachedShort,
    FindingId::VersionedNotImmutable,
    FindingId::ImmutableButChanging,
    FindingId::EntryPointCachedLong,
    FindingId::EntryPointPinned,
    FindingId::EntryPointNotRevalidated,
    FindingId::ConfigurationCached,
    FindingId::CachedLong,
    FindingId::HtmlForAsset,
];
const VARY_FAULTS: [FindingId; 5] = [
    FindingId::VaryAny,
    FindingId::VaryUserAgent,
    FindingId::VaryCookie,
    FindingId::VaryEncodingMissing,
    FindingId::CorsVaryMissing,
];
const CORS_FAULTS: [FindingId; 7] = [
    FindingId::CorsWildcard,
    FindingId::CorsMissing,
    FindingId::CorsRefused,
    FindingId::CorsSeveral,
    FindingId::CorsWildcardCredentials,
    FindingId::CorsReflectsAny,
    FindingId::CorsReflectsCredentials,
];
const ENCODING_FAULTS: [FindingId; 8] = [
    FindingId::BodyEmpty,
    FindingId::HtmlForAsset,
    FindingId::NotCompressed,
    FindingId::CompressedTwice,
    FindingId::CompressedInVain,
    FindingId::EncodedUnasked,
    FindingId::EncodingUndeclared,
    FindingId::EncodingBroken,
];
const HSTS_FAULTS: [FindingId; 4] = [
    FindingId::HstsMissing,
    FindingId::HstsInvalid,
    FindingId::HstsShort,
    FindingId::HstsWithoutSubdomains,
];
