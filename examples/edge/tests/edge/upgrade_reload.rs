//! A reload ends the WebSockets that their endpoint may not serve any more, and
//! no others.

use serde_json::{Value, json};

use crate::support::{Client, Edge, Origin, Step, one_route, switch};

async fn echoes() -> Origin {
    Origin::new(|_| switch(Step::Echo)).await
}

/// Two regions; visitors of `ap` have no site of their own, and may be served
/// by both.
fn document(us: &Origin, eu: &Origin) -> Value {
    let mut document = one_route(&[us, eu]);
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["endpoints"][0]["region"] = json!("us");
    upstream["endpoints"][1]["region"] = json!("eu");
    upstream["sites"] = json!([
        {"region": "eu", "allowed": ["eu"]},
        {"allowed": ["us", "eu"]}
    ]);
    document["edge"]["visitors"] = json!({
        "header": "x-forwarded-region", "trusted": ["127.0.0.1"],
        "regions": [{"region": "ap"}]
    });
    document
}

async fn open(edge: &Edge, region: &str) -> Client {
    let mut client = Client::connect(edge.address).await;
    let fields = format!("X-Forwarded-Region: {region}\r\n");
    let head = client.upgrade("/chat?x=1", &fields).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(is_open(&mut client).await);
    client
}

async fn is_open(client: &mut Client) -> bool {
    client.send([0x82, 0]).await;
    client.read_exact(&mut [0; 2]).await;
    true
}

fn reload(edge: &Edge, document: &Value) {
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
}

#[tokio::test]
async fn a_fence_that_is_narrowed_ends_who_is_outside() {
    let (us, eu) = (echoes().await, echoes().await);
    let mut document = document(&us, &eu);
    let edge = Edge::start(&document);
    let (mut outside, mut inside) = (open(&edge, "ap").await, open(&edge, "eu").await);
    assert_eq!((us.asked().len(), eu.asked().len()), (1, 1));
    document["edge"]["upstreams"][0]["sites"][1]["allowed"] = json!(["eu"]);
    reload(&edge, &document);
    assert_eq!(outside.close_code().await, Some(1012));
    let name = "hedgerow_endpoint_in_flight{upstream=\"origin\",endpoint=\"a\"}";
    edge.wait_for_metric(name, 0.0).await;
    assert!(is_open(&mut inside).await);
    // Whoever comes again is inside.
    open(&edge, "ap").await;
    assert_eq!((us.asked().len(), eu.asked().len()), (1, 2));
}

#[tokio::test]
async fn so_does_whatever_else_takes_the_endpoint_away() {
    for (pointer, value) in [
        // It was never where it was said to be.
        ("/edge/upstreams/0/endpoints/0/region", json!("mars")),
        ("/edge/upstreams/0/endpoints/0/id", json!("c")),
        (
            "/edge/upstreams/0/endpoints/0/url",
            json!("http://127.0.0.1:9"),
        ),
        ("/edge/routes/0/path", json!("/elsewhere/")),
        // Now these visitors have a fence of their own.
        ("/edge/visitors/regions/0/region", json!("eu")),
    ] {
        let (us, eu) = (echoes().await, echoes().await);
        let mut document = document(&us, &eu);
        document["edge"]["visitors"]["regions"][0]["names"] = json!(["asia"]);
        document["edge"]["routes"][0]["path"] = json!("/");
        let edge = Edge::start(&document);
        let mut client = open(&edge, "asia").await;
        assert_eq!(us.asked().len(), 1);
        *document.pointer_mut(pointer).unwrap() = value;
        reload(&edge, &document);
        assert_eq!(client.close_code().await, Some(1012), "{pointer}");
    }
}

#[tokio::test]
async fn what_does_not_concern_it_leaves_it_alone() {
    let (us, eu) = (echoes().await, echoes().await);
    let mut document = document(&us, &eu);
    let edge = Edge::start(&document);
    let mut client = open(&edge, "ap").await;
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["timeoutMs"] = json!(1234);
    upstream["endpoints"][0]["weight"] = json!(7);
    upstream["endpoints"].as_array_mut().unwrap().remove(1);
    upstream["sites"][0]["allowed"] = json!(["us"]);
    upstream["sites"][1]["allowed"] = json!(["us"]);
    reload(&edge, &document);
    assert!(is_open(&mut client).await);
}

/// A frame of the proxy's own would be taken for a part of that one.
#[tokio::test]
async fn nothing_is_said_inside_a_frame() {
    let us = Origin::new(|_| {
        let mut steps = switch(Step::Stall);
        steps.insert(1, Step::Send(vec![0x82, 9, b'x']));
        steps
    })
    .await;
    let eu = echoes().await;
    let mut document = document(&us, &eu);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/chat", "X-Forwarded-Region: ap\r\n").await;
    client.read_exact(&mut [0; 3]).await;
    document["edge"]["upstreams"][0]["sites"][1]["allowed"] = json!(["eu"]);
    reload(&edge, &document);
    assert_eq!(client.close_code().await, None);
}
