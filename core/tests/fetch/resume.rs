//! Going on with a body that was cut.

use hedgerow::fetch::Resume;
use hedgerow::types::Reason;

const STRONG: (&str, &str) = ("etag", "\"v1\"");

#[test]
fn only_a_whole_get_with_a_strong_validator() {
    let new =
        |method, status, fields: &[(&str, &str)]| Resume::new(method, status, &fields).is_some();
    assert!(new("GET", 200, &[STRONG]));
    assert!(new("GET", 200, &[STRONG, ("content-length", "7")]));
    for (method, status, fields) in [
        ("POST", 200, &[STRONG][..]),
        ("HEAD", 200, &[STRONG]),
        ("GET", 206, &[STRONG]),
        ("GET", 404, &[STRONG]),
        ("GET", 200, &[]),
        ("GET", 200, &[("etag", "W/\"v1\"")]),
        ("GET", 200, &[("etag", "v1")]),
        ("GET", 200, &[("etag", "\"")]),
        ("GET", 200, &[("etag", "\"a\"b\"")]),
        ("GET", 200, &[("etag", "\"a b\"")]),
        ("GET", 200, &[STRONG, STRONG]),
        ("GET", 200, &[STRONG, ("content-length", "-7")]),
        ("GET", 200, &[STRONG, ("content-length", "+7")]),
        (
            "GET",
            200,
            &[STRONG, ("content-length", "99999999999999999999999")],
        ),
    ] {
        assert!(!new(method, status, fields), "{method} {status} {fields:?}");
    }
}

fn check(total: Option<&str>, status: u16, fields: &[(&str, &str)], expected: Result<(), Reason>) {
    let mut head = vec![STRONG];
    head.extend(total.map(|total| ("content-length", total)));
    let mut resume = Resume::new("GET", 200, &head).unwrap();
    resume.advance(300);
    resume.advance(100);
    assert_eq!(
        (resume.received(), resume.range()),
        (400, "bytes=400-".to_owned())
    );
    assert_eq!(resume.if_range(), b"\"v1\"");
    assert_eq!(
        resume.accept(status, &fields),
        expected,
        "{status} {fields:?}"
    );
}

#[test]
fn only_what_goes_on_where_it_was_cut_to_the_same_end() {
    let range = |range| [STRONG, ("content-range", range)];
    check(Some("1000"), 206, &range("bytes 400-999/1000"), Ok(()));
    check(None, 206, &range("Bytes 400-999/1000"), Ok(()));
    let other = Err(Reason::WrongContent);
    for wrong in [
        "bytes 399-999/1000",
        "bytes 401-999/1000",
        "bytes 400-998/1000",
        "bytes 400-1000/1001",
        "bytes 400-999/*",
        "bytes */1000",
        "items 400-999/1000",
        "bytes 400-999",
        "bytes -999/1000",
        "bytes 400-18446744073709551615/18446744073709551615",
        "",
    ] {
        check(Some("1000"), 206, &range(wrong), other);
    }
    check(Some("1000"), 206, &[STRONG], other);
    let of_another = [("etag", "\"v2\""), ("content-range", "bytes 400-999/1000")];
    check(Some("1000"), 206, &of_another, other);
    check(Some("1000"), 206, &of_another[1..], other);
    check(Some("1000"), 200, &[STRONG], Err(Reason::HttpStatus));
}
