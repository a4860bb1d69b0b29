//! RFC 9111 §5.2.1 and §5.4, RFC 8246: what a request asks of the cache.

use hedgerow::cache::{Action, Settings};
use hedgerow::types::Reason;

use crate::support::Exchange;

const FRESH: &str = "Cache-Control: max-age=100";
const STALE_AT: i64 = 150;

fn check(response: &str, request: &str, secs: i64, action: Action, reason: Reason) {
    let found = Exchange::new(response).then(request, secs);
    assert_eq!(
        (found.action, found.reason),
        (action, reason),
        "{request} to {response}"
    );
}

fn ask_anew(request: &str, secs: i64, reason: Reason) {
    check(FRESH, request, secs, Action::Revalidate, reason);
}

fn serve(request: &str, secs: i64, reason: Reason) {
    check(FRESH, request, secs, Action::Serve, reason);
}

#[test]
fn no_cache() {
    ask_anew("Cache-Control: no-cache", 1, Reason::RequestNoCache);
    ask_anew(
        "Cache-Control: max-stale=9, No-Cache",
        1,
        Reason::RequestNoCache,
    );
    ask_anew("Cache-Control: no-cache=\"a\"", 1, Reason::RequestNoCache);
}

#[test]
fn pragma_counts_only_without_cache_control() {
    ask_anew("Pragma: no-cache", 1, Reason::RequestNoCache);
    ask_anew("Pragma: foo, No-Cache", 1, Reason::RequestNoCache);
    serve("Pragma: no-cache | Cache-Control: foo", 1, Reason::Fresh);
    serve("Pragma: foo", 1, Reason::Fresh);
}

#[test]
fn max_age() {
    serve("Cache-Control: max-age=50", 50, Reason::Fresh);
    ask_anew("Cache-Control: max-age=50", 51, Reason::RequestMaxAge);
    ask_anew("Cache-Control: max-age=0", 0, Reason::RequestMaxAge);
    ask_anew("Cache-Control: max-age=x", 1, Reason::RequestMaxAge);
    // The response's own age counts.
    check(
        "Cache-Control: max-age=100 | Age: 60",
        "Cache-Control: max-age=50",
        0,
        Action::Revalidate,
        Reason::RequestMaxAge,
    );
}

#[test]
fn min_fresh() {
    serve("Cache-Control: min-fresh=50", 50, Reason::Fresh);
    ask_anew("Cache-Control: min-fresh=50", 51, Reason::RequestMinFresh);
    ask_anew("Cache-Control: min-fresh=200", 0, Reason::RequestMinFresh);
    ask_anew("Cache-Control: min-fresh=x", 0, Reason::RequestMinFresh);
}

#[test]
fn max_stale() {
    serve("Cache-Control: max-stale=50", STALE_AT, Reason::MaxStale);
    serve("Cache-Control: max-stale", 999_999, Reason::MaxStale);
    ask_anew("Cache-Control: max-stale=49", STALE_AT, Reason::Expired);
    ask_anew("Cache-Control: max-stale=x", STALE_AT, Reason::Expired);
    serve("Cache-Control: max-stale=0", 100, Reason::MaxStale);
    // Given both ways, the stricter one counts.
    for both in ["max-stale=49, max-stale", "max-stale, max-stale=49"] {
        let both = format!("Cache-Control: {both}");
        serve(&both, STALE_AT - 1, Reason::MaxStale);
        ask_anew(&both, STALE_AT, Reason::Expired);
    }
}

#[test]
fn max_stale_ends_where_the_response_forbids() {
    for directive in [
        "must-revalidate",
        "proxy-revalidate",
        "s-maxage=100",
        "no-cache",
    ] {
        let response = format!("Cache-Control: max-age=100, {directive} | ETag: \"a\"");
        let found = Exchange::new(&response).then("Cache-Control: max-stale=999", STALE_AT);
        assert_eq!(found.action, Action::Revalidate, "{directive}");
    }
    let capped = Exchange::new(FRESH).with_settings(Settings::shared().with_max_stale_secs(20));
    assert!(capped.then("Cache-Control: max-stale", 120).is_served());
    assert!(!capped.then("Cache-Control: max-stale", 121).is_served());
}

#[test]
fn only_if_cached() {
    let request = "Cache-Control: only-if-cached";
    serve(request, 1, Reason::Fresh);
    check(
        FRESH,
        request,
        STALE_AT,
        Action::GatewayTimeout,
        Reason::Expired,
    );
    let vary = "Cache-Control: max-age=100 | Vary: accept";
    check(
        vary,
        "Cache-Control: only-if-cached | accept: a",
        1,
        Action::GatewayTimeout,
        Reason::VaryMismatch,
    );
    serve(
        "Cache-Control: only-if-cached, max-stale",
        STALE_AT,
        Reason::MaxStale,
    );
}

#[test]
fn nothing_stored() {
    use hedgerow::cache::{Request, decide_miss};

    for (method, request, action, reason) in [
        ("GET", "", Action::Forward, Reason::Miss),
        ("PUT", "", Action::Forward, Reason::MethodMismatch),
        (
            "GET",
            "Cache-Control: only-if-cached",
            Action::GatewayTimeout,
            Reason::OnlyIfCached,
        ),
    ] {
        let asked = crate::support::fields(request);
        let found = decide_miss(&Request::new(method, &asked));
        assert_eq!((found.action, found.reason), (action, reason));
    }
}

#[test]
fn no_store_does_not_keep_from_reading() {
    serve("Cache-Control: no-store", 1, Reason::Fresh);
}

#[test]
fn a_reload_of_what_is_immutable() {
    let immutable = "Cache-Control: max-age=100, immutable";
    check(
        immutable,
        "Cache-Control: max-age=0",
        1,
        Action::Serve,
        Reason::Fresh,
    );
    // A forced reload, and one after its time, ask.
    check(
        immutable,
        "Cache-Control: no-cache",
        1,
        Action::Revalidate,
        Reason::RequestNoCache,
    );
    check(
        immutable,
        "Cache-Control: max-age=0",
        STALE_AT,
        Action::Revalidate,
        Reason::RequestMaxAge,
    );
}

#[test]
fn an_operator_may_not_let_visitors_decide() {
    let deaf =
        Exchange::new(FRESH).with_settings(Settings::shared().with_request_directives(false));
    for request in [
        "Cache-Control: no-cache",
        "Pragma: no-cache",
        "Cache-Control: max-age=0",
        "Cache-Control: min-fresh=999",
    ] {
        assert!(deaf.then(request, 1).is_served(), "{request}");
    }
    assert!(!deaf.then("Cache-Control: max-stale", STALE_AT).is_served());
    let absent = deaf.then("Cache-Control: only-if-cached", STALE_AT);
    assert_eq!(absent.action, Action::GatewayTimeout);
}

#[test]
fn methods_and_conditions_that_are_the_origins() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PURGE"] {
        let found = Exchange::new(FRESH).then_by(method, "", 1);
        assert_eq!(
            (found.action, found.reason),
            (Action::Forward, Reason::MethodMismatch)
        );
    }
    assert!(Exchange::new(FRESH).then_by("HEAD", "", 1).is_served());
    for condition in ["If-Match: \"a\"", "If-Match: *", "If-Unmodified-Since: {0}"] {
        check(
            FRESH,
            condition,
            1,
            Action::Forward,
            Reason::OriginPrecondition,
        );
    }
}
