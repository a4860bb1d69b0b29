//! Bodies are never held whole, unless they are kept.

use std::sync::Arc;

use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, one_route, within};

const MEGABYTE: usize = 1024 * 1024;
const MEGABYTES: usize = 256;

/// An origin with a body of [`MEGABYTES`].
async fn large(fields: &'static str) -> Origin {
    Origin::new(move |_| {
        let length = MEGABYTES * MEGABYTE;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n{fields}\r\n");
        let mut steps = vec![Step::Send(head.into_bytes())];
        steps.extend((0..MEGABYTES).map(|_| Step::Send(vec![7; MEGABYTE])));
        steps
    })
    .await
}

#[tokio::test]
async fn a_body_passes_before_it_is_whole() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nCache-Control: max-age=60\r\n\r\nabc";
        vec![
            Step::Send(head.into()),
            Step::Gate(Arc::clone(&wait)),
            Step::Send(b"def".to_vec()),
        ]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut first = Client::connect(edge.address).await;
    first.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(first.head().await.is_some());
    // One that comes now reads along.
    let mut second = Client::connect(edge.address).await;
    second.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(second.head().await.is_some());
    gate.add_permits(1);
    let mut rest = [0; 6];
    second.read_exact(&mut rest).await;
    assert_eq!(&rest, b"abcdef");
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn a_slow_reader_does_not_fill_the_memory() {
    for fields in [
        "Cache-Control: no-store\r\n",
        "Cache-Control: max-age=60\r\n",
    ] {
        let origin = large(fields).await;
        let edge = Edge::start(&one_route(&[&origin]));
        let before = edge.memory();
        let mut client = Client::connect(edge.address).await;
        client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(client.head().await.is_some());
        let mut left = MEGABYTES * MEGABYTE - client.buffered();
        let mut piece = vec![0; MEGABYTE];
        let mut most = 0;
        while left > 0 {
            let count = within("the rest", client.stream.read(&mut piece))
                .await
                .unwrap();
            assert!(count > 0, "{left} bytes are missing");
            left -= count;
            most = most.max(edge.memory().saturating_sub(before));
        }
        // Longer than what is kept, so it is not; a window of it, and what the
        // allocator keeps, is all there ever is.
        assert!(most < 32 * MEGABYTE as u64, "{most} bytes of memory");
        assert_eq!(edge.metric("hedgerow_store_keys").await, 0.0);
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_stops_being_kept_in_its_midst() {
    let origin = Origin::new(|_| {
        let head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\n";
        let mut steps = vec![Step::Send(head.into())];
        steps.extend((0..8).map(|_| Step::Send(vec![7; MEGABYTE])));
        steps.push(Step::Close);
        steps
    })
    .await;
    let mut document = one_route(&[&origin]);
    document["edge"]["store"] = json!({"maxObjectBytes": MEGABYTE});
    let edge = Edge::start(&document);
    let response = edge.get("/x").await;
    assert_eq!((response.body.len(), response.whole), (8 * MEGABYTE, true));
    assert_eq!(edge.metric("hedgerow_store_keys").await, 0.0);
    assert_eq!(edge.metric("hedgerow_store_unstored_bytes").await, 0.0);
}

#[tokio::test]
async fn the_store_stays_within_its_bounds() {
    let origin = Origin::new(|_| {
        crate::support::ok("Cache-Control: max-age=60\r\n", &"x".repeat(64 * 1024))
    })
    .await;
    let mut document = one_route(&[&origin]);
    document["edge"]["store"] = json!({"maxBytes": MEGABYTE, "maxObjectBytes": 128 * 1024});
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    for number in 0..100 {
        client.get(&format!("/{number}"), "").await;
    }
    let (keys, bytes) = (
        edge.metric("hedgerow_store_keys").await,
        edge.metric("hedgerow_store_bytes").await,
    );
    assert!(keys > 4.0 && keys < 17.0, "{keys} of 100 keys");
    assert!(bytes <= MEGABYTE as f64, "{bytes} bytes");
    // The last one is there.
    assert!(client.get("/99", "").await.cache().contains("hit"));
}
