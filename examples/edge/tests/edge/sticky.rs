//! Requests of one session go to the node that has it.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{
    Client, Edge, Origin, Step, close, config, hedged, ok, one_route, respond, stall,
};

/// Two origins, of which the first is everybody's first choice.
fn document(origins: &[&Origin], mode: &str) -> Value {
    let mut document = one_route(origins);
    sticky(&mut document, mode);
    document
}

fn sticky(document: &mut Value, mode: &str) {
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["affinity"] =
        json!({"cookie": "gcbSessionServer", "query": "co-browse-node-id", "mode": mode});
}

async fn named(name: &'static str) -> Origin {
    Origin::new(move |_| ok("", name)).await
}

/// An address where nothing listens.
async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_cookie_or_a_url_names_the_node() {
    let (a, b) = (named("a").await, named("b").await);
    let edge = Edge::start(&document(&[&a, &b], "prefer"));
    let table = [
        ("/x", "", "a", "first_tier"),
        ("/x", "Cookie: gcbSessionServer=b\r\n", "b", "sticky"),
        ("/x", "Cookie: gcbSessionServer=s1.b\r\n", "b", "sticky"),
        ("/x?co-browse-node-id=b", "", "b", "sticky"),
        ("/x", "Cookie: gcbSessionServer=a\r\n", "a", "sticky"),
        // Forged, or of a session that is long over.
        (
            "/x",
            "Cookie: gcbSessionServer=10.0.0.1\r\n",
            "a",
            "unknown_node",
        ),
    ];
    for (path, fields, node, why) in table {
        let response = edge.get_with(path, fields).await;
        assert_eq!(response.text(), node, "{path} {fields}");
        let timing = response.field("server-timing").unwrap();
        assert!(timing.contains(&format!("pick;desc=\"{why}\"")), "{timing}");
        assert_eq!(response.field("hedgerow-session-lost"), None);
    }
}

#[tokio::test]
async fn another_takes_over_where_that_is_allowed() {
    for mode in ["prefer", "owner"] {
        let a = named("a").await;
        let mut document = config(&[a.url(), nobody().await]);
        sticky(&mut document, mode);
        let edge = Edge::start(&document);
        let fields = "Cookie: gcbSessionServer=b\r\nHedgerow-Session-Lost: forged\r\n";
        let response = edge.get_with("/x", fields).await;
        assert_eq!((response.status, response.text()), (200, "a"), "{mode}");
        // The client is told, and so is the node that ends the session.
        let lost = (mode == "owner").then_some("b");
        assert_eq!(response.field("hedgerow-session-lost"), lost, "{mode}");
        assert_eq!(a.asked()[0].field("hedgerow-session-lost"), lost, "{mode}");
    }
}

#[tokio::test]
async fn a_strict_session_goes_nowhere_else() {
    let a = named("a").await;
    let mut document = config(&[a.url(), nobody().await]);
    sticky(&mut document, "strict");
    let edge = Edge::start(&document);
    let response = edge.get_with("/x", "Cookie: gcbSessionServer=b\r\n").await;
    assert_eq!(response.status, 502);
    assert_eq!(a.asked().len(), 0);
}

#[tokio::test]
async fn an_owner_that_is_busy_still_has_the_session() {
    for (status, by) in [(503, "b"), (429, "b"), (502, "a"), (504, "a")] {
        let a = named("a").await;
        let b = Origin::new(move |_| respond(status, "", "b")).await;
        let edge = Edge::start(&document(&[&a, &b], "owner"));
        let response = edge.get_with("/x", "Cookie: gcbSessionServer=b\r\n").await;
        assert_eq!(response.text(), by, "{status}");
    }
}

#[tokio::test]
async fn an_owner_is_never_hedged() {
    let a = named("a").await;
    let b = Origin::new(|_| stall()).await;
    let mut document = hedged(document(&[&a, &b], "owner"));
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(500);
    let edge = Edge::start(&document);
    let response = edge.get_with("/x", "Cookie: gcbSessionServer=b\r\n").await;
    assert_eq!(response.text(), "a");
    let timing = response.field("server-timing").unwrap();
    assert!(timing.contains("attempt_deadline won"), "{timing}");
    assert_eq!(response.field("hedgerow-session-lost"), Some("b"));
}

// Waiting for the log must not keep the origins from answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_others_fail_at_is_still_waited_for() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let a = named("a").await;
    let b = Origin::new(move |asked| match asked.path() {
        "/slow" => {
            let mut steps = vec![Step::Gate(Arc::clone(&wait))];
            steps.extend(ok("", "b"));
            steps
        }
        _ => close(),
    })
    .await;
    let mut document = document(&[&a, &b], "owner");
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(60_000);
    document["edge"]["upstreams"][0]["totalTimeoutMs"] = json!(60_000);
    let edge = Edge::start(&document);
    let cookie = "Cookie: gcbSessionServer=b\r\n";
    let mut client = Client::connect(edge.address).await;
    let head = format!("GET /slow HTTP/1.1\r\nHost: test.example\r\n{cookie}\r\n");
    client.send(head).await;
    b.wait_for(1).await;
    for _ in 0..5 {
        assert_eq!(edge.get_with("/x", cookie).await.text(), "a");
    }
    assert_eq!(edge.logged("ejected")["endpoint"], "b");
    gate.add_permits(1);
    assert_eq!(client.response(false).await.unwrap().text(), "b");
}
