//! Endpoints that are probed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::{Edge, Origin, ok, one_route, respond};

/// Answers `/x` always, and its probes as long as it is well.
async fn probed(well: &Arc<AtomicBool>) -> Origin {
    let well = Arc::clone(well);
    Origin::new(move |asked| match asked.path() {
        "/health" if !well.load(Ordering::SeqCst) => respond(500, "", "ill"),
        "/health" => ok("", "well"),
        _ => ok("", "a"),
    })
    .await
}

// Waiting for the log must not keep the origins from answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_fails_its_probes_is_left_alone_until_they_pass() {
    let well = Arc::new(AtomicBool::new(false));
    let a = probed(&well).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["health"] = json!({"path": "/health", "fastIntervalMs": 50});
    let edge = Edge::start(&document);
    let event = edge.logged("health");
    assert_eq!(
        (&event["endpoint"], &event["reason"]),
        (&json!("a"), &json!("probes_fail"))
    );
    assert_eq!(edge.get("/x").await.text(), "b");
    let up = "hedgerow_endpoint_up{upstream=\"origin\",endpoint=\"a\"}";
    assert_eq!(edge.metric(up).await, 0.0);

    well.store(true, Ordering::SeqCst);
    let event = edge.logged("health");
    assert_eq!(
        (&event["endpoint"], &event["reason"]),
        (&json!("a"), &json!("probes_passed"))
    );
    assert_eq!(edge.get("/x").await.text(), "a");
    assert_eq!(edge.metric(up).await, 1.0);
}

// Waiting for the log must not keep the origins from answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_body_counts_where_it_is_asked_for() {
    let a = Origin::new(|_| ok("", "a login page")).await;
    let b = Origin::new(|_| ok("", "all is OK here")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["upstreams"][0]["health"] =
        json!({"path": "/health", "body": "OK", "fastIntervalMs": 50});
    let edge = Edge::start(&document);
    let event = edge.logged("health");
    assert_eq!(event["endpoint"], "a");
    assert!(edge.get("/x").await.text().ends_with("OK here"));
}
