//! RFC 9111 §4.2.4 and RFC 5861: serving what is stale.

use hedgerow::cache::{Action, Failure, Request, Settings};
use hedgerow::types::Reason;

use crate::support::{Exchange, at, fields};

fn after(exchange: &Exchange, request: &str, secs: i64, failure: Failure) -> (Action, Reason) {
    let asked = fields(request);
    let found = exchange.stored().after_failure(
        &exchange.settings,
        &Request::new("GET", &asked),
        at(secs),
        failure,
    );
    (found.action, found.reason)
}

const SERVED: (Action, Reason) = (Action::Serve, Reason::StaleIfError);
const REFUSED: (Action, Reason) = (Action::Forward, Reason::StaleForbidden);

#[test]
fn while_it_is_revalidated() {
    let exchange = Exchange::new("Cache-Control: max-age=60, stale-while-revalidate=30");
    for (secs, action, reason) in [
        (59, Action::Serve, Reason::Fresh),
        (60, Action::ServeAndRevalidate, Reason::StaleWhileRevalidate),
        (90, Action::ServeAndRevalidate, Reason::StaleWhileRevalidate),
        (91, Action::Revalidate, Reason::Expired),
    ] {
        let found = exchange.then("", secs);
        assert_eq!((found.action, found.reason), (action, reason), "{secs}");
    }
    // A wish of the request outranks it.
    for wish in ["max-age=10", "max-age=999", "min-fresh=0"] {
        let found = exchange.then(&format!("Cache-Control: {wish}"), 70);
        assert_eq!(found.action, Action::Revalidate, "{wish}");
    }
    let tolerant = exchange.then("Cache-Control: max-age=999, max-stale=10", 70);
    assert_eq!(tolerant.reason, Reason::MaxStale);
}

#[test]
fn when_the_origin_fails() {
    let exchange = Exchange::new("Cache-Control: max-age=60, stale-if-error=30");
    for failure in [
        Failure::Unreachable,
        Failure::Status(500),
        Failure::Status(502),
        Failure::Status(503),
        Failure::Status(504),
    ] {
        assert_eq!(after(&exchange, "", 90, failure), SERVED, "{failure:?}");
        assert_eq!(after(&exchange, "", 91, failure), REFUSED, "{failure:?}");
    }
    for status in [200, 304, 400, 404, 429, 501, 505] {
        assert_eq!(after(&exchange, "", 61, Failure::Status(status)), REFUSED);
    }
}

#[test]
fn without_permission_nothing_stale_is_served() {
    let exchange = Exchange::new("Cache-Control: max-age=60");
    assert_eq!(after(&exchange, "", 61, Failure::Unreachable), REFUSED);
    let invalid = Exchange::new("Cache-Control: max-age=60, stale-if-error=x");
    assert_eq!(after(&invalid, "", 61, Failure::Unreachable), REFUSED);
}

#[test]
fn the_request_may_permit_it() {
    let exchange = Exchange::new("Cache-Control: max-age=60");
    let request = "Cache-Control: stale-if-error=30";
    assert_eq!(after(&exchange, request, 90, Failure::Unreachable), SERVED);
    assert_eq!(after(&exchange, request, 91, Failure::Unreachable), REFUSED);
    let deaf = exchange.with_settings(Settings::shared().with_request_directives(false));
    assert_eq!(after(&deaf, request, 61, Failure::Unreachable), REFUSED);
}

#[test]
fn the_operator_may_permit_it() {
    let settings = Settings::shared()
        .with_default_stale_if_error(30)
        .with_default_stale_while_revalidate(10);
    let exchange = Exchange::new("Cache-Control: max-age=60").with_settings(settings.clone());
    assert_eq!(exchange.then("", 70).action, Action::ServeAndRevalidate);
    assert_eq!(exchange.then("", 71).action, Action::Revalidate);
    assert_eq!(after(&exchange, "", 90, Failure::Unreachable), SERVED);
    // What the response says comes first.
    let own =
        Exchange::new("Cache-Control: max-age=60, stale-while-revalidate=0, stale-if-error=0")
            .with_settings(settings.clone());
    assert_eq!(own.then("", 61).action, Action::Revalidate);
    assert_eq!(after(&own, "", 61, Failure::Unreachable), REFUSED);
    let capped = Exchange::new("Cache-Control: max-age=60, stale-if-error=9999")
        .with_settings(settings.with_max_stale_secs(15));
    assert_eq!(after(&capped, "", 75, Failure::Unreachable), SERVED);
    assert_eq!(after(&capped, "", 76, Failure::Unreachable), REFUSED);
}

#[test]
fn nobody_outranks_a_prohibition() {
    let settings = Settings::shared()
        .with_default_stale_if_error(999)
        .with_default_stale_while_revalidate(999);
    for directive in [
        "must-revalidate",
        "proxy-revalidate",
        "s-maxage=60",
        "no-cache",
    ] {
        let exchange = Exchange::new(&format!(
            "Cache-Control: max-age=60, {directive}, stale-if-error=999, \
             stale-while-revalidate=999 | ETag: \"a\""
        ))
        .with_settings(settings.clone());
        assert_eq!(
            exchange.then("", 61).action,
            Action::Revalidate,
            "{directive}"
        );
        for request in [
            "",
            "Cache-Control: max-stale",
            "Cache-Control: stale-if-error=999",
        ] {
            let found = after(&exchange, request, 61, Failure::Unreachable);
            assert_eq!(found, REFUSED, "{directive} {request}");
        }
    }
}

#[test]
fn another_variant_does_not_help_out() {
    let exchange = Exchange::new("Cache-Control: max-age=60, stale-if-error=999 | Vary: accept")
        .asking("accept: a");
    assert_eq!(
        after(&exchange, "accept: b", 61, Failure::Unreachable),
        REFUSED
    );
    assert_eq!(
        after(&exchange, "accept: a", 61, Failure::Unreachable),
        SERVED
    );
}

#[test]
fn a_stale_answer_brings_no_cookies() {
    let exchange = Exchange::new(
        "Cache-Control: max-age=60, stale-while-revalidate=60 | Set-Cookie: a=b | ETag: \"a\"",
    );
    let cookies = |secs: i64| {
        let asked = fields("");
        let request = Request::new("GET", &asked);
        let policy = exchange.stored();
        let decision = policy.decide(&exchange.settings, &request, at(secs));
        assert!(decision.is_served());
        let answer = policy.answer(&request, &decision, None);
        crate::support::lines(&answer, &exchange.fields)
            .iter()
            .any(|line| line.starts_with("set-cookie"))
    };
    assert!(cookies(59));
    assert!(!cookies(61));
}
