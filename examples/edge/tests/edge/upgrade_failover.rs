//! Before an endpoint has switched, another may; afterwards none.

use serde_json::{Value, json};

use crate::support::{
    Client, Edge, Origin, Step, close, config, one_route, respond, stall, switch,
};

async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// An endpoint that switches and says its name.
async fn named(name: &'static str) -> Origin {
    Origin::new(move |_| switch(Step::Send(name.into()))).await
}

async fn reached(edge: &Edge, fields: &str) -> (String, String) {
    let mut client = Client::connect(edge.address).await;
    let head = client.upgrade("/chat", fields).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let mut place = [0; 1];
    client.read_exact(&mut place).await;
    (String::from_utf8(place.into()).unwrap(), head)
}

#[tokio::test]
async fn who_can_not_switch_gives_way() {
    let b = named("b").await;
    let edge = Edge::start(&config(&[nobody().await, b.url()]));
    assert_eq!(reached(&edge, "").await.0, "b");
    for script in [
        (|| respond(502, "", "")) as fn() -> Vec<Step>,
        || respond(503, "", ""),
        || respond(504, "", ""),
        close,
    ] {
        let (a, b) = (Origin::new(move |_| script()).await, named("b").await);
        let edge = Edge::start(&one_route(&[&a, &b]));
        assert_eq!(reached(&edge, "").await.0, "b");
        assert_eq!((a.asked().len(), b.asked().len()), (1, 1));
    }
}

#[tokio::test]
async fn a_silent_one_is_never_hedged() {
    let (a, b) = (Origin::new(|_| stall()).await, named("b").await);
    let mut document = one_route(&[&a, &b]);
    document["edge"]["upstreams"][0]["hedgeMs"] = json!(20);
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(400);
    let edge = Edge::start(&document);
    let (name, head) = reached(&edge, "").await;
    assert_eq!(name, "b");
    assert!(head.contains("b;desc=\"attempt_deadline won\""), "{head}");
}

#[tokio::test]
async fn a_session_goes_to_its_node() {
    let (a, b) = (named("a").await, named("b").await);
    let mut document = one_route(&[&a, &b]);
    sticky(&mut document);
    let edge = Edge::start(&document);
    let cookie = "Cookie: gcbSessionServer=b\r\n";
    assert_eq!(reached(&edge, cookie).await.0, "b");
    drop(b);
    let (name, head) = reached(&edge, cookie).await;
    assert_eq!(name, "a");
    assert!(head.contains("hedgerow-session-lost: b\r\n"), "{head}");
    assert_eq!(a.asked()[0].field("hedgerow-session-lost"), Some("b"));
}

fn sticky(document: &mut Value) {
    document["edge"]["upstreams"][0]["affinity"] = json!({"cookie": "gcbSessionServer"});
}

/// Neither does a session that lasts look like an endpoint that hangs, nor does
/// its end lead to another endpoint.
#[tokio::test]
async fn what_has_switched_is_never_asked_for_again() {
    let a = Origin::new(|_| switch(Step::Reset)).await;
    let b = named("b").await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    for _ in 0..6 {
        let mut client = Client::connect(edge.address).await;
        let head = client.upgrade("/chat", "").await;
        assert!(head.contains("a;desc=\"first_choice won\""), "{head}");
        assert!(client.is_ended().await);
    }
    assert_eq!((a.asked().len(), b.asked().len()), (6, 0));
}

#[tokio::test]
async fn what_fails_to_switch_counts() {
    let (a, b) = (Origin::new(|_| close()).await, named("b").await);
    let edge = Edge::start(&one_route(&[&a, &b]));
    for _ in 0..6 {
        assert_eq!(reached(&edge, "").await.0, "b");
    }
    assert_eq!(a.asked().len(), 5, "ejected after five failures");
}
