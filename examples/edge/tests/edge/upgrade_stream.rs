//! WebSocket on a stream of HTTP/2 (RFC 8441).

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{
    Asked, Edge, Origin, Step, close, connect, http2, ok, one_route, respond, within,
};

type Sender = SendRequest<BoxBody<Bytes, std::convert::Infallible>>;

/// Accepts the key that it is given, then does this.
fn accept(asked: &Asked, then: Step) -> Vec<Step> {
    let key = asked.field("sec-websocket-key").unwrap_or_default();
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let accept = base64(hash.as_ref());
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: v1\r\n\r\n"
    );
    vec![Step::Send(head.into_bytes()), then]
}

/// Of 20 bytes, which leave two over.
fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').collect();
    let letter = |six: u32| letters.get(six as usize).copied();
    let bits = |at: usize| {
        (0..6).fold(0, |sum, bit| {
            let (byte, bit) = ((at * 6 + bit) / 8, (at * 6 + bit) % 8);
            let byte = bytes.get(byte).copied().unwrap_or(0);
            sum << 1 | u32::from(byte >> (7 - bit) & 1)
        })
    };
    let other = |six| if six == 62 { '+' } else { '/' };
    let text = (0..27).map(|at| letter(bits(at)).unwrap_or_else(|| other(bits(at))));
    text.chain(['=']).collect()
}

async fn echoes() -> Origin {
    Origin::new(|asked| match asked.field("upgrade") {
        Some(_) => accept(asked, Step::Echo),
        None => ok("", "plain"),
    })
    .await
}

async fn speak(edge: &Edge) -> Sender {
    http2::speak(connect(edge.address).await).await
}

/// An extended CONNECT, once the proxy has said that it takes one.
async fn extended(sender: &mut Sender, protocol: &'static str) -> Response<Incoming> {
    // The settings come with the first answer at the latest.
    let plain = Request::get("http://test.example/plain");
    let plain = plain.body(Empty::new().boxed()).unwrap();
    http2::ask(sender, plain).await.unwrap();
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri("http://test.example/chat?x=1")
        .extension(Protocol::from_static(protocol))
        .header("sec-websocket-version", "13")
        .header("sec-websocket-protocol", "v1")
        .header("origin", "https://a.example")
        .body(Empty::new().boxed())
        .unwrap();
    http2::ask(sender, request).await.unwrap()
}

async fn open(sender: &mut Sender) -> TokioIo<Upgraded> {
    let response = extended(sender, "websocket").await;
    assert_eq!(response.status(), StatusCode::OK, "{response:?}");
    opened(response).await
}

async fn opened(response: Response<Incoming>) -> TokioIo<Upgraded> {
    let stream = within("the stream itself", hyper::upgrade::on(response)).await;
    TokioIo::new(stream.unwrap())
}

#[track_caller]
fn says(stream: &mut TokioIo<Upgraded>, bytes: &[u8]) -> impl Future<Output = Vec<u8>> {
    within("the echo", async move {
        stream.write_all(bytes).await.unwrap();
        let mut place = vec![0; bytes.len()];
        stream.read_exact(&mut place).await.unwrap();
        place
    })
}

/// All that comes to the end of the stream.
#[track_caller]
fn rest(stream: &mut TokioIo<Upgraded>) -> impl Future<Output = Vec<u8>> {
    within("the end of a stream", async {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        rest
    })
}

#[tokio::test]
async fn bytes_go_both_ways_on_each_stream() {
    let origin = echoes().await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut sender = speak(&edge).await;
    let response = extended(&mut sender, "websocket").await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(headers["sec-websocket-protocol"], "v1");
    for name in [
        "sec-websocket-accept",
        "upgrade",
        "connection",
        "content-length",
    ] {
        assert!(!headers.contains_key(name), "{headers:?}");
    }
    let mut first = opened(response).await;
    let mut second = open(&mut sender).await;
    for text in [b"hello", b"again"] {
        assert_eq!(says(&mut first, text).await, text);
        assert_eq!(says(&mut second, text).await, text);
    }
    assert_eq!(edge.metric("hedgerow_upgrades").await, 2.0);
    let asked = origin.asked();
    let mut asked = asked
        .iter()
        .filter(|asked| asked.field("upgrade").is_some());
    let (one, two) = (asked.next().unwrap(), asked.next().unwrap());
    assert!(
        one.head.starts_with("GET /chat?x=1 HTTP/1.1\r\n"),
        "{}",
        one.head
    );
    for (name, value) in [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("origin", "https://a.example"),
        ("via", "2.0 hedgerow"),
    ] {
        assert_eq!(one.field(name), Some(value), "{name}");
    }
    let key = |asked: &Asked| asked.field("sec-websocket-key").map(str::to_owned);
    assert_ne!(key(one), key(two));
    // One ends, and the other doesn't.
    first.shutdown().await.unwrap();
    assert_eq!(rest(&mut first).await, b"bye");
    edge.wait_for_metric("hedgerow_upgrades", 1.0).await;
    assert_eq!(says(&mut second, b"still").await, b"still");
    drop((second, sender));
    edge.wait_for_metric("hedgerow_upgrades", 0.0).await;
}

/// A stream would be taken for a WebSocket by any 2xx.
#[tokio::test]
async fn what_is_no_switch_is_no_success() {
    for (answer, status) in [(200, 502), (403, 403), (302, 302)] {
        let origin = Origin::new(move |asked| match asked.path() {
            "/plain" => ok("", "plain"),
            _ => respond(answer, "Location: /x\r\n", "no"),
        })
        .await;
        let edge = Edge::start(&one_route(&[&origin]));
        let mut sender = speak(&edge).await;
        let response = extended(&mut sender, "websocket").await;
        assert_eq!(response.status(), status);
        edge.wait_for_metric("hedgerow_upgrades", 0.0).await;
        // The connection goes on.
        assert_eq!(extended(&mut sender, "websocket").await.status(), status);
    }
}

#[tokio::test]
async fn it_goes_to_another_endpoint_where_one_fails() {
    let broken = Origin::new(|asked| match asked.path() {
        "/plain" => ok("", "plain"),
        _ => close(),
    })
    .await;
    // It has understood nothing: the answer is to another key.
    let other = Origin::new(|asked| match asked.path() {
        "/plain" => ok("", "plain"),
        _ => crate::support::switch(Step::Echo),
    })
    .await;
    let well = echoes().await;
    let edge = Edge::start(&one_route(&[&broken, &other, &well]));
    let mut stream = open(&mut speak(&edge).await).await;
    assert_eq!(says(&mut stream, b"hello").await, b"hello");
    let opened = within("the line of a stream", async {
        loop {
            drop(std::mem::replace(
                &mut stream,
                open(&mut speak(&edge).await).await,
            ));
            let line = edge.logged_of("access");
            if line["method"] == "CONNECT" {
                break line;
            }
        }
    });
    let line = opened.await;
    assert_eq!(line["status"], 200);
    assert_eq!(
        (&line["cache"], &line["version"]),
        (&json!("upgrade"), &json!("2"))
    );
}

#[tokio::test]
async fn what_is_not_offered_is_refused() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    let edge = Edge::start(&document);
    let response = extended(&mut speak(&edge).await, "connect-udp").await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    document["edge"]["routes"][0]["upgrades"] = json!([]);
    let edge = Edge::start(&document);
    let response = extended(&mut speak(&edge).await, "websocket").await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    document["edge"]["routes"][0]["upgrades"] = json!(["websocket"]);
    document["edge"]["limits"] = json!({"upgrades": 0});
    let edge = Edge::start(&document);
    let response = extended(&mut speak(&edge).await, "websocket").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Nothing but the stream tells that it is not idle.
#[tokio::test]
async fn it_outlasts_what_idle_connections_may() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = json!({"idleMs": 100, "writeMs": 100, "headerMs": 100});
    let edge = Edge::start(&document);
    let mut stream = open(&mut speak(&edge).await).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(says(&mut stream, b"hello").await, b"hello");
}

#[tokio::test]
async fn an_endpoint_out_of_service_ends_the_stream_with_a_word() {
    let (a, b) = (echoes().await, echoes().await);
    let mut document = one_route(&[&a, &b]);
    let edge = Edge::start(&document);
    let mut stream = open(&mut speak(&edge).await).await;
    assert_eq!(says(&mut stream, &[0x82, 0]).await, [0x82, 0]);
    document["edge"]["upstreams"][0]["endpoints"][0]["state"] = json!("down");
    std::fs::write(&edge.file, document.to_string()).unwrap();
    edge.signal("-HUP");
    assert_eq!(rest(&mut stream).await, [0x88, 2, 0x03, 0xf4]);
}

// Waiting for the end must not keep the origin from ending.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_the_proxy_waits_for_it_and_says_so() {
    let origin = echoes().await;
    let mut document = one_route(&[&origin]);
    document["edge"]["timeouts"] = json!({"drainMs": 300});
    let mut edge = Edge::start(&document);
    let mut sender = speak(&edge).await;
    let mut stream = open(&mut sender).await;
    edge.signal("-TERM");
    edge.logged("draining");
    assert_eq!(says(&mut stream, &[0x82, 0]).await, [0x82, 0]);
    assert_eq!(rest(&mut stream).await, [0x88, 2, 0x03, 0xe9]);
    drop((stream, sender));
    assert_eq!(edge.ended(), Some(0));
}
