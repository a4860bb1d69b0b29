//! What browsers ask before they ask.

use hedgerow::delivery::{Delivery, Profile};
use hedgerow::types::Reason;

use crate::support::{HASHED, delivery, value, with_cors};

const A: &str = "https://a.example";
const METHOD: &str = "access-control-request-method";
const HEADERS: &str = "access-control-request-headers";
const PRIVATE: &str = "access-control-request-private-network";

type Answer = (u16, Reason, Vec<(String, String)>);

fn answer(delivery: &Delivery, method: &str, request: &[(&str, &str)]) -> Option<Answer> {
    let plan = delivery.plan(HASHED);
    let answer = plan.preflight(method, request)?;
    let nothing: &[(&str, &str)] = &[];
    let lines = crate::support::applied(nothing, &answer.fields);
    Some((answer.status, answer.reason, lines))
}

#[track_caller]
fn check(profile: Profile, request: &[(&str, &str)], reason: Reason) -> Vec<(String, String)> {
    let (status, found, lines) = answer(&delivery(profile), "OPTIONS", request).unwrap();
    assert_eq!(found, reason, "{request:?}");
    let granted = reason == Reason::PreflightAllowed;
    assert_eq!(status, if granted { 204 } else { 403 });
    assert_eq!(
        value(&lines, "access-control-allow-origin").is_some(),
        granted
    );
    assert_eq!(
        value(&lines, "access-control-allow-methods").is_some(),
        granted
    );
    let vary = value(&lines, "vary").unwrap_or_default();
    assert!(vary.contains("Access-Control-Request-Method"), "{vary}");
    assert!(vary.contains("Access-Control-Request-Headers"), "{vary}");
    lines
}

#[test]
fn what_is_allowed_is_told() {
    let mut profile = with_cors(&[A], true);
    profile.cors.as_mut().unwrap().max_age_secs = 600;
    let asked = [
        ("Origin", A),
        ("Access-Control-Request-Method", "GET"),
        (HEADERS, "range, If-None-Match"),
    ];
    let lines = check(profile, &asked, Reason::PreflightAllowed);
    for (name, expected) in [
        ("access-control-allow-origin", A),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, HEAD"),
        (
            "access-control-allow-headers",
            "cache-control, if-modified-since, if-none-match, if-range, range",
        ),
        ("access-control-max-age", "600"),
        (
            "vary",
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
    ] {
        assert_eq!(value(&lines, name), Some(expected), "{name}");
    }
}

#[test]
fn public_answers_are_for_all() {
    let asked = [("origin", "null"), (METHOD, "GET")];
    let lines = check(with_cors(&["*"], false), &asked, Reason::PreflightAllowed);
    assert_eq!(value(&lines, "access-control-allow-origin"), Some("*"));
    assert_eq!(value(&lines, "access-control-allow-credentials"), None);
}

#[test]
fn what_is_not_allowed_is_refused() {
    let list = || with_cors(&[A], false);
    let other = [("origin", "https://b.example"), (METHOD, "GET")];
    let lines = check(list(), &other, Reason::CorsRefused);
    assert!(value(&lines, "vary").unwrap().starts_with("Origin"));
    for method in ["PUT", "DELETE", "get", ""] {
        check(
            list(),
            &[("origin", A), (METHOD, method)],
            Reason::PreflightMethod,
        );
    }
    check(
        list(),
        &[("origin", A), (METHOD, "GET"), (METHOD, "PUT")],
        Reason::PreflightMethod,
    );
    for headers in ["authorization", "range, x-a", "*", "range;q=1", "a b"] {
        check(
            list(),
            &[("origin", A), (METHOD, "GET"), (HEADERS, headers)],
            Reason::PreflightHeader,
        );
    }
    check(
        list(),
        &[
            ("origin", A),
            (METHOD, "GET"),
            (HEADERS, "range"),
            (HEADERS, "x"),
        ],
        Reason::PreflightHeader,
    );
}

#[test]
fn simple_methods_and_no_fields_need_no_list() {
    for method in ["GET", "HEAD", "POST"] {
        for headers in ["", ",", "Range,,"] {
            let asked = [("origin", A), (METHOD, method), (HEADERS, headers)];
            check(with_cors(&[A], false), &asked, Reason::PreflightAllowed);
        }
    }
    let mut profile = with_cors(&[A], false);
    profile.cors.as_mut().unwrap().methods = vec!["PUT".to_owned()];
    check(
        profile,
        &[("origin", A), (METHOD, "PUT")],
        Reason::PreflightAllowed,
    );
}

#[test]
fn private_networks_are_opened_on_wish_only() {
    let asked = [("origin", A), (METHOD, "GET"), (PRIVATE, "true")];
    let lines = check(
        with_cors(&[A], false),
        &asked,
        Reason::PreflightPrivateNetwork,
    );
    assert_eq!(value(&lines, "access-control-allow-private-network"), None);
    let mut profile = with_cors(&[A], false);
    profile.cors.as_mut().unwrap().private_network = true;
    let lines = check(profile.clone(), &asked, Reason::PreflightAllowed);
    assert_eq!(
        value(&lines, "access-control-allow-private-network"),
        Some("true")
    );
    let lines = check(profile, &asked[..2], Reason::PreflightAllowed);
    assert_eq!(value(&lines, "access-control-allow-private-network"), None);
}

#[test]
fn other_questions_are_the_upstreams() {
    let delivery = delivery(with_cors(&[A], false));
    let whole = [("origin", A), (METHOD, "GET")];
    assert!(answer(&delivery, "OPTIONS", &whole).is_some());
    assert!(answer(&delivery, "OPTIONS", &whole[..1]).is_none());
    assert!(answer(&delivery, "OPTIONS", &whole[1..]).is_none());
    assert!(answer(&delivery, "GET", &whole).is_none());
    let none = crate::support::delivery(Profile::default());
    assert!(answer(&none, "OPTIONS", &whole).is_none());
}
