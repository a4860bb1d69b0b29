//! 429: another endpoint may have room, but one that asked for rest is left
//! alone.

use crate::support::{Edge, Origin, ok, one_route, respond};

#[tokio::test]
async fn another_endpoint_is_asked_and_the_first_rests() {
    let a = Origin::new(|_| respond(429, "Retry-After: 30\r\n", "too many")).await;
    let b = Origin::new(|_| ok("Cache-Control: no-store\r\n", "b")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    for _ in 0..3 {
        let response = edge.get("/x").await;
        assert_eq!((response.status, response.text()), (200, "b"));
    }
    assert_eq!(a.asked().len(), 1, "it asked for 30 s");
}

#[tokio::test]
async fn nobody_who_rests_is_bothered_with_what_was_too_much_elsewhere() {
    let too_many = |_: &crate::support::Asked| respond(429, "Retry-After: 30\r\n", "too many");
    let (a, b) = (Origin::new(too_many).await, Origin::new(too_many).await);
    let edge = Edge::start(&one_route(&[&a, &b]));
    let first = edge.get("/x").await;
    assert_eq!(
        (first.status, first.field("retry-after")),
        (429, Some("30"))
    );
    assert_eq!((a.asked().len(), b.asked().len()), (1, 1));
    // Now both rest: one is asked, and its answer passed on.
    assert_eq!(edge.get("/x").await.status, 429);
    assert_eq!(a.asked().len() + b.asked().len(), 3);
}
