//! Bodies pass as they are, whatever their framing.

use crate::support::{Client, Edge, Origin, Step, exchange, ok, one_route};

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

#[tokio::test]
async fn a_response_may_be_framed_in_any_way() {
    let origin = Origin::new(|asked| match asked.path() {
        "/chunked" => vec![send(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
             3;ext=1\r\nabc\r\n004\r\ndefg\r\n0\r\n\r\n",
        )],
        "/closed" => vec![send("HTTP/1.1 200 OK\r\n\r\nabcdefg"), Step::Close],
        "/old" => vec![send("HTTP/1.0 200 OK\r\n\r\nabcdefg"), Step::Close],
        "/empty" => ok("", ""),
        "/none" => vec![send("HTTP/1.1 204 No Content\r\n\r\n")],
        _ => ok("", "abcdefg"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    for path in ["/chunked", "/closed", "/old", "/length"] {
        let response = edge.get(path).await;
        assert_eq!(
            (response.text(), response.whole),
            ("abcdefg", true),
            "{path}"
        );
    }
    assert_eq!(edge.get("/empty").await.field("content-length"), Some("0"));
    assert_eq!(edge.get("/none").await.status, 204);
    // HTTP/1.0 knows no chunks: the end of the connection is the end.
    let old = exchange(edge.address, "GET /chunked HTTP/1.0\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(old.text(), "abcdefg");
    assert_eq!(old.field("transfer-encoding"), None);
}

#[tokio::test]
async fn a_request_keeps_its_framing() {
    let origin = Origin::new(|_| ok("", "thanks")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(
        edge.send("PUT", "/length", "", "abc").await.text(),
        "thanks"
    );
    let chunked = "POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3\r\nabc\r\n0\r\n\r\n";
    exchange(edge.address, chunked).await.unwrap();
    let zeros = "PUT /zeros HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc";
    exchange(edge.address, zeros).await.unwrap();
    let asked = origin.asked();
    assert_eq!(asked[2].field("content-length"), Some("3"));
    assert_eq!(asked[0].field("content-length"), Some("3"));
    assert_eq!(asked[0].body, b"abc");
    assert_eq!(asked[1].field("transfer-encoding"), Some("chunked"));
    assert_eq!(asked[1].body, b"3\r\nabc\r\n0\r\n\r\n");
}

#[tokio::test]
async fn what_is_for_one_connection_alone_goes_no_further() {
    let origin = Origin::new(|_| {
        ok(
            "Connection: X-Own\r\nX-Own: 1\r\nKeep-Alive: timeout=5\r\nX-End: 2\r\n",
            "",
        )
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let fields = "Connection: close, X-Mine\r\nX-Mine: 1\r\nProxy-Authorization: secret\r\n\
                  Upgrade: websocket\r\nX-End: 2\r\nX-Forwarded-For: 10.0.0.1\r\n";
    let response = edge.get_with("/x", fields).await;
    assert_eq!(
        (response.field("x-own"), response.field("keep-alive")),
        (None, None)
    );
    assert_eq!(response.field("x-end"), Some("2"));
    assert_eq!(response.field("via"), Some("1.1 hedgerow"));
    let asked = &origin.asked()[0];
    for gone in ["connection", "x-mine", "proxy-authorization", "upgrade"] {
        assert_eq!(asked.field(gone), None, "{gone}");
    }
    assert_eq!(asked.field("x-end"), Some("2"));
    assert_eq!(asked.field("via"), Some("1.1 hedgerow"));
    assert_eq!(asked.field("x-forwarded-for"), Some("10.0.0.1, 127.0.0.1"));
    assert_eq!(asked.field("x-forwarded-host"), Some("test.example"));
    assert_eq!(asked.field("host"), Some(&*origin.address.to_string()));
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let origin = Origin::new(|asked| ok("", asked.path())).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    let two = ["/1", "/2"].map(|path| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
    client.send(two.concat()).await;
    assert_eq!(client.response(false).await.unwrap().text(), "/1");
    assert_eq!(client.response(false).await.unwrap().text(), "/2");
}

#[tokio::test]
async fn a_client_that_expects_a_word_first_gets_it() {
    let origin = Origin::new(|asked| ok("", str::from_utf8(&asked.body).unwrap())).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    let head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    client.send(head).await;
    assert!(client.head().await.unwrap().starts_with("HTTP/1.1 100 "));
    client.send("abc").await;
    assert_eq!(client.response(false).await.unwrap().text(), "abc");
    assert_eq!(origin.asked()[0].field("expect"), None);
}
