//! Endpoints that fail before they answer.

use serde_json::json;

use crate::support::{
    Client, Edge, Origin, close, config, exchange, hedged, ok, one_route, respond, stall,
};

/// An address where nothing listens.
async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_refused_connection_goes_on_at_once() {
    let b = Origin::new(|_| ok("", "b")).await;
    let edge = Edge::start(&config(&[nobody().await, b.url()]));
    let response = edge.get("/x").await;
    assert_eq!((response.status, response.text()), (200, "b"));
    let timing = response.field("server-timing").unwrap();
    assert!(
        timing.contains("a;desc=\"first_choice network_error\""),
        "{timing}"
    );
    assert!(timing.contains("b;desc=\"failover won\""), "{timing}");
}

#[tokio::test]
async fn a_silent_endpoint_is_hedged() {
    let a = Origin::new(|_| stall()).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let edge = Edge::start(&hedged(one_route(&[&a, &b])));
    let response = edge.get("/x").await;
    assert_eq!(response.text(), "b");
    let timing = response.field("server-timing").unwrap();
    assert!(
        timing.contains("hedge won") && timing.contains("hedge_lost"),
        "{timing}"
    );
    // Who has lost is no longer listened to.
    for gauge in ["in_flight", "connections"] {
        let name = format!("hedgerow_endpoint_{gauge}{{upstream=\"origin\",endpoint=\"a\"}}");
        edge.wait_for_metric(&name, 0.0).await;
    }
}

#[tokio::test]
async fn without_hedging_the_deadline_moves_on() {
    let a = Origin::new(|_| stall()).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = hedged(one_route(&[&a, &b]));
    document["edge"]["routes"][0]["hedge"] = json!(false);
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(200);
    let edge = Edge::start(&document);
    let response = edge.get("/x").await;
    assert_eq!(response.text(), "b");
    let timing = response.field("server-timing").unwrap();
    assert!(timing.contains("attempt_deadline won"), "{timing}");
}

#[tokio::test]
async fn an_overloaded_endpoint_gives_way() {
    for status in [502, 503, 504] {
        let a = Origin::new(move |_| respond(status, "", "a")).await;
        let b = Origin::new(|_| ok("", "b")).await;
        let edge = Edge::start(&one_route(&[&a, &b]));
        let response = edge.get("/x").await;
        assert_eq!((response.status, response.text()), (200, "b"), "{status}");
    }
}

#[tokio::test]
async fn other_errors_are_answers() {
    for status in [404, 403, 500] {
        let a = Origin::new(move |_| respond(status, "", "a")).await;
        let b = Origin::new(|_| ok("", "b")).await;
        let edge = Edge::start(&one_route(&[&a, &b]));
        let response = edge.get("/x").await;
        assert_eq!((response.status, response.text()), (status, "a"));
        assert_eq!(b.asked().len(), 0);
    }
}

#[tokio::test]
async fn where_all_are_overloaded_their_own_words_are_passed_on() {
    let a = Origin::new(|_| respond(503, "X-From: a\r\n", "a")).await;
    let b = Origin::new(|_| respond(503, "X-From: b\r\n", "b")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    let response = edge.get("/x").await;
    assert_eq!((response.status, response.text()), (503, "b"));
}

#[tokio::test]
async fn where_nobody_answers_the_proxy_does() {
    let edge = Edge::start(&config(&[nobody().await, nobody().await]));
    let response = edge.get("/x").await;
    assert_eq!(response.status, 502);
    assert!(
        response.cache().contains("all_endpoints_failed"),
        "{}",
        response.head
    );

    let a = Origin::new(|_| stall()).await;
    let mut document = one_route(&[&a]);
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(200);
    document["edge"]["upstreams"][0]["totalTimeoutMs"] = json!(300);
    let edge = Edge::start(&document);
    assert_eq!(edge.get("/x").await.status, 504);
}

#[tokio::test]
async fn what_is_not_idempotent_is_sent_once() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    let response = edge.send("POST", "/x", "", "data").await;
    assert_eq!(response.status, 502);
    assert_eq!((a.asked().len(), b.asked().len()), (1, 0));
    // Also where there is no body that could only be sent once.
    assert_eq!(edge.send("POST", "/x", "", "").await.status, 502);
    assert_eq!((a.asked().len(), b.asked().len()), (2, 0));
    // A 503 to it is its answer.
    let a = Origin::new(|_| respond(503, "", "busy")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    assert_eq!(edge.send("POST", "/x", "", "data").await.text(), "busy");
    assert_eq!(b.asked().len(), 0);
}

#[tokio::test]
async fn what_was_never_sent_may_go_elsewhere() {
    let b = Origin::new(|asked| ok("", str::from_utf8(&asked.body).unwrap())).await;
    let edge = Edge::start(&config(&[nobody().await, b.url()]));
    let response = edge.send("POST", "/x", "", "data").await;
    assert_eq!((response.status, response.text()), (200, "data"));
}

#[tokio::test]
async fn an_endpoint_that_keeps_failing_is_left_alone() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| ok("Cache-Control: no-store\r\n", "b")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    for _ in 0..10 {
        assert_eq!(edge.get("/x").await.text(), "b");
    }
    assert_eq!(a.asked().len(), 5, "five failures in a row eject");
    assert_eq!(
        edge.metric("hedgerow_endpoint_up{upstream=\"origin\",endpoint=\"a\"}")
            .await,
        0.0
    );
}

/// Nobody waits out a deadline for whom others have found dead meanwhile.
#[tokio::test]
async fn who_waits_for_an_endpoint_that_is_ejected_goes_on_at_once() {
    let a = Origin::new(|asked| match asked.path() {
        "/slow" => stall(),
        _ => close(),
    })
    .await;
    let b = Origin::new(|_| ok("Cache-Control: no-store\r\n", "b")).await;
    let mut document = one_route(&[&a, &b]);
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["timeoutMs"] = json!(60_000);
    upstream["totalTimeoutMs"] = json!(60_000);
    let edge = Edge::start(&document);
    let mut client = Client::connect(edge.address).await;
    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    a.wait_for(1).await;
    for _ in 0..5 {
        edge.get("/x").await;
    }
    let response = client.response(false).await.unwrap();
    assert_eq!(response.text(), "b");
    let timing = response.field("server-timing").unwrap();
    assert!(timing.contains("endpoint_ejected"), "{timing}");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_no_failure() {
    // It answers once a connection, and then closes on the next request.
    let a = Origin::new(|asked| {
        if asked.before == 1 {
            close()
        } else {
            ok("Cache-Control: no-store\r\n", "a")
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&a]));
    assert_eq!(edge.get("/x").await.text(), "a");
    assert_eq!(edge.get("/x").await.text(), "a");
    assert_eq!(a.asked().len(), 3);
}

#[tokio::test]
async fn no_route_and_no_host_are_told() {
    let a = Origin::new(|_| ok("", "a")).await;
    let mut document = one_route(&[&a]);
    document["edge"]["routes"][0]["host"] = json!("known.example");
    let edge = Edge::start(&document);
    assert_eq!(edge.get("/x").await.status, 404);
    let known = "GET /x HTTP/1.1\r\nHost: KNOWN.example:8080\r\n\r\n";
    assert_eq!(exchange(edge.address, known).await.unwrap().status, 200);
}
