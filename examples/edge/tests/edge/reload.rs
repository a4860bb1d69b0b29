//! SIGHUP: a good document takes over, a bad one is refused.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, ok, one_route, until};

fn reload(edge: &Edge, document: &Value) {
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
}

#[tokio::test]
async fn a_good_one_takes_over_without_losing_a_request() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let a = Origin::new(move |_| {
        let mut steps = vec![Step::Gate(Arc::clone(&wait))];
        steps.extend(ok("Cache-Control: no-store\r\n", "a"));
        steps
    })
    .await;
    let b = Origin::new(|_| ok("Cache-Control: no-store\r\n", "b")).await;
    let edge = Edge::start(&one_route(&[&a]));
    let mut under_way = Client::connect(edge.address).await;
    under_way.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    a.wait_for(1).await;
    let document = one_route(&[&b]);
    reload(&edge, &document);
    edge.logged("configuration taken over");
    assert_eq!(edge.get("/x").await.text(), "b");
    gate.add_permits(1);
    assert_eq!(under_way.response(false).await.unwrap().text(), "a");
    // The connection goes on, with the new document.
    assert_eq!(under_way.get("/x", "").await.text(), "b");
}

#[tokio::test]
async fn a_bad_one_is_refused_with_the_field_named() {
    let origin = Origin::new(|_| ok("", "a")).await;
    let good = one_route(&[&origin]);
    let edge = Edge::start(&good);
    let mut wrong_type = good.clone();
    wrong_type["edge"]["store"] = json!({"maxBytes": "many"});
    let mut wrong_route = good.clone();
    wrong_route["edge"]["routes"][0]["upstream"] = json!("orign");
    let mut wrong_file = good.clone();
    wrong_file["edge"]["upstreams"][0]["ca"] = json!("/nowhere/ca.pem");
    let mut taken = good.clone();
    taken["edge"]["listen"] = json!([origin.address.to_string()]);
    for (document, named) in [
        (&wrong_type, "edge.store.maxBytes"),
        (&wrong_route, "edge.routes[0].upstream"),
        (&wrong_file, "/nowhere/ca.pem"),
        (&taken, "cannot listen on"),
        (&Value::String("{".into()), "expected"),
    ] {
        reload(&edge, document);
        let event = edge.logged("configuration refused; the running one stays");
        let error = event["error"].as_str().unwrap();
        assert!(error.contains(named), "{error}");
        assert_eq!(edge.get("/x").await.status, 200);
    }
}

#[tokio::test]
async fn what_is_stored_and_listened_on_stays() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "a")).await;
    let mut document = one_route(&[&origin]);
    let edge = Edge::start(&document);
    edge.get("/x").await;
    let listen = document["edge"]["listen"].as_array_mut().unwrap();
    listen.push(json!("127.0.0.2:0"));
    reload(&edge, &document);
    let second: std::net::SocketAddr = edge.logged("listening")["address"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(edge.get("/x").await.cache().contains("hit"));
    assert!(Client::connect(second).await.get("/x", "").await.status == 200);
    // And one that is left out is listened on no more.
    document["edge"]["listen"] = json!(["127.0.0.1:0"]);
    reload(&edge, &document);
    edge.logged("configuration taken over");
    edge.logged("configuration taken over");
    until("the listener to close", async || {
        tokio::net::TcpStream::connect(second).await.is_err()
    })
    .await;
    assert_eq!(edge.get("/x").await.status, 200);
}
