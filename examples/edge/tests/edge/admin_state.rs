//! What an operator sees.

use serde_json::{Value, json};

use crate::support::{Edge, Operator, Origin, close, ok, one_route};

fn endpoint<'a>(state: &'a Value, id: &str) -> &'a Value {
    let endpoints = state["upstreams"][0]["endpoints"].as_array().unwrap();
    endpoints.iter().find(|each| each["id"] == id).unwrap()
}

#[tokio::test]
async fn the_state_tells_what_became_of_requests() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let before = operator.state().await;
    assert_eq!(endpoint(&before, "a")["health"], "healthy");
    assert_eq!(endpoint(&before, "a")["healthSince"], Value::Null);
    for _ in 0..5 {
        assert_eq!(edge.get("/x").await.text(), "b");
    }
    let state = operator.state().await;
    let a = endpoint(&state, "a");
    assert_eq!((&a["inUse"], &a["why"]), (&json!(false), &json!("ejected")));
    assert_eq!(
        (&a["health"], &a["healthWhy"]),
        (&json!("ejected"), &json!("consecutive_failures"))
    );
    assert_eq!(a["ejection"]["count"], 1);
    assert!(a["ejection"]["until"].is_string(), "{a}");
    let b = endpoint(&state, "b");
    assert_eq!(
        (&b["inUse"], &b["requests"]["won"]),
        (&json!(true), &json!(5))
    );
    assert_eq!(b["requests"]["inFlight"], 0);
    assert_eq!(
        b["configured"],
        json!({"priority": 1, "weight": 100, "state": "active"})
    );
    // Health is nothing that an operator has changed.
    assert_eq!(before["epoch"], state["epoch"]);
    let one = operator.get("/upstreams/origin").await;
    assert_eq!(
        one.field("etag"),
        Some(&*format!("\"{}\"", state["epoch"].as_str().unwrap()))
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let operator = Operator::of(&edge);
    for (path, status, code) in [
        ("/nothing", 404, "not_found"),
        ("/upstreams/none", 404, "not_found"),
        ("/upstreams/origin/drill", 404, "not_found"),
        ("/upstreams/origin/swap", 405, "method_not_allowed"),
        (
            "/upstreams/origin/endpoints/a/service",
            405,
            "method_not_allowed",
        ),
    ] {
        let response = operator.get(path).await;
        assert_eq!(response.status, status, "{path}");
        assert_eq!(
            response.field("content-type"),
            Some("application/problem+json")
        );
        let problem: Value = serde_json::from_str(response.text()).unwrap();
        assert_eq!(
            (&problem["status"], &problem["code"]),
            (&json!(status), &json!(code))
        );
        assert_eq!(response.field("allow").is_some(), status == 405);
    }
}

#[tokio::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let operator = Operator::of(&edge);
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
    ] {
        let file = operator.get(path).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(
            file.field("content-type").unwrap().starts_with(kind),
            "{path}"
        );
        let policy = file.field("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        let elsewhere = ["http://", "https://", "//cdn", "@import", "innerHTML"];
        let found = elsewhere.iter().find(|word| file.text().contains(**word));
        assert_eq!(found, None, "{path}");
    }
}
