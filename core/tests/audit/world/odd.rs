//! Two CDNs that are odd, each in its way, and right.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Ask, CONFIGURATION, ENTRY, FALLBACK, PAGE_ORIGIN, Reply, VERSIONED, answer};

/// What is odd, and how it is replied.
pub(crate) struct Odd {
    pub(crate) what: &'static str,
    change: fn(&Ask<'_>, &mut Reply),
}

impl Odd {
    /// How the odd world answers.
    pub(crate) fn answer(&self, ask: &Ask<'_>) -> Reply {
        let mut reply = answer(ask);
        (self.change)(ask, &mut reply);
        reply
    }
}

const fn odd(what: &'static str, change: fn(&Ask<'_>, &mut Reply)) -> Odd {
    Odd { what, change }
}

/// What changes from request to request.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Nothing of it is a finding.
#[rustfmt::skip]
pub(crate) const ODD: &[Odd] = &[
    odd("one cache has had it for a while", |ask, reply| if ask.endpoint == 0 && ask.is(ENTRY) {
        let then = hedgerow::types::Timestamp::from_secs(ask.now - 4000);
        reply.set("date", String::from_utf8_lossy(&hedgerow::cache::date::format(then)));
        reply.set("age", "4000");
    }),
    odd("another name for the same type", |ask, reply| {
        let script = reply.get("content-type").is_some_and(|sent| sent.starts_with("text/javascript"));
        if ask.endpoint == 1 && script {
            reply.set("content-type", "application/javascript");
        }
    }),
    odd("directives in another order", |ask, reply| if ask.endpoint == 1 && ask.is(ENTRY) {
        reply.change("cache-control", "Must-Revalidate,MAX-AGE=86400 ,, public, by-us=1");
    }),
    odd("an Expires of HTTP/1.0 beside it", |_, reply| reply.set("expires", "0")),
    odd("selecting fields in another order, in two lines", |ask, reply| if ask.endpoint == 1 {
        reply.set("vary", "ORIGIN");
        reply.add("vary", "accept-encoding, Origin");
    }),
    odd("the same date in another format", |ask, reply| if ask.endpoint == 1 {
        reply.change("last-modified", "Sunday, 06-Nov-94 08:49:37 GMT");
    }),
    odd("each cache has its own words", |ask, reply| if reply.get("x-cache").is_some() {
        match ask.endpoint {
            0 => reply.set("x-cache", "RefreshHit from cloudfront"),
            _ => {
                reply.remove("x-cache");
                reply.set("cache-status", "\"A, B\"; detail=x, edge; hit=?1; ttl=30");
            }
        }
    }),
    odd("a status in one word", |_, reply| if reply.get("x-cache").is_some() {
        reply.remove("x-cache");
        reply.set("cache-status", "HIT");
    }),
    odd("a shield missed, and the edge hit", |_, reply| reply.change("x-cache", "MISS, HIT")),
    odd("strict transport in other letters", |ask, reply| if ask.endpoint == 1 {
        reply.change("strict-transport-security", "includesubdomains ; MAX-AGE=\"31536000\";");
    }),
    odd("no sniffing in other letters", |_, reply| reply.change("x-content-type-options", "NoSniff")),
    odd("a preflight that is a 200 for everybody", |ask, reply| if ask.method == "OPTIONS" && ask.is_tls {
        reply.status = 200;
        reply.set("access-control-allow-origin", "*");
    }),
    odd("one says who measures, the other lets all", |ask, reply| if ask.endpoint == 1 {
        reply.change("timing-allow-origin", "*");
    }),
    odd("drafts of HTTP/3", |_, reply| reply.change("alt-svc", "h3-29=\":443\"; ma=60,h3=\":443\"")),
    odd("the whole is of unknown length", |_, reply| if reply.status == 206 {
        reply.set("content-range", "bytes 0-63/*");
    }),
    odd("configuration with the time in it", |ask, reply| if ask.is(CONFIGURATION) {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let body = format!("{{\"now\": {count}}}{}", " ".repeat(4000 + count));
        reply.change("etag", &format!("\"{count}\""));
        reply.change("content-length", &body.len().to_string());
        if reply.status == 206 {
            reply.change("content-range", &format!("bytes 0-63/{}", body.len()));
            reply.body = body.as_bytes()[..64].to_vec();
        } else if !reply.body.is_empty() {
            reply.body = body.into_bytes();
        }
    }),
    odd("a fallback page with links and comments", |ask, reply| if ask.is(FALLBACK) && !reply.body.is_empty() {
        let page = "<!doctype html><!-- <script src=\"https://cdn.example.com/chat.js\"></script> -->\
             <link rel=\"canonical\" href=\"/icons/stylesheet.html\">\
             <link rel=dns-prefetch href=//mail.example.com>\
             <link rel=\"icon\" href=\"data:,\">\
             <style>body { background: url('data:image/gif;base64,R0lGOD') }</style>\
             <a href=\"https://www.example.org/faq\">Questions</a>\
             <form action=\"https://forms.example.com/\"></form>".as_bytes();
        // As long as it was, and no more of it than was asked for.
        let length = reply.body.len().min(page.len());
        reply.body[..length].copy_from_slice(&page[..length]);
    }),
    odd("a release for ten years", |ask, reply| if ask.is(VERSIONED) {
        reply.change("cache-control", "public, max-age=315360000, immutable");
    }),
    odd("a page's origin in a list of its own", |_, reply| {
        reply.change("timing-allow-origin", &format!("https://shop.example.org, {PAGE_ORIGIN}"));
    }),
];
