//! HTTP/2: by prior knowledge, and over TLS.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{Full, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use serde_json::json;

use crate::support::http2::{ask, collect, speak};
use crate::support::{Authority, Edge, Origin, Step, connect, ok, one_route, within};

fn get(path: &str) -> Request<Full<Bytes>> {
    Request::get(format!("http://test.example{path}"))
        .body(Full::default())
        .unwrap()
}

#[tokio::test]
async fn many_streams_on_one_connection_by_prior_knowledge() {
    let origin = Origin::new(|asked| ok("Cache-Control: max-age=60\r\n", asked.path())).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let sender = speak(connect(edge.address).await).await;
    let mut set = tokio::task::JoinSet::new();
    for number in 0..50 {
        let mut sender = sender.clone();
        set.spawn(async move {
            let path = format!("/{}", number % 10);
            let response = ask(&mut sender, get(&path)).await.unwrap();
            assert_eq!(
                (response.status(), response.version()),
                (StatusCode::OK, Version::HTTP_2)
            );
            let body = collect(response).await.unwrap().to_bytes();
            assert_eq!(body, path.as_bytes());
        });
    }
    set.join_all().await;
    assert_eq!(origin.asked().len(), 10);
    assert!(
        origin
            .asked()
            .iter()
            .all(|asked| asked.head.contains(" HTTP/1.1\r\n"))
    );
    assert!(
        origin
            .asked()
            .iter()
            .all(|asked| asked.field("via") == Some("2.0 hedgerow"))
    );
}

#[tokio::test]
async fn tls_agrees_on_either_version() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let authority = Authority::new();
    let (certificate, key) = authority.files("test.example");
    let mut document = one_route(&[&origin]);
    document["edge"]["listen"] = json!([
        {"address": "127.0.0.1:0", "tls": {"certificate": certificate, "key": key}}
    ]);
    let edge = Edge::start(&document);
    let name = || rustls::pki_types::ServerName::try_from("test.example").unwrap();

    let tcp = connect(edge.address).await;
    let connector = authority.connector(&[b"h2", b"http/1.1"]);
    let two = within("TLS", connector.connect(name(), tcp)).await.unwrap();
    assert_eq!(two.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let response = ask(&mut speak(two).await, get("/x")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);

    let tcp = connect(edge.address).await;
    let connector = authority.connector(&[b"http/1.1"]);
    let one = within("TLS", connector.connect(name(), tcp)).await.unwrap();
    assert_eq!(one.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(one))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::get("/x").header("host", "test.example");
    let request = request.body(Full::<Bytes>::default()).unwrap();
    let sent = sender.send_request(request);
    let response = within("a response", sent).await.unwrap();
    assert_eq!(
        (response.status(), response.version()),
        (StatusCode::OK, Version::HTTP_11)
    );
    let asked = origin.asked();
    assert!(
        asked
            .iter()
            .all(|asked| asked.field("x-forwarded-proto") == Some("https"))
    );
}

#[tokio::test]
async fn a_cut_body_resets_the_stream_alone() {
    let origin = Origin::new(|asked| match asked.path() {
        "/cut" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123";
            vec![Step::Send(head.into()), Step::Close]
        }
        _ => ok("", "x"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut sender = speak(connect(edge.address).await).await;
    let response = ask(&mut sender, get("/cut")).await.unwrap();
    assert!(collect(response).await.is_err());
    let response = ask(&mut sender, get("/x")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn trailers_pass_both_ways() {
    let origin = Origin::new(|_| {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
                    3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n";
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut sender = speak(connect(edge.address).await).await;
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-own", "1".parse().unwrap());
    let frames = [
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"data"))),
        Ok(Frame::trailers(trailers)),
    ];
    let request = Request::post("http://test.example/x")
        .header("trailer", "x-own")
        .body(StreamBody::new(futures_util::stream::iter(frames)))
        .unwrap();
    let response = ask(&mut sender, request).await.unwrap();
    let body = collect(response).await.unwrap();
    assert_eq!(body.trailers().unwrap()["x-sum"], "6");
    assert_eq!(body.to_bytes(), "abc");
    let sent = String::from_utf8(origin.asked()[0].body.clone()).unwrap();
    assert!(
        sent.to_ascii_lowercase().ends_with("0\r\nx-own: 1\r\n\r\n"),
        "{sent:?}"
    );
}

/// RFC 9113 §8.2.3, §8.3.1.
#[tokio::test]
async fn split_cookies_are_joined_and_two_hosts_refused() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut sender = speak(connect(edge.address).await).await;
    let mut split = get("/x");
    for cookie in ["a=1", "b=2"] {
        split
            .headers_mut()
            .append("cookie", cookie.parse().unwrap());
    }
    let response = ask(&mut sender, split).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(origin.asked()[0].field("cookie"), Some("a=1; b=2"));
    let mut two = get("/x");
    two.headers_mut()
        .insert("host", "other.example".parse().unwrap());
    let response = ask(&mut sender, two).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(origin.asked().len(), 1);
}
