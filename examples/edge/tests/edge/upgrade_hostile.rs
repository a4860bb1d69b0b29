//! What only looks like an upgrade is none, and nothing is smuggled behind one.

use serde_json::json;

use crate::support::{
    Client, Edge, Origin, Step, UPGRADE, exchange, ok, one_route, respond, switch,
};

/// A request that stands where WebSocket's first bytes would.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: test.example\r\n\r\n";

#[tokio::test]
async fn what_is_sent_before_the_101_reaches_no_endpoint() {
    for script in [
        (|| ok("", "no")) as fn() -> Vec<Step>,
        || {
            respond(
                426,
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                "",
            )
        },
        || respond(101, "", ""),
        || {
            vec![Step::Send(
                b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n".to_vec(),
            )]
        },
    ] {
        let origin = Origin::new(move |asked| match asked.path() {
            "/chat" => script(),
            _ => ok("", "leaked"),
        })
        .await;
        let edge = Edge::start(&one_route(&[&origin]));
        let mut client = Client::connect(edge.address).await;
        let head = format!("GET /chat HTTP/1.1\r\nHost: test.example\r\n{UPGRADE}\r\n{HIDDEN}");
        client.send(head).await;
        let response = client.response(false).await.unwrap();
        assert_ne!(response.status, 101);
        assert!(response.field("connection").unwrap().contains("close"));
        assert!(client.response(false).await.is_none(), "nothing behind it");
        let paths: Vec<String> = origin
            .asked()
            .iter()
            .map(|asked| asked.path().to_owned())
            .collect();
        assert!(paths.iter().all(|path| path == "/chat"), "{paths:?}");
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_upgrade_to() {
    let fields = "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n";
    let origin = Origin::new(move |_| respond(426, fields, "no")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/chat", "").await;
    let head = format!("GET /chat HTTP/1.1\r\nHost: test.example\r\n{UPGRADE}\r\n");
    let response = exchange(edge.address, head).await.unwrap();
    assert_eq!((response.status, response.text()), (426, "no"));
    assert_eq!(response.field("upgrade"), Some("websocket"));
    assert_eq!(response.field("sec-websocket-version"), Some("13"));
}

#[tokio::test]
async fn what_is_no_upgrade_goes_on_as_plain_http() {
    let origin = Origin::new(|_| ok("", "plain")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    for (method, version, fields) in [
        (
            "GET",
            "1.1",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        ),
        ("GET", "1.1", "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n"),
        // Not meant for this hop.
        ("GET", "1.1", "Upgrade: websocket\r\n"),
        ("GET", "1.1", "Connection: upgrade\r\n"),
        (
            "GET",
            "1.0",
            "Connection: Upgrade\r\nUpgrade: websocket\r\n",
        ),
        (
            "POST",
            "1.1",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n",
        ),
        (
            "GET",
            "1.1",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n",
        ),
    ] {
        let before = origin.asked().len();
        let body = if fields.contains("Length: 1") {
            "x"
        } else {
            ""
        };
        let head = format!(
            "{method} /x?{before} HTTP/{version}\r\nHost: test.example\r\n{fields}\r\n{body}"
        );
        let response = exchange(edge.address, head).await.unwrap();
        assert_eq!(
            (response.status, response.text()),
            (200, "plain"),
            "{fields}"
        );
        let asked = origin.asked().pop().unwrap();
        assert_eq!(asked.field("upgrade"), None, "{fields}");
        assert_eq!(asked.field("http2-settings"), None, "{fields}");
        assert!(
            !asked.field("connection").unwrap_or("").contains("upgrade"),
            "{fields}"
        );
    }
}

#[tokio::test]
async fn the_first_protocol_that_is_allowed_is_asked_for() {
    let origin = Origin::new(|_| switch(Step::Echo)).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    let head = "GET /x HTTP/1.1\r\nHost: test.example\r\nConnection: keep-alive, UPGRADE\r\n\
        Upgrade: h2c, WebSocket\r\nUpgrade: other\r\n\r\n";
    client.send(head).await;
    assert!(client.head().await.unwrap().starts_with("HTTP/1.1 101 "));
    assert_eq!(origin.asked()[0].field("upgrade"), Some("WebSocket"));
}

#[tokio::test]
async fn a_route_may_take_others_or_none() {
    let origin = Origin::new(|asked| match asked.field("upgrade") {
        Some(_) => switch(Step::Echo),
        None => ok("", "plain"),
    })
    .await;
    let mut document = one_route(&[&origin]);
    document["edge"]["routes"][0]["upgrades"] = json!([]);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    assert!(client.upgrade("/x", "").await.starts_with("HTTP/1.1 200 "));
}

/// An upgrade's answer is for nobody else, whatever it says of itself.
#[tokio::test]
async fn nothing_of_it_is_stored_or_shared() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "fresh")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    for count in 1..=2 {
        let mut client = Client::connect(edge.address).await;
        let head = client.upgrade("/x", "").await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert_eq!(origin.asked().len(), count);
    }
    assert_eq!(edge.get("/x").await.text(), "fresh");
    edge.wait_for_stored("/x").await;
    let before = origin.asked().len();
    Client::connect(edge.address).await.upgrade("/x", "").await;
    assert_eq!(origin.asked().len(), before + 1);
}
