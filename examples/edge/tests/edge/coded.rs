//! What was compressed once is kept beside what it was made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Response, Step, decoded, ok, one_route, until, within};

const PATH: &str = "/assets/app-4f8a1c9e2b7d.js";
const TAKES_ALL: &str = "Accept-Encoding: gzip, deflate, br, zstd\r\n";

fn delivered(origin: &Origin) -> Value {
    let mut config = one_route(&[origin]);
    config["delivery"] = json!({});
    config
}

/// Something long that gets smaller, and the smaller the more it is tried.
fn script(seed: u32) -> String {
    let mut state = seed;
    let mut line = |number: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (name, value) = (state >> 28, state >> 20);
        format!("if (state{name} === {value}) call({number}, \"{value}\");\n")
    };
    (0..2_000).map(&mut line).collect()
}

fn hit(response: &Response) {
    assert!(response.cache().contains("hit"), "{}", response.cache());
}

/// Asks until the answer is one that was kept, which can tell its length.
async fn kept(edge: &Edge, fields: &str) -> Response {
    within("an answer that was kept", async {
        loop {
            let got = edge.get_with(PATH, fields).await;
            assert_eq!(got.status, 200);
            hit(&got);
            if got.field("content-length").is_some() {
                return got;
            }
        }
    })
    .await
}

#[tokio::test]
async fn many_who_ask_at_once_have_it_made_once() {
    let origin = Origin::new(|_| ok("Content-Type: text/javascript\r\n", &script(1))).await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    edge.wait_for_stored(PATH).await;
    let asking = (0..50).map(|_| edge.get_with(PATH, TAKES_ALL));
    for got in futures_util::future::join_all(asking).await {
        hit(&got);
        assert_eq!(decoded(&got), script(1));
    }
    assert_eq!(edge.metric("hedgerow_coded_total").await, 1.0);
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn each_coding_is_kept_counted_and_told() {
    let origin = Origin::new(|_| {
        let fields = "Content-Type: text/javascript\r\nETag: \"1\"\r\n";
        ok(fields, &script(1))
    })
    .await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    edge.wait_for_stored(PATH).await;
    let before = edge.metric("hedgerow_store_bytes").await;
    let mut added = 0;
    for coding in ["br", "zstd", "gzip"] {
        let takes = format!("Accept-Encoding: {coding}\r\n");
        let got = kept(&edge, &takes).await;
        assert_eq!(got.field("content-encoding"), Some(coding));
        assert_eq!(
            (got.field("etag"), got.field("vary")),
            (Some("W/\"1\""), Some("Accept-Encoding"))
        );
        assert_eq!(decoded(&got), script(1));
        added += got.body.len();
        let mut client = Client::connect(edge.address).await;
        let head = format!("HEAD {PATH} HTTP/1.1\r\nHost: test.example\r\n{takes}\r\n");
        client.send(head).await;
        let head = client.response(true).await.unwrap();
        for name in ["content-length", "content-encoding", "etag", "vary"] {
            assert_eq!(head.field(name), got.field(name), "{name}");
        }
        // It is no other representation for being kept.
        let fields = format!("{takes}If-None-Match: W/\"1\"\r\n");
        let got = edge.get_with(PATH, &fields).await;
        assert_eq!((got.status, got.field("content-length")), (304, None));
        let got = edge
            .get_with(PATH, &format!("{takes}Range: bytes=5-9\r\n"))
            .await;
        assert_eq!((got.status, got.text()), (206, &script(1)[5..10]));
    }
    let after = edge.metric("hedgerow_store_bytes").await;
    assert_eq!(after - before, added as f64);
    let plain = edge.get(PATH).await;
    assert_eq!(plain.field("content-encoding"), None);
    assert_eq!(plain.text(), script(1));
}

#[tokio::test]
async fn what_is_asked_for_often_gets_smaller() {
    let origin = Origin::new(|_| ok("Content-Type: text/javascript\r\n", &script(1))).await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    edge.wait_for_stored(PATH).await;
    let first = kept(&edge, "Accept-Encoding: zstd\r\n").await;
    until("a smaller one", async || {
        let got = kept(&edge, "Accept-Encoding: zstd\r\n").await;
        assert_eq!(decoded(&got), script(1));
        let is_smaller = got.body.len() < first.body.len();
        assert!(is_smaller || got.body == first.body);
        is_smaller
    })
    .await;
    assert_eq!(edge.metric("hedgerow_coded_again_total").await, 1.0);
}

#[tokio::test]
async fn it_outlives_a_revalidation_and_not_a_change() {
    let version = Arc::new(AtomicU32::new(1));
    let current = Arc::clone(&version);
    let origin = Origin::new(move |asked| {
        let version = current.load(Ordering::SeqCst);
        let tag = format!("ETag: \"{version}\"\r\n");
        if asked.field("if-none-match") == Some(&tag[6..tag.len() - 2]) {
            return vec![Step::Send(
                format!("HTTP/1.1 304 Not Modified\r\n{tag}\r\n").into(),
            )];
        }
        let fields = format!("Content-Type: text/javascript\r\n{tag}");
        ok(&fields, &script(version))
    })
    .await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    edge.wait_for_stored(PATH).await;
    let first = kept(&edge, TAKES_ALL).await;
    let afresh = format!("{TAKES_ALL}Cache-Control: no-cache\r\n");
    let got = edge.get_with(PATH, &afresh).await;
    assert!(got.cache().contains("fwd-status=304"), "{}", got.cache());
    assert_eq!(got.body, first.body);
    assert_eq!(edge.get_with(PATH, TAKES_ALL).await.body, first.body);
    assert_eq!(edge.metric("hedgerow_coded_total").await, 1.0);
    version.store(2, Ordering::SeqCst);
    let got = edge.get_with(PATH, &afresh).await;
    assert!(got.cache().contains("fwd-status=200"), "{}", got.cache());
    assert_eq!(decoded(&got), script(2));
    // Until the new one is stored, the old one is answered with.
    until("the new one", async || {
        let got = edge.get_with(PATH, TAKES_ALL).await;
        let is_new = got.field("etag") == Some("W/\"2\"");
        assert_eq!(decoded(&got), script(if is_new { 2 } else { 1 }));
        is_new
    })
    .await;
    let got = kept(&edge, TAKES_ALL).await;
    assert_eq!(decoded(&got), script(2));
    assert_eq!(edge.metric("hedgerow_coded_total").await, 2.0);
}

#[tokio::test]
async fn who_begins_it_and_leaves_takes_it_from_nobody() {
    let long = script(1).repeat(40);
    let body = long.clone();
    let origin = Origin::new(move |_| ok("Content-Type: text/javascript\r\n", &body)).await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    edge.wait_for_stored(PATH).await;
    let mut client = Client::connect(edge.address).await;
    let head = format!("GET {PATH} HTTP/1.1\r\nHost: test.example\r\n{TAKES_ALL}\r\n");
    client.send(head).await;
    assert!(client.head().await.unwrap().contains("br"));
    drop(client);
    let got = kept(&edge, TAKES_ALL).await;
    assert_eq!(decoded(&got), long);
    assert_eq!(edge.metric("hedgerow_coded_total").await, 1.0);
}

#[tokio::test]
async fn who_waits_for_one_response_gets_it_coded_once() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let body = script(1).into_bytes();
        let (first, rest) = body.split_at(body.len() / 2);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Type: text/javascript\r\n\r\n",
            body.len()
        );
        vec![
            Step::Send(head.into_bytes()),
            Step::Send(first.to_vec()),
            Step::Gate(Arc::clone(&wait)),
            Step::Send(rest.to_vec()),
        ]
    })
    .await;
    let edge = Edge::start(&delivered(&origin));
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = Client::connect(edge.address).await;
        let head = format!("GET {PATH} HTTP/1.1\r\nHost: test.example\r\n{TAKES_ALL}\r\n");
        client.send(head).await;
        // Each has begun before the rest comes.
        client.readable().await;
        clients.push(client);
    }
    gate.add_permits(1);
    for client in &mut clients {
        let got = client.response(false).await.unwrap();
        assert_eq!(decoded(&got), script(1));
    }
    // Nor is it made again for those who come later.
    assert_eq!(decoded(&kept(&edge, TAKES_ALL).await), script(1));
    assert_eq!(edge.metric("hedgerow_coded_total").await, 1.0);
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn who_has_it_fetched_has_it_made_for_all() {
    let origin = Origin::new(|_| ok("Content-Type: text/javascript\r\n", &script(1))).await;
    let edge = Edge::start(&delivered(&origin));
    assert_eq!(decoded(&edge.get_with(PATH, TAKES_ALL).await), script(1));
    edge.wait_for_metric("hedgerow_coded_total", 1.0).await;
    assert_eq!(decoded(&kept(&edge, TAKES_ALL).await), script(1));
    assert_eq!(edge.metric("hedgerow_coded_total").await, 1.0);
}
