//! A reload in the middle of an outage forgets nothing: neither what requests
//! and probes have found out, nor what operators have said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{
    Client, Edge, Operator, Origin, Step, close, ok, one_route, respond, stall, until,
};

/// Reloads, with an upstream that is not quite what it was.
fn reload(edge: &Edge, document: &mut Value) {
    let timeout = &mut document["edge"]["upstreams"][0]["timeoutMs"];
    *timeout = json!(timeout.as_u64().unwrap_or(3_000) - 1);
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
}

async fn two(a: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> (Origin, Origin, Value) {
    let a = Origin::new(move |_| a()).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    (a, b, document)
}

#[tokio::test]
async fn who_is_ejected_stays_so() {
    let (a, _b, mut document) = two(close).await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    for _ in 0..5 {
        edge.get("/x").await;
    }
    let before = operator.endpoint("a").await;
    assert_eq!(before["health"], "ejected");
    // It has to be the reload that would forget it, not its time: where that is
    // over meanwhile, the next ejection is twice as long.
    let after = loop {
        until("another relapse", async || {
            edge.get("/x").await;
            operator.endpoint("a").await["ejection"]["relapses"].as_u64() >= Some(2)
        })
        .await;
        let (before, asked) = (operator.endpoint("a").await, a.asked().len());
        reload(&edge, &mut document);
        for _ in 0..5 {
            assert_eq!(edge.get("/x").await.text(), "b");
        }
        let (after, asked_after) = (operator.endpoint("a").await, a.asked().len());
        let end = before["ejection"]["until"].as_str();
        if operator.state().await["now"].as_str() < end {
            assert_eq!(asked_after, asked);
            assert_eq!(after["ejection"], before["ejection"]);
            break after;
        }
    };
    assert_eq!(
        (&after["health"], &after["inUse"]),
        (&json!("dead"), &json!(false))
    );
    assert_eq!(after["healthWhy"], "trial_failed");
    assert!(
        after["requests"]["sent"].as_u64() >= Some(5),
        "counts go on: {after:#}"
    );
}

#[tokio::test]
async fn who_is_ejected_stays_so_wherever_it_stands() {
    let (_a, _b, mut document) = two(close).await;
    let edge = Edge::start(&document);
    for _ in 0..5 {
        edge.get("/x").await;
    }
    let ejected = Operator::of(&edge).endpoint("a").await;
    assert_eq!(ejected["health"], "ejected");
    // Its number is another's now: no health goes by numbers.
    let endpoints = &mut document["edge"]["upstreams"][0]["endpoints"];
    let endpoints = endpoints.as_array_mut().unwrap();
    endpoints.reverse();
    let mut third = endpoints[0].clone();
    third["id"] = json!("c");
    endpoints.insert(0, third);
    reload(&edge, &mut document);
    for id in ["b", "c"] {
        let well = Operator::of(&edge).endpoint(id).await;
        assert_eq!(well["health"], "healthy", "{id}");
    }
    let after = Operator::of(&edge).endpoint("a").await;
    assert_ne!(after["health"], "healthy");
    assert_eq!(after["healthWhy"], ejected["healthWhy"]);
}

#[tokio::test]
async fn what_requests_under_way_find_out_counts() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let closes = move || vec![Step::Gate(Arc::clone(&wait)), Step::Close];
    let (a, _b, mut document) = two(closes).await;
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(60_000);
    document["edge"]["upstreams"][0]["totalTimeoutMs"] = json!(60_000);
    let edge = Edge::start(&document);
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = Client::connect(edge.address).await;
        client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
        clients.push(client);
    }
    a.wait_for(5).await;
    for _ in 0..2 {
        reload(&edge, &mut document);
    }
    gate.add_permits(5);
    for client in &mut clients {
        assert_eq!(client.response(false).await.unwrap().text(), "b");
    }
    let known = Operator::of(&edge).endpoint("a").await;
    assert_eq!(known["health"], "ejected", "{known:#}");
}

#[tokio::test]
async fn a_request_goes_on_whose_endpoint_has_left() {
    let (a, _b, mut document) = two(stall).await;
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(2_000);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    a.wait_for(1).await;
    let endpoints = &mut document["edge"]["upstreams"][0]["endpoints"];
    endpoints.as_array_mut().unwrap().remove(0);
    reload(&edge, &mut document);
    assert_eq!(client.response(false).await.unwrap().text(), "b");
    assert_eq!(client.get("/x", "").await.text(), "b");
}

#[tokio::test]
async fn who_asked_for_rest_gets_it() {
    let (a, _b, mut document) = two(|| respond(429, "Retry-After: 50\r\n", "a")).await;
    let edge = Edge::start(&document);
    assert_eq!(edge.get("/x").await.text(), "b");
    assert_eq!(a.asked().len(), 1);
    reload(&edge, &mut document);
    assert!(Operator::of(&edge).endpoint("a").await["restUntil"].is_string());
    assert_eq!(edge.get("/x").await.text(), "b");
    assert_eq!(a.asked().len(), 1);
}

#[tokio::test]
async fn what_operators_said_stays_and_says_so() {
    let (_a, _b, mut document) = two(|| ok("", "a")).await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let of = |rest: &str| format!("/upstreams/origin/{rest}");
    let service = of("endpoints/a/service");
    let body = json!({"state": "maintenance", "forSeconds": 600, "by": "ann"});
    let set = operator.change("PUT", &service, &body).await;
    operator
        .change("PUT", &of("endpoints/b/weight"), &json!({"weight": 7}))
        .await;
    operator
        .change("POST", &of("swap"), &json!({"endpoints": ["a", "b"]}))
        .await;
    let before = operator.state().await;
    reload(&edge, &mut document);
    let after = operator.state().await;
    for (index, fields) in [
        (0, ["state", "stateSet", "priority"]),
        (1, ["weight", "weightSet", "priority"]),
    ] {
        for field in fields {
            let of = |state: &Value| state["upstreams"][0]["endpoints"][index][field].clone();
            assert_eq!(of(&before), of(&after), "{field}");
        }
    }
    assert_eq!(
        after["upstreams"][0]["swap"],
        before["upstreams"][0]["swap"]
    );
    assert_ne!(after["epoch"], before["epoch"], "a reload is a change");
    assert_eq!(
        operator.endpoint("a").await["stateSet"]["change"],
        set["change"]
    );
    assert_eq!(edge.get("/x").await.text(), "b");
    // Undone, the document counts, as it is now.
    document["edge"]["upstreams"][0]["endpoints"][1]["state"] = json!("drain");
    reload(&edge, &mut document);
    operator.undo(&service).await;
    assert_eq!(operator.endpoint("a").await["state"], "active");
    assert_eq!(operator.endpoint("b").await["state"], "draining");
    // What was said of an endpoint goes with it.
    document["edge"]["upstreams"][0]["endpoints"]
        .as_array_mut()
        .unwrap()
        .pop();
    reload(&edge, &mut document);
    assert_eq!(operator.state().await["upstreams"][0]["swap"], Value::Null);
}

#[tokio::test]
async fn a_drill_goes_on() {
    for mode in ["down", "refuse"] {
        let (a, _b, mut document) = two(|| ok("", "a")).await;
        let edge = Edge::start(&document);
        let operator = Operator::of(&edge);
        let drill = "/upstreams/origin/drill";
        let body = json!({"endpoint": "a", "mode": mode, "forSeconds": 600});
        operator.change("POST", drill, &body).await;
        assert_eq!(edge.get("/x").await.text(), "b");
        reload(&edge, &mut document);
        assert_eq!(edge.get("/x").await.text(), "b");
        assert_eq!(a.asked().len(), 0);
        let (_, answer) = operator.undo(drill).await;
        assert_eq!(answer["upstream"]["drill"]["requests"], 2);
        assert_eq!(edge.get("/x").await.text(), "a", "{mode}");
    }
}

#[tokio::test]
async fn what_has_a_time_still_ends() {
    let (_a, _b, mut document) = two(|| ok("", "a")).await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let of = |rest: &str| format!("/upstreams/origin/{rest}");
    let body = json!({"weight": 7, "forSeconds": 5});
    operator
        .change("PUT", &of("endpoints/b/weight"), &body)
        .await;
    let body = json!({"endpoint": "a", "mode": "refuse", "forSeconds": 5});
    operator.change("POST", &of("drill"), &body).await;
    reload(&edge, &mut document);
    edge.logged("change ended");
    assert_eq!(operator.endpoint("b").await["weight"], 100);
    edge.wait_for_text("/x", "a").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost() {
    let (_a, _b, mut document) = two(close).await;
    let edge = Edge::start(&document);
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (address, over) = (edge.address, Arc::clone(&over));
            tokio::spawn(async move {
                let mut client = Client::connect(address).await;
                let mut count = 0;
                while !over.load(Ordering::Relaxed) {
                    let response = client.get("/x", "").await;
                    assert_eq!((response.status, response.text()), (200, "b"));
                    count += 1;
                }
                count
            })
        })
        .collect();
    for _ in 0..10 {
        reload(&edge, &mut document);
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        assert!(client.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn a_document_that_takes_the_last_one_away_is_told() {
    let (_a, _b, mut document) = two(|| ok("", "a")).await;
    let edge = Edge::start(&document);
    let service = "/upstreams/origin/endpoints/a/service";
    let body = json!({"state": "maintenance"});
    Operator::of(&edge).change("PUT", service, &body).await;
    let endpoints = &mut document["edge"]["upstreams"][0]["endpoints"];
    endpoints.as_array_mut().unwrap().pop();
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
    let told = edge.logged("operators have left no endpoint in service");
    assert_eq!(told["upstream"], "origin");
    edge.logged("configuration taken over");
    assert_eq!(edge.get("/x").await.status, 503);
    Operator::of(&edge).undo(service).await;
    assert_eq!(edge.get("/x").await.text(), "a");
}
