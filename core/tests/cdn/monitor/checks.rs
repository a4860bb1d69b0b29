//! Which answers to a probe are right.

use hedgerow::cdn::monitor::Check;
use hedgerow::types::Reason;

#[test]
fn answers() {
    let plain = Check::new("/health-check.json").unwrap();
    let range = plain.clone().with_statuses(200, 399);
    let body = plain.clone().with_body(b"\"ok\"");
    let check = |check: &Check, status, text: &[u8], expected| {
        assert_eq!(check.judge(status, text), expected, "{status} {text:?}");
    };
    let (status, content) = (Err(Reason::HttpStatus), Err(Reason::WrongContent));
    check(&plain, 200, b"", Ok(()));
    check(&plain, 204, b"", status);
    check(&plain, 302, b"", status);
    check(&plain, 403, b"ok", status);
    check(&range, 302, b"", Ok(()));
    check(&range, 503, b"", status);
    check(&body, 200, b"{\"status\":\"ok\"}", Ok(()));
    check(&body, 200, b"ok", content);
    check(&body, 200, b"", content);
    check(&body, 500, b"\"ok\"", status);
    assert!(body.needs_body() && !plain.needs_body());
}

#[test]
fn no_more_of_a_body_than_was_asked_for() {
    let check = Check::new("/").unwrap().with_body(b"end");
    let mut long = vec![b'x'; Check::MOST_BODY];
    long.extend(b"end");
    assert_eq!(check.judge(200, &long), Err(Reason::WrongContent));
}

#[test]
fn paths() {
    for good in ["/", "/cobrowse/health", "/h?full=1"] {
        assert_eq!(Check::new(good).unwrap().path(), good);
    }
    for bad in [
        "",
        "health",
        "http://a/health",
        "/a b",
        "/a\r\nHost: b",
        "/\u{fc}",
    ] {
        assert!(Check::new(bad).is_err(), "{bad:?}");
    }
}
