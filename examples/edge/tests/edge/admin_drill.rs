//! An outage that is no outage: what would happen, before it does.

use serde_json::{Value, json};

use crate::support::{Edge, Operator, Origin, close, ok, one_route};

const DRILL: &str = "/upstreams/origin/drill";

async fn two() -> (Origin, Origin, Value) {
    let a = Origin::new(|_| ok("", "a")).await;
    let b = Origin::new(|_| ok("", "b")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    (a, b, document)
}

#[tokio::test]
async fn who_is_drilled_gets_nothing_and_the_report_says_what_became_of_it() {
    let (a, _b, mut document) = two().await;
    document["edge"]["upstreams"][0]["affinity"] = json!({"cookie": "node", "mode": "owner"});
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    operator
        .change("POST", DRILL, &json!({"endpoint": "a", "forSeconds": 600}))
        .await;
    for fields in ["", "Cookie: node=a\r\n", ""] {
        assert_eq!(edge.get_with("/x", fields).await.text(), "b");
    }
    assert_eq!(a.asked().len(), 0);
    let endpoint = operator.endpoint("a").await;
    assert_eq!(
        (&endpoint["state"], &endpoint["why"]),
        (&json!("down"), &json!("down"))
    );
    let (status, answer) = operator.undo(DRILL).await;
    assert_eq!(status, 200);
    let drill = &answer["upstream"]["drill"];
    assert_eq!(
        (&drill["underWay"], &drill["endedBy"]),
        (&json!(false), &json!("operator"))
    );
    let counts = ["requests", "elsewhere", "here", "moved", "failed"].map(|name| &drill[name]);
    assert_eq!(counts, [3, 3, 0, 1, 0]);
    assert!(drill["firstElsewhereMs"].is_number(), "{drill}");
    assert_eq!(edge.get("/x").await.text(), "a");
    // The report of the last one stays, and what came after does not count.
    let report: Value = serde_json::from_str(operator.get(DRILL).await.text()).unwrap();
    assert_eq!(report["requests"], 3);
}

#[tokio::test]
async fn a_fault_is_found_out_as_a_real_one_is() {
    for mode in ["refuse", "hang"] {
        let (a, _b, document) = two().await;
        let edge = Edge::start(&document);
        let operator = Operator::of(&edge);
        let body = json!({"endpoint": "a", "forSeconds": 600, "mode": mode});
        operator.change("POST", DRILL, &body).await;
        for _ in 0..5 {
            assert_eq!(edge.get("/x").await.text(), "b", "{mode}");
        }
        assert_eq!(edge.logged("ejected")["endpoint"], "a");
        assert_eq!(edge.get("/x").await.text(), "b", "{mode}");
        assert_eq!(a.asked().len(), 0, "{mode}");
        let (_, answer) = operator.undo(DRILL).await;
        let drill = &answer["upstream"]["drill"];
        let counts = ["requests", "moved", "failed", "metFault"].map(|name| &drill[name]);
        assert_eq!(counts, [6, 5, 0, 5], "{mode} {drill:#}");
        // A request tries it, as after any ejection.
        edge.wait_for_text("/x", "a").await;
    }
}

#[tokio::test]
async fn it_ends_by_itself() {
    let (_a, _b, document) = two().await;
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    operator
        .change("POST", DRILL, &json!({"endpoint": "a", "forSeconds": 3}))
        .await;
    assert_eq!(edge.get("/x").await.text(), "b");
    let ended = edge.logged("drill ended");
    assert_eq!(
        (&ended["why"], &ended["requests"]),
        (&json!("time"), &json!(1))
    );
    assert_eq!(edge.get("/x").await.text(), "a");
}

#[tokio::test]
async fn nobody_is_left_without_an_endpoint() {
    let a = Origin::new(|_| ok("", "a")).await;
    let b = Origin::new(|asked| match asked.path() {
        "/bad" => close(),
        _ => ok("", "b"),
    })
    .await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    let edge = Edge::start(&document);
    let operator = Operator::of(&edge);
    let body = json!({"endpoint": "a", "forSeconds": 600});
    operator.change("POST", DRILL, &body).await;
    let (status, answer) = operator.send("POST", DRILL, &body).await;
    assert_eq!((status, &answer["code"]), (409, &json!("drilling")));
    // The other one fails meanwhile, in earnest.
    for _ in 0..5 {
        edge.get("/bad").await;
    }
    assert_eq!(edge.logged("drill ended")["why"], "nobody_left");
    assert_eq!(edge.get("/x").await.text(), "a");
    // And with nobody else there is no drill, unless that is meant.
    let (status, answer) = operator.send("POST", DRILL, &body).await;
    assert_eq!((status, &answer["code"]), (409, &json!("nobody_else")));
    let forced = json!({"endpoint": "a", "forSeconds": 600, "force": true});
    operator.change("POST", DRILL, &forced).await;
    assert_eq!(operator.endpoint("a").await["why"], "down");
}
