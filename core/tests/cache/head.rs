//! RFC 9111 §4.3.5: what a response to HEAD says of what is stored.

use hedgerow::cache::{HeadUpdate, Merged, Request, Response};

use crate::support::{Exchange, at, exchanged, fields};

fn head(stored: &Exchange, status: u16, new: &str) -> HeadUpdate {
    let new = fields(new);
    stored.stored().freshen_by_head(
        &stored.settings,
        &Request::new("HEAD", &stored.asked),
        &stored.fields,
        &Response::new(status, &new),
        exchanged(100),
    )
}

fn stored() -> Exchange {
    Exchange::new(
        "Cache-Control: max-age=10 | Content-Length: 5 | ETag: \"a\" | \
         Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    )
}

#[test]
fn the_same_response_is_fresh_again() {
    for new in [
        "Cache-Control: max-age=1000",
        "Cache-Control: max-age=1000 | Content-Length: 5 | ETag: \"a\"",
        "Cache-Control: max-age=1000 | Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    ] {
        let HeadUpdate::Freshened(fresh) = head(&stored(), 200, new) else {
            panic!("{new}")
        };
        assert_eq!(fresh.kept, Ok(()));
        assert_eq!(fresh.policy.freshness_lifetime(), 1000);
        assert_eq!(fresh.policy.age(at(100)), 0);
        assert_eq!(fresh.policy.status(), 200);
    }
}

#[test]
fn the_length_is_that_of_what_is_there() {
    // Parts that became a whole are stored without a Content-Length.
    let joined = Exchange::new("ETag: \"a\" | Content-Range: bytes 0-4/5").with_status(206);
    let update = head(&joined, 200, "Content-Length: 5");
    assert!(matches!(update, HeadUpdate::Freshened(_)), "{update:?}");
    for length in ["6", "05x", ""] {
        let new = format!("Content-Length: {length}");
        assert_eq!(head(&joined, 200, &new), HeadUpdate::Outdated, "{length}");
    }
    let unknown = Exchange::new("ETag: \"a\"");
    assert_eq!(
        head(&unknown, 200, "Content-Length: 5"),
        HeadUpdate::Outdated
    );
}

#[test]
fn a_cookie_is_for_who_asked() {
    let new = "ETag: \"a\" | Set-Cookie: sid=c";
    let HeadUpdate::Freshened(fresh) = head(&stored(), 200, new) else {
        panic!("the same response")
    };
    let (stored, new) = (stored().fields, fields(new));
    let merged = Merged::new(&stored, &new);
    let kept: Vec<_> = fresh.policy.stored_lines(&merged).collect();
    assert!(
        !kept
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(b"set-cookie"))
    );
    assert_eq!(fresh.policy.unshared_lines(&new).count(), 1);
}

#[test]
fn a_request_that_may_leave_no_trace_removes_nothing() {
    let new = fields("ETag: \"a\"");
    let asked = fields("Authorization: Basic YTpi");
    let exchange = stored();
    let update = exchange.stored().freshen_by_head(
        &exchange.settings,
        &Request::new("HEAD", &asked),
        &exchange.fields,
        &Response::new(200, &new),
        exchanged(5),
    );
    let HeadUpdate::Freshened(fresh) = update else {
        panic!("the same response")
    };
    assert!(fresh.kept.is_err() && !fresh.ends_storing());
}

#[test]
fn another_one_makes_it_worthless() {
    for new in [
        "Content-Length: 6",
        "ETag: \"b\"",
        "ETag: W/\"a\"",
        "Last-Modified: Sun, 06 Nov 1994 08:49:38 GMT",
    ] {
        assert_eq!(head(&stored(), 200, new), HeadUpdate::Outdated, "{new}");
    }
    let untagged = Exchange::new("Cache-Control: max-age=10");
    assert_eq!(head(&untagged, 200, "ETag: \"b\""), HeadUpdate::Outdated);
}

#[test]
fn an_error_or_another_variant_says_nothing() {
    for status in [204, 304, 404, 410, 500, 503] {
        assert_eq!(head(&stored(), status, "ETag: \"b\""), HeadUpdate::Nothing);
    }
    let varied = Exchange::new("Cache-Control: max-age=10 | Vary: accept").asking("accept: a");
    let new = fields("ETag: \"b\"");
    let asked = fields("accept: b");
    let found = varied.stored().freshen_by_head(
        &varied.settings,
        &Request::new("HEAD", &asked),
        &varied.fields,
        &Response::new(200, &new),
        exchanged(100),
    );
    assert_eq!(found, HeadUpdate::Nothing);
}
