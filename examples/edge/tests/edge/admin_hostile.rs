//! Orders that mean nothing change nothing, and say what is wrong.

use serde_json::{Value, json};

use crate::support::{Client, Edge, Operator, Origin, exchange, ok, one_route};

const SERVICE: &str = "/upstreams/origin/endpoints/a/service";
const WEIGHT: &str = "/upstreams/origin/endpoints/a/weight";
const DRILL: &str = "/upstreams/origin/drill";

#[tokio::test]
async fn what_means_nothing_is_refused_with_the_field_named() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let operator = Operator::of(&edge);
    let before = operator.state().await["epoch"].clone();
    let long = "x".repeat(201);
    for (method, path, body, status, named) in [
        ("PUT", SERVICE, json!({}), 422, "state"),
        ("PUT", SERVICE, json!({"state": "sleeping"}), 422, "state"),
        ("PUT", SERVICE, json!({"state": 1}), 422, "state"),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSecond": 5}),
            400,
            "forSecond",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSeconds": 0}),
            422,
            "forSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSeconds": 2_592_001}),
            422,
            "forSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSeconds": -1}),
            422,
            "forSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSeconds": 1.5}),
            422,
            "forSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "forSeconds": 1e300}),
            422,
            "forSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "untilSeconds": 1}),
            422,
            "untilSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "untilSeconds": u64::MAX}),
            422,
            "untilSeconds",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "force": "yes"}),
            422,
            "force",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "reason": long}),
            422,
            "reason",
        ),
        (
            "PUT",
            SERVICE,
            json!({"state": "down", "by": "a\u{1b}[2J"}),
            422,
            "by",
        ),
        ("PUT", WEIGHT, json!({}), 422, "weight"),
        ("PUT", WEIGHT, json!({"weight": 65_536}), 422, "weight"),
        ("PUT", WEIGHT, json!({"weight": -1}), 422, "weight"),
        ("PUT", WEIGHT, json!({"weight": "5"}), 422, "weight"),
        ("POST", DRILL, json!({"forSeconds": 5}), 422, "endpoint"),
        ("POST", DRILL, json!({"endpoint": "a"}), 422, "forSeconds"),
        (
            "POST",
            DRILL,
            json!({"endpoint": "a", "forSeconds": 3_601}),
            422,
            "forSeconds",
        ),
        (
            "POST",
            DRILL,
            json!({"endpoint": "a", "forSeconds": 5, "mode": "x"}),
            422,
            "mode",
        ),
        (
            "POST",
            DRILL,
            json!({"endpoint": "z", "forSeconds": 5}),
            404,
            "endpoint",
        ),
        (
            "PUT",
            "/upstreams/none/endpoints/a/service",
            json!({"state": "down"}),
            404,
            "upstream",
        ),
        (
            "PUT",
            "/upstreams/origin/endpoints/z/weight",
            json!({"weight": 1}),
            404,
            "endpoint",
        ),
        ("POST", SERVICE, json!({"state": "down"}), 405, "PUT"),
        ("PUT", DRILL, json!({}), 405, "POST"),
        ("PUT", SERVICE, json!([]), 400, "object"),
    ] {
        let (got, answer) = operator.send(method, path, &body).await;
        assert_eq!(got, status, "{path} {body} {answer}");
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(named), "{detail}");
    }
    assert_eq!(operator.state().await["epoch"], before);
}

#[tokio::test]
async fn a_body_that_is_none_or_endless_is_refused() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let nested = "[".repeat(4_000);
    let large = format!("{{\"state\": \"{}\"}}", "x".repeat(9_000));
    for (body, status) in [
        ("", 400),
        ("{", 400),
        (nested.as_str(), 400),
        ("\u{0}", 400),
        (&large, 413),
    ] {
        let request = format!(
            "PUT {SERVICE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(exchange(edge.admin, request).await.unwrap().status, status);
    }
    // Without a length, only counting tells.
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let request = format!(
        "PUT {SERVICE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(3)
    );
    assert_eq!(exchange(edge.admin, request).await.unwrap().status, 413);
    let head = format!(
        "GET /state HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert_eq!(exchange(edge.admin, head).await.unwrap().status, 431);
    assert_eq!(
        Operator::of(&edge).endpoint("a").await["stateSet"],
        Value::Null
    );
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let mut operator = Client::connect(edge.admin).await;
    let head = format!(
        "PUT {SERVICE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 20\r\n\r\n{{\"state\":"
    );
    operator.send(head).await;
    assert_eq!(operator.response(false).await.unwrap().status, 408);
    let endpoint = Operator::of(&edge).endpoint("a").await;
    assert_eq!(endpoint["stateSet"], Value::Null);
}
