//! What is stale, where it may still serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, close, ok, one_route, respond};

/// Answers once with these fields, and then with the steps of `after`.
async fn once(fields: &'static str, after: fn() -> Vec<Step>) -> Origin {
    Origin::new(move |asked| match asked.before {
        0 => ok(fields, "kept"),
        _ => after(),
    })
    .await
}

#[tokio::test]
async fn it_stands_in_where_nobody_answers() {
    let origin = once("Cache-Control: max-age=0\r\n", close).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    let stale = edge.get("/x").await;
    assert_eq!((stale.status, stale.text()), (200, "kept"));
    assert!(stale.cache().contains("fwd=stale"), "{}", stale.head);
    assert!(
        stale.cache().contains("detail=stale_if_error"),
        "{}",
        stale.head
    );
}

#[tokio::test]
async fn it_stands_in_for_an_error() {
    let origin = once("Cache-Control: max-age=0\r\n", || {
        respond(500, "", "broken")
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    assert_eq!(edge.get("/x").await.text(), "kept");
}

#[tokio::test]
async fn what_forbids_it_does_not() {
    let fields = "Cache-Control: max-age=0, must-revalidate\r\n";
    let origin = once(fields, || respond(503, "", "broken")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    let broken = edge.get("/x").await;
    assert_eq!((broken.status, broken.text()), (503, "broken"));
}

#[tokio::test]
async fn it_serves_while_it_is_revalidated() {
    let gate = Arc::new(Semaphore::new(0));
    let refreshed = Arc::new(AtomicBool::new(false));
    let (wait, told) = (Arc::clone(&gate), Arc::clone(&refreshed));
    let origin = Origin::new(move |asked| {
        let swr = "Cache-Control: max-age=0, stale-while-revalidate=60\r\n";
        if asked.before == 0 {
            return ok(swr, "old");
        }
        told.store(true, Ordering::Release);
        let mut steps = vec![Step::Gate(Arc::clone(&wait))];
        steps.extend(ok("Cache-Control: max-age=60\r\n", "new"));
        steps
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    // Nobody waits for the origin, and it is asked once for all of them.
    for _ in 0..3 {
        assert_eq!(edge.get("/x").await.text(), "old");
    }
    origin.wait_for(2).await;
    gate.add_permits(1);
    edge.wait_for_text("/x", "new").await;
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn a_refresh_that_fails_is_not_repeated_by_every_hit() {
    for status in [500, 503] {
        let origin = Origin::new(move |asked| match asked.before {
            0 => ok(
                "Cache-Control: max-age=0, stale-while-revalidate=60\r\n",
                "old",
            ),
            _ => respond(status, "", "broken"),
        })
        .await;
        let edge = Edge::start(&one_route(&[&origin]));
        edge.get("/x").await;
        assert_eq!(edge.get("/x").await.text(), "old");
        origin.wait_for(2).await;
        edge.wait_for_metric("hedgerow_flights", 0.0).await;
        for _ in 0..10 {
            assert_eq!(edge.get("/x").await.text(), "old");
        }
        assert_eq!(origin.asked().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn what_may_not_stand_in_is_a_gateway_timeout() {
    // RFC 9111 §5.2.2.2.
    let origin = once(
        "ETag: \"a\"\r\nCache-Control: max-age=0, must-revalidate\r\n",
        close,
    )
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    assert_eq!(edge.get("/x").await.status, 504);
}

/// All others wait for what it brings, and HEAD brings no body.
#[tokio::test]
async fn what_a_head_finds_stale_is_refreshed_by_get() {
    let origin = Origin::new(|asked| match asked.before {
        0 => ok(
            "Cache-Control: max-age=0, stale-while-revalidate=60\r\n",
            "old",
        ),
        _ => ok("Cache-Control: max-age=60\r\n", "new"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    let mut client = Client::connect(edge.address).await;
    client
        .send("HEAD /x HTTP/1.1\r\nHost: test.example\r\n\r\n")
        .await;
    assert_eq!(client.response(true).await.unwrap().status, 200);
    origin.wait_for(2).await;
    assert!(origin.asked()[1].head.starts_with("GET "));
    edge.wait_for_text("/x", "new").await;
    assert_eq!(origin.asked().len(), 2);
}
