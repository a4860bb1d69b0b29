//! Clients that take their time: each has so much, and then its connection is
//! somebody else's.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, ok, one_route, until};

fn impatient(origin: &Origin, timeouts: &Value) -> Value {
    let mut document = one_route(&[origin]);
    document["edge"]["timeouts"] = timeouts.clone();
    document
}

#[tokio::test]
async fn a_head_that_drips_is_told_and_cut() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&impatient(&origin, &json!({"headerMs": 300})));
    let mut client = Client::connect(edge.address).await;
    client.send("GET / HTTP/1.1\r\nHo").await;
    let response = client.response(false).await.unwrap();
    assert_eq!(
        (response.status, response.field("connection")),
        (408, Some("close"))
    );
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn the_deadline_counts_from_the_first_byte_not_from_the_last() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&impatient(&origin, &json!({"headerMs": 500})));
    let mut client = Client::connect(edge.address).await;
    // A byte each 50 ms, for ever: it is the proxy that ends it.
    let head = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        .bytes()
        .chain(std::iter::repeat(b'x'));
    for byte in head {
        tokio::select! {
            response = client.response(false) => {
                assert_eq!(response.unwrap().status, 408);
                return;
            }
            () = tokio::time::sleep(std::time::Duration::from_millis(50)) => {}
        }
        if client.try_send([byte]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn an_idle_connection_ends_without_a_word() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&impatient(&origin, &json!({"idleMs": 300})));
    let mut client = Client::connect(edge.address).await;
    assert!(client.is_ended().await);
    let mut client = Client::connect(edge.address).await;
    assert_eq!(client.get("/", "").await.status, 200);
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn a_slow_origin_is_not_the_clients_fault() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let mut steps = vec![Step::Gate(Arc::clone(&wait))];
        steps.extend(ok("", "x"));
        steps
    })
    .await;
    let short = json!({"headerMs": 100, "idleMs": 100, "writeMs": 100, "bodyMs": 100});
    let edge = Edge::start(&impatient(&origin, &short));
    let mut client = Client::connect(edge.address).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    origin.wait_for(1).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    gate.add_permits(1);
    assert_eq!(client.response(false).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_body_that_stops_is_told() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&impatient(&origin, &json!({"bodyMs": 300})));
    let mut client = Client::connect(edge.address).await;
    client
        .send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        .await;
    let response = client.response(false).await.unwrap();
    assert_eq!(response.status, 408);
    // No endpoint is blamed for it.
    let up = edge.metric("hedgerow_endpoint_up{upstream=\"origin\",endpoint=\"a\"}");
    assert_eq!(up.await, 1.0);
    assert_eq!(origin.asked().len(), 0);
}

#[tokio::test]
async fn who_does_not_read_is_cut_and_others_are_not() {
    let origin = Origin::new(|_| {
        let length = 64 * 1024 * 1024;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        vec![Step::Send(head.into_bytes()), Step::Send(vec![7; length])]
    })
    .await;
    let edge = Edge::start(&impatient(&origin, &json!({"writeMs": 400})));
    let mut stuck = Client::connect(edge.address).await;
    stuck.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    until("a response that is cut or whole", async || {
        let whole = "hedgerow_requests_total{status=\"200\",cache=\"miss\"}";
        edge.metric("hedgerow_responses_cut_total").await + edge.metric(whole).await >= 1.0
    })
    .await;
    let response = stuck.response(false).await.unwrap();
    assert!(!response.whole, "it was cut");
    assert!(edge.get("/").await.whole);
}

#[tokio::test]
async fn who_does_not_read_what_is_stored_does_not_fill_the_memory() {
    const OBJECT: usize = 8 * 1024 * 1024;
    const STORE: usize = 4 * OBJECT;
    let body = "x".repeat(OBJECT - 64 * 1024);
    let origin = Origin::new(move |_| ok("Cache-Control: max-age=60\r\n", &body)).await;
    let mut document = impatient(&origin, &json!({}));
    document["edge"]["store"] = json!({"maxBytes": STORE, "maxObjectBytes": OBJECT});
    let edge = Edge::start(&document);
    let mut stuck = Vec::new();
    for number in 1..=12 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut client = Client::connect_by(socket, edge.address).await;
        let head = format!("GET /{number} HTTP/1.1\r\nHost: test.example\r\n\r\n");
        client.send(head).await;
        client.readable().await;
        stuck.push(client);
        // Others get everything, whether it is kept or not.
        assert!(edge.get(&format!("/{number}")).await.whole);
        let held = edge.metric("hedgerow_store_bytes").await
            + edge.metric("hedgerow_store_unstored_bytes").await;
        assert!(held <= (STORE + OBJECT) as f64, "{held} after {number}");
    }
    drop(stuck);
    // Once they have gone, there is room for what is new.
    until("a hit of what is new", async || {
        edge.get("/new").await;
        edge.get("/new").await.cache().contains("hit")
    })
    .await;
}

/// A browser connects before it knows what to ask for. The words of HTTP/1.1
/// would be a frame that is none (RFC 9113 §6.8).
#[tokio::test]
async fn an_idle_connection_of_http_2_ends_with_a_frame() {
    const GOAWAY: u8 = 7;
    let origin = Origin::new(|_| ok("", "x")).await;
    let timeouts = json!({"headerMs": 100, "idleMs": 400});
    let edge = Edge::start(&impatient(&origin, &timeouts));
    let mut client = Client::connect(edge.address).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    client.send(settings).await;
    let came = client.rest().await;
    let mut left = came.as_slice();
    let mut kinds = Vec::new();
    while let [a, b, c, kind, _, _, _, _, _, after @ ..] = left {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        left = after.get(length..).unwrap_or_else(|| panic!("{came:?}"));
        kinds.push(*kind);
    }
    assert!(left.is_empty() && kinds.contains(&GOAWAY), "{came:?}");
}
