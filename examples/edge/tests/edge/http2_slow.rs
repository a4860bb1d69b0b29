//! Clients of HTTP/2 that close their windows: to the connection they are idle,
//! to their streams they are not.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::support::http2::{ask, collect};
use crate::support::{Edge, Origin, connect, ok, one_route, within};

const LENGTH: usize = 1024 * 1024;

/// An edge that has `/x`, and a connection with a window of the least size.
async fn meet(
    timeouts: serde_json::Value,
) -> (Edge, Origin, SendRequest<Full<Bytes>>, JoinHandle<()>) {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", &"x".repeat(LENGTH))).await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = timeouts;
    let edge = Edge::start(&document);
    assert!(edge.get("/x").await.whole);
    let stream = TokioIo::new(connect(edge.address).await);
    let begun = Builder::new(TokioExecutor::new())
        .initial_stream_window_size(65_535)
        .handshake(stream);
    let (sender, connection) = within("the beginning of HTTP/2", begun).await.unwrap();
    let connection = tokio::spawn(async move {
        // How it ends is not the question.
        let _ = connection.await;
    });
    (edge, origin, sender, connection)
}

fn get() -> Request<Full<Bytes>> {
    let request = Request::get("http://test.example/x");
    request.body(Full::default()).unwrap()
}

#[tokio::test]
async fn who_never_opens_the_window_is_cut() {
    let (edge, _origin, mut sender, connection) = meet(json!({"writeMs": 400})).await;
    let stuck = ask(&mut sender, get()).await.unwrap();
    within("the end of the connection", connection)
        .await
        .unwrap();
    assert!(collect(stuck).await.is_err());
    assert!(edge.get("/x").await.whole);
}

#[tokio::test]
async fn who_is_merely_slow_is_not_idle() {
    let timeouts = json!({"idleMs": 200, "writeMs": 60_000});
    let (_edge, _origin, mut sender, _connection) = meet(timeouts).await;
    let slow = ask(&mut sender, get()).await.unwrap();
    // Longer than an idle connection may live.
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    let body = collect(slow).await.unwrap().to_bytes();
    assert_eq!(body.len(), LENGTH);
}
