//! A CDN that does everything right.

use hedgerow::asset::{Class, Rules, classify};
use hedgerow::cache::date;
use hedgerow::delivery;
use hedgerow::types::Timestamp;

use super::{Ask, Reply};

pub(crate) const PAGE_ORIGIN: &str = "https://www.example.org";
pub(crate) const ENTRY: &str = "/webmessaging/loader.js";
pub(crate) const VERSIONED: &str = "/npm/widget@2.1.0/dist/widget.js";
pub(crate) const CONFIGURATION: &str = "/webmessaging/config.json";
pub(crate) const HEALTH: &str = "/health-check.json";
pub(crate) const FALLBACK: &str = "/support-fallback.html";
pub(crate) const FONT: &str = "/inter.woff2";

/// Everything that is there.
pub(crate) const ASSETS: &[&str] = &[ENTRY, VERSIONED, CONFIGURATION, HEALTH, FALLBACK, FONT];

/// How a CDN that does everything right replies.
pub(crate) fn answer(ask: &Ask<'_>) -> Reply {
    if !ask.is_tls {
        let mut reply = Reply::new(301);
        reply.set("location", format!("https://cdn.example.com{}", ask.path));
        reply.set("cache-control", "max-age=3600");
        return reply;
    }
    if !ASSETS.contains(&ask.path) {
        let mut reply = Reply::new(404);
        common(&mut reply, ask);
        reply.set("content-type", "text/plain");
        reply.set("cache-control", "public, max-age=60");
        reply.body = b"not found".to_vec();
        return reply;
    }
    let mut reply = Reply::new(200);
    common(&mut reply, ask);
    if ask.method == "OPTIONS" {
        reply.status = 204;
        reply.set("access-control-allow-methods", "GET, HEAD");
        return reply;
    }
    asset(&mut reply, ask);
    reply
}

fn common(reply: &mut Reply, ask: &Ask<'_>) {
    let now = Timestamp::from_secs(ask.now);
    reply.set("date", String::from_utf8_lossy(&date::format(now)));
    reply.set("vary", "Accept-Encoding, Origin");
    if ask.field("origin") == Some(PAGE_ORIGIN) {
        reply.set("access-control-allow-origin", PAGE_ORIGIN);
    }
    reply.set("timing-allow-origin", PAGE_ORIGIN);
    reply.set("cross-origin-resource-policy", "cross-origin");
    reply.set(
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    );
    reply.set("x-content-type-options", "nosniff");
    reply.set("alt-svc", "h3=\":443\"; ma=86400");
}

fn asset(reply: &mut Reply, ask: &Ask<'_>) {
    let class = classify(ask.path, &Rules::default()).class;
    let (content_type, body) = content(ask.path);
    reply.set("content-type", content_type);
    reply.set("cache-control", delivery::cache_control(class));
    if class == Class::HealthCheck {
        reply.body = body;
        return;
    }
    reply.set("x-cache", "HIT");
    reply.set("accept-ranges", "bytes");
    let is_encoded = ask.accepts_gzip() && !content_type.starts_with("font/");
    let etag = if is_encoded { "\"b1-gzip\"" } else { "\"b1\"" };
    reply.set("etag", etag);
    reply.set("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    if ask.field("if-none-match") == Some(etag) {
        reply.status = 304;
        reply.remove("content-type");
        return;
    }
    if is_encoded {
        reply.set("content-encoding", "gzip");
        reply.codings.push("gzip");
    }
    reply.body = body;
    if let Some(range) = ask
        .field("range")
        .and_then(|text| text.strip_prefix("bytes=0-"))
    {
        let last: usize = range.parse().expect("a number");
        let length = reply.body.len();
        reply.status = 206;
        reply.set("content-range", format!("bytes 0-{last}/{length}"));
        reply.body.truncate(last + 1);
    }
    if ask.method == "HEAD" {
        reply.set("content-length", reply.body.len().to_string());
        reply.body.clear();
    }
}

fn content(path: &str) -> (&'static str, Vec<u8>) {
    let repeated = |text: &str| text.repeat(200).into_bytes();
    match path {
        CONFIGURATION => ("application/json", repeated("{\"greeting\": \"hello\"} \n")),
        HEALTH => ("application/json", b"{\"ok\":true}".to_vec()),
        FALLBACK => (
            "text/html; charset=utf-8",
            format!(
                "<!doctype html><title>Support</title>{}",
                "<p>Write to us.</p>".repeat(200)
            )
            .into_bytes(),
        ),
        FONT => ("font/woff2", repeated("wOF2 glyph glyph")),
        _ => (
            "text/javascript; charset=utf-8",
            repeated("console.log('widget');\n"),
        ),
    }
}
