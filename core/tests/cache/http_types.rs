//! `http::HeaderMap` as it is.

use hedgerow::cache::{Policy, Request, Response, Settings};
use hedgerow::types::Headers;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::support::{at, exchanged};

fn map(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    map
}

#[test]
fn lines_and_values() {
    let map = map(&[("vary", "a"), ("x-foo", "1"), ("vary", "b"), ("x-foo", "2")]);
    assert_eq!(map.field_lines().count(), 4);
    for (name, expected) in [("vary", [&b"a"[..], b"b"]), ("x-foo", [b"1", b"2"])] {
        assert!(map.field_values(name).eq(expected), "{name}");
    }
    assert_eq!(map.field_values("etag").count(), 0);
}

#[test]
fn a_response_from_store_to_answer() {
    let settings = Settings::shared();
    let response = map(&[
        ("cache-control", "max-age=10, no-cache=\"x-a\""),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("x-a", "1"),
        ("x-b", "1"),
        ("x-b", "2"),
        ("etag", "\"a\""),
        ("age", "5"),
    ]);
    let (parts, ()) = http::Request::get("/")
        .body(())
        .expect("valid")
        .into_parts();
    let request = Request::from_parts(&parts);
    let policy = Policy::store(
        &settings,
        &request,
        &Response::new(200, &response),
        exchanged(0),
    )
    .expect("storable");
    let stored = policy.stored_headers(&response);
    let mut names: Vec<_> = stored.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cache-control", "date", "etag", "x-a", "x-b"]);

    let decision = policy.decide(&settings, &request, at(1));
    let answer = policy
        .answer(&request, &decision, Some(3))
        .header_map(&stored);
    assert_eq!(answer["age"], "6");
    assert_eq!(answer.get_all("x-b").iter().count(), 2);
    assert!(!answer.contains_key("x-a"));

    let new = map(&[
        ("x-b", "3"),
        ("etag", "\"a\""),
        ("date", "Fri, 15 Jan 2027 08:00:20 GMT"),
    ]);
    let fresh = policy
        .freshen(
            &settings,
            &request,
            &stored,
            &Response::new(304, &new),
            exchanged(20),
        )
        .expect("updated");
    let merged = fresh.policy.merged_headers(&stored, &new);
    assert!(merged.get_all("x-b").iter().eq(["3"]));
    assert_eq!(merged["x-a"], "1");
    assert_eq!(merged["date"], "Fri, 15 Jan 2027 08:00:20 GMT");
}
