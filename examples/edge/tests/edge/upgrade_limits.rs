//! How many upgrades there may be, and how long they may be silent or stay.

use serde_json::json;

use crate::support::{Client, Edge, Origin, Step, one_route, switch, until};

async fn echoes() -> Origin {
    Origin::new(|_| switch(Step::Echo)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_than_so_many_at_once() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    document["edge"]["limits"] = json!({"upgrades": 1});
    let edge = Edge::start(&document);
    let mut first = Client::connect(edge.address).await;
    assert!(first.upgrade("/x", "").await.starts_with("HTTP/1.1 101 "));
    let mut second = Client::connect(edge.address).await;
    assert!(second.upgrade("/x", "").await.starts_with("HTTP/1.1 503 "));
    assert_eq!(origin.asked().len(), 1);
    drop(first);
    until("room for another", async || {
        let mut third = Client::connect(edge.address).await;
        let head = third.upgrade("/x", "").await;
        head.starts_with("HTTP/1.1 101 ")
    })
    .await;
}

#[tokio::test]
async fn who_is_silent_for_too_long_is_cut() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = json!({"upgradeIdleMs": 2_000, "idleMs": 100, "writeMs": 100});
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    // Longer than anything that is idle in HTTP may be, and than the limit.
    for _ in 0..5 {
        client.send("x").await;
        client.read_exact(&mut [0]).await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert!(client.is_ended().await);
    assert_eq!(edge.logged_of("access")["cut"], true);
}

// Waiting for the end must not keep the origin from ending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_the_proxy_waits_for_it_until_the_deadline() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = json!({"drainMs": 60_000});
    let mut edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    edge.signal("-TERM");
    edge.logged("draining");
    client.send("x").await;
    client.read_exact(&mut [0]).await;
    assert!(edge.is_running());
    drop(client);
    assert_eq!(edge.ended(), Some(0));

    document["edge"]["timeouts"] = json!({"drainMs": 100});
    let mut edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    edge.signal("-TERM");
    edge.logged("cut after the drain deadline");
    assert_eq!(client.close_code().await, Some(1001));
    assert_eq!(edge.ended(), Some(0));
}

#[tokio::test]
async fn a_reload_leaves_it_alone() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(1234);
    document["edge"]["routes"][0]["upgrades"] = json!([]);
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
    client.send("x").await;
    client.read_exact(&mut [0]).await;
}
