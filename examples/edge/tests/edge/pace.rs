//! Nobody gets a body at the pace of somebody who doesn't read.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, one_route};

const OBJECT: usize = 4 * 1024 * 1024;

/// An origin whose bodies come after their heads, as many as there are permits.
async fn gated(framing: &'static str, body: fn() -> Vec<u8>) -> (Origin, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n{framing}\r\n\r\n");
        vec![
            Step::Send(head.into_bytes()),
            Step::Gate(Arc::clone(&wait)),
            Step::Send(body()),
        ]
    })
    .await;
    (origin, gate)
}

fn sized() -> Vec<u8> {
    vec![7; OBJECT]
}

fn chunked() -> Vec<u8> {
    let chunk = [b"10000\r\n", &vec![7; 0x10000][..], b"\r\n"].concat();
    let mut body = chunk.repeat(OBJECT / 0x10000);
    body.extend_from_slice(b"0\r\n\r\n");
    body
}

/// With room for bodies of 12 MiB in all.
fn short_of_memory(origin: &Origin, most_object: usize) -> Value {
    let mut document = one_route(&[origin]);
    document["edge"]["store"] = json!({"maxBytes": 2 * OBJECT, "maxObjectBytes": most_object});
    document
}

/// Asks for this, and has the head.
async fn begun(edge: &Edge, path: &str) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut client = Client::connect_by(socket, edge.address).await;
    let head = format!("GET {path} HTTP/1.1\r\nHost: test.example\r\n\r\n");
    client.send(head).await;
    client.readable().await;
    client
}

#[tokio::test]
async fn what_finds_no_room_each_gets_for_itself() {
    let (origin, gate) = gated("Content-Length: 4194304", sized).await;
    let edge = Edge::start(&short_of_memory(&origin, OBJECT));
    let mut waiting = Vec::new();
    for path in ["/1", "/2", "/3", "/x"] {
        waiting.push(begun(&edge, path).await);
    }
    gate.add_permits(9);
    let other = edge.get("/x").await;
    assert!(other.whole && other.body.len() == OBJECT);
    assert!(other.cache().contains("no_room"), "{}", other.cache());
    assert_eq!(origin.asked().len(), waiting.len() + 1);
}

#[tokio::test]
async fn who_stands_still_is_not_waited_for_by_others() {
    let (origin, gate) = gated("Transfer-Encoding: chunked", chunked).await;
    // It turns out to be too long only when others have joined.
    let edge = Edge::start(&short_of_memory(&origin, OBJECT / 4));
    let stuck = begun(&edge, "/x").await;
    let mut other = begun(&edge, "/x").await;
    gate.add_permits(9);
    let response = other.response(false).await.unwrap();
    assert!(response.whole && response.body.len() == OBJECT);
    assert_eq!(origin.asked().len(), 1, "they shared it");
    drop(stuck);
}
