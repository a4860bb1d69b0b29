//! What changes a resource makes what is stored of it worthless.

use crate::support::{Edge, Origin, ok, one_route, respond};

async fn counting() -> Origin {
    Origin::new(|asked| {
        let count = asked.before.to_string();
        match asked.head.split(' ').next() {
            Some("GET") => ok("Cache-Control: max-age=60\r\n", &count),
            _ if asked.path() == "/fails" => respond(500, "", "no"),
            _ => respond(
                201,
                "Location: /other\r\nContent-Location: http://elsewhere.example/x\r\n",
                "",
            ),
        }
    })
    .await
}

#[tokio::test]
async fn the_target_and_what_the_answer_names_are_dropped() {
    let origin = counting().await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.get("/x").await.text(), "0");
    assert_eq!(edge.get("/other").await.text(), "1");
    assert_eq!(edge.send("POST", "/x", "", "data").await.status, 201);
    assert_eq!(edge.get("/x").await.text(), "3");
    assert_eq!(edge.get("/other").await.text(), "4");
}

#[tokio::test]
async fn an_error_drops_nothing() {
    let origin = counting().await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.get("/fails").await.text(), "0");
    assert_eq!(edge.send("POST", "/fails", "", "data").await.status, 500);
    assert_eq!(edge.get("/fails").await.text(), "0");
}
