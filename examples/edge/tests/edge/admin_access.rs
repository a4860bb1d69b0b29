//! Who may look, and who may change something.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, Edge, Operator, Origin, exchange, ok, one_route};

const SERVICE: &str = "/upstreams/origin/endpoints/a/service";
const SECRET: &str = "correct-horse-battery";
const LOOK: &str = "GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn edge(admin: Value) -> (Edge, Origin) {
    let origin = Origin::new(|_| ok("", "x")).await;
    let mut document = one_route(&[&origin, &origin]);
    document["edge"]["admin"] = admin;
    (Edge::start(&document), origin)
}

/// Whether this operator may look, and whether one may change something.
async fn may(operator: &Operator<'_>) -> (u16, u16) {
    let look = operator.get("/state").await.status;
    let (change, _) = operator
        .send("PUT", SERVICE, &json!({"state": "draining"}))
        .await;
    (look, change)
}

#[tokio::test]
async fn without_a_token_no_page_of_a_browser_changes_anything() {
    let (edge, _origin) = edge(json!("127.0.0.1:0")).await;
    let own = format!("Host: {}\r\n", edge.admin);
    for (fields, expected) in [
        (own.clone(), (200, 200)),
        ("Host: localhost\r\n".to_owned(), (200, 200)),
        // A page whose name has come to mean this machine.
        ("Host: evil.example\r\n".to_owned(), (403, 403)),
        ("Host: 127.0.0.1.evil.example\r\n".to_owned(), (403, 403)),
        ("Host: 192.0.2.1\r\n".to_owned(), (403, 403)),
        (String::new(), (403, 403)),
        (
            "Host: localhost\r\nHost: evil.example\r\n".to_owned(),
            (403, 403),
        ),
        // Another page, or this one's own.
        (format!("{own}Origin: https://evil.example\r\n"), (200, 403)),
        (
            format!("{own}Origin: http://{}\r\n", edge.admin),
            (200, 403),
        ),
        (format!("{own}Origin: null\r\n"), (200, 403)),
        (format!("{own}Sec-Fetch-Site: cross-site\r\n"), (403, 403)),
        (format!("{own}Sec-Fetch-Site: same-site\r\n"), (403, 403)),
        (format!("{own}Sec-Fetch-Site: same-origin\r\n"), (200, 403)),
        (format!("{own}Sec-Fetch-Site: none\r\n"), (200, 403)),
    ] {
        assert_eq!(
            may(&Operator::with(&edge, &fields)).await,
            expected,
            "{fields:?}"
        );
    }
    // What tells nothing is for everybody.
    let anybody = Operator::with(&edge, "Host: evil.example\r\n");
    assert_eq!(anybody.get("/healthz").await.status, 200);
    assert_eq!(anybody.get("/metrics").await.status, 403);
}

#[tokio::test]
async fn a_form_s_types_are_refused() {
    let (edge, _origin) = edge(json!("127.0.0.1:0")).await;
    let body = r#"{"state": "down"}"#;
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/jsonx\r\n",
    ] {
        let request = format!(
            "PUT {SERVICE} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(
            exchange(edge.admin, request).await.unwrap().status,
            415,
            "{kind}"
        );
    }
    assert_eq!(Operator::of(&edge).endpoint("a").await["state"], "active");
}

#[tokio::test]
async fn a_token_is_asked_for_whatever_the_host() {
    let (edge, _origin) = edge(json!({"address": "127.0.0.1:0", "token": SECRET})).await;
    for (fields, expected) in [
        (format!("Authorization: Bearer {SECRET}\r\n"), (200, 200)),
        // It is no browser's to know.
        (
            format!("Authorization: Bearer {SECRET}\r\nOrigin: https://evil.example\r\n"),
            (200, 200),
        ),
        (format!("Authorization: Bearer {SECRET}x\r\n"), (401, 401)),
        (
            format!("Authorization: Bearer {}\r\n", &SECRET[1..]),
            (401, 401),
        ),
        ("Authorization: Bearer \r\n".to_owned(), (401, 401)),
        (format!("Authorization: Basic {SECRET}\r\n"), (401, 401)),
        (String::new(), (401, 401)),
    ] {
        let fields = format!("Host: ops.example\r\n{fields}");
        assert_eq!(
            may(&Operator::with(&edge, &fields)).await,
            expected,
            "{fields:?}"
        );
    }
    let nobody = Operator::of(&edge);
    let refused = nobody.get("/metrics").await;
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .field("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    // The page is an empty frame that asks for the token itself.
    assert_eq!(nobody.get("/").await.status, 200);
}

#[tokio::test]
async fn a_file_s_token_is_read_again() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let file = std::env::temp_dir().join(format!("hedgerow-token-{}", std::process::id()));
    std::fs::write(&file, format!("{SECRET}\n")).unwrap();
    let mut document = one_route(&[&origin, &origin]);
    document["edge"]["admin"] = json!({"address": "127.0.0.1:0", "tokenFile": file});
    let edge = Edge::start(&document);
    let with = |token: &str| format!("Host: a\r\nAuthorization: Bearer {token}\r\n");
    assert_eq!(may(&Operator::with(&edge, &with(SECRET))).await, (200, 200));
    std::fs::write(&file, "another-horse-altogether\n").unwrap();
    edge.signal("-HUP");
    edge.logged("configuration taken over");
    assert_eq!(may(&Operator::with(&edge, &with(SECRET))).await, (401, 401));
    let other = with("another-horse-altogether");
    assert_eq!(may(&Operator::with(&edge, &other)).await, (200, 200));
    // One that is none leaves the last one in force.
    std::fs::write(&file, "short\n").unwrap();
    edge.signal("-HUP");
    edge.logged("configuration refused; the running one stays");
    assert_eq!(may(&Operator::with(&edge, &other)).await, (200, 200));
    std::fs::remove_file(&file).unwrap();
}

/// Whoever was let in by a document that no longer holds is not let on by it.
#[tokio::test]
async fn a_listener_that_is_gone_answers_nobody() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let document = one_route(&[&origin, &origin]);
    for admin in [
        Value::Null,
        json!({"address": "127.0.0.2:0", "token": SECRET}),
    ] {
        let edge = Edge::start(&document);
        let mut client = Client::connect(edge.admin).await;
        client.send(LOOK).await;
        assert_eq!(client.response(false).await.unwrap().status, 200);
        let mut next = document.clone();
        match admin {
            Value::Null => drop(next["edge"].as_object_mut().unwrap().remove("admin")),
            admin => next["edge"]["admin"] = admin,
        }
        std::fs::write(&edge.file, next.to_string()).unwrap();
        edge.signal("-HUP");
        edge.logged("configuration taken over");
        assert!(ends(&mut client).await);
    }
}

/// Whether the connection ends, as it does a moment after its listener.
async fn ends(client: &mut Client) -> bool {
    for _ in 0..1000 {
        // It may be told of the end only by what it reads.
        let _ = client.try_send(LOOK).await;
        if client.response(false).await.is_none() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}
