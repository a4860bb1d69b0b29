//! Nobody reads the log: requests go on, and what is missing is told.

use crate::support::{Client, Edge, Origin, ok, one_route};

/// A line of the log has its path, so that few requests fill pipe and queue.
const LONG: usize = 8 * 1024;
/// More lines than those hold.
const REQUESTS: usize = 400;

async fn edge() -> (Edge, Origin) {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "x")).await;
    (Edge::start(&one_route(&[&origin])), origin)
}

async fn ask(edge: &Edge, path: &str, requests: usize) {
    let mut client = Client::connect(edge.address).await;
    for _ in 0..requests {
        assert_eq!(client.get(path, "").await.status, 200);
    }
}

#[tokio::test]
#[expect(
    clippy::await_holding_lock,
    reason = "the thread that reads the log is to wait"
)]
async fn requests_go_on_and_the_gap_is_told() {
    let (edge, _origin) = edge().await;
    let reading = edge.reading();
    let held = reading.lock().unwrap();
    ask(&edge, &format!("/{}", "x".repeat(LONG)), REQUESTS).await;
    let dropped = edge.metric("hedgerow_log_lines_dropped_total").await;
    assert!(dropped > 0.0);
    drop(held);
    let told = edge.logged("log lines dropped")["lines"].as_f64().unwrap();
    assert!(told >= dropped, "{told} of {dropped}");
}

#[tokio::test]
#[expect(
    clippy::await_holding_lock,
    reason = "the thread that reads the log is to wait"
)]
async fn it_ends_although_nobody_reads() {
    let (mut edge, _origin) = edge().await;
    let reading = edge.reading();
    let _held = reading.lock().unwrap();
    ask(&edge, &format!("/{}", "x".repeat(LONG)), REQUESTS).await;
    edge.signal("-TERM");
    assert_eq!(edge.ended(), Some(0));
}

#[tokio::test]
async fn at_the_end_every_line_is_written() {
    let (mut edge, _origin) = edge().await;
    let path = format!("/{}", "x".repeat(LONG));
    // Fewer than the queue holds.
    ask(&edge, &path, 100).await;
    edge.signal("-TERM");
    assert_eq!(edge.ended(), Some(0));
    let lines = edge.rest_of_log();
    let served = lines.iter().filter(|line| line["target"] == "access");
    assert_eq!(served.count(), 100);
    assert!(lines.iter().any(|line| line["message"] == "draining"));
}
