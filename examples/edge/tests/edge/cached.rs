//! What is stored is served, validated and told apart by its variants.

use serde_json::json;

use crate::support::{Edge, Origin, ok, one_route, respond};

#[tokio::test]
async fn the_second_request_is_answered_from_the_store() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "hello")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let first = edge.get("/a").await;
    assert_eq!((first.status, first.text()), (200, "hello"));
    assert_eq!(
        first.cache(),
        "hedgerow; fwd=uri-miss; fwd-status=200; stored"
    );
    assert_eq!(first.field("age"), None);
    let second = edge.get("/a").await;
    assert_eq!((second.status, second.text()), (200, "hello"));
    assert!(
        second.cache().starts_with("hedgerow; hit; ttl="),
        "{}",
        second.head
    );
    assert!(second.field("age").is_some());
    // Another path and another host are other resources.
    edge.get("/b").await;
    let host = "GET /a HTTP/1.1\r\nHost: other.example\r\n\r\n";
    crate::support::exchange(edge.address, host).await.unwrap();
    assert_eq!(origin.asked().len(), 3);
}

#[tokio::test]
async fn what_must_not_be_stored_is_not() {
    let origin = Origin::new(|asked| {
        let fields = match asked.path() {
            "/no-store" => "Cache-Control: no-store\r\n",
            "/private" => "Cache-Control: private, max-age=60\r\n",
            _ => "Cache-Control: max-age=60\r\nVary: *\r\n",
        };
        ok(fields, "x")
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    for (path, why) in [
        ("/no-store", "no_store"),
        ("/private", "private"),
        ("/star", "vary_any"),
    ] {
        for _ in 0..2 {
            let response = edge.get(path).await;
            let expected = format!("hedgerow; fwd=uri-miss; fwd-status=200; detail={why}");
            assert_eq!(response.cache(), expected, "{path}");
        }
    }
    assert_eq!(origin.asked().len(), 6);
}

/// RFC 9211 §2.2: nothing was looked for, so nothing was missed.
#[tokio::test]
async fn what_the_store_has_no_part_in_says_so() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "x")).await;
    let mut document = one_route(&[&origin]);
    document["edge"]["routes"] = json!([
        {"path": "/off/", "upstream": "origin", "cache": "off"},
        {"upstream": "origin"}
    ]);
    let edge = Edge::start(&document);
    for (method, path, why) in [
        ("GET", "/off/x", "bypass"),
        ("POST", "/off/x", "bypass"),
        ("POST", "/x", "method"),
        ("OPTIONS", "/x", "method"),
        ("GET", "/x", "bypass"),
    ] {
        // With a body, GET is nothing that a key could tell.
        let response = edge.send(method, path, "", "body").await;
        let expected = format!("hedgerow; fwd={why}; fwd-status=200");
        assert!(response.cache().starts_with(&expected), "{}", response.head);
        assert!(!response.cache().contains("stored"), "{}", response.head);
    }
}

#[tokio::test]
async fn a_stale_response_is_validated_and_freshened() {
    let origin = Origin::new(|asked| match asked.field("if-none-match") {
        Some("\"v1\"") => respond(304, "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n", ""),
        _ => ok("ETag: \"v1\"\r\nCache-Control: max-age=0\r\n", "hello"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    let second = edge.get("/a").await;
    assert_eq!((second.status, second.text()), (200, "hello"));
    assert_eq!(
        second.cache(),
        "hedgerow; fwd=stale; fwd-status=304; stored"
    );
    let third = edge.get("/a").await;
    assert!(third.cache().contains("hit"), "{}", third.head);
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    let origin =
        Origin::new(|_| ok("ETag: \"v1\"\r\nCache-Control: max-age=60\r\n", "hello")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    let known = edge.get_with("/a", "If-None-Match: \"v1\"\r\n").await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert_eq!(known.field("etag"), Some("\"v1\""));
}

/// The store's own condition replaces the client's, and the client's is judged
/// with what comes back.
#[tokio::test]
async fn both_conditions_are_kept_apart() {
    let origin = Origin::new(|asked| match asked.before {
        0 => ok("ETag: \"v1\"\r\nCache-Control: max-age=0\r\n", "one"),
        _ => ok("ETag: \"v2\"\r\nCache-Control: max-age=60\r\n", "two"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    edge.wait_for_stored("/a").await;
    let known = edge.get_with("/a", "If-None-Match: \"v2\"\r\n").await;
    assert_eq!(known.status, 304, "{}", known.head);
    assert_eq!(origin.asked()[1].field("if-none-match"), Some("\"v1\""));
    assert_eq!(edge.get("/a").await.text(), "two");
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn variants_stand_side_by_side() {
    let origin = Origin::new(|asked| {
        let language = asked.field("accept-language").unwrap_or("none").to_owned();
        ok(
            "Vary: Accept-Language\r\nCache-Control: max-age=60\r\n",
            &language,
        )
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    for language in ["de", "fr", "de", "fr"] {
        let field = format!("Accept-Language: {language}\r\n");
        assert_eq!(edge.get_with("/a", &field).await.text(), language);
    }
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn head_is_answered_from_a_stored_get() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "hello")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    let mut client = crate::support::Client::connect(edge.address).await;
    client
        .send("HEAD /a HTTP/1.1\r\nHost: test.example\r\n\r\n")
        .await;
    let head = client.response(true).await.unwrap();
    assert_eq!(
        (head.status, head.field("content-length")),
        (200, Some("5"))
    );
    // Nothing of a body stands between it and the next response.
    assert_eq!(client.get("/a", "").await.text(), "hello");
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn only_if_cached_never_goes_upstream() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let response = edge
        .get_with("/a", "Cache-Control: only-if-cached\r\n")
        .await;
    assert_eq!(response.status, 504);
    assert_eq!(origin.asked().len(), 0);
}

#[tokio::test]
async fn a_request_that_leaves_no_trace_takes_nothing_away() {
    let origin = Origin::new(|asked| match asked.field("if-none-match") {
        Some(_) => respond(304, "ETag: \"a\"\r\n", ""),
        None => ok("ETag: \"a\"\r\nCache-Control: max-age=60\r\n", "kept"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    for fields in [
        "Cache-Control: no-cache, no-store\r\n",
        "Cache-Control: no-cache\r\nAuthorization: Basic eDp5\r\n",
    ] {
        assert_eq!(edge.get_with("/x", fields).await.text(), "kept");
        let hit = edge.get("/x").await;
        assert!(hit.cache().contains("hit"), "{fields} {}", hit.head);
    }
}
