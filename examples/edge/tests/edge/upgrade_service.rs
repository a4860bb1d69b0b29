//! What an operator says of an endpoint holds for open WebSockets, too.

use serde_json::json;

use crate::support::{Client, Edge, Operator, Origin, Step, one_route, switch};

const SERVICE: &str = "/upstreams/origin/endpoints/a/service";

async fn echoes() -> Origin {
    Origin::new(|_| switch(Step::Echo)).await
}

/// A whole frame, so that what comes back is one.
async fn is_open(client: &mut Client) -> bool {
    client.send([0x82, 0]).await;
    client.read_exact(&mut [0; 2]).await;
    true
}

#[tokio::test]
async fn it_is_under_way_as_long_as_it_is_open() {
    let (a, b) = (echoes().await, echoes().await);
    let edge = Edge::start(&one_route(&[&a, &b]));
    let name = "hedgerow_endpoint_in_flight{upstream=\"origin\",endpoint=\"a\"}";
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    assert!(is_open(&mut client).await);
    assert_eq!(edge.metric(name).await, 1.0);
    drop(client);
    edge.wait_for_metric(name, 0.0).await;
}

#[tokio::test]
async fn maintenance_and_outage_end_it() {
    for state in ["maintenance", "down"] {
        let (a, b) = (echoes().await, echoes().await);
        let edge = Edge::start(&one_route(&[&a, &b]));
        let mut client = Client::connect(edge.address).await;
        client.upgrade("/x", "").await;
        assert!(is_open(&mut client).await);
        let body = json!({"state": state});
        Operator::of(&edge).change("PUT", SERVICE, &body).await;
        assert_eq!(client.close_code().await, Some(1012), "{state}");
        // The next one goes elsewhere.
        let mut client = Client::connect(edge.address).await;
        let head = client.upgrade("/x", "").await;
        assert!(head.contains("b;desc=\""), "{head}");
    }
}

#[tokio::test]
async fn a_drain_keeps_it_until_its_deadline() {
    let (a, b) = (echoes().await, echoes().await);
    let edge = Edge::start(&one_route(&[&a, &b]));
    let operator = Operator::of(&edge);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    let body = json!({"state": "draining"});
    operator.change("PUT", SERVICE, &body).await;
    assert!(is_open(&mut client).await);
    let body = json!({"state": "draining", "forSeconds": 1});
    operator.change("PUT", SERVICE, &body).await;
    assert!(is_open(&mut client).await);
    assert_eq!(client.close_code().await, Some(1012));
}

#[tokio::test]
async fn so_does_a_document_that_takes_the_endpoint_out() {
    let (a, b) = (echoes().await, echoes().await);
    let mut document = one_route(&[&a, &b]);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.upgrade("/x", "").await;
    for (state, open) in [("drain", true), ("down", false)] {
        document["edge"]["upstreams"][0]["endpoints"][0]["state"] = json!(state);
        std::fs::write(&edge.file, document.to_string()).unwrap();
        edge.signal("-HUP");
        edge.logged("configuration taken over");
        if open {
            assert!(is_open(&mut client).await);
        } else {
            assert_eq!(client.close_code().await, Some(1012));
        }
    }
}
