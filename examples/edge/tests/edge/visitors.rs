//! Who is believed about where a visitor is.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::support::{Client, Edge, Origin, Response, ok, one_route};

/// `127.0.0.2` is a trusted proxy; `127.0.1.0/24` is in `eu` but for one address.
fn document(origins: &[&Origin]) -> Value {
    let mut document = one_route(origins);
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["endpoints"][0]["region"] = json!("us");
    upstream["endpoints"][1]["region"] = json!("eu");
    upstream["sites"] =
        json!([{"region": "us", "allowed": ["us"]}, {"region": "eu", "allowed": ["eu"]}]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["visitors"] = json!({
        "header": "X-Country", "trusted": ["127.0.0.2"],
        "regions": [
            {"region": "eu", "names": ["DE"], "networks": ["127.0.1.0/24"]},
            {"region": "us", "networks": ["127.0.1.9/32"]}
        ]
    });
    document
}

async fn named(name: &'static str) -> Origin {
    Origin::new(move |_| ok("", name)).await
}

async fn get(edge: &Edge, peer: &str, fields: &str) -> Response {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(SocketAddr::new(peer.parse().unwrap(), 0))
        .unwrap();
    let mut client = Client::connect_by(socket, edge.address).await;
    client.get("/x", fields).await
}

#[tokio::test]
async fn a_trusted_proxy_or_an_address_tells() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    for (peer, fields, by) in [
        ("127.0.0.2", "X-Country: de\r\n", "eu"),
        ("127.0.0.2", "X-Country: US\r\n", "us"),
        ("127.0.0.2", "X-Forwarded-For: 127.0.1.9\r\n", "us"),
        (
            "127.0.0.2",
            "X-Forwarded-For: 127.0.1.9, 127.0.1.8, 127.0.0.2\r\n",
            "eu",
        ),
        ("127.0.1.7", "", "eu"),
        ("127.0.1.9", "", "us"),
        // Forged.
        (
            "127.0.1.9",
            "X-Country: DE\r\nX-Forwarded-For: 127.0.1.1\r\n",
            "us",
        ),
    ] {
        let response = get(&edge, peer, fields).await;
        assert_eq!(response.text(), by, "{peer} {fields}");
    }
    for (peer, fields) in [
        ("127.0.0.2", ""),
        (
            "127.0.0.2",
            "X-Country: XX\r\nX-Forwarded-For: 127.0.1.9\r\n",
        ),
        ("127.0.0.3", "X-Country: DE\r\n"),
    ] {
        let response = get(&edge, peer, fields).await;
        assert_eq!(response.status, 503, "{peer} {fields}");
    }
}

#[tokio::test]
async fn no_upstream_sees_a_forged_word() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    get(&edge, "127.0.0.2", "X-Country: DE\r\n").await;
    assert_eq!(eu.asked()[0].field("x-country"), Some("DE"));
    get(&edge, "127.0.1.1", "X-Country: US\r\n").await;
    assert_eq!(eu.asked()[1].field("x-country"), None);
}
