//! What was fetched for the visitors of one zone is never another's.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, ok, one_route, until};

/// The first endpoint serves `us`, the second `eu`; both fences are closed.
fn document(origins: &[&Origin]) -> Value {
    let mut document = one_route(origins);
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["endpoints"][0]["region"] = json!("us");
    upstream["endpoints"][1]["region"] = json!("eu");
    upstream["sites"] = json!([
        {"region": "us", "allowed": ["us"]},
        {"region": "eu", "allowed": ["eu"]},
        {"region": "ch", "allowed": ["eu"]}
    ]);
    document["edge"]["visitors"] = json!({"header": "x-region", "trusted": ["127.0.0.0/8"]});
    document
}

async fn named(name: &'static str, fields: &'static str) -> Origin {
    Origin::new(move |_| ok(fields, name)).await
}

fn from(region: &str) -> String {
    format!("X-Region: {region}\r\n")
}

const FRESH: &str = "Cache-Control: max-age=60\r\n";

async fn is_hit(edge: &Edge, region: &str) -> bool {
    let fields = format!("{}Cache-Control: only-if-cached\r\n", from(region));
    edge.get_with("/x", &fields).await.status == 200
}

async fn wait_for_hit(edge: &Edge, region: &str) {
    until("a hit", async || is_hit(edge, region).await).await;
}

#[tokio::test]
async fn each_has_a_store_of_its_own() {
    let (us, eu) = (named("us", FRESH).await, named("eu", FRESH).await);
    let edge = Edge::start(&document(&[&us, &eu]));
    assert_eq!(edge.get_with("/x", &from("us")).await.text(), "us");
    wait_for_hit(&edge, "us").await;
    assert!(!is_hit(&edge, "eu").await);
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "eu");
    wait_for_hit(&edge, "eu").await;
    // The same endpoints may serve these two, so they share.
    assert!(is_hit(&edge, "ch").await);
    assert_eq!(edge.get_with("/x", &from("us")).await.text(), "us");
    assert_eq!((us.asked().len(), eu.asked().len()), (1, 1));
}

#[tokio::test]
async fn a_change_is_one_for_all() {
    let (us, eu) = (named("us", FRESH).await, named("eu", FRESH).await);
    let edge = Edge::start(&document(&[&us, &eu]));
    for region in ["us", "eu"] {
        edge.get_with("/x", &from(region)).await;
        wait_for_hit(&edge, region).await;
    }
    edge.send("POST", "/x", &from("us"), "new").await;
    assert!(!is_hit(&edge, "us").await);
    assert!(!is_hit(&edge, "eu").await);
}

#[tokio::test]
async fn nobody_waits_for_a_request_of_another_zone() {
    let gate = Arc::new(Semaphore::new(0));
    let slow = |name: &'static str| {
        let gate = Arc::clone(&gate);
        Origin::new(move |_| {
            let mut steps = vec![Step::Gate(Arc::clone(&gate))];
            steps.extend(ok(FRESH, name));
            steps
        })
    };
    let (us, eu) = (slow("us").await, slow("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    let mut clients = Vec::new();
    for region in ["us", "eu"] {
        let mut client = Client::connect(edge.address).await;
        let head = format!(
            "GET /x HTTP/1.1\r\nHost: test.example\r\n{}\r\n",
            from(region)
        );
        client.send(head).await;
        clients.push((client, region));
    }
    // Each is asked before either has answered.
    us.wait_for(1).await;
    eu.wait_for(1).await;
    gate.add_permits(2);
    for (mut client, region) in clients {
        assert_eq!(client.response(false).await.unwrap().text(), region);
    }
}

#[tokio::test]
async fn a_refresh_in_the_background_stays_there() {
    const STALE: &str = "Cache-Control: max-age=0, stale-while-revalidate=60\r\n";
    let (us, eu) = (named("us", STALE).await, named("eu", STALE).await);
    let edge = Edge::start(&document(&[&us, &eu]));
    edge.get_with("/x", &from("eu")).await;
    wait_for_hit(&edge, "eu").await;
    let before = eu.asked().len();
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "eu");
    eu.wait_for(before + 1).await;
    assert_eq!(us.asked().len(), 0);
}

#[tokio::test]
async fn what_is_stale_stands_in_for_its_own_zone_alone() {
    let (us, eu) = (named("us", FRESH).await, named("eu", FRESH).await);
    let edge = Edge::start(&document(&[&us, &eu]));
    edge.get_with("/x", &from("us")).await;
    wait_for_hit(&edge, "us").await;
    drop((us, eu));
    let fields = format!("{}Cache-Control: no-cache\r\n", from("eu"));
    assert_eq!(edge.get_with("/x", &fields).await.status, 502);
}

/// What came from where it may not come from was stored before anyone knew.
#[tokio::test]
async fn a_region_that_is_corrected_leaves_nothing_behind() {
    let (us, eu) = (named("us", FRESH).await, named("eu", FRESH).await);
    let right = document(&[&us, &eu]);
    let mut wrong = right.clone();
    wrong["edge"]["upstreams"][0]["endpoints"][0]["region"] = json!("eu");
    let edge = Edge::start(&wrong);
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "us");
    wait_for_hit(&edge, "eu").await;
    std::fs::write(&edge.file, right.to_string()).unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "eu");
    // What else is changed leaves it there.
    wait_for_hit(&edge, "eu").await;
    let mut other = right;
    other["edge"]["upstreams"][0]["timeoutMs"] = json!(2_999);
    std::fs::write(&edge.file, other.to_string()).unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
    assert!(is_hit(&edge, "eu").await);
}
