//! Who may read a response.

use hedgerow::delivery::{Exchange, Profile};
use hedgerow::types::Reason;

use crate::support::{HASHED, asked, delivery, value, with_cors};

const ALLOW: &str = "access-control-allow-origin";
const A: &str = "https://a.example";

/// What is sent, and why.
#[track_caller]
fn check(
    profile: &Profile,
    request: &[(&str, &str)],
    response: &[(&str, &str)],
    expected: [Option<&str>; 3],
    reason: Option<Reason>,
) {
    let delivery = delivery(profile.clone());
    for status in [200, 206, 304, 404, 503] {
        let lines = asked(&delivery, HASHED, request, status, response);
        let names = [ALLOW, "access-control-allow-credentials", "vary"];
        assert_eq!(
            names.map(|name| value(&lines, name)),
            expected,
            "{status} {request:?}"
        );
        let exchange = Exchange::new("GET", request, status, response);
        assert_eq!(delivery.plan(HASHED).client(&exchange).cors, reason);
    }
}

#[test]
fn a_listed_origin_is_named() {
    let origin = [("Origin", A)];
    let list = with_cors(&[A, "https://*.b.example"], false);
    check(
        &list,
        &origin,
        &[],
        [Some(A), None, Some("Origin")],
        Some(Reason::CorsAllowed),
    );
    let below = [("origin", "https://x.b.example")];
    check(
        &list,
        &below,
        &[],
        [Some("https://x.b.example"), None, Some("Origin")],
        Some(Reason::CorsAllowed),
    );
    let credentials = with_cors(&[A], true);
    check(
        &credentials,
        &origin,
        &[],
        [Some(A), Some("true"), Some("Origin")],
        Some(Reason::CorsAllowed),
    );
}

#[test]
fn others_get_no_name_but_the_same_vary() {
    let nobody = [None, None, Some("Origin")];
    // Whatever the upstream says: it may have been made for another origin.
    let said = [(ALLOW, A), ("Access-Control-Allow-Credentials", "true")];
    for profile in [
        with_cors(&[A], false),
        with_cors(&[A], true),
        with_cors(&[], false),
    ] {
        for response in [&[][..], &said[..]] {
            check(
                &profile,
                &[("origin", "https://b.example")],
                response,
                nobody,
                Some(Reason::CorsRefused),
            );
            check(
                &profile,
                &[("origin", "null")],
                response,
                nobody,
                Some(Reason::CorsRefused),
            );
            check(&profile, &[], response, nobody, Some(Reason::CorsNoOrigin));
            check(
                &profile,
                &[("origin", A), ("origin", A)],
                response,
                nobody,
                Some(Reason::CorsRefused),
            );
        }
    }
}

#[test]
fn null_is_an_origin_only_if_it_is_listed() {
    let profile = with_cors(&["null", A], false);
    let named = [Some("null"), None, Some("Origin")];
    check(
        &profile,
        &[("origin", "null")],
        &[],
        named,
        Some(Reason::CorsAllowed),
    );
}

#[test]
fn public_is_the_same_for_all() {
    let all = [Some("*"), None, None];
    let said = [(ALLOW, A), ("access-control-allow-credentials", "true")];
    for request in [&[][..], &[("origin", A)], &[("origin", "null")]] {
        check(
            &with_cors(&["*"], false),
            request,
            &[],
            all,
            Some(Reason::CorsPublic),
        );
        check(
            &with_cors(&["*"], false),
            request,
            &said,
            all,
            Some(Reason::CorsPublic),
        );
    }
}

#[test]
fn without_settings_it_is_the_upstreams_to_say() {
    let none = Profile::default();
    check(&none, &[("origin", A)], &[], [None, None, None], None);
    check(&none, &[], &[(ALLOW, "*")], [Some("*"), None, None], None);
    // But what names one origin is not for the next.
    check(
        &none,
        &[],
        &[(ALLOW, A)],
        [Some(A), None, Some("Origin")],
        None,
    );
}

#[test]
fn what_scripts_may_read_is_told_to_those_that_may() {
    let mut profile = with_cors(&[A], false);
    profile.cors.as_mut().unwrap().expose = vec!["etag".to_owned(), "age".to_owned()];
    let delivery = delivery(profile);
    let exposed = |request: &[(&str, &str)]| {
        let said = [("access-control-expose-headers", "x-secret")];
        let lines = asked(&delivery, HASHED, request, 200, &said);
        value(&lines, "access-control-expose-headers").map(str::to_owned)
    };
    assert_eq!(exposed(&[("origin", A)]).as_deref(), Some("etag, age"));
    assert_eq!(exposed(&[("origin", "https://b.example")]), None);
    assert_eq!(exposed(&[]), None);
}
