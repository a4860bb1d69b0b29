//! RFC 9211: telling what was done.

use hedgerow::cache::{CacheStatus, Failure, Forwarded, Request, decide_miss};

use crate::support::{Exchange, at, fields};

#[test]
fn what_a_decision_says() {
    let exchange = Exchange::new("Cache-Control: max-age=60 | Vary: accept");
    for (request, secs, expected) in [
        ("", 10, "edge; hit; ttl=50; detail=fresh"),
        ("", 90, "edge; fwd=stale; detail=expired"),
        ("accept: a", 10, "edge; fwd=vary-miss; detail=vary_mismatch"),
        (
            "Cache-Control: no-cache",
            10,
            "edge; fwd=request; detail=request_no_cache",
        ),
        (
            "If-Match: *",
            10,
            "edge; fwd=request; detail=origin_precondition",
        ),
        (
            "Cache-Control: max-stale",
            90,
            "edge; hit; ttl=-30; detail=max_stale",
        ),
        ("Cache-Control: only-if-cached", 90, "edge; detail=expired"),
    ] {
        let decision = exchange.then(request, secs);
        assert_eq!(CacheStatus::of("edge", &decision).to_string(), expected);
    }
    let none = fields("");
    for (method, expected) in [
        ("GET", "edge; fwd=uri-miss; detail=miss"),
        ("PUT", "edge; fwd=method; detail=method_mismatch"),
    ] {
        let decision = decide_miss(&Request::new(method, &none));
        assert_eq!(CacheStatus::of("edge", &decision).to_string(), expected);
    }
}

#[test]
fn what_upstream_was_asked_about_is_no_hit() {
    let exchange = Exchange::new("Cache-Control: max-age=60, stale-if-error=60");
    let (policy, none) = (exchange.stored(), fields(""));
    let failed = policy.after_failure(
        &exchange.settings,
        &Request::new("GET", &none),
        at(90),
        Failure::Status(503),
    );
    for (decision, expected) in [
        (failed, "edge; fwd=stale; detail=stale_if_error"),
        (
            policy.validated(at(90)),
            "edge; fwd=stale; detail=validated",
        ),
    ] {
        assert!(decision.is_served());
        assert_eq!(CacheStatus::of("edge", &decision).to_string(), expected);
    }
}

#[test]
fn every_parameter() {
    let status = CacheStatus::new("edge")
        .with_forwarded(Forwarded::Miss)
        .with_forward_status(200)
        .with_ttl(i64::MIN)
        .with_stored()
        .with_collapsed()
        .with_key("/a?b=\"c\\d\u{fc}")
        .with_detail("two words");
    let text = status.to_string();
    assert_eq!(
        text,
        "edge; fwd=miss; fwd-status=200; ttl=-999999999999999; stored; collapsed; \
         key=\"/a?b=\\\"c\\\\d?\"; detail=\"two words\""
    );
    assert!(
        sfv::Parser::new(&text)
            .parse_list_with_visitor(sfv::visitor::Ignored)
            .is_ok()
    );
}

#[test]
fn names_that_are_no_tokens() {
    for (name, expected) in [
        ("a.b:c/d", "a.b:c/d"),
        ("*", "*"),
        ("1st", "\"1st\""),
        ("my cache", "\"my cache\""),
        ("", "\"\""),
        ("a,b", "\"a,b\""),
        ("a\r\nb", "\"a??b\""),
    ] {
        assert_eq!(CacheStatus::new(name).to_string(), expected);
    }
}
