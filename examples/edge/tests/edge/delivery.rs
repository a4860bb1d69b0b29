//! The section `delivery`: what is sent says what the class of its URL says,
//! and what is stored serves everybody.

use serde_json::{Value, json};

use crate::support::{Edge, Origin, ok, one_route, respond};

const HASHED: &str = "/assets/app-4f8a1c9e2b7d.js";
const YEAR: &str = "public, max-age=31536000, immutable";
const A: &str = "Origin: https://a.example\r\n";
const B: &str = "Origin: https://b.example\r\n";

fn delivered(origin: &Origin, delivery: Value) -> Value {
    let mut config = one_route(&[origin]);
    config["delivery"] = delivery;
    config
}

fn listed() -> Value {
    json!({"cors": {"origins": ["https://a.example"]}})
}

#[tokio::test]
async fn without_the_section_nothing_changes() {
    let origin = Origin::new(|_| ok("Expires: 0\r\n", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let got = edge.get(HASHED).await;
    assert_eq!(got.field("cache-control"), None);
    assert_eq!(got.field("expires"), Some("0"));
    let mut config = delivered(&origin, json!({}));
    config["edge"]["routes"][0]["delivery"] = json!(false);
    let edge = Edge::start(&config);
    assert_eq!(edge.get(HASHED).await.field("expires"), Some("0"));
}

#[tokio::test]
async fn the_class_says_how_long_it_is_stored() {
    let origin = Origin::new(|_| {
        ok(
            "Cache-Control: no-cache\r\nExpires: 0\r\nPragma: no-cache\r\n",
            "x",
        )
    })
    .await;
    let edge = Edge::start(&delivered(&origin, json!({})));
    for _ in 0..2 {
        let got = edge.get(HASHED).await;
        assert_eq!(got.field("cache-control"), Some(YEAR));
        assert_eq!((got.field("expires"), got.field("pragma")), (None, None));
        assert_eq!(got.field("surrogate-key"), Some("fingerprinted"));
        assert_eq!(got.field("x-content-type-options"), Some("nosniff"));
        // Not over TLS.
        assert_eq!(got.field("strict-transport-security"), None);
    }
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_asked_for_again() {
    let origin = Origin::new(|asked| match asked.path() {
        "/assets/gone-4f8a1c9e2b7d.js" => respond(
            404,
            "Cache-Control: public, max-age=31536000, immutable\r\n",
            "no",
        ),
        _ => respond(
            302,
            "Location: /x\r\nCache-Control: max-age=31536000\r\n",
            "",
        ),
    })
    .await;
    let edge = Edge::start(&delivered(&origin, json!({})));
    for path in [
        "/assets/gone-4f8a1c9e2b7d.js",
        "/assets/moved-4f8a1c9e2b7d.js",
    ] {
        for _ in 0..2 {
            assert_eq!(
                edge.get(path).await.field("cache-control"),
                Some("no-cache")
            );
        }
    }
    assert_eq!(origin.asked().len(), 4);
}

#[tokio::test]
async fn one_stored_response_serves_every_origin() {
    let origin =
        Origin::new(|_| ok("Access-Control-Allow-Origin: https://b.example\r\n", "x")).await;
    let edge = Edge::start(&delivered(&origin, listed()));
    for (fields, allowed) in [
        (A, Some("https://a.example")),
        (B, None),
        ("", None),
        (A, Some("https://a.example")),
    ] {
        let got = edge.get_with(HASHED, fields).await;
        assert_eq!(
            got.field("access-control-allow-origin"),
            allowed,
            "{fields}"
        );
        assert_eq!(got.field("vary"), Some("Origin"), "{fields}");
    }
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn the_proxys_own_errors_can_be_read() {
    let origin = Origin::new(|_| crate::support::close()).await;
    let edge = Edge::start(&delivered(&origin, listed()));
    let got = edge.get_with(HASHED, A).await;
    assert_eq!(got.status, 502);
    assert_eq!(
        got.field("access-control-allow-origin"),
        Some("https://a.example")
    );
    assert_eq!(got.field("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn preflights_are_answered_here() {
    let origin = Origin::new(|_| ok("", "upstream")).await;
    let edge = Edge::start(&delivered(&origin, listed()));
    let asked = |origin: &str| format!("{origin}Access-Control-Request-Method: GET\r\n");
    let got = edge.send("OPTIONS", HASHED, &asked(A), "").await;
    assert_eq!((got.status, got.text()), (204, ""));
    assert_eq!(
        got.field("access-control-allow-origin"),
        Some("https://a.example")
    );
    assert_eq!(got.field("access-control-allow-methods"), Some("GET, HEAD"));
    let got = edge.send("OPTIONS", HASHED, &asked(B), "").await;
    assert_eq!(
        (got.status, got.field("access-control-allow-origin")),
        (403, None)
    );
    assert!(origin.asked().is_empty());
    // Without the fields it is another question.
    let got = edge.send("OPTIONS", HASHED, "", "").await;
    assert_eq!(got.text(), "upstream");
}

#[tokio::test]
async fn a_validated_response_keeps_its_fields() {
    let origin = Origin::new(|asked| match asked.field("if-none-match") {
        Some(_) => respond(
            304,
            "ETag: \"1\"\r\nCache-Control: max-age=31536000\r\n",
            "",
        ),
        None => ok("ETag: \"1\"\r\nCache-Control: max-age=31536000\r\n", "{}"),
    })
    .await;
    let edge = Edge::start(&delivered(&origin, json!({})));
    for expected in ["fwd=uri-miss", "fwd=stale", "fwd=stale"] {
        let got = edge.get("/webmessaging/config.json").await;
        assert_eq!(
            got.field("cache-control"),
            Some("no-cache, must-revalidate")
        );
        assert_eq!(got.text(), "{}");
        assert!(got.cache().contains("fwd="), "{expected} {}", got.cache());
    }
    assert_eq!(origin.asked().len(), 3);
}
