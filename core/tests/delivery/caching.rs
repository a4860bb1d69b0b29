//! A response that is not what its URL promises does not last as long.

use hedgerow::delivery::{CookieRule, Exchange, Policy, Profile, UpstreamRule};
use hedgerow::types::Reason;

use crate::support::{ENTRY, HASHED, OTHER, PAGE, applied, delivery, value};

const YEAR: &str = "public, max-age=31536000, immutable";

type Fields<'a> = &'a [(&'a str, &'a str)];

struct Case<'a> {
    method: &'a str,
    url: &'a str,
    request: Fields<'a>,
    status: u16,
    response: Fields<'a>,
}

const fn get<'a>(url: &'a str, status: u16, response: Fields<'a>) -> Case<'a> {
    Case {
        method: "GET",
        url,
        request: &[],
        status,
        response,
    }
}

#[track_caller]
fn check_with(profile: &Profile, case: &Case<'_>, expected: Option<&str>, reason: Reason) {
    let delivery = delivery(profile.clone());
    let exchange = Exchange::new(case.method, case.request, case.status, case.response);
    let found = delivery.plan(case.url).shared(&exchange);
    let lines = applied(case.response, &found.edits);
    let what = format!(
        "{} {} {} {:?}",
        case.method, case.url, case.status, case.response
    );
    assert_eq!(value(&lines, "cache-control"), expected, "{what}");
    assert_eq!(found.caching, reason, "{what}");
}

#[track_caller]
fn check(case: &Case<'_>, expected: Option<&str>, reason: Reason) {
    check_with(&Profile::default(), case, expected, reason);
}

#[test]
fn errors_are_never_kept_for_long() {
    let said: Fields<'_> = &[("cache-control", YEAR)];
    for url in [HASHED, ENTRY, PAGE, OTHER, "/npm/x@latest/x.js"] {
        for status in [400, 401, 403, 405, 429, 500, 501, 502, 503, 504, 599] {
            check(
                &get(url, status, said),
                Some("no-store"),
                Reason::ErrorResponse,
            );
        }
        for status in [404, 410] {
            check(
                &get(url, status, said),
                Some("no-cache"),
                Reason::ErrorResponse,
            );
            check(
                &get(url, status, &[]),
                Some("no-cache"),
                Reason::ErrorResponse,
            );
        }
    }
    let mut profile = Profile::default();
    profile.missing_secs = 10;
    check_with(
        &profile,
        &get(HASHED, 404, said),
        Some("max-age=10"),
        Reason::ErrorResponse,
    );
    // A rule's own text is for what is there, too.
    profile.cache_control = Policy::Pinned;
    check_with(
        &profile,
        &get(HASHED, 503, said),
        Some("no-store"),
        Reason::ErrorResponse,
    );
}

#[test]
fn redirects_are_followed_anew() {
    let said: Fields<'_> = &[("cache-control", YEAR), ("location", "/login")];
    for status in [300, 301, 302, 303, 307, 308] {
        let reason = Reason::RedirectResponse;
        check(&get(HASHED, status, said), Some("no-cache"), reason);
        check(&get(HASHED, status, &[]), Some("no-cache"), reason);
        check(
            &get(HASHED, status, &[("cache-control", "max-age=60")]),
            Some("no-cache"),
            reason,
        );
        check(&get(PAGE, status, said), Some("no-cache"), reason);
        check(
            &get(PAGE, status, &[("cache-control", "max-age=60")]),
            Some("max-age=60"),
            reason,
        );
        // To point somewhere is all that a tag does.
        let tag = hedgerow::delivery::cache_control(hedgerow::asset::Class::MovingTag);
        check(
            &get("/npm/x@latest/x.js", status, said),
            Some(tag),
            Reason::ClassPolicy,
        );
    }
}

#[test]
fn other_statuses_are_no_assets() {
    for status in [201, 202, 203, 204, 205, 226] {
        let said: Fields<'_> = &[("cache-control", YEAR)];
        check(
            &get(HASHED, status, said),
            Some("no-cache"),
            Reason::UnusualStatus,
        );
    }
    check(
        &get(HASHED, 103, &[("cache-control", "max-age=5")]),
        Some("max-age=5"),
        Reason::UpstreamPolicy,
    );
}

#[test]
fn a_page_in_place_of_a_script_is_none() {
    for page in [
        "text/html",
        "Text/HTML; charset=utf-8",
        "application/xhtml+xml",
    ] {
        for status in [200, 206] {
            let said: Fields<'_> = &[("content-type", page)];
            check(
                &get(HASHED, status, said),
                Some("no-cache"),
                Reason::SubstituteResponse,
            );
            check(
                &get(ENTRY, status, said),
                Some("no-cache"),
                Reason::SubstituteResponse,
            );
        }
    }
    let versioned = "/docs@1.2.3/guide.html";
    check(
        &get(versioned, 200, &[("content-type", "text/html")]),
        Some(YEAR),
        Reason::ClassPolicy,
    );
    check(
        &get(HASHED, 200, &[("content-type", "text/javascript")]),
        Some(YEAR),
        Reason::ClassPolicy,
    );
}

#[test]
fn nothing_in_place_of_a_script_is_none() {
    let reason = Reason::SubstituteResponse;
    check(
        &get(HASHED, 200, &[("content-length", "0")]),
        Some("no-cache"),
        reason,
    );
    check(
        &get(HASHED, 200, &[("content-length", "9")]),
        Some(YEAR),
        Reason::ClassPolicy,
    );
}

#[test]
fn what_a_304_confirms_lasts_as_it_did() {
    // It may be a page in place of the script.
    let said = &[
        ("cache-control", "max-age=9"),
        ("surrogate-control", "max-age=9"),
    ];
    for url in [HASHED, ENTRY] {
        check(&get(url, 304, said), None, Reason::AsStored);
    }
    check(
        &get(HASHED, 304, &[("content-type", "text/html")]),
        Some("no-cache"),
        Reason::SubstituteResponse,
    );
    // Nothing takes its place, or it says what it is.
    check(&get(PAGE, 304, said), Some("no-cache"), Reason::ClassPolicy);
    check(
        &get(HASHED, 304, &[("content-type", "text/javascript")]),
        Some(YEAR),
        Reason::ClassPolicy,
    );
    // What is forbidden meanwhile is forbidden.
    check(
        &get(HASHED, 304, &[("cache-control", "no-store")]),
        Some("no-store"),
        Reason::UpstreamForbids,
    );
}

#[test]
fn what_may_not_be_changed_on_the_way_stays_so() {
    let said: Fields<'_> = &[("cache-control", "max-age=60, no-transform")];
    check(
        &get(HASHED, 200, said),
        Some("public, max-age=31536000, immutable, no-transform"),
        Reason::ClassPolicy,
    );
    check(
        &get(HASHED, 404, said),
        Some("no-cache, no-transform"),
        Reason::ErrorResponse,
    );
    let mut profile = Profile::default();
    profile.upstream = UpstreamRule::Ignore;
    let case = get(HASHED, 200, said);
    check_with(&profile, &case, Some(YEAR), Reason::ClassPolicy);
}

#[test]
fn one_clients_own_is_not_shared() {
    let cookie: Fields<'_> = &[
        ("set-cookie", "a=b"),
        ("cache-control", "public, max-age=9"),
    ];
    let reason = Reason::PersonalResponse;
    for url in [HASHED, ENTRY, PAGE, OTHER] {
        check(&get(url, 200, cookie), Some("private, no-cache"), reason);
        let authorized = Case {
            request: &[("Authorization", "Basic x")],
            ..get(url, 200, &[("cache-control", "public")])
        };
        check(&authorized, Some("private, no-cache"), reason);
    }
}

#[test]
fn cookies_of_assets_are_stripped_on_wish() {
    let mut profile = Profile::default();
    profile.cookies = CookieRule::Strip;
    let delivery = delivery(profile);
    let stripped = |method: &str, url: &str, status: u16| {
        let response = [("set-cookie", "a=b"), ("Set-Cookie", "c=d")];
        let request: Fields<'_> = &[];
        let exchange = Exchange::new(method, request, status, &response);
        let found = delivery.plan(url).shared(&exchange);
        let lines = applied(&response, &found.edits);
        let has = lines.iter().any(|(name, _)| name == "set-cookie");
        assert_ne!(has, found.caching != Reason::PersonalResponse, "{url}");
        !has
    };
    assert!(stripped("GET", HASHED, 200) && stripped("GET", ENTRY, 304));
    assert!(!stripped("GET", PAGE, 200) && !stripped("GET", OTHER, 200));
    assert!(!stripped("GET", HASHED, 404) && !stripped("POST", HASHED, 200));
}

#[test]
fn the_upstream_may_forbid() {
    let reason = Reason::UpstreamForbids;
    for said in [
        "no-store",
        "no-store, max-age=31536000, immutable",
        "private, no-store",
    ] {
        check(
            &get(HASHED, 200, &[("cache-control", said)]),
            Some("no-store"),
            reason,
        );
    }
    // In a field for CDNs as well.
    check(
        &get(HASHED, 200, &[("surrogate-control", "no-store")]),
        Some("no-store"),
        reason,
    );
    check(
        &get(HASHED, 200, &[("cdn-cache-control", "private")]),
        Some("private, no-cache"),
        reason,
    );
    // One user's own copy lasts as long as its URL promises, and no longer.
    let private = "private, max-age=31536000, immutable";
    check(
        &get(HASHED, 200, &[("cache-control", private)]),
        Some(private),
        reason,
    );
    for url in [ENTRY, PAGE, OTHER] {
        check(
            &get(url, 200, &[("cache-control", private)]),
            Some("private, no-cache"),
            reason,
        );
        check(
            &get(url, 200, &[("cache-control", "private, max-age=60")]),
            Some("private, max-age=60"),
            reason,
        );
    }
    check(
        &get(HASHED, 404, &[("cache-control", private)]),
        Some("private, no-cache"),
        reason,
    );
    check(
        &get(HASHED, 500, &[("cache-control", private)]),
        Some("no-store"),
        Reason::ErrorResponse,
    );
    check(
        &get(
            HASHED,
            200,
            &[("cache-control", "private=\"x\", max-age=1")],
        ),
        Some("private=\"x\", max-age=1"),
        reason,
    );
}

#[test]
fn unless_it_is_ignored() {
    let mut profile = Profile::default();
    profile.upstream = UpstreamRule::Ignore;
    for said in ["no-store", "private"] {
        check_with(
            &profile,
            &get(HASHED, 200, &[("cache-control", said)]),
            Some(YEAR),
            Reason::ClassPolicy,
        );
    }
    let cookie: Fields<'_> = &[("cache-control", "no-store"), ("set-cookie", "a=b")];
    check_with(
        &profile,
        &get(HASHED, 200, cookie),
        Some("private, no-cache"),
        Reason::PersonalResponse,
    );
}

#[test]
fn of_what_is_unknown_the_upstream_says_how_long() {
    let reason = Reason::UpstreamPolicy;
    for modest in [
        "max-age=86400",
        "public, s-maxage=60, max-age=0",
        "no-cache",
        "max-age=5, stale-if-error=99",
    ] {
        check(
            &get(OTHER, 200, &[("cache-control", modest)]),
            Some(modest),
            reason,
        );
    }
    for said in [
        "max-age=86401",
        "max-age=60, immutable",
        "max-age=1, s-maxage=86401",
        "public",
        "max-age=x",
        "max-age=1, max-age=2",
        "gibberish",
        "",
    ] {
        check(
            &get(OTHER, 200, &[("cache-control", said)]),
            Some("no-cache"),
            reason,
        );
    }
    check(
        &get(OTHER, 200, &[("expires", "Thu, 31 Dec 2037 23:55:55 GMT")]),
        Some("no-cache"),
        reason,
    );
    // In one line.
    let two: Fields<'_> = &[("cache-control", "public"), ("Cache-Control", "max-age=60")];
    check(&get(OTHER, 200, two), Some("public, max-age=60"), reason);
}

#[test]
fn a_path_without_extension_may_be_no_page() {
    let modest = ("cache-control", "max-age=60");
    let json = ("content-type", "application/json");
    let page = ("content-type", "text/html");
    check(
        &get("/api/items", 200, &[modest, json]),
        Some("max-age=60"),
        Reason::UpstreamPolicy,
    );
    check(
        &get("/api/items", 200, &[modest, page]),
        Some("no-cache"),
        Reason::ClassPolicy,
    );
}

#[test]
fn a_kept_word_keeps_what_is_said_to_cdns_if_it_is_as_modest() {
    let delivery = delivery(Profile::default());
    let lines = crate::support::got(
        &delivery,
        OTHER,
        200,
        &[
            ("cache-control", "max-age=60"),
            ("cdn-cache-control", "max-age=600"),
            ("surrogate-control", "max-age=31536000"),
        ],
    );
    assert_eq!(value(&lines, "cdn-cache-control"), Some("max-age=600"));
    assert_eq!(value(&lines, "surrogate-control"), None);
}

#[test]
fn other_methods_get_nothing_of_the_class() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "get"] {
        let case = |said| Case {
            method,
            ..get(HASHED, 200, said)
        };
        let reason = Reason::UnsafeMethod;
        check(&case(&[]), None, reason);
        check(
            &case(&[("cache-control", "max-age=60")]),
            Some("max-age=60"),
            reason,
        );
        check(&case(&[("cache-control", YEAR)]), Some("no-cache"), reason);
    }
    let head = Case {
        method: "HEAD",
        ..get(HASHED, 200, &[])
    };
    check(&head, Some(YEAR), Reason::ClassPolicy);
}
