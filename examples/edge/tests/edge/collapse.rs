//! Requests for the same thing at the same time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::{Client, Edge, Origin, Response, Step, ok, one_route, respond};

const MANY: usize = 20;

/// An origin whose answers wait for the gate.
async fn gated(fields: &'static str) -> (Origin, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |asked| {
        let mut steps = vec![Step::Gate(Arc::clone(&wait))];
        steps.extend(ok(fields, &asked.before.to_string()));
        steps
    })
    .await;
    (origin, gate)
}

/// Sends so many requests and waits until the proxy has them all.
async fn send(edge: &Edge, count: usize, fields: &str) -> JoinSet<Response> {
    let mut set = JoinSet::new();
    for _ in 0..count {
        let mut client = Client::connect(edge.address).await;
        let head = format!("GET /a HTTP/1.1\r\nHost: test.example\r\n{fields}\r\n");
        client.send(head).await;
        set.spawn(async move { client.response(false).await.unwrap() });
    }
    set
}

#[tokio::test]
async fn one_asks_and_all_get_it() {
    let (origin, gate) = gated("Cache-Control: max-age=60\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let set = send(&edge, MANY, "").await;
    origin.wait_for(1).await;
    gate.add_permits(MANY);
    let responses = set.join_all().await;
    assert!(responses.iter().all(|response| response.text() == "0"));
    assert_eq!(origin.asked().len(), 1);
    let shared = |response: &&Response| {
        response.cache().contains("collapsed") || response.cache().contains("hit")
    };
    assert_eq!(responses.iter().filter(shared).count(), MANY - 1);
}

#[tokio::test]
async fn what_is_private_is_handed_to_nobody_else() {
    let (origin, gate) = gated("Cache-Control: private\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let set = send(&edge, MANY, "").await;
    origin.wait_for(1).await;
    gate.add_permits(MANY);
    let mut bodies: Vec<String> = set
        .join_all()
        .await
        .iter()
        .map(|response| response.text().to_owned())
        .collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), MANY, "everyone has one of their own");
}

#[tokio::test]
async fn followers_do_not_wait_one_after_the_other() {
    let (origin, gate) = gated("Cache-Control: no-store\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let set = send(&edge, MANY, "").await;
    origin.wait_for(1).await;
    gate.add_permits(1);
    // The first answer says that nothing is shared: all others go at once,
    // though no second answer has come.
    origin.wait_for(MANY).await;
    gate.add_permits(MANY);
    assert_eq!(set.join_all().await.len(), MANY);
}

#[tokio::test]
async fn the_leaders_client_may_leave() {
    let (origin, gate) = gated("Cache-Control: max-age=60\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut leader = Client::connect(edge.address).await;
    leader
        .send("GET /a HTTP/1.1\r\nHost: test.example\r\n\r\n")
        .await;
    origin.wait_for(1).await;
    let set = send(&edge, 3, "").await;
    // They are known to follow when the leader goes.
    edge.wait_for_metric("hedgerow_waiting", 4.0).await;
    drop(leader);
    edge.wait_for_metric("hedgerow_waiting", 3.0).await;
    gate.add_permits(MANY);
    let responses = set.join_all().await;
    assert!(responses.iter().all(|response| response.status == 200));
    assert_eq!(origin.asked().len(), 1, "nobody had to ask again");
}

#[tokio::test]
async fn when_all_clients_leave_the_origin_is_not_waited_for() {
    let (origin, gate) = gated("Cache-Control: max-age=60\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    client
        .send("GET /a HTTP/1.1\r\nHost: test.example\r\n\r\n")
        .await;
    origin.wait_for(1).await;
    drop(client);
    edge.wait_for_metric("hedgerow_flights", 0.0).await;
    // The next one begins anew.
    gate.add_permits(MANY);
    assert_eq!(edge.get("/a").await.text(), "1");
}

#[tokio::test]
async fn a_follower_of_another_variant_asks_for_itself() {
    let (origin, gate) = gated("Vary: Accept-Language\r\nCache-Control: max-age=60\r\n").await;
    let edge = Edge::start(&one_route(&[&origin]));
    let german = send(&edge, 1, "Accept-Language: de\r\n").await;
    origin.wait_for(1).await;
    let french = send(&edge, 1, "Accept-Language: fr\r\n").await;
    edge.wait_for_metric("hedgerow_waiting", 2.0).await;
    gate.add_permits(MANY);
    assert_eq!(german.join_all().await[0].text(), "0");
    assert_eq!(french.join_all().await[0].text(), "1");
}

#[tokio::test]
async fn a_failure_is_told_to_all() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| vec![Step::Gate(Arc::clone(&wait)), Step::Close]).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let set = send(&edge, MANY, "").await;
    origin.wait_for(1).await;
    edge.wait_for_metric("hedgerow_waiting", MANY as f64).await;
    gate.add_permits(MANY);
    let responses = set.join_all().await;
    assert!(responses.iter().all(|response| response.status == 502));
    assert_eq!(origin.asked().len(), 1, "nobody fell on it again");
}

#[tokio::test]
async fn who_comes_after_a_write_gets_nothing_from_before() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |asked| {
        let body = asked.before.to_string();
        match asked.before {
            0 => {
                let mut steps = vec![Step::Gate(Arc::clone(&wait))];
                steps.extend(ok("Cache-Control: max-age=60\r\n", &body));
                steps
            }
            _ => ok("Cache-Control: max-age=60\r\n", &body),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let before = send(&edge, 1, "").await;
    origin.wait_for(1).await;
    edge.send("POST", "/a", "", "new").await;
    assert_eq!(edge.get("/a").await.text(), "2");
    gate.add_permits(1);
    assert_eq!(before.join_all().await[0].text(), "0");
    assert_eq!(
        edge.get("/a").await.text(),
        "2",
        "what came late is not kept"
    );
}

#[tokio::test]
async fn the_rest_of_a_part_is_asked_for_once() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |asked| {
        let fields = |range| {
            format!("ETag: \"v1\"\r\nCache-Control: max-age=60\r\nContent-Range: {range}\r\n")
        };
        if asked.before == 0 {
            return respond(206, &fields("bytes 0-3/10"), "0123");
        }
        let mut steps = vec![Step::Gate(Arc::clone(&wait))];
        steps.extend(respond(206, &fields("bytes 4-9/10"), "456789"));
        steps
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get_with("/a", "Range: bytes=0-3\r\n").await;
    let set = send(&edge, MANY, "").await;
    origin.wait_for(2).await;
    edge.wait_for_metric("hedgerow_waiting", MANY as f64).await;
    gate.add_permits(MANY);
    let responses = set.join_all().await;
    assert!(responses.iter().all(|got| got.text() == "0123456789"));
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn who_leaves_no_trace_keeps_nobody_from_waiting() {
    for fields in [
        "Cache-Control: no-store\r\n",
        "Authorization: Basic eDp5\r\n",
    ] {
        let (origin, gate) = gated("Cache-Control: max-age=60\r\n").await;
        let edge = Edge::start(&one_route(&[&origin]));
        gate.add_permits(1);
        edge.get_with("/a", fields).await;
        let set = send(&edge, MANY, "").await;
        origin.wait_for(2).await;
        gate.add_permits(MANY);
        set.join_all().await;
        assert_eq!(origin.asked().len(), 2, "{fields}");
    }
}
