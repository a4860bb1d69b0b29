//! RFC 9111 §3: which responses are stored.

use hedgerow::cache::{SetCookieRule, Settings};
use hedgerow::types::Reason;

use crate::support::Exchange;

fn check(exchange: &Exchange, expected: Result<(), Reason>) {
    let found = exchange.store().map(|_| ());
    assert_eq!(found, expected, "{exchange:?}");
}

#[test]
fn what_says_that_it_may() {
    for response in [
        "Cache-Control: max-age=60",
        "Cache-Control: s-maxage=60",
        "Cache-Control: public | ETag: \"a\"",
        "Expires: {60} | Date: {0}",
        "ETag: \"a\"",
        "Last-Modified: {-1000} | Date: {0}",
    ] {
        check(&Exchange::new(response), Ok(()));
    }
}

#[test]
fn what_says_that_it_may_not() {
    check(
        &Exchange::new("Cache-Control: no-store, max-age=60"),
        Err(Reason::NoStore),
    );
    check(
        &Exchange::new("Cache-Control: max-age=60").asking("Cache-Control: no-store"),
        Err(Reason::RequestNoStore),
    );
    let private = Exchange::new("Cache-Control: private, max-age=60");
    check(&private, Err(Reason::PrivateResponse));
    check(&private.with_settings(Settings::private()), Ok(()));
}

#[test]
fn statuses() {
    let fresh = Exchange::new("Cache-Control: max-age=60");
    // An explicit lifetime is enough for any final status.
    for status in [
        200, 203, 204, 299, 301, 302, 307, 400, 404, 410, 418, 499, 500, 503, 599,
    ] {
        check(&fresh.clone().with_status(status), Ok(()));
    }
    for status in [0, 100, 101, 103, 199, 1000, u16::MAX] {
        check(
            &fresh.clone().with_status(status),
            Err(Reason::StatusInterim),
        );
    }
    check(&fresh.with_status(304), Err(Reason::NotCacheable));
    // Without one the status must be cacheable by heuristics (RFC 9110 §15.1).
    let validated = Exchange::new("ETag: \"a\"");
    for status in [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501] {
        check(&validated.clone().with_status(status), Ok(()));
    }
    for status in [
        201, 202, 302, 303, 307, 400, 401, 403, 500, 502, 503, 504, 599,
    ] {
        check(
            &validated.clone().with_status(status),
            Err(Reason::NotCacheable),
        );
    }
}

/// RFC 6585 §3 to §6, and what answers `If-Match`, `Range` and `Expect`.
#[test]
fn what_answers_one_request_is_not_for_others() {
    for status in [412, 416, 417, 428, 429, 431, 511] {
        for directives in ["max-age=60", "public", "must-understand, max-age=60"] {
            let response = Exchange::new(&format!("Cache-Control: {directives} | ETag: \"a\""));
            for settings in [Settings::shared(), Settings::private()] {
                check(
                    &response.clone().with_status(status).with_settings(settings),
                    Err(Reason::NotCacheable),
                );
            }
        }
    }
}

#[test]
fn must_understand() {
    let response = Exchange::new("Cache-Control: must-understand, no-store, max-age=60");
    check(&response, Ok(()));
    check(&response.clone().with_status(404), Ok(()));
    for status in [299, 418, 599] {
        check(
            &response.clone().with_status(status),
            Err(Reason::StatusUnknown),
        );
    }
}

#[test]
fn methods() {
    let response = Exchange::new("Cache-Control: max-age=60");
    for method in ["HEAD", "PUT", "DELETE", "OPTIONS", "M-SEARCH", "get", ""] {
        check(
            &response.clone().with_method(method),
            Err(Reason::MethodNotCached),
        );
    }
}

#[test]
fn post_answers_later_requests_only_where_it_says_so() {
    let post = |response: &str| Exchange::new(response).with_method("POST");
    let fresh = "Cache-Control: max-age=60";
    check(&post(fresh), Err(Reason::MethodNotCached));
    for location in [
        "https://example.com/a",
        "HTTPS://EXAMPLE.com:443/a",
        "/a",
        "a",
        "./x/../a",
        "",
    ] {
        check(
            &post(&format!("{fresh} | Content-Location: {location}")),
            Ok(()),
        );
    }
    // What failed is not what GET would give.
    for status in [301, 404, 500] {
        let failed = post(&format!("{fresh} | Content-Location: /a")).with_status(status);
        check(&failed, Err(Reason::MethodNotCached));
    }
    for location in [
        "/b",
        "/a?",
        "https://other.example/a",
        "http://example.com/a",
        "/A",
    ] {
        check(
            &post(&format!("{fresh} | Content-Location: {location}")),
            Err(Reason::MethodNotCached),
        );
    }
    check(
        &post("ETag: \"a\" | Content-Location: /a"),
        Err(Reason::MethodNotCached),
    );
    let stored = post(&format!("{fresh} | Content-Location: /a"));
    assert!(stored.then("", 1).is_served());
}

#[test]
fn what_could_never_be_used_is_not_kept() {
    check(&Exchange::new(""), Err(Reason::NothingToReuse));
    check(
        &Exchange::new("Cache-Control: max-age=0"),
        Err(Reason::NothingToReuse),
    );
    check(
        &Exchange::new("Cache-Control: max-age=60 | Age: 60"),
        Err(Reason::NothingToReuse),
    );
    for useful in [
        "Cache-Control: max-age=0, stale-while-revalidate=1",
        "Cache-Control: max-age=0, stale-if-error=1",
        "Cache-Control: max-age=0 | ETag: \"a\"",
    ] {
        check(&Exchange::new(useful), Ok(()));
    }
}

#[test]
fn cookies() {
    let response = Exchange::new("Cache-Control: max-age=60 | Set-Cookie: a=b");
    check(&response, Ok(()));
    let refuse = Settings::shared().with_set_cookie(SetCookieRule::Refuse);
    check(
        &response.with_settings(refuse.clone()),
        Err(Reason::SetCookie),
    );
    check(
        &Exchange::new("Cache-Control: max-age=60").with_settings(refuse),
        Ok(()),
    );
}

#[test]
fn vary_by_anything() {
    for vary in ["*", "*, *", ", *", "accept, *", "accept,*", " * "] {
        check(
            &Exchange::new(&format!("Cache-Control: max-age=60 | Vary: {vary}")),
            Err(Reason::VaryAny),
        );
    }
    check(
        &Exchange::new("Cache-Control: max-age=60 | Vary: accept | Vary: *"),
        Err(Reason::VaryAny),
    );
    // No request has a field of this name, so none could match it.
    check(
        &Exchange::new("Cache-Control: max-age=60 | Vary: a b"),
        Err(Reason::VaryAny),
    );
}
