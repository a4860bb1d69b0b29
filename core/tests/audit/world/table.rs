//! One fault for each finding that a server's replies can show.

use hedgerow::audit::FindingId as Id;

use super::{CONFIGURATION, ENTRY, FALLBACK, FONT, HEALTH, PAGE_ORIGIN, Scenario, VERSIONED};

const fn single(
    finds: Id,
    assets: &'static [&'static str],
    fault: fn(&super::Ask<'_>, &mut super::Reply),
) -> Scenario {
    Scenario::single(finds, assets, fault)
}

const fn difference(
    finds: Id,
    assets: &'static [&'static str],
    fault: fn(&super::Ask<'_>, &mut super::Reply),
) -> Scenario {
    Scenario::difference(finds, assets, fault)
}

const fn everywhere(
    finds: Id,
    assets: &'static [&'static str],
    fault: fn(&super::Ask<'_>, &mut super::Reply),
) -> Scenario {
    Scenario::everywhere(finds, assets, fault)
}

/// Gives the plain and the compressed variant other tags, which the server
/// knows again.
fn retag(ask: &super::Ask<'_>, reply: &mut super::Reply, plain: &str, encoded: &str) {
    let etag = if ask.accepts_gzip() { encoded } else { plain };
    if ask.field("if-none-match") == Some(etag) {
        reply.status = 304;
        reply.body.clear();
        reply.remove("content-type");
    }
    reply.change("etag", etag);
}

/// A page for people.
const PAGE: &str = "<!DOCTYPE html><title>Sign in</title>";

#[rustfmt::skip]
pub(crate) const SCENARIOS: &[Scenario] = &[
    single(Id::BodyCut, &[VERSIONED], |ask, reply| {
        reply.is_cut = ask.is(VERSIONED) && ask.method == "GET" && reply.status == 200 && reply.codings.is_empty();
    }),

    // https everywhere.
    single(Id::PlainHttpServed, &[ENTRY], |ask, reply| if !ask.is_tls {
        *reply = super::answer(&super::Ask { is_tls: true, ..*ask });
    }),
    single(Id::HstsMissing, &[ENTRY], |_, reply| reply.remove("strict-transport-security")),
    single(Id::HstsInvalid, &[ENTRY], |_, reply| {
        reply.change("strict-transport-security", "includeSubDomains");
    }),
    single(Id::HstsShort, &[ENTRY], |_, reply| {
        reply.change("strict-transport-security", "max-age=86400; includeSubDomains");
    }),
    single(Id::HstsWithoutSubdomains, &[ENTRY], |_, reply| {
        reply.change("strict-transport-security", "max-age=31536000");
    }),
    single(Id::Http3NotAnnounced, &[ENTRY], |_, reply| reply.remove("alt-svc")),

    // Redirects.
    single(Id::RedirectToHttp, &[ENTRY], |ask, reply| if ask.is(ENTRY) && ask.method == "GET" {
        reply.status = 302;
        reply.set("location", format!("http://cdn.example.com{ENTRY}"));
        reply.set("cache-control", "no-store");
    } else if !ask.is_tls {
        *reply = super::answer(&super::Ask { is_tls: true, ..*ask });
    }),
    single(Id::RedirectLoop, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.status = 302;
        reply.set("location", ENTRY);
    }),
    single(Id::RedirectToOtherHost, &[VERSIONED], |ask, reply| if ask.is(VERSIONED) {
        reply.status = 302;
        reply.set("location", format!("https://other.example.com{VERSIONED}?stay"));
    } else if ask.path == "/npm/widget@2.1.0/dist/widget.js?stay" {
        *reply = super::answer(&super::Ask { path: VERSIONED, ..*ask });
    }),
    single(Id::Redirected, &[VERSIONED], |ask, reply| if ask.is(VERSIONED) {
        reply.status = 302;
        reply.set("cache-control", "no-cache");
        reply.set("location", format!("{VERSIONED}?stay"));
    } else if ask.path == "/npm/widget@2.1.0/dist/widget.js?stay" {
        *reply = super::answer(&super::Ask { path: VERSIONED, ..*ask });
    }),
    single(Id::RedirectCachedLong, &[VERSIONED], |ask, reply| if ask.is(VERSIONED) {
        reply.status = 301;
        reply.set("location", format!("{VERSIONED}?stay"));
    } else if ask.path == "/npm/widget@2.1.0/dist/widget.js?stay" {
        *reply = super::answer(&super::Ask { path: VERSIONED, ..*ask });
    }),
    single(Id::RedirectWithoutLocation, &[ENTRY], |ask, reply| if ask.is(ENTRY) { reply.status = 302; }),

    // Status.
    single(Id::StatusError, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.become_page(403, "text/plain", "forbidden");
        reply.set("cache-control", "no-store");
    }),
    single(Id::RateLimited, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.become_page(429, "text/plain", "slow down");
        reply.set("cache-control", "no-store");
        reply.set("retry-after", "30");
    }),
    single(Id::RetryAfterMissing, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.become_page(503, "text/plain", "overloaded");
        reply.set("cache-control", "no-store");
    }),
    single(Id::ErrorCachedLong, &[ENTRY], |_, reply| if reply.status == 404 {
        reply.set("cache-control", "public, max-age=31536000, immutable");
    }),
    single(Id::MissingIsServed, &[ENTRY], |ask, reply| {
        if reply.status == 404 && !ask.path.ends_with(".map") {
            reply.become_page(200, "text/html", PAGE);
        }
    }),
    single(Id::HealthNotOk, &[HEALTH], |ask, reply| if ask.is(HEALTH) {
        reply.status = 302;
        reply.set("location", ENTRY);
    }),
    single(Id::HealthCached, &[HEALTH], |_, reply| reply.change("cache-control", "public, max-age=600")),
    single(Id::HealthLarge, &[HEALTH], |_, reply| reply.body = vec![b' '; 5000]),

    // Content.
    single(Id::HtmlForAsset, &[ENTRY], |ask, reply| if ask.is(ENTRY) && ask.method == "GET" && reply.status == 200 {
        reply.become_page(200, "text/html", PAGE);
    } else if ask.method == "HEAD" {
        reply.remove("content-length");
    }),
    single(Id::ContentTypeMissing, &[ENTRY], |_, reply| reply.remove("content-type")),
    single(Id::ContentTypeWrong, &[ENTRY], |_, reply| reply.change("content-type", "text/plain")),
    single(Id::NosniffMissing, &[ENTRY], |_, reply| reply.remove("x-content-type-options")),
    single(Id::BodyEmpty, &[ENTRY], |ask, reply| if ask.is(ENTRY) && reply.status < 300 {
        reply.become_page(200, "text/javascript", "");
        reply.change("content-length", "0");
    }),
    single(Id::LengthMismatch, &[ENTRY], |_, reply| reply.change("content-length", "77")),
    single(Id::SourceMapPublic, &[ENTRY], |ask, reply| if ask.path == "/webmessaging/loader.js.map" {
        reply.become_page(200, "application/json", "{\"version\":3}");
    }),
    single(Id::CookieOnAsset, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.set("set-cookie", "visitor=1; SameSite=None; Secure");
    }),
    single(Id::CookieRejected, &[CONFIGURATION], |ask, reply| if ask.is(CONFIGURATION) {
        reply.set("set-cookie", "gcbSessionServer=.CB_Server_1; path=/");
    }),
    single(Id::BlockedByPolicy, &[ENTRY], |_, reply| reply.change("cross-origin-resource-policy", "same-origin")),
    single(Id::TimingHidden, &[ENTRY], |_, reply| reply.remove("timing-allow-origin")),

    // How long it is cached.
    single(Id::CacheControlMissing, &[ENTRY], |_, reply| reply.remove("cache-control")),
    single(Id::CacheControlInvalid, &[ENTRY], |_, reply| reply.change("cache-control", "public; max-age=86400")),
    single(Id::CacheControlContradictory, &[ENTRY], |_, reply| {
        reply.change("cache-control", "no-store, max-age=86400");
    }),
    single(Id::NotStored, &[ENTRY], |_, reply| reply.change("cache-control", "no-store")),
    single(Id::NotShared, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.change("cache-control", "private, max-age=3600, must-revalidate");
    }),
    single(Id::VersionedCachedShort, &[VERSIONED], |ask, reply| if ask.is(VERSIONED) {
        reply.change("cache-control", "public, max-age=3600, immutable");
    }),
    single(Id::VersionedNotImmutable, &[VERSIONED], |ask, reply| if ask.is(VERSIONED) {
        reply.change("cache-control", "public, max-age=31536000");
    }),
    single(Id::ImmutableButChanging, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.change("cache-control", "public, max-age=86400, must-revalidate, immutable");
    }),
    single(Id::EntryPointCachedLong, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.change("cache-control", "public, max-age=31536000");
    }),
    single(Id::EntryPointNotRevalidated, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.change("cache-control", "public, max-age=86400");
    }),
    single(Id::ConfigurationCached, &[CONFIGURATION], |_, reply| {
        reply.change("cache-control", "public, max-age=60");
    }),
    single(Id::CachedLong, &[FONT], |ask, reply| if ask.is(FONT) {
        reply.change("cache-control", "public, max-age=31536000");
    }),
    single(Id::OneLifetimeForAll, &[ENTRY, VERSIONED, CONFIGURATION], |ask, reply| {
        if [ENTRY, VERSIONED, CONFIGURATION].contains(&ask.path) {
            reply.change("cache-control", "public, max-age=31536000");
        }
    }),
    single(Id::ServedStale, &[ENTRY], |ask, reply| if ask.is(ENTRY) { reply.set("age", "172800"); }),
    single(Id::AgeInvalid, &[ENTRY], |ask, reply| if ask.is(ENTRY) { reply.set("age", "a while"); }),
    single(Id::NotCachedAtEdge, &[ENTRY], |_, reply| reply.change("x-cache", "MISS")),
    single(Id::NotCachedAtEdge, &[ENTRY], |_, reply| reply.change("x-cache", "CONFIG_NOCACHE")),
    single(Id::FallbackNotCached, &[FALLBACK], |_, reply| reply.change("x-cache", "Miss from cloudfront")),
    single(Id::FallbackUnproven, &[FALLBACK], |_, reply| reply.remove("x-cache")),
    everywhere(Id::FallbackDepends, &[FALLBACK], |ask, reply| if ask.is(FALLBACK) {
        // The name of what it needs, in place of as many other bytes.
        let needs = b"<script src=https://a.example/b.js></script>";
        if let Some(place) = reply.body.get_mut(40..40 + needs.len()) {
            place.copy_from_slice(needs);
        } else if let Some(place) = reply.body.get_mut(40..64) {
            place.copy_from_slice(&needs[..24]);
        }
    }),

    // Validators and what is done with them.
    single(Id::ValidatorsMissing, &[ENTRY], |_, reply| {
        reply.remove("etag");
        reply.remove("last-modified");
    }),
    single(Id::EtagInvalid, &[ENTRY], |ask, reply| if ask.field("if-none-match").is_some() {
        reply.status = 304;
        reply.body.clear();
        reply.codings.clear();
        reply.remove("content-type");
        reply.set("etag", "b1");
    } else {
        reply.change("etag", if ask.accepts_gzip() { "b1-gzip" } else { "b1" });
    }),
    single(Id::EtagWeak, &[ENTRY], |ask, reply| retag(ask, reply, "W/\"b1\"", "W/\"b1-gzip\"")),
    single(Id::EtagOfInode, &[ENTRY], |ask, reply| {
        retag(ask, reply, "\"2e0a1-4d2-5f3a8c9b1d2e0\"", "\"2e0a1-4d2-5f3a8c9b1d2e0-gzip\"");
    }),
    single(Id::EtagSharedByEncodings, &[ENTRY], |_, reply| reply.change("etag", "\"b1\"")),
    single(Id::LastModifiedInvalid, &[ENTRY], |_, reply| reply.change("last-modified", "yesterday")),
    single(Id::DateMissing, &[ENTRY], |_, reply| reply.set("date", "now")),
    single(Id::DateSkewed, &[ENTRY], |ask, reply| {
        let ahead = hedgerow::types::Timestamp::from_secs(ask.now + 7200);
        let date = hedgerow::cache::date::format(ahead);
        reply.change("date", &String::from_utf8_lossy(&date));
    }),
    single(Id::ConditionalIgnored, &[ENTRY], |ask, reply| if ask.field("if-none-match").is_some() {
        let fields: Vec<_> = ask.fields.iter().filter(|(name, _)| !name.starts_with("if-")).cloned().collect();
        *reply = super::answer(&super::Ask { fields: &fields, ..*ask });
    }),
    single(Id::NotModifiedIncomplete, &[ENTRY], |_, reply| if reply.status == 304 {
        reply.remove("cache-control");
    }),
    single(Id::NotModifiedDiffers, &[ENTRY], |_, reply| if reply.status == 304 {
        reply.set("cache-control", "no-cache");
    }),
    single(Id::RangeIgnored, &[VERSIONED], |ask, reply| if reply.status == 206 {
        let fields: Vec<_> = ask.fields.iter().filter(|(name, _)| name != "range").cloned().collect();
        *reply = super::answer(&super::Ask { fields: &fields, ..*ask });
    }),
    single(Id::RangeBroken, &[VERSIONED], |_, reply| {
        if reply.status == 206 { reply.set("content-range", "bytes 0-63/64"); }
    }),

    // Vary and compression.
    single(Id::VaryAny, &[ENTRY], |_, reply| reply.change("vary", "*")),
    single(Id::VaryUserAgent, &[ENTRY], |_, reply| reply.change("vary", "Accept-Encoding, Origin, User-Agent")),
    single(Id::VaryCookie, &[ENTRY], |_, reply| reply.change("vary", "Accept-Encoding, Origin, Cookie")),
    single(Id::VaryEncodingMissing, &[ENTRY], |_, reply| reply.change("vary", "Origin")),
    single(Id::NotCompressed, &[ENTRY], |_, reply| if reply.codings.pop().is_some() {
        reply.remove("content-encoding");
    }),
    single(Id::CompressedTwice, &[ENTRY], |_, reply| {
        if !reply.codings.is_empty() { reply.codings.push("gzip"); }
    }),
    single(Id::CompressedInVain, &[FONT], |ask, reply| if ask.is(FONT) && ask.accepts_gzip() {
        reply.codings.push("gzip");
        reply.set("content-encoding", "gzip");
        reply.set("etag", "\"b1-gzip\"");
    }),
    single(Id::EncodedUnasked, &[ENTRY], |ask, reply| {
        if ask.is(ENTRY) && ask.method == "GET" && reply.status == 200 {
            reply.codings = vec!["gzip"];
            reply.set("content-encoding", "gzip");
        }
    }),
    single(Id::EncodedUnasked, &[ENTRY], |ask, reply| {
        if ask.is(ENTRY) && ask.method == "GET" && reply.status == 200 {
            reply.codings.clear();
            reply.set("content-encoding", "zstd");
        }
    }),
    single(Id::EncodingUndeclared, &[ENTRY], |_, reply| reply.remove("content-encoding")),
    single(Id::EncodingBroken, &[ENTRY], |_, reply| reply.codings.clear()),
    single(Id::VariantsDiffer, &[ENTRY], |_, reply| if !reply.codings.is_empty() {
        reply.body = b"console.log('the build before');".repeat(100);
    }),

    // CORS.
    single(Id::CorsMissing, &[ENTRY], |_, reply| reply.remove("access-control-allow-origin")),
    single(Id::CorsRefused, &[ENTRY], |_, reply| {
        reply.change("access-control-allow-origin", "https://shop.example.org");
    }),
    single(Id::CorsSeveral, &[ENTRY], |_, reply| {
        if reply.get("access-control-allow-origin").is_some() {
            reply.add("access-control-allow-origin", "*");
        }
    }),
    single(Id::CorsWildcard, &[ENTRY], |_, reply| reply.set("access-control-allow-origin", "*")),
    single(Id::CorsWildcardCredentials, &[ENTRY], |_, reply| {
        reply.set("access-control-allow-origin", "*");
        reply.set("access-control-allow-credentials", "true");
    }),
    single(Id::CorsReflectsAny, &[ENTRY], |ask, reply| if let Some(origin) = ask.field("origin") {
        reply.set("access-control-allow-origin", origin);
    }),
    single(Id::CorsReflectsCredentials, &[ENTRY], |ask, reply| if let Some(origin) = ask.field("origin") {
        reply.set("access-control-allow-origin", origin);
        reply.set("access-control-allow-credentials", "true");
    }),
    single(Id::CorsVaryMissing, &[ENTRY], |ask, reply| if ask.field("origin") != Some(PAGE_ORIGIN) {
        reply.change("vary", "Accept-Encoding");
    }),
    single(Id::PreflightRefused, &[ENTRY], |ask, reply| if ask.method == "OPTIONS" { reply.status = 405; }),

    // Differences between endpoints.
    difference(Id::AssetMissing, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.become_page(404, "text/plain", "not found");
        reply.set("cache-control", "no-store");
    }),
    difference(Id::BodyDiffers, &[VERSIONED], |ask, reply| {
        retag(ask, reply, "\"b2\"", "\"b2-gzip\"");
        for byte in &mut reply.body {
            if *byte == b'w' { *byte = b'W'; }
        }
    }),
    difference(Id::EtagDiffers, &[VERSIONED], |ask, reply| {
        retag(ask, reply, "\"c3\"", "\"c3-gzip\"");
    }),
    difference(Id::LastModifiedDiffers, &[VERSIONED], |_, reply| {
        reply.change("last-modified", "Mon, 07 Nov 1994 08:49:37 GMT");
    }),
    difference(Id::ContentTypeDiffers, &[FONT], |_, reply| {
        reply.change("content-type", "application/font-woff2");
    }),
    difference(Id::CacheControlDiffers, &[ENTRY], |ask, reply| if ask.is(ENTRY) {
        reply.change("cache-control", "public, max-age=3600, must-revalidate");
    }),
    difference(Id::VaryDiffers, &[ENTRY], |_, reply| reply.change("vary", "Accept-Encoding, Origin, Accept")),
    difference(Id::CorsDiffers, &[ENTRY], |_, reply| {
        if reply.get("access-control-allow-origin").is_some() {
            reply.set("access-control-allow-credentials", "true");
        }
    }),
    difference(Id::EncodingDiffers, &[ENTRY], |_, reply| if !reply.codings.is_empty() {
        reply.codings = vec!["br"];
        reply.set("content-encoding", "br");
    }),
    difference(Id::HstsDiffers, &[ENTRY], |_, reply| {
        reply.change("strict-transport-security", "max-age=63072000; includeSubDomains");
    }),
];
