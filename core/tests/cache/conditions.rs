//! RFC 9110 §8.8 and §13, RFC 9111 §4.3: validators and conditions.

use hedgerow::cache::is_conditional_field;

use crate::support::Exchange;

fn check(response: &str, request: &str, expected: u16) {
    let exchange = Exchange::new(&format!("Cache-Control: max-age=60 | {response}"));
    let (status, _) = exchange.answered("GET", request, Some(10));
    assert_eq!(status, expected, "{request} to {response}");
    let (status, _) = exchange.answered("HEAD", request, Some(10));
    assert_eq!(status, expected, "HEAD {request} to {response}");
}

#[test]
fn if_none_match() {
    for (tag, asked, expected) in [
        ("\"abc\"", "\"abc\"", 304),
        ("\"abc\"", "W/\"abc\"", 304),
        ("W/\"abc\"", "\"abc\"", 304),
        ("W/\"abc\"", "W/\"abc\"", 304),
        ("\"abc\"", "\"x\", \"abc\"", 304),
        ("\"abc\"", "\"abc\",\"x\"", 304),
        ("\"abc\"", "\"x\",\"abc\" , \"y\"", 304),
        ("\"abc\"", "\"x\" | If-None-Match: \"abc\"", 304),
        ("\"abc\"", "*", 304),
        ("\"abc\"", "\"*\"", 200),
        ("\"abc\"", "\"x\"", 200),
        ("\"abc\"", "\"ABC\"", 200),
        ("\"abc\"", "", 200),
        ("\"a,b\"", "\"a,b\"", 304),
        ("\"a,b\"", "\"a\", \"b\"", 200),
        ("\"a\\\"", "\"x\", \"a\\\", \"y\"", 304),
        ("\"abcü\"", "\"abcü\"", 304),
        ("abc", "abc", 304),
        ("abc", "x, abc", 304),
        ("abc", "\"abc\"", 200),
        ("\"abc\"", "w/\"abc\"", 200),
    ] {
        check(
            &format!("ETag: {tag}"),
            &format!("If-None-Match: {asked}"),
            expected,
        );
    }
    check("Date: {0}", "If-None-Match: \"abc\"", 200);
    check("Date: {0}", "If-None-Match: W/", 200);
    check("ETag: W/", "If-None-Match: W/", 200);
    check("Date: {0}", "If-None-Match: *", 304);
}

#[test]
fn if_modified_since() {
    let modified = "Last-Modified: {-3000} | Date: {0}";
    check(modified, "If-Modified-Since: {-3000}", 304);
    check(modified, "If-Modified-Since: {-2000}", 304);
    check(modified, "If-Modified-Since: {-3001}", 200);
    check(modified, "If-Modified-Since: yesterday", 200);
    check(modified, "If-Modified-Since: 0", 200);
    // More than one date is none.
    let two = "If-Modified-Since: {0} | If-Modified-Since: {-1}";
    check(modified, two, 200);
    let rfc850 = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT";
    check(
        rfc850,
        "If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT",
        304,
    );
    check(rfc850, "If-Modified-Since: Sun Nov  6 08:49:36 1994", 200);
}

#[test]
fn date_stands_in_for_last_modified() {
    check("Date: {-10}", "If-Modified-Since: {-10}", 304);
    check("Date: {-10}", "If-Modified-Since: {-11}", 200);
    // Without either, the time of the receipt does.
    check("ETag: \"a\"", "If-Modified-Since: {0}", 304);
    check("ETag: \"a\"", "If-Modified-Since: {-1}", 200);
}

#[test]
fn the_tag_outranks_the_date() {
    let response = "ETag: \"a\" | Last-Modified: {-5000} | Date: {0}";
    check(
        response,
        "If-None-Match: \"a\" | If-Modified-Since: {-9000}",
        304,
    );
    check(
        response,
        "If-Modified-Since: {0} | If-None-Match: \"b\"",
        200,
    );
}

#[test]
fn only_a_success_is_conditional() {
    for (status, expected) in [(203, 304), (301, 301), (410, 410)] {
        let stored = Exchange::new("Cache-Control: max-age=60 | ETag: \"a\"").with_status(status);
        let (status, _) = stored.answered("GET", "If-None-Match: \"a\"", Some(10));
        assert_eq!(status, expected);
    }
}

#[test]
fn a_304_has_what_a_client_needs_and_no_more() {
    let exchange = Exchange::new(
        "Cache-Control: max-age=60 | ETag: \"a\" | Date: {0} | Expires: {60} | Vary: accept | \
         Content-Location: /a | Content-Type: text/css | Content-Length: 10 | \
         Content-Encoding: br | Content-Language: en | Last-Modified: {-9} | X-Foo: 1",
    );
    let (status, lines) = exchange.answered("GET", "If-None-Match: \"a\"", Some(10));
    assert_eq!(status, 304);
    let mut names: Vec<_> = lines
        .iter()
        .filter_map(|line| line.split(':').next())
        .collect();
    names.sort_unstable();
    let expected = [
        "age",
        "cache-control",
        "content-location",
        "date",
        "etag",
        "expires",
        "vary",
        "x-foo",
    ];
    assert_eq!(names, expected);
}

#[test]
fn last_modified_guides_a_client_without_a_tag() {
    let exchange = Exchange::new("Cache-Control: max-age=60 | Last-Modified: {-9}");
    let (status, lines) = exchange.answered("GET", "If-Modified-Since: {-9}", Some(10));
    assert_eq!(status, 304);
    assert!(lines.iter().any(|line| line.starts_with("last-modified:")));
}

#[test]
fn what_the_cache_asks_upstream() {
    let asks = |response: &str| -> Vec<(String, String)> {
        let policy = Exchange::new(&format!("Cache-Control: max-age=60 | {response}")).stored();
        let validation = policy.validation();
        assert_eq!(validation.is_empty(), validation.lines().next().is_none());
        validation
            .lines()
            .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
            .collect()
    };
    let none_match = |tag: &str| ("if-none-match".to_owned(), tag.to_owned());
    assert_eq!(asks("ETag: \"a\""), [none_match("\"a\"")]);
    assert_eq!(asks("ETag: W/\"a\""), [none_match("W/\"a\"")]);
    assert_eq!(asks("ETag: a"), [none_match("a")]);
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let since = ("if-modified-since".to_owned(), date.to_owned());
    assert_eq!(
        asks(&format!("Last-Modified: {date}")),
        std::slice::from_ref(&since)
    );
    assert_eq!(
        asks(&format!("ETag: \"a\" | Last-Modified: {date}")),
        [none_match("\"a\""), since]
    );
    // Two that differ are none.
    assert_eq!(asks("ETag: \"a\" | ETag: \"b\""), []);
    assert_eq!(asks("X: y"), []);
}

#[test]
fn the_clients_own_conditions_are_known() {
    for name in [
        "If-Match",
        "if-none-match",
        "IF-MODIFIED-SINCE",
        "If-Unmodified-Since",
        "If-Range",
        "Range",
    ] {
        assert!(is_conditional_field(name.as_bytes()), "{name}");
    }
    for name in ["Accept", "If-Foo", "Ranges", "Accept-Ranges", ""] {
        assert!(!is_conditional_field(name.as_bytes()), "{name}");
    }
}
