//! RFC 9111 §4.2.2: a lifetime nobody gave.

use hedgerow::cache::{HeuristicRule, Settings};
use hedgerow::types::Reason;

use crate::support::Exchange;

fn lifetime(exchange: &Exchange) -> u64 {
    exchange.stored().freshness_lifetime()
}

#[test]
fn a_tenth_of_the_time_without_change() {
    let exchange = Exchange::new("Last-Modified: {-1000} | Date: {0}");
    assert_eq!(lifetime(&exchange), 100);
    assert_eq!(exchange.then("", 99).reason, Reason::FreshHeuristic);
    assert_eq!(exchange.then("", 100).reason, Reason::Expired);
}

#[test]
fn a_day_at_most() {
    let old = Exchange::new("Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT | Date: {0}");
    assert_eq!(lifetime(&old), 86_400);
}

#[test]
fn settings() {
    let exchange = Exchange::new("Last-Modified: {-1000} | Date: {0}");
    for (percent, cap, expected) in [
        (50, 1000, 500),
        (50, 70, 70),
        (0, 1000, 0),
        (255, 9999, 2550),
    ] {
        let rule = Settings::shared().with_heuristic(HeuristicRule::new(percent, cap));
        assert_eq!(lifetime(&exchange.clone().with_settings(rule)), expected);
    }
}

#[test]
fn only_where_nothing_else_is_said() {
    for response in [
        "Last-Modified: {-1000} | Date: {0} | Expires: 0",
        "Last-Modified: {-1000} | Date: {0} | Cache-Control: max-age=0",
        "Last-Modified: {-1000} | Date: {0} | Cache-Control: max-age=x",
        "Last-Modified: {1000} | Date: {0}",
        "Last-Modified: long ago | Date: {0} | ETag: \"a\"",
        "Last-Modified: {-1000} | Last-Modified: {-9000} | Date: {0} | ETag: \"a\"",
    ] {
        assert_eq!(lifetime(&Exchange::new(response)), 0, "{response}");
    }
}

#[test]
fn a_status_without_heuristics_needs_public() {
    let public = Exchange::new("Last-Modified: {-1000} | Date: {0} | Cache-Control: public");
    assert_eq!(lifetime(&public.with_status(599)), 100);
    let private = Exchange::new("Last-Modified: {-1000} | Date: {0} | Cache-Control: private")
        .with_status(599);
    assert_eq!(
        lifetime(&private.clone().with_settings(Settings::private())),
        100
    );
    assert_eq!(private.store(), Err(Reason::PrivateResponse));
}
