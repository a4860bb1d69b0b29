//! Requests that are not to go on, and what they are told.

use crate::support::{Edge, Origin, exchange, ok, one_route};

/// RFC 9110 §7.6.2.
#[tokio::test]
async fn forwards_are_counted_down() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let last = edge.send("OPTIONS", "/x", "Max-Forwards: 0\r\n", "").await;
    assert_eq!((last.status, origin.asked().len()), (200, 0));
    assert!(last.field("allow").is_some(), "{}", last.head);
    edge.send("OPTIONS", "/x", "Max-Forwards: 5\r\n", "").await;
    assert_eq!(origin.asked()[0].field("max-forwards"), Some("4"));
}

#[tokio::test]
async fn a_loop_ends() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let via = "Via: 1.1 hedgerow\r\n".repeat(10);
    assert_eq!(edge.get_with("/x", &via).await.status, 508);
    let tiers = "Via: 1.1 hedgerow, 1.1 hedgerow\r\n";
    assert_eq!(edge.get_with("/x", tiers).await.status, 200);
    assert_eq!(origin.asked().len(), 1);
}

/// RFC 9112 §3.2, RFC 9110 §15.5.6.
#[tokio::test]
async fn what_is_refused_is_told_why() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    for (request, status) in [
        ("GET http://a/x HTTP/1.1\r\n\r\n", 400),
        ("GET http://a/x HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /public/..%2fadmin HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /public/..\\admin HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /public/..;/admin HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ] {
        let response = exchange(edge.address, request).await.unwrap();
        assert_eq!(response.status, status, "{request:?}");
        assert_eq!(response.field("allow").is_some(), status == 405);
    }
    assert_eq!(origin.asked().len(), 0);
    // The target names the host, whatever the field says.
    let request = "GET http://a/x HTTP/1.1\r\nHost: b\r\n\r\n";
    assert_eq!(exchange(edge.address, request).await.unwrap().status, 200);
    assert_eq!(origin.asked()[0].field("x-forwarded-host"), Some("a"));
}
