//! A path that an endpoint may read otherwise gets by no route.

use serde_json::json;

use crate::support::{Edge, Origin, exchange, ok, one_route};

#[tokio::test]
async fn what_may_be_another_route_s_is_refused() {
    let origin = Origin::new(|asked| ok("Cache-Control: max-age=60\r\n", asked.path())).await;
    let mut document = one_route(&[&origin]);
    document["edge"]["routes"] = json!([
        {"path": "/account/", "upstream": "origin", "cache": "off"},
        {"path": "/a;b/", "upstream": "origin"},
        {"upstream": "origin"},
    ]);
    let edge = Edge::start(&document);
    // Read by the origin as `/account/me`, it would be kept for everybody.
    for path in [
        "/%61ccount/me",
        "/account%2fme",
        "//account/me",
        "/account;v=1/me",
        "/account%5Cme",
        // And the other way round.
        "/account/;b/../x",
    ] {
        let response = edge.get(path).await;
        assert_eq!(response.status, 400, "{path}");
        assert!(!response.text().is_empty());
    }
    assert!(origin.asked().is_empty());
    for path in [
        "/account/me",
        "/account/a%20b//c;d",
        "/other/%61%2f//x;y",
        "/caf%C3%A9",
        "/a;b/c",
    ] {
        assert_eq!(edge.get(path).await.text(), path);
    }
}

/// The dot of the root makes no other name of it (RFC 1034 §3.1).
#[tokio::test]
async fn a_host_is_the_same_in_all_its_writings() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "x")).await;
    let mut document = one_route(&[&origin]);
    document["edge"]["routes"] = json!([
        {"host": "account.example", "upstream": "origin", "cache": "off"},
        {"upstream": "origin"},
    ]);
    let edge = Edge::start(&document);
    for host in [
        "account.example",
        "ACCOUNT.example:8080",
        "account.example.",
        "Account.Example.:443",
    ] {
        let request = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let response = exchange(edge.address, request).await.unwrap();
        let cache = response.cache();
        assert_eq!(cache, "hedgerow; fwd=bypass; fwd-status=200", "{host}");
    }
}
