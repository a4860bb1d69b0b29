//! An operator takes endpoints out of service, and gives them back.

use serde_json::{Value, json};

use crate::support::{Edge, Operator, Origin, ok, one_route, within};

const SERVICE: &str = "/upstreams/origin/endpoints/a/service";

async fn two() -> (Origin, Origin, Value) {
    let a = Origin::new(|_| ok("", "a")).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["affinity"] = json!({"cookie": "node", "mode": "owner"});
    (a, b, document)
}

#[tokio::test]
async fn each_state_says_who_goes_where() {
    let (_a, _b, document) = two().await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    for (state, sticky) in [
        ("draining", "a"),
        ("maintenance", "b"),
        ("down", "b"),
        ("active", "a"),
    ] {
        let body = json!({"state": state, "reason": "upgrade", "by": "ann"});
        let answer = operator.change("PUT", SERVICE, &body).await;
        let endpoint = &answer["upstream"]["endpoints"][0];
        assert_eq!(endpoint["state"], state);
        assert_eq!(endpoint["stateSet"]["by"], "ann");
        assert_eq!(endpoint["stateSet"]["change"], answer["change"]);
        assert_eq!(answer["until"], Value::Null);
        let new = edge.get("/x").await;
        assert_eq!(
            new.text(),
            if state == "active" { "a" } else { "b" },
            "{state}"
        );
        let with_session = edge.get_with("/x", "Cookie: node=a\r\n").await;
        assert_eq!(with_session.text(), sticky, "{state}");
        if sticky == "b" {
            let timing = with_session.field("server-timing").unwrap();
            assert!(
                timing.contains(&format!("pick;desc=\"{state}\"")),
                "{timing}"
            );
        }
        let event = edge.logged("changed");
        assert_eq!(
            (&event["target"], &event["by"]),
            (&json!("audit"), &json!("ann"))
        );
        assert_eq!(
            (&event["change"], &event["reason"]),
            (&answer["change"], &json!("upgrade"))
        );
    }
    let (status, answer) = operator.undo(SERVICE).await;
    assert_eq!(
        (status, &answer["upstream"]["endpoints"][0]["stateSet"]),
        (200, &Value::Null)
    );
    let (status, answer) = operator.undo(SERVICE).await;
    assert_eq!((status, &answer["code"]), (404, &json!("nothing_set")));
}

#[tokio::test]
async fn what_has_a_time_ends_by_itself() {
    let (_a, _b, document) = two().await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let body = json!({"state": "maintenance", "forSeconds": 3});
    let answer = operator.change("PUT", SERVICE, &body).await;
    assert!(answer["until"].is_string());
    assert_eq!(edge.get("/x").await.text(), "b");
    assert_eq!(edge.logged("change ended")["change"], answer["change"]);
    assert_eq!(edge.get("/x").await.text(), "a");
    let endpoint = operator.endpoint("a").await;
    assert_eq!(
        (&endpoint["state"], &endpoint["stateSet"]),
        (&json!("active"), &Value::Null)
    );
}

#[tokio::test]
async fn after_the_deadline_of_a_drain_sessions_leave_too() {
    let (_a, _b, document) = two().await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let body = json!({"state": "draining", "forSeconds": 3});
    operator.change("PUT", SERVICE, &body).await;
    let cookie = "Cookie: node=a\r\n";
    assert_eq!(edge.get_with("/x", cookie).await.text(), "a");
    let lost = within("the end of the drain", async {
        loop {
            let response = edge.get_with("/x", cookie).await;
            if response.text() == "b" {
                break response;
            }
        }
    })
    .await;
    assert_eq!(lost.field("hedgerow-session-lost"), Some("a"));
    let endpoint = operator.endpoint("a").await;
    assert_eq!(
        endpoint["state"], "down",
        "until the operator says otherwise"
    );
    assert_eq!(endpoint["stateSet"]["state"], "draining");
    operator.undo(SERVICE).await;
    assert_eq!(edge.get_with("/x", cookie).await.text(), "a");
}

#[tokio::test]
async fn the_last_one_stays_unless_that_is_meant() {
    let (_a, _b, document) = two().await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    operator
        .change("PUT", SERVICE, &json!({"state": "down"}))
        .await;
    let other = "/upstreams/origin/endpoints/b/service";
    let (status, answer) = operator
        .send("PUT", other, &json!({"state": "draining"}))
        .await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("nobody_in_service"))
    );
    assert_eq!(edge.get("/x").await.text(), "b");
    operator
        .change("PUT", other, &json!({"state": "down", "force": true}))
        .await;
    assert_eq!(edge.get("/x").await.status, 503);
    operator.undo(other).await;
    assert_eq!(edge.get("/x").await.text(), "b");
}

#[tokio::test]
async fn weights_change_while_it_runs() {
    let (a, b, mut document) = two().await;
    for endpoint in document["edge"]["upstreams"][0]["endpoints"]
        .as_array_mut()
        .unwrap()
    {
        endpoint["priority"] = json!(0);
    }
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let weight = |id: &str| format!("/upstreams/origin/endpoints/{id}/weight");
    operator
        .change("PUT", &weight("a"), &json!({"weight": 0}))
        .await;
    for _ in 0..10 {
        assert_eq!(edge.get("/x").await.text(), "b");
    }
    let huge = operator
        .change("PUT", &weight("b"), &json!({"weight": 65_535}))
        .await;
    assert_eq!(huge["upstream"]["endpoints"][1]["weight"], 65_535);
    operator
        .change("PUT", &weight("b"), &json!({"weight": 0}))
        .await;
    // Nobody has any weight, and somebody has to serve.
    assert_eq!(edge.get("/x").await.status, 200);
    operator.undo(&weight("a")).await;
    let before = (a.asked().len(), b.asked().len());
    for _ in 0..10 {
        assert_eq!(edge.get("/x").await.text(), "a");
    }
    assert_eq!(
        (a.asked().len(), b.asked().len()),
        (before.0 + 10, before.1)
    );
}
