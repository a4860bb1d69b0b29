//! What one client sends does not decide what another is answered.

use tokio::net::TcpSocket;

use crate::support::{Asked, Client, Edge, Origin, ok, one_route, respond};

const KEPT: &str = "Cache-Control: max-age=60\r\n";

fn said(asked: &Asked, name: &str) -> String {
    asked.field(name).unwrap_or_default().to_owned()
}

/// No key has a GET's body (RFC 9110 §9.3.1).
#[tokio::test]
async fn the_answer_to_a_body_is_for_its_sender() {
    let origin = Origin::new(|asked| ok(KEPT, str::from_utf8(&asked.body).unwrap())).await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.send("GET", "/x", "", "evil").await.text(), "evil");
    assert_eq!(edge.get("/x").await.text(), "");
}

#[tokio::test]
async fn where_it_came_from_is_the_proxys_word() {
    let origin = Origin::new(|asked| ok(KEPT, &said(asked, "x-forwarded-host"))).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let fields = "Forwarded: for=x;host=evil.example\r\nX-Forwarded-Host: evil.example\r\n\
                  X-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\nX-Forwarded-For: 192.0.2.1\r\n";
    assert_eq!(edge.get_with("/x", fields).await.text(), "test.example");
    let asked = &origin.asked()[0];
    assert_eq!(asked.field("x-forwarded-proto"), Some("http"));
    assert_eq!(asked.field("x-forwarded-port"), None);
    assert_eq!(asked.field("forwarded"), None);
    assert_eq!(asked.field("x-forwarded-for"), Some("192.0.2.1, 127.0.0.1"));
}

/// RFC 9111 §4.1: the origin has selected by what it was sent.
#[tokio::test]
async fn variants_are_told_apart_by_what_the_proxy_writes() {
    let origin = Origin::new(|asked| {
        let fields = format!("{KEPT}Vary: X-Forwarded-For\r\n");
        ok(&fields, &said(asked, "x-forwarded-for"))
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.get("/x").await.text(), "127.0.0.1");
    assert_eq!(edge.get("/x").await.text(), "127.0.0.1");
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 9], 0).into()).unwrap();
    let mut other = Client::connect_by(socket, edge.address).await;
    assert_eq!(other.get("/x", "").await.text(), "127.0.0.9");
    assert_eq!(origin.asked().len(), 2);
}

/// The origin never saw the field that `Connection` names (RFC 9110 §7.6.1).
#[tokio::test]
async fn variants_are_not_told_apart_by_what_goes_no_further() {
    let origin = Origin::new(|asked| {
        let fields = format!("{KEPT}Vary: Origin\r\nX-For: {}\r\n", said(asked, "origin"));
        ok(&fields, "x")
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let victim = "Origin: https://victim\r\n";
    edge.get_with("/x", &format!("{victim}Connection: origin\r\n"))
        .await;
    let response = edge.get_with("/x", victim).await;
    assert_eq!(response.field("x-for"), Some("https://victim"));
}

/// RFC 9113 §8.2.3.
#[tokio::test]
async fn cookies_are_one_line() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get_with("/x", "Cookie: a=1\r\nCookie: b=2\r\n").await;
    let head = &origin.asked()[0].head;
    assert!(head.contains("cookie: a=1; b=2\r\n"), "{head}");
}

/// RFC 9110 §4.2.3.
#[tokio::test]
async fn a_default_port_is_no_other_uri() {
    let origin = Origin::new(|_| ok(KEPT, "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    for host in ["a", "a:80", "a:", "A"] {
        let mut client = Client::connect(edge.address).await;
        let head = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        client.send(head).await;
        assert_eq!(client.response(false).await.unwrap().status, 200, "{host}");
    }
    assert_eq!(origin.asked().len(), 1);
}

/// RFC 9211 §2.
#[tokio::test]
async fn what_other_caches_said_stays() {
    let origin = Origin::new(|_| ok(&format!("{KEPT}Cache-Status: far; hit\r\n"), "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    for _ in 0..2 {
        let response = edge.get("/x").await;
        assert_eq!(response.cache(), "far; hit", "{}", response.head);
        assert!(response.head.contains("cache-status: hedgerow; "));
    }
    assert_eq!(origin.asked().len(), 1);
}

/// The one who revalidates gets the cookie of the 304, and nobody else.
#[tokio::test]
async fn a_cookie_is_for_who_asked() {
    let origin = Origin::new(|asked| match asked.field("if-none-match") {
        Some(_) => respond(304, "ETag: \"v\"\r\nSet-Cookie: sid=B\r\n", ""),
        None => ok(&format!("{KEPT}ETag: \"v\"\r\n"), "x"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    let own = edge.get_with("/x", "Cache-Control: no-cache\r\n").await;
    assert_eq!(own.field("set-cookie"), Some("sid=B"), "{}", own.head);
    let other = edge.get("/x").await;
    assert_eq!(other.field("set-cookie"), None, "{}", other.head);
    assert_eq!(origin.asked().len(), 2);
}

/// It is not stored, which says nothing of what is (RFC 9111 §5.2.1.5).
#[tokio::test]
async fn a_head_that_leaves_no_trace_empties_nothing() {
    let origin = Origin::new(|_| ok(&format!("{KEPT}ETag: \"v\"\r\n"), "")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/x").await;
    let mut client = Client::connect(edge.address).await;
    let fields = "Host: test.example\r\nAuthorization: x\r\nCache-Control: no-store, no-cache\r\n";
    client
        .send(format!("HEAD /x HTTP/1.1\r\n{fields}\r\n"))
        .await;
    assert_eq!(client.response(true).await.unwrap().status, 200);
    let asked = origin.asked().len();
    edge.get("/x").await;
    assert_eq!(origin.asked().len(), asked);
}

/// What sets a cookie is for one, unless the operator says otherwise.
#[tokio::test]
async fn a_response_with_a_cookie_is_stored_only_if_asked_for() {
    for (cookies, asked, second) in [
        (None, 2, Some("sid=1")),
        (Some("strip"), 1, None),
        (Some("explicit"), 1, Some("sid=0")),
    ] {
        let origin = Origin::new(|asked| {
            let cookie = format!("Set-Cookie: sid={}\r\n", asked.before);
            ok(&format!("{KEPT}{cookie}"), "x")
        })
        .await;
        let mut document = one_route(&[&origin]);
        if let Some(cookies) = cookies {
            document["edge"]["store"]["cookies"] = cookies.into();
        }
        let edge = Edge::start(&document);
        assert_eq!(edge.get("/x").await.field("set-cookie"), Some("sid=0"));
        assert_eq!(
            edge.get("/x").await.field("set-cookie"),
            second,
            "{cookies:?}"
        );
        assert_eq!(origin.asked().len(), asked, "{cookies:?}");
    }
}

/// What comes with the rest of a part is for the one who asked for it.
#[tokio::test]
async fn a_cookie_with_the_rest_of_a_part_is_for_who_asked() {
    let origin = Origin::new(|asked| {
        let (range, cookie, body) = match asked.field("range") {
            Some("bytes=0-1") => ("0-1", "", "ab"),
            _ => ("2-3", "Set-Cookie: sid=B\r\n", "cd"),
        };
        let fields = format!("{KEPT}ETag: \"v\"\r\nContent-Range: bytes {range}/4\r\n{cookie}");
        respond(206, &fields, body)
    })
    .await;
    let mut document = one_route(&[&origin]);
    document["edge"]["store"]["cookies"] = "strip".into();
    let edge = Edge::start(&document);
    edge.get_with("/x", "Range: bytes=0-1\r\n").await;
    let own = edge.get("/x").await;
    assert_eq!(
        (own.text(), own.field("set-cookie")),
        ("abcd", Some("sid=B"))
    );
    let other = edge.get("/x").await;
    assert_eq!((other.text(), other.field("set-cookie")), ("abcd", None));
    assert_eq!(origin.asked().len(), 2);
}
