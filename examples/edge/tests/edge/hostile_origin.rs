//! Origins that answer nonsense: another is asked, or a clear status comes.

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;

use crate::support::http2::{ask, collect, speak};
use crate::support::{Client, Edge, Origin, Step, config, connect, ok, one_route};

fn nonsense() -> Vec<String> {
    vec![
        "nonsense\r\n\r\n".into(),
        "HTTP/1.1 abc OK\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX : 1\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX: 1\r2\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab".into(),
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na".into(),
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\na".into(),
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".into(),
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n".into(),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: 1\r\n".repeat(10_000)),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(1_000_000)),
    ]
}

#[tokio::test]
async fn another_endpoint_is_asked() {
    for text in nonsense() {
        let sent = text.clone();
        let a =
            Origin::new(move |_| vec![Step::Send(sent.clone().into_bytes()), Step::Close]).await;
        let b = Origin::new(|_| ok("", "b")).await;
        let edge = Edge::start(&one_route(&[&a, &b]));
        let response = edge.get("/x").await;
        let shown: String = text.chars().take(50).collect();
        assert_eq!((response.status, response.text()), (200, "b"), "{shown:?}");
    }
}

#[tokio::test]
async fn where_there_is_no_other_it_is_a_bad_gateway() {
    for text in nonsense() {
        let sent = text.clone();
        let a =
            Origin::new(move |_| vec![Step::Send(sent.clone().into_bytes()), Step::Close]).await;
        let mut edge = Edge::start(&config(&[a.url()]));
        let shown: String = text.chars().take(50).collect();
        assert_eq!(edge.get("/x").await.status, 502, "{shown:?}");
        assert!(edge.is_running());
    }
}

/// RFC 9112 §6.3 lets what is said twice alike be taken for once; it goes on as
/// one number, or not at all.
#[tokio::test]
async fn a_length_said_twice_is_said_once() {
    for length in ["5, 5", "5\r\nContent-Length: 5", "05"] {
        for fields in ["Cache-Control: max-age=60\r\n", ""] {
            let a = Origin::new(move |_| {
                let text =
                    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {length}\r\n\r\nhello");
                vec![Step::Send(text.into())]
            })
            .await;
            let edge = Edge::start(&one_route(&[&a]));
            for _ in 0..2 {
                let request = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                let mut client = Client::connect(edge.address).await;
                client.send(request).await;
                let head = client.head().await.unwrap().to_ascii_lowercase();
                let lengths: Vec<&str> = head
                    .split("\r\n")
                    .filter_map(|line| line.strip_prefix("content-length: "))
                    .collect();
                let refused = head.starts_with("http/1.1 502 ");
                let plain = lengths == ["5"] || head.contains("transfer-encoding: chunked");
                assert!(refused || plain && lengths.len() <= 1, "{length:?}: {head}");
            }
        }
    }
}

const ODD: &[&str] = &[
    "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 \u{e9}t\u{e9}\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 205 Reset\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 206 Part\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 206 Part\r\nContent-Range: bytes 9-1/3\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 426 Other\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 On\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: content-length, date, vary\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nDate: yesterday\r\nDate: today\r\nAge: -1\r\nVary: ,,\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nKeep-Alive: x\r\nTrailer: a\r\nContent-Length: 0\r\n\r\n",
];

/// Before an origin that answers `/odd` with this, and everything else plainly.
async fn oddly(text: &'static str) -> (Edge, Origin) {
    let origin = Origin::new(move |asked| match asked.path() {
        "/odd" => vec![Step::Send(text.into()), Step::Close],
        _ => ok("", "next"),
    })
    .await;
    (Edge::start(&one_route(&[&origin])), origin)
}

/// Whatever it says of itself, the client gets an answer, and the next one on
/// the same connection.
#[tokio::test]
async fn what_is_odd_ends_no_client_s_connection() {
    for &text in ODD {
        let (edge, _origin) = oddly(text).await;
        for method in ["GET", "HEAD", "POST"] {
            let mut client = Client::connect(edge.address).await;
            let head = format!("{method} /odd HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            client.send(head).await;
            let answer = client.response(method == "HEAD").await;
            assert!(answer.is_some(), "{method} {text:?}");
            assert_eq!(
                client.get("/next", "").await.text(),
                "next",
                "{method} {text:?}"
            );
        }
    }
}

/// HTTP/2 has rules of its own for what a response may say.
#[tokio::test]
async fn nor_a_stream_of_http_2() {
    for &text in ODD {
        let (edge, _origin) = oddly(text).await;
        let mut sender = speak(connect(edge.address).await).await;
        for path in ["/odd", "/next"] {
            let request = Request::get(format!("http://test.example{path}"));
            let request = request.body(Empty::<Bytes>::new()).unwrap();
            let response = ask(&mut sender, request).await;
            let response = response.unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
            collect(response).await.unwrap();
        }
    }
}

/// What can be read in two ways is read in one, and passed on in that.
#[tokio::test]
async fn a_doubtful_framing_is_made_plain() {
    let a = Origin::new(|_| {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n\
                    5\r\nabcde\r\n0\r\n\r\n";
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&a]));
    let response = edge.get("/x").await;
    let both =
        response.field("content-length").is_some() && response.field("transfer-encoding").is_some();
    assert!(!both, "{}", response.head);
    assert!(
        response.status == 502 || response.text() == "abcde",
        "{}",
        response.head
    );
}

#[tokio::test]
async fn a_huge_promise_costs_nothing() {
    let a = Origin::new(|_| {
        let text = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\
                    Content-Length: 1099511627776\r\n\r\nabc";
        vec![Step::Send(text.into()), Step::Close]
    })
    .await;
    let edge = Edge::start(&one_route(&[&a]));
    let before = edge.memory();
    let response = edge.get("/x").await;
    assert_eq!((response.text(), response.whole), ("abc", false));
    assert!(edge.memory().saturating_sub(before) < 32 * 1024 * 1024);
}
