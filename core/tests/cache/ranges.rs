//! RFC 9110 §13.1.5 and §14: ranges of what is stored whole.

use hedgerow::cache::Request;

use crate::support::{Exchange, at, fields};

const TAGGED: &str = "Cache-Control: max-age=60 | ETag: \"a\" | Content-Length: 11";

/// The answer to a request for a range of eleven bytes: its status and which
/// bytes it carries.
fn ask(response: &str, request: &str) -> (u16, Option<(u64, u64)>) {
    let exchange = Exchange::new(response);
    let asked = fields(request);
    let request = Request::new("GET", &asked);
    let policy = exchange.stored();
    let decision = policy.decide(&exchange.settings, &request, at(0));
    assert!(decision.is_served());
    let answer = policy.answer(&request, &decision, Some(11));
    assert_eq!(answer.range(), answer.body_range());
    assert_eq!(answer.has_body(), !matches!(answer.status(), 304 | 416));
    (
        answer.status(),
        answer.range().map(|range| (range.first, range.last)),
    )
}

fn check(range: &str, expected: (u16, Option<(u64, u64)>)) {
    assert_eq!(ask(TAGGED, &format!("Range: {range}")), expected, "{range}");
}

#[test]
fn one_range() {
    check("bytes=0-1", (206, Some((0, 1))));
    check("bytes=1-", (206, Some((1, 10))));
    check("bytes=0-", (206, Some((0, 10))));
    check("bytes=-1", (206, Some((10, 10))));
    check("bytes=-99", (206, Some((0, 10))));
    check("bytes=9-99", (206, Some((9, 10))));
    check("bytes=10-10", (206, Some((10, 10))));
    check("BYTES = 3-4 ,", (206, Some((3, 4))));
    check("bytes=0-99999999999999999999999", (206, Some((0, 10))));
}

#[test]
fn what_can_not_be_satisfied() {
    for range in [
        "bytes=11-",
        "bytes=11-20",
        "bytes=-0",
        "bytes=99999999999999999999999-",
    ] {
        check(range, (416, None));
    }
    let (_, lines) = Exchange::new(TAGGED).answered("GET", "Range: bytes=11-", Some(11));
    assert!(lines.contains(&"content-range: bytes */11".to_owned()));
    assert!(lines.contains(&"content-length: 0".to_owned()));
}

#[test]
fn what_is_ignored() {
    for range in [
        "bytes=2-1",
        "bytes=0-1,3-4",
        "bytes=",
        "bytes",
        "bytes=a-b",
        "bytes=-",
        "bytes=1",
        "bytes=+1-2",
        "lines=0-1",
        "bytes=0-1 | Range: bytes=2-3",
    ] {
        check(range, (200, None));
    }
    let (status, lines) = Exchange::new(TAGGED).answered("HEAD", "Range: bytes=0-1", Some(11));
    assert_eq!(status, 200);
    assert!(lines.contains(&"content-length: 11".to_owned()));
}

#[test]
fn only_a_200_has_ranges() {
    let exchange = Exchange::new(TAGGED).with_status(404);
    assert_eq!(
        exchange.answered("GET", "Range: bytes=0-1", Some(11)).0,
        404
    );
}

#[test]
fn a_body_without_a_known_length_or_without_bytes_is_sent_as_it_is() {
    let exchange = Exchange::new(TAGGED);
    assert_eq!(exchange.answered("GET", "Range: bytes=0-1", None).0, 200);
    assert_eq!(exchange.answered("GET", "Range: bytes=0-1", Some(0)).0, 200);
}

#[test]
fn the_fields_of_a_206() {
    let (status, lines) = Exchange::new(&format!("{TAGGED} | X-Foo: 1")).answered(
        "GET",
        "Range: bytes=2-4",
        Some(11),
    );
    assert_eq!(status, 206);
    assert!(lines.contains(&"content-range: bytes 2-4/11".to_owned()));
    let lengths: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("content-length"))
        .collect();
    assert_eq!(lengths, ["content-length: 3"]);
    for kept in [
        "etag: \"a\"",
        "cache-control: max-age=60",
        "x-foo: 1",
        "age: 0",
    ] {
        assert!(lines.contains(&kept.to_owned()), "{kept}");
    }
}

#[test]
fn a_whole_announces_what_is_there() {
    let stored = Exchange::new("Cache-Control: max-age=60 | Content-Length: 10");
    for (method, length, expected) in [("GET", Some(6), 6), ("HEAD", Some(6), 6), ("GET", None, 10)]
    {
        let (status, lines) = stored.answered(method, "", length);
        let lengths: Vec<_> = lines
            .iter()
            .filter_map(|line| line.strip_prefix("content-length: "))
            .collect();
        assert_eq!((status, lengths), (200, vec![&*expected.to_string()]));
    }
    let (_, lines) = stored.answered("GET", "Range: bytes=8-9", Some(6));
    assert!(lines.contains(&"content-range: bytes */6".to_owned()));
    let (_, lines) = stored.with_status(204).answered("GET", "", Some(0));
    assert!(!lines.iter().any(|line| line.starts_with("content-length")));
}

#[test]
fn the_longest_line_fits() {
    let exchange = Exchange::new(TAGGED);
    let range = "Range: bytes=-18446744073709551614";
    let (status, lines) = exchange.answered("GET", range, Some(u64::MAX));
    assert_eq!(status, 206);
    let expected = "content-range: bytes 1-18446744073709551614/18446744073709551615".to_owned();
    assert!(lines.contains(&expected), "{lines:?}");
}

#[test]
fn if_range() {
    let strong_date = "Cache-Control: max-age=60 | Date: {0} | Last-Modified: {-60}";
    let weak_date = "Cache-Control: max-age=60 | Date: {0} | Last-Modified: {-59}";
    for (response, validator, expected) in [
        (TAGGED, "\"a\"", 206),
        (TAGGED, "\"b\"", 200),
        (TAGGED, "W/\"a\"", 200),
        (TAGGED, "{0}", 200),
        (TAGGED, "\"a\" | If-Range: \"b\"", 200),
        ("Cache-Control: max-age=60 | ETag: W/\"a\"", "W/\"a\"", 200),
        (strong_date, "{-60}", 206),
        (strong_date, "{-59}", 200),
        (strong_date, "{0}", 200),
        (weak_date, "{-59}", 200),
        (strong_date, "nonsense", 200),
    ] {
        let (status, _) = ask(
            response,
            &format!("Range: bytes=0-1 | If-Range: {validator}"),
        );
        assert_eq!(status, expected, "{validator} to {response}");
    }
}

#[test]
fn a_condition_comes_before_the_range() {
    let (status, range) = ask(TAGGED, "Range: bytes=0-1 | If-None-Match: \"a\"");
    assert_eq!((status, range), (304, None));
}
