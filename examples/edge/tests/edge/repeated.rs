//! What an endpoint may have seen is asked for again only where that can do no
//! harm (RFC 9110 §9.2.2).

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{Client, Edge, Origin, config, ok};

/// An endpoint that reads so much of each request, and closes.
async fn reads(until: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut came = Vec::new();
            let end = until.as_bytes();
            while !came.windows(end.len()).any(|window| window == end) {
                if stream.read_buf(&mut came).await.unwrap_or(0) == 0 {
                    break;
                }
            }
        }
    });
    url
}

/// The request, whether its body is sent to its end, and whether the second
/// endpoint is asked.
#[tokio::test]
async fn only_what_can_be_asked_twice_is() {
    for (request, again) in [
        ("GET /x HTTP/1.1\r\n\r\n", true),
        ("HEAD /x HTTP/1.1\r\n\r\n", true),
        ("OPTIONS /x HTTP/1.1\r\n\r\n", true),
        ("DELETE /x HTTP/1.1\r\n\r\n", true),
        ("PUT /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", true),
        ("GET /x HTTP/1.1\r\nRange: bytes=0-1\r\n\r\n", true),
        ("GET /x HTTP/1.1\r\nEarly-Data: 1\r\n\r\n", true),
        ("POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", false),
        ("PATCH /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", false),
        ("get /x HTTP/1.1\r\n\r\n", false),
        // The key is the origin's to know, and the body is gone.
        (
            "POST /x HTTP/1.1\r\nIdempotency-Key: 1\r\nContent-Length: 0\r\n\r\n",
            false,
        ),
        ("PUT /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", false),
        ("PUT /x HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", false),
        ("GET /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", false),
        (
            "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            false,
        ),
        (
            "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
            false,
        ),
    ] {
        let second = Origin::new(|_| ok("", "x")).await;
        let first = reads(if request.ends_with("\r\n\r\n") {
            "\r\n\r\n"
        } else {
            "abc"
        })
        .await;
        let edge = Edge::start(&config(&[first, second.url()]));
        let request = request.replacen("\r\n", "\r\nHost: a\r\n", 1);
        let mut client = Client::connect(edge.address).await;
        client.send(&request).await;
        let is_head = request.starts_with("HEAD");
        let response = client.response(is_head).await.unwrap();
        let asked = second.asked().len();
        let expected = if again { (200, 1) } else { (502, 0) };
        assert_eq!((response.status, asked), expected, "{request:?}");
    }
}

/// An endpoint need not read all of a body to answer it.
#[tokio::test]
async fn an_answer_before_the_end_of_the_body_is_the_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut came = [0; 1024];
            let _ = stream.read(&mut came).await;
            let text = "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig";
            let _ = stream.write_all(text.as_bytes()).await;
            tokio::spawn(async move { stream.read_to_end(&mut Vec::new()).await });
        }
    });
    let edge = Edge::start(&config(&[url]));
    for _ in 0..3 {
        let mut client = Client::connect(edge.address).await;
        let head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc";
        client.send(head).await;
        let response = client.response(false).await.unwrap();
        assert_eq!((response.status, response.text()), (413, "big"));
        drop(client);
    }
    let name = "hedgerow_endpoint_in_flight{upstream=\"origin\",endpoint=\"a\"}";
    edge.wait_for_metric(name, 0.0).await;
}
