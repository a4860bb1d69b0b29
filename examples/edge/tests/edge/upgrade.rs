//! WebSocket goes through to an endpoint that switches.

use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::support::{Authority, Client, Edge, Origin, Step, config, one_route, switch};

async fn says(client: &mut Client, text: &str) -> String {
    client.send(text).await;
    let mut place = vec![0; text.len()];
    client.read_exact(&mut place).await;
    String::from_utf8(place).unwrap()
}

#[tokio::test]
async fn bytes_go_both_ways_after_the_switch() {
    let origin = Origin::new(|_| switch(Step::Echo)).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    let head = client
        .upgrade(
            "/chat",
            "Sec-WebSocket-Protocol: v1\r\nOrigin: https://a.example\r\n",
        )
        .await
        .to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    for line in [
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
        "via: 1.1 hedgerow",
        "cache-status: hedgerow; fwd=bypass; fwd-status=101; detail=upgrade",
    ] {
        assert!(
            head.contains(&format!("\r\n{line}\r\n")),
            "{line} in {head}"
        );
    }
    assert!(!head.contains("content-length"), "{head}");
    let asked = &origin.asked()[0];
    for (name, value) in [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "v1"),
        ("origin", "https://a.example"),
        ("x-forwarded-host", "test.example"),
    ] {
        assert_eq!(asked.field(name), Some(value), "{name}");
    }
    for text in ["hello", "again"] {
        assert_eq!(says(&mut client, text).await, text);
    }
    assert_eq!(edge.metric("hedgerow_upgrades").await, 1.0);
}

// Waiting for the log must not keep the origin from ending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_side_may_end_before_the_other() {
    let origin = Origin::new(|_| switch(Step::Echo)).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/chat", "").await;
    client.send("last").await;
    client.stream.shutdown().await.unwrap();
    let mut place = [0; 7];
    client.read_exact(&mut place).await;
    assert_eq!(&place, b"lastbye");
    assert!(client.is_ended().await);
    let line = edge.logged_of("access");
    assert_eq!(
        (&line["status"], &line["cache"], &line["endpoint"]),
        (&json!(101), &json!("upgrade"), &json!("a"))
    );
    assert_eq!(
        (&line["bytes"], &line["received"], &line["cut"]),
        (&json!(7), &json!(4), &json!(false))
    );
    edge.wait_for_metric("hedgerow_upgrades", 0.0).await;
}

#[tokio::test]
async fn tls_on_either_side_changes_nothing() {
    let authority = Authority::new();
    let acceptor = authority.acceptor("origin.example");
    let origin = Origin::with_tls(Some(acceptor), |_| switch(Step::Echo)).await;
    let mut document = config(&[format!("https://{}", origin.address)]);
    document["edge"]["upstreams"][0]["ca"] = json!(authority.file());
    document["edge"]["upstreams"][0]["endpoints"][0]["sni"] = json!("origin.example");
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    let head = client.upgrade("/chat", "").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert_eq!(says(&mut client, "hello").await, "hello");
}

#[tokio::test]
async fn what_came_with_the_101_is_not_lost() {
    let origin = Origin::new(|_| {
        let mut steps = switch(Step::Stall);
        let Step::Send(bytes) = &mut steps[0] else {
            unreachable!()
        };
        bytes.extend_from_slice(b"early");
        steps
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/chat", "").await;
    let mut place = [0; 5];
    client.read_exact(&mut place).await;
    assert_eq!(&place, b"early");
}

/// The client reads nothing until all has been written that can be: what goes
/// through must stop, and nothing may be lost.
#[tokio::test]
async fn a_side_that_takes_nothing_holds_the_other_up() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let origin = Origin::new(|_| switch(Step::Send(vec![7; LENGTH]))).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/chat", "").await;
    let before = edge.memory();
    // Far more than sockets hold is asked for elsewhere meanwhile.
    let mut other = Client::connect(edge.address).await;
    other.upgrade("/chat", "").await;
    let mut place = vec![0; LENGTH];
    other.read_exact(&mut place).await;
    let grown = edge.memory().saturating_sub(before);
    assert!(grown < LENGTH as u64 / 4, "{grown} bytes");
    client.read_exact(&mut place).await;
    assert!(place.iter().all(|byte| *byte == 7));
}
