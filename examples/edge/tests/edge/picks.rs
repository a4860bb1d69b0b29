//! Which of the endpoints in use a request goes to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, ok, one_route, stall};

/// Endpoints of one tier, and nothing stored.
fn document(origins: &[&Origin], pick: Value) -> Value {
    let mut document = one_route(origins);
    let upstream = &mut document["edge"]["upstreams"][0];
    for at in 0..origins.len() {
        upstream["endpoints"][at]["priority"] = json!(0);
    }
    upstream["pick"] = pick;
    document["edge"]["routes"][0]["cache"] = json!("off");
    document
}

async fn named(name: &'static str) -> Origin {
    Origin::new(move |_| ok("", name)).await
}

#[tokio::test]
async fn in_turn_nobody_is_first_twice() {
    let (a, b) = (named("a").await, named("b").await);
    let edge = Edge::start(&document(&[&a, &b], json!("round_robin")));
    let mut last = String::new();
    for _ in 0..20 {
        let now = edge.get("/x").await.text().to_owned();
        assert_ne!(now, last);
        last = now;
    }
}

#[tokio::test]
async fn a_key_leads_to_the_same_endpoint() {
    let (a, b) = (named("a").await, named("b").await);
    for (pick, path, fields) in [
        (json!("path"), "/x?@", ""),
        (json!({"cookie": "sid"}), "/x", "Cookie: other=1; sid=@\r\n"),
        (json!({"header": "X-User"}), "/x", "X-User: @\r\n"),
    ] {
        let edge = Edge::start(&document(&[&a, &b], pick.clone()));
        let mut found = BTreeMap::new();
        for round in 0..3 {
            for key in 0..12 {
                let with = |text: &str| text.replace('@', &key.to_string());
                let response = edge.get_with(&with(path), &with(fields)).await;
                let timing = response.field("server-timing").unwrap();
                assert!(timing.starts_with("pick;desc=\"keyed\""), "{timing}");
                let name = response.text().to_owned();
                let before = found.insert(key, name.clone());
                assert!(round == 0 || before == Some(name), "{pick} {key}");
            }
        }
        let mut names: Vec<&String> = found.values().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 2, "{pick}");
    }
}

#[tokio::test]
async fn without_a_key_one_is_drawn() {
    let (a, b) = (named("a").await, named("b").await);
    let edge = Edge::start(&document(&[&a, &b], json!({"cookie": "sid"})));
    let response = edge.get("/x").await;
    let timing = response.field("server-timing").unwrap();
    assert!(timing.starts_with("pick;desc=\"first_tier\""), "{timing}");
}

/// One endpoint is busy with requests that it does not end. Of two draws that
/// both find it, a third decides, so it gets an eighth; without looking, half.
#[tokio::test]
async fn who_has_less_to_do_is_preferred() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let a = Origin::new(move |asked| match asked.path() {
        "/slow" => vec![Step::Gate(Arc::clone(&wait)), Step::Stall],
        _ => ok("", "a"),
    })
    .await;
    let b = named("b").await;
    let mut document = document(&[&a, &b], json!("least_loaded"));
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["affinity"] = json!({"header": "x-node"});
    upstream["timeoutMs"] = json!(60_000);
    upstream["totalTimeoutMs"] = json!(60_000);
    let edge = Edge::start(&document);
    let mut busy = Vec::new();
    for _ in 0..50 {
        let mut client = Client::connect(edge.address).await;
        let head = "GET /slow HTTP/1.1\r\nHost: test.example\r\nX-Node: a\r\n\r\n";
        client.send(head).await;
        busy.push(client);
    }
    a.wait_for(50).await;
    let mut quiet = 0;
    for _ in 0..80 {
        quiet += usize::from(edge.get("/x").await.text() == "b");
    }
    assert!(quiet > 55, "{quiet} of 80");
}

#[tokio::test]
async fn a_weight_of_zero_is_for_when_the_others_fail() {
    let (a, b) = (named("a").await, named("b").await);
    let mut document = document(&[&a, &b], json!("random"));
    document["edge"]["upstreams"][0]["endpoints"][0]["weight"] = json!(0);
    let edge = Edge::start(&document);
    for _ in 0..20 {
        assert_eq!(edge.get("/x").await.text(), "b");
    }
    drop(b);
    assert_eq!(edge.get("/x").await.text(), "a");
}

#[tokio::test]
async fn a_route_has_a_deadline_of_its_own() {
    let a = Origin::new(|_| stall()).await;
    let mut document = document(&[&a], json!("random"));
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["timeoutMs"] = json!(600_000);
    upstream["totalTimeoutMs"] = json!(600_000);
    document["edge"]["routes"][0]["deadlineMs"] = json!(200);
    let edge = Edge::start(&document);
    let response = edge.get("/x").await;
    assert_eq!(response.status, 504);
    assert!(
        response.cache().contains("detail=total_deadline"),
        "{}",
        response.cache()
    );
}
