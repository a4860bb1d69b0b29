//! What is compressed on its way, and what that changes.

use hedgerow::delivery::{Coding, Compression, Exchange, Profile};
use hedgerow::types::Reason;

use crate::support::{HASHED, applied, delivery, value};

type Fields<'a> = &'a [(&'a str, &'a str)];

const JS: (&str, &str) = ("content-type", "text/javascript");
const ALL: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");

struct Found {
    coding: Option<Coding>,
    reason: Reason,
    lines: Vec<(String, String)>,
}

fn decide(url: &str, request: Fields<'_>, status: u16, response: Fields<'_>) -> Found {
    let delivery = delivery(Profile::default());
    let exchange = Exchange::new("GET", request, status, response);
    let plan = delivery.plan(url);
    let found = plan.compress(&exchange);
    Found {
        coding: found.coding,
        reason: found.reason,
        lines: applied(response, &found.edits),
    }
}

/// What becomes of a script of unknown length.
fn of_script(accept: &str) -> (Option<Coding>, Reason) {
    let found = decide(HASHED, &[("accept-encoding", accept)], 200, &[JS]);
    (found.coding, found.reason)
}

#[test]
fn the_best_that_the_client_takes() {
    use Coding::{Brotli, Gzip, Zstd};
    for (accept, coding) in [
        ("gzip, deflate, br, zstd", Brotli),
        ("gzip, zstd", Zstd),
        ("gzip", Gzip),
        ("GZIP", Gzip),
        ("x-gzip", Gzip),
        ("br;q=0.5, gzip;q=0.9", Gzip),
        ("br; q=0.5 , gzip ;Q=0.4", Brotli),
        ("*", Brotli),
        ("*;q=0.1", Brotli),
        ("br;q=0, *", Zstd),
        ("br;q=0, zstd;q=0, *;q=0.5", Gzip),
        ("identity;q=0, gzip", Gzip),
        ("identity;q=0.5, gzip;q=0.5", Gzip),
        ("br;q=1, br;q=0, gzip", Gzip),
        ("br;q=junk, gzip", Gzip),
    ] {
        assert_eq!(
            of_script(accept),
            (Some(coding), Reason::Compressed),
            "{accept}"
        );
    }
    for accept in [
        "",
        "identity",
        "deflate",
        "gzip;q=0",
        "*;q=0",
        "gzip;q=0.3, identity;q=0.5",
        "gzipx",
        "\"gzip\"",
        "gzip;q=2",
    ] {
        assert_eq!(
            of_script(accept),
            (None, Reason::NoCodingAccepted),
            "{accept}"
        );
    }
    let found = decide(HASHED, &[], 200, &[JS]);
    assert_eq!(found.reason, Reason::NoCodingAccepted);
    assert_eq!(value(&found.lines, "vary"), Some("Accept-Encoding"));
}

#[test]
fn what_is_not_true_of_the_other_bytes_goes() {
    let response = [
        JS,
        ("content-length", "5000"),
        ("ETag", "\"1\""),
        ("Accept-Ranges", "bytes"),
        ("Content-MD5", "x"),
        ("Repr-Digest", "x"),
        ("Content-Digest", "x"),
        ("Digest", "x"),
        ("vary", "Origin"),
        ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ];
    let found = decide(HASHED, &[ALL], 200, &response);
    let mut lines = found.lines;
    lines.sort();
    let expected = [
        ("content-encoding", "br"),
        JS,
        ("etag", "W/\"1\""),
        ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("vary", "Origin, Accept-Encoding"),
    ];
    assert_eq!(
        lines,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn tags_are_weak_or_go() {
    for (tag, expected) in [
        ("W/\"1\"", Some("W/\"1\"")),
        ("\"1\"", Some("W/\"1\"")),
        ("1", None),
    ] {
        let found = decide(HASHED, &[ALL], 200, &[JS, ("etag", tag)]);
        assert_eq!(value(&found.lines, "etag"), expected);
    }
    let found = decide(
        HASHED,
        &[ALL],
        200,
        &[JS, ("etag", "\"1\""), ("etag", "\"2\"")],
    );
    assert_eq!(value(&found.lines, "etag"), None);
}

#[test]
fn nothing_is_compressed_twice() {
    let check = |url: &str, response: Fields<'_>, reason| {
        let found = decide(url, &[ALL], 200, response);
        assert_eq!(
            (found.coding, found.reason),
            (None, reason),
            "{url} {response:?}"
        );
        assert_eq!(found.lines, applied(response, &Default::default()));
    };
    for coding in [
        "gzip",
        "br",
        "zstd",
        "deflate",
        "unheard-of",
        "identity, gzip",
    ] {
        check(
            HASHED,
            &[JS, ("Content-Encoding", coding)],
            Reason::AlreadyEncoded,
        );
    }
    check(
        HASHED,
        &[JS, ("content-encoding", ""), ("content-encoding", "br")],
        Reason::AlreadyEncoded,
    );
    for file in ["/a.js.gz", "/a.js.br?x", "/A.JS.ZST", "/a.svgz"] {
        check(file, &[JS], Reason::AlreadyEncoded);
    }
    let found = decide(HASHED, &[ALL], 200, &[JS, ("content-encoding", "identity")]);
    assert_eq!(found.coding, Some(Coding::Brotli));
    assert_eq!(value(&found.lines, "content-encoding"), Some("br"));
}

#[test]
fn who_forbids_it_is_heard() {
    let no = ("cache-control", "public, No-Transform");
    let found = decide(HASHED, &[ALL], 200, &[JS, no]);
    assert_eq!((found.coding, found.reason), (None, Reason::NoTransform));
    let found = decide(HASHED, &[ALL, no], 200, &[JS]);
    assert_eq!((found.coding, found.reason), (None, Reason::NoTransform));
}

#[test]
fn only_what_gets_smaller() {
    for yes in [
        "text/css",
        "TEXT/HTML; charset=utf-8",
        "application/javascript",
        "application/json ;x=y",
        "image/svg+xml",
        "application/wasm",
        "application/vnd.api+json",
        "application/manifest+json",
        "font/ttf",
        "image/x-icon",
        "application/problem+JSON",
    ] {
        let found = decide(HASHED, &[ALL], 200, &[("content-type", yes)]);
        assert_eq!(found.reason, Reason::Compressed, "{yes}");
    }
    for no in [
        "image/png",
        "image/webp",
        "font/woff2",
        "video/mp4",
        "application/zip",
        "application/gzip",
        "application/octet-stream",
        "text/event-stream",
        "text",
        "",
        "application/jsonx",
        "multipart/byteranges",
    ] {
        let found = decide(HASHED, &[ALL], 200, &[("content-type", no)]);
        assert_eq!(found.reason, Reason::NotCompressible, "{no}");
        assert_eq!(value(&found.lines, "vary"), None);
    }
    assert_eq!(
        decide(HASHED, &[ALL], 200, &[]).reason,
        Reason::NotCompressible
    );
    let two = [JS, ("content-type", "image/png")];
    assert_eq!(
        decide(HASHED, &[ALL], 200, &two).reason,
        Reason::NotCompressible
    );
}

#[test]
fn only_what_is_large_enough() {
    for (length, reason) in [
        ("1023", Reason::TooSmall),
        ("1024", Reason::Compressed),
        ("0", Reason::TooSmall),
        ("junk", Reason::Compressed),
    ] {
        let found = decide(HASHED, &[ALL], 200, &[JS, ("content-length", length)]);
        assert_eq!(found.reason, reason, "{length}");
    }
}

#[test]
fn parts_and_what_has_no_content_stay() {
    let range = ("range", "bytes=0-1");
    let part = ("content-range", "bytes 0-1/9");
    for (request, status, response, reason) in [
        (&[ALL][..], 206, &[JS, part][..], Reason::PartStaysPlain),
        (&[ALL, range], 200, &[JS], Reason::PartStaysPlain),
        (&[ALL], 200, &[JS, part], Reason::PartStaysPlain),
        (&[ALL], 204, &[JS], Reason::NoContent),
        (&[ALL], 205, &[JS], Reason::NoContent),
        (&[ALL], 304, &[JS], Reason::NoContent),
        (&[ALL], 103, &[JS], Reason::NoContent),
        (&[ALL], 404, &[JS], Reason::Compressed),
    ] {
        let found = decide(HASHED, request, status, response);
        assert_eq!(found.reason, reason, "{status}");
        assert_eq!(found.coding.is_some(), reason == Reason::Compressed);
        let varies = matches!(reason, Reason::PartStaysPlain | Reason::Compressed) || status == 304;
        assert_eq!(value(&found.lines, "vary").is_some(), varies, "{status}");
    }
}

#[test]
fn secrets_do_not_show_by_their_length() {
    for response in [
        [JS, ("cache-control", "private")],
        [JS, ("set-cookie", "a=b")],
        [JS, ("cache-control", "no-store")],
    ] {
        assert_eq!(
            decide(HASHED, &[ALL], 200, &response).reason,
            Reason::SecretStaysPlain
        );
    }
    let authorized = [ALL, ("authorization", "Basic x")];
    assert_eq!(
        decide(HASHED, &authorized, 200, &[JS]).reason,
        Reason::SecretStaysPlain
    );
}

#[test]
fn a_client_is_told_of_the_copy_that_it_has() {
    let tag = [("etag", "\"1\"")];
    for (asked, expected) in [
        ("W/\"1\"", "W/\"1\""),
        ("\"0\", W/\"1\"", "W/\"1\""),
        ("\"1\"", "\"1\""),
        ("W/\"2\"", "\"1\""),
        ("*", "\"1\""),
    ] {
        let found = decide(HASHED, &[ALL, ("if-none-match", asked)], 304, &tag);
        assert_eq!(value(&found.lines, "etag"), Some(expected), "{asked}");
    }
}

#[test]
fn a_304_varies_as_what_it_confirms() {
    let origin = ("vary", "Origin");
    let varies = |url: &str, response: Fields<'_>| {
        let found = decide(url, &[ALL], 304, response);
        value(&found.lines, "vary").map(str::to_owned)
    };
    let both = Some("Origin, Accept-Encoding".to_owned());
    assert_eq!(varies(HASHED, &[origin]), both);
    assert_eq!(varies(HASHED, &[origin, JS]), both);
    let alone = Some("Origin".to_owned());
    assert_eq!(varies("/a.js.gz", &[origin]), alone);
    assert_eq!(
        varies(HASHED, &[origin, ("content-type", "image/png")]),
        alone
    );
    assert_eq!(varies(HASHED, &[origin, ("content-encoding", "br")]), alone);
}

#[test]
fn off_is_off() {
    let mut profile = Profile::default();
    profile.compression = Compression::off();
    let delivery = delivery(profile);
    let request = [ALL, ("if-none-match", "W/\"1\"")];
    for status in [200, 304] {
        let response = [JS, ("etag", "\"1\"")];
        let exchange = Exchange::new("GET", &request, status, &response);
        assert!(delivery.plan(HASHED).compress(&exchange).edits.is_empty());
    }
}
