//! RFC 9111 §5.2.2: what a response asks of the cache.

use hedgerow::cache::{Action, Settings};
use hedgerow::types::Reason;

use crate::support::Exchange;

fn check(response: &str, secs: i64, action: Action, reason: Reason) {
    let found = Exchange::new(response).then("", secs);
    assert_eq!((found.action, found.reason), (action, reason), "{response}");
}

#[test]
fn no_cache_is_validated_each_time() {
    for response in [
        "Cache-Control: no-cache | ETag: \"a\"",
        "Cache-Control: No-CaChE, max-age=60 | ETag: \"a\"",
        "Cache-Control: max-age=60 | Cache-Control: no-cache | ETag: \"a\"",
        "Cache-Control: no-cache, stale-while-revalidate=60 | ETag: \"a\"",
    ] {
        check(response, 0, Action::Revalidate, Reason::ResponseNoCache);
    }
}

#[test]
fn no_cache_for_fields_leaves_them_out() {
    let exchange = Exchange::new(
        "Cache-Control: no-cache=\"A, Set-Cookie\", max-age=60 | a: 1 | b: 2 | Set-Cookie: c=d",
    );
    let (status, lines) = exchange.answered("GET", "", None);
    assert_eq!(status, 200);
    assert!(lines.contains(&"b: 2".to_owned()));
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("a:") || line.starts_with("set-cookie"))
    );
}

#[test]
fn fresh_is_fresh_whatever_follows() {
    for more in [
        "must-revalidate",
        "proxy-revalidate",
        "immutable",
        "no-transform",
        "foobar",
    ] {
        let response = format!("Cache-Control: max-age=60, {more}");
        check(&response, 59, Action::Serve, Reason::Fresh);
        check(&response, 60, Action::Revalidate, Reason::Expired);
    }
}

#[test]
fn what_is_for_shared_caches_does_not_bind_private_ones() {
    let stale = |directive: &str, settings: Settings| {
        let response = format!("Cache-Control: max-age=1, {directive}, stale-while-revalidate=60");
        Exchange::new(&response)
            .with_settings(settings)
            .then("", 30)
            .is_served()
    };
    for directive in ["proxy-revalidate", "s-maxage=1"] {
        assert!(!stale(directive, Settings::shared()), "{directive}");
        assert!(stale(directive, Settings::private()), "{directive}");
    }
    assert!(!stale("must-revalidate", Settings::private()));
}
