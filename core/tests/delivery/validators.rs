//! Which entity tags stay.

use hedgerow::delivery::{ETagRule, Exchange, Profile};
use hedgerow::types::Reason;

use crate::support::{HASHED, delivery, got, value};

const DATE: (&str, &str) = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");

#[track_caller]
fn check(rule: ETagRule, response: &[(&str, &str)], reason: Option<Reason>) {
    let mut profile = Profile::default();
    profile.etag = rule;
    let delivery = delivery(profile);
    let request: &[(&str, &str)] = &[];
    let exchange = Exchange::new("GET", request, 200, response);
    assert_eq!(
        delivery.plan(HASHED).shared(&exchange).validator,
        reason,
        "{response:?}"
    );
    let lines = got(&delivery, HASHED, 200, response);
    assert_eq!(
        value(&lines, "etag").is_some(),
        reason == Some(Reason::ValidatorKept)
    );
}

#[test]
fn tags_of_the_content_stay() {
    for tag in [
        "\"9e107d9d372bb6826bd81d3542a419d6\"",
        "\"5f3a2b1c-1a2b\"",
        "W/\"5f3a2b1c-1a2b\"",
        "\"123e4567-e89b-12d3-a456-426614174000\"",
        "\"9b2cf535f27731c974343645a3985328-12\"",
        "\"a-b-g\"",
        "\"A-B-C\"",
        "\"--\"",
        "unquoted-1-2",
        "\"12345678901234567-1-2\"",
    ] {
        check(
            ETagRule::PerContent,
            &[("etag", tag), DATE],
            Some(Reason::ValidatorKept),
        );
    }
}

#[test]
fn tags_of_the_node_go_if_a_date_remains() {
    for tag in [
        "\"2aaf3e-5c1-4f3a2b1c8d940\"",
        "W/\"2aaf3e-5c1-4f3a2b1c8d940\"",
        "\"2aaf3e-5c1-4f3a2b1c8d940-gzip\"",
        "\"0-0-0\"",
    ] {
        check(
            ETagRule::PerContent,
            &[("etag", tag), DATE],
            Some(Reason::ValidatorPerNode),
        );
        check(
            ETagRule::PerContent,
            &[("etag", tag)],
            Some(Reason::ValidatorKept),
        );
        check(
            ETagRule::Keep,
            &[("etag", tag), DATE],
            Some(Reason::ValidatorKept),
        );
    }
}

#[test]
fn all_go_on_wish() {
    check(
        ETagRule::Drop,
        &[("ETag", "\"1\"")],
        Some(Reason::ValidatorPerNode),
    );
    for rule in [ETagRule::Drop, ETagRule::Keep, ETagRule::PerContent] {
        check(rule, &[DATE], None);
    }
}
