//! Interim responses reach the client before the final one.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, ok, one_route};

#[tokio::test]
async fn early_hints_come_early() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let hints = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\
                     Link: </a.css>; rel=preload\r\nConnection: X-Own\r\nX-Own: 1\r\n\
                     Content-Length: 1\r\n\r\n";
        let mut steps = vec![Step::Send(hints.into()), Step::Gate(Arc::clone(&wait))];
        steps.extend(ok("Cache-Control: max-age=60\r\nX-Final: 1\r\n", "x"));
        steps
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let first = client.head().await.unwrap();
    assert!(first.starts_with("HTTP/1.1 102 Processing\r\n"), "{first}");
    let second = client.head().await.unwrap();
    assert!(
        second.starts_with("HTTP/1.1 103 Early Hints\r\n"),
        "{second}"
    );
    assert!(
        second.contains("link: </a.css>; rel=preload\r\n"),
        "{second}"
    );
    assert!(!second.contains("x-own"), "{second}");
    // RFC 9110 §8.6.
    assert!(!second.contains("content-length"), "{second}");
    // They were there before the origin had answered.
    gate.add_permits(1);
    let last = client.response(false).await.unwrap();
    assert_eq!(
        (last.status, last.field("link"), last.text()),
        (200, None, "x")
    );
    // What is stored is the final response alone.
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(client.head().await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn http_1_0_gets_none() {
    let origin = Origin::new(|_| {
        let mut steps = vec![Step::Send(
            b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".to_vec(),
        )];
        steps.extend(ok("", "x"));
        steps
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client.send("GET /x HTTP/1.0\r\nHost: a\r\n\r\n").await;
    assert!(client.head().await.unwrap().contains(" 200 "));
}
