//! Two operators at once don't undo each other.

use serde_json::json;

use crate::support::{Edge, Operator, Origin, ok, one_route};

const WEIGHT: &str = "/upstreams/origin/endpoints/a/weight";

#[tokio::test]
async fn who_has_not_seen_the_last_change_is_told() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let ann = Operator::of(&edge);
    let seen = ann.get("/state").await.field("etag").unwrap().to_owned();
    let based = ann.and(&format!("If-Match: {seen}"));
    based.change("PUT", WEIGHT, &json!({"weight": 1})).await;
    // The other one has looked before that.
    let (status, answer) = based.send("PUT", WEIGHT, &json!({"weight": 2})).await;
    assert_eq!(
        (status, &answer["code"]),
        (412, &json!("changed_meanwhile"))
    );
    assert_eq!(ann.endpoint("a").await["weight"], 1);
    let (status, _) = based.undo(WEIGHT).await;
    assert_eq!(status, 412);
    let (status, _) = ann.and("If-Match: *").undo(WEIGHT).await;
    assert_eq!(status, 200);
    // A tag of another process fits nothing.
    let old = ann.and("If-Match: \"00000000-0-0\"");
    let (status, _) = old.send("PUT", WEIGHT, &json!({"weight": 2})).await;
    assert_eq!(status, 412);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_first() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let ann = Operator::of(&edge);
    let seen = ann.get("/state").await.field("etag").unwrap().to_owned();
    let based = ann.and(&format!("If-Match: {seen}"));
    let body = json!({"weight": 5});
    let all = (0..16).map(|_| based.send("PUT", WEIGHT, &body));
    let answers = futures_util::future::join_all(all).await;
    let count = |status| answers.iter().filter(|(got, _)| *got == status).count();
    assert_eq!((count(200), count(412)), (1, 15));
}

#[tokio::test]
async fn what_ends_by_itself_is_a_change_too() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin, &origin]));
    let ann = Operator::of(&edge);
    let body = json!({"weight": 5, "forSeconds": 3});
    ann.change("PUT", WEIGHT, &body).await;
    let seen = ann.get("/state").await.field("etag").unwrap().to_owned();
    edge.logged("change ended");
    let based = ann.and(&format!("If-Match: {seen}"));
    let (status, _) = based.send("PUT", WEIGHT, &json!({"weight": 6})).await;
    assert_eq!(status, 412);
}
