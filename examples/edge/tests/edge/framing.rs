//! Bodies end where their heads say, on both sides, whatever the other side
//! declares.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::{
    Client, Edge, Origin, Step, config, exchange, ok, one_route, respond, within,
};

const KEPT: &str = "Cache-Control: max-age=60\r\n";

/// RFC 9112 §6.3: the second response would be the attacker's.
#[tokio::test]
async fn a_hit_is_as_long_as_what_is_stored() {
    let origin = Origin::new(|_| {
        let body = "helloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";
        let text = format!(
            "HTTP/1.1 200 OK\r\n{KEPT}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n\
             {:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        );
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    for _ in 0..2 {
        let response = client.get("/x", "").await;
        assert!(response.text().ends_with("EVIL"), "{}", response.head);
        assert_eq!(client.buffered(), 0);
    }
    assert_eq!(origin.asked().len(), 1);
}

/// What a body has asked for is not asked for again without it, nor does its
/// length go out alone: the endpoint would take the next request for it.
#[tokio::test]
async fn no_length_goes_upstream_without_its_body() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = oneshot::channel();
    let origin = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        read_until(&mut first, "abc").await;
        let cut = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\n0123";
        first.write_all(cut.as_bytes()).await.unwrap();
        told.await.unwrap();
        drop(first);
        let (mut second, _) = listener.accept().await.unwrap();
        let head = read_until(&mut second, "\r\n\r\n").await;
        let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        second.write_all(empty.as_bytes()).await.unwrap();
        head
    });
    let edge = Edge::start(&config(&[url]));
    let mut client = Client::connect(edge.address).await;
    let request = "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    client.send(request).await;
    client.head().await.unwrap();
    client.read_exact(&mut [0; 4]).await;
    tell.send(()).unwrap();
    assert!(client.is_ended().await);
    assert_eq!(edge.get("/next").await.status, 200);
    let head = within("the next request", origin).await.unwrap();
    assert!(head.starts_with("GET /next "), "{head}");
    assert!(!head.contains("content-length"), "{head}");
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut came = Vec::new();
    while !came.ends_with(end.as_bytes()) {
        assert!(stream.read_buf(&mut came).await.unwrap() > 0);
    }
    String::from_utf8(came).unwrap()
}

/// The rest, by chunks, is shorter than its `Content-Range` says.
#[tokio::test]
async fn a_rest_that_is_too_short_is_a_cut() {
    let origin = Origin::new(|asked| match asked.field("range") {
        Some(_) => {
            let text = "HTTP/1.1 206 Partial\r\nETag: \"v\"\r\nContent-Range: bytes 4-9/10\r\n\
                        Transfer-Encoding: chunked\r\n\r\n2\r\n45\r\n0\r\n\r\n";
            vec![Step::Send(text.into()), Step::Close]
        }
        None => {
            let text =
                format!("HTTP/1.1 200 OK\r\n{KEPT}ETag: \"v\"\r\nContent-Length: 10\r\n\r\n0123");
            vec![Step::Send(text.into()), Step::Reset]
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    for _ in 0..2 {
        let response = edge.get("/x").await;
        assert!(!response.whole);
        assert!(!response.cache().contains("hit"), "{}", response.head);
    }
}

/// RFC 9112 §6.1: hyper takes the chunks off, and nobody the rest.
#[tokio::test]
async fn other_transfer_codings_are_not_passed_for_identity() {
    let origin = Origin::new(|_| {
        let text = format!(
            "HTTP/1.1 200 OK\r\n{KEPT}Transfer-Encoding: gzip, chunked\r\n\r\n\
             3\r\nabc\r\n0\r\n\r\n"
        );
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.get("/x").await.status, 502);
    let before = origin.asked().len();
    let request = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n\
                   3\r\nabc\r\n0\r\n\r\n";
    let response = exchange(edge.address, request).await.unwrap();
    assert_eq!(response.status, 501);
    assert_eq!(origin.asked().len(), before);
}

/// The origin would be asked another question than the client has.
#[tokio::test]
async fn a_get_does_not_lose_its_chunks() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let request =
        "GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let response = exchange(edge.address, request).await.unwrap();
    assert_eq!(response.status, 411);
    assert_eq!(origin.asked().len(), 0);
}

/// RFC 9110 §15.2.2: nobody has asked for it.
#[tokio::test]
async fn another_protocol_is_a_bad_gateway() {
    let origin = Origin::new(|asked| match asked.path() {
        "/x" => {
            let text = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\
                        Upgrade: x\r\n\r\n";
            vec![Step::Send(text.into())]
        }
        _ => respond(200, "", "next"),
    })
    .await;
    let edge = Edge::start(&config(&[origin.url()]));
    let mut client = Client::connect(edge.address).await;
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let head = client.head().await.unwrap();
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert_eq!(edge.get("/next").await.text(), "next");
}

/// RFC 9110 §6.5.1.
#[tokio::test]
async fn trailers_neither_frame_nor_set_cookies() {
    let origin = Origin::new(|_| {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\
                    Trailer: X-Sum, X-Other, Set-Cookie, Keep-Alive\r\n\r\n3\r\nabc\r\n0\r\n\
                    Set-Cookie: a=b\r\nKeep-Alive: 1\r\nX-Sum: 6\r\n\r\n";
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let response = edge
        .get_with("/x", "TE: trailers\r\nConnection: TE\r\n")
        .await;
    assert_eq!(response.trailers, "x-sum: 6\n");
}
