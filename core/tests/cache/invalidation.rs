//! RFC 9111 §4.4: what an unsafe request makes worthless.

use hedgerow::cache::{Request, Response, invalidation};
use proptest::prelude::*;

use crate::support::fields;

const TARGET: &str = "https://example.com/dir/a?b";

fn others(response: &str) -> Vec<String> {
    let (none, answer) = (fields(""), fields(response));
    let request = Request::new("POST", &none).with_target(TARGET);
    let found = invalidation(&request, &Response::new(201, &answer));
    assert!(found.target);
    found.others
}

#[test]
fn only_by_unsafe_methods_that_succeed() {
    let none = fields("");
    for (method, status, expected) in [
        ("POST", 200, true),
        ("PUT", 204, true),
        ("DELETE", 302, true),
        ("PATCH", 399, true),
        ("M-SEARCH", 200, true),
        ("post", 200, true),
        ("POST", 400, false),
        ("POST", 500, false),
        ("POST", 199, false),
        ("GET", 200, false),
        ("HEAD", 200, false),
        ("OPTIONS", 200, false),
        ("TRACE", 200, false),
    ] {
        let answer = fields("Location: /other");
        let request = Request::new(method, &none).with_target(TARGET);
        let found = invalidation(&request, &Response::new(status, &answer));
        assert_eq!(found.target, expected, "{method} {status}");
        assert_eq!(found.others.len(), usize::from(expected));
    }
}

#[test]
fn without_a_target_nothing_else_is_known() {
    let (none, answer) = (fields(""), fields("Location: https://example.com/x"));
    let found = invalidation(&Request::new("PUT", &none), &Response::new(200, &answer));
    assert!(found.target && found.others.is_empty());
}

#[test]
fn references() {
    for (reference, expected) in [
        ("https://example.com/x", "https://example.com/x"),
        ("HTTPS://EXAMPLE.com:443/X", "https://example.com/X"),
        ("https://example.com:/x", "https://example.com/x"),
        ("//example.com/x", "https://example.com/x"),
        ("/x", "https://example.com/x"),
        ("x", "https://example.com/dir/x"),
        ("./x", "https://example.com/dir/x"),
        ("../x", "https://example.com/x"),
        ("../../../x", "https://example.com/x"),
        ("x/../y/./z", "https://example.com/dir/y/z"),
        ("x/..", "https://example.com/dir/"),
        ("x/.", "https://example.com/dir/x/"),
        ("?c", "https://example.com/dir/a?c"),
        ("x?c#frag", "https://example.com/dir/x?c"),
        ("x#f?g", "https://example.com/dir/x"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?x", "https://example.com/?x"),
        ("./a:b", "https://example.com/dir/a:b"),
        ("/a:b", "https://example.com/a:b"),
    ] {
        assert_eq!(
            others(&format!("Location: {reference}")),
            [expected],
            "{reference}"
        );
        assert_eq!(
            others(&format!("Content-Location: {reference}")),
            [expected]
        );
    }
}

#[test]
fn what_is_not_for_this_one_to_invalidate() {
    for reference in [
        "https://other.example/x",
        "http://example.com/x",
        "https://example.com:8443/x",
        "https://user@example.com/x",
        "https://example.com@evil.example/x",
        "//other.example/x",
        "mailto:a@example.com",
        "https:",
        "https:///x",
        "https://:443/x",
        "https://example.com::/x",
        "https://example.com:x/x",
        "https://example.com:443:443/x",
        "https://[example.com/x",
        "a:b",
        "/a b",
        "/ü",
        "#frag",
        "",
        "?b",
    ] {
        assert_eq!(
            others(&format!("Location: {reference}")),
            [""; 0],
            "{reference}"
        );
    }
    let twice = "Location: /x | Location: /y";
    assert_eq!(others(twice), [""; 0]);
}

#[test]
fn both_fields_count_once() {
    assert_eq!(
        others("Location: /x | Content-Location: /y"),
        ["https://example.com/x", "https://example.com/y"]
    );
    assert_eq!(others("Location: /x | Content-Location: /x").len(), 1);
}

#[test]
fn ports_and_addresses() {
    let found = |target: &str, location: &str| {
        let (none, answer) = (fields(""), fields(&format!("Location: {location}")));
        let request = Request::new("PUT", &none).with_target(target);
        invalidation(&request, &Response::new(200, &answer))
            .others
            .len()
    };
    assert_eq!(found("http://[::1]:8080/a", "http://[::1]:8080/b"), 1);
    assert_eq!(found("http://[::1]/a", "http://[::1]:80/b"), 1);
    assert_eq!(found("http://[::1]/a", "http://[::1]:81/b"), 0);
    assert_eq!(found("http://a:80/a", "http://A/b"), 1);
    assert_eq!(found("not a uri", "/b"), 0);
}

proptest! {
    /// Against a full parser of URLs: what we resolve, it resolves alike.
    #[test]
    fn references_resolve_as_elsewhere(reference in "[a-c./?:#]{0,12}") {
        let found = others(&format!("Location: {reference}"));
        let base = url::Url::parse(TARGET).expect("a URL");
        let theirs = base.join(&reference).map(|mut url| {
            url.set_fragment(None);
            url
        });
        for uri in found {
            let ours = url::Url::parse(&uri).expect("a URL");
            prop_assert_eq!(Ok(&ours), theirs.as_ref());
        }
    }

    #[test]
    fn no_reference_panics(reference: String, target: String) {
        let answer = vec![("location".to_owned(), reference.into_bytes())];
        let none = fields("");
        let request = Request::new("PUT", &none).with_target(&target);
        let _ = invalidation(&request, &Response::new(200, &answer));
    }
}
