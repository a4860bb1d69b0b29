//! Two change places while the proxy runs.

use serde_json::{Value, json};

use crate::support::{Edge, Operator, Origin, ok, one_route};

const SWAP: &str = "/upstreams/origin/swap";

#[tokio::test]
async fn primary_and_secondary_change_places_and_back() {
    let a = Origin::new(|_| ok("", "a")).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    assert_eq!(edge.get("/x").await.text(), "a");
    let answer = operator
        .change("POST", SWAP, &json!({"endpoints": ["a", "b"]}))
        .await;
    assert_eq!(answer["upstream"]["swap"]["endpoints"], json!(["a", "b"]));
    assert_eq!(edge.get("/x").await.text(), "b");
    // A second operator with the same idea must not undo it.
    let (status, answer) = operator
        .send("POST", SWAP, &json!({"endpoints": ["a", "b"]}))
        .await;
    assert_eq!((status, &answer["code"]), (409, &json!("swapped")));
    assert_eq!(edge.get("/x").await.text(), "b");
    let (status, answer) = operator.undo(SWAP).await;
    assert_eq!((status, &answer["upstream"]["swap"]), (200, &Value::Null));
    assert_eq!(edge.get("/x").await.text(), "a");
}

#[tokio::test]
async fn groups_change_places_as_a_whole() {
    let mut origins = Vec::new();
    for name in ["a", "b", "c"] {
        origins.push(Origin::new(move |_| ok("", name)).await);
    }
    let mut document = one_route(&origins.iter().collect::<Vec<_>>());
    document["edge"]["routes"][0]["cache"] = json!("off");
    for (index, priority) in [0, 0, 5].into_iter().enumerate() {
        document["edge"]["upstreams"][0]["endpoints"][index]["priority"] = json!(priority);
    }
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let answer = operator
        .change("POST", SWAP, &json!({"groups": [0, 5], "forSeconds": 60}))
        .await;
    let endpoints = answer["upstream"]["endpoints"].as_array().unwrap();
    let priorities: Vec<&Value> = endpoints.iter().map(|each| &each["priority"]).collect();
    assert_eq!(priorities, [5, 5, 0]);
    assert_eq!(edge.get("/x").await.text(), "c");
}

#[tokio::test]
async fn who_can_t_change_places_is_told() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let mut document = one_route(&[&origin, &origin]);
    for endpoint in document["edge"]["upstreams"][0]["endpoints"]
        .as_array_mut()
        .unwrap()
    {
        endpoint["weight"] = json!(7);
    }
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    for body in [
        json!({}),
        json!({"endpoints": ["a"]}),
        json!({"endpoints": ["a", "z"]}),
        json!({"endpoints": ["a", "a"]}),
        // They have the same role.
        json!({"endpoints": ["a", "b"]}),
        json!({"groups": [0, 9]}),
        json!({"groups": [0, 0]}),
        json!({"groups": [0, 70_000]}),
        json!({"groups": "01"}),
        json!({"groups": [0, 0], "endpoints": ["a", "b"]}),
    ] {
        let (status, answer) = operator.send("POST", SWAP, &body).await;
        assert_eq!(
            (status, &answer["code"]),
            (422, &json!("invalid_value")),
            "{body}"
        );
    }
}
