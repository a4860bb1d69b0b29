//! Origins that answer nonsense: another is asked, or a clear status comes.

use crate::support::{Edge, Origin, Step, config, ok, one_route};

fn nonsense() -> Vec<String> {
    vec![
        "nonsense\r\n\r\n".into(),
        "HTTP/1.1 abc OK\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n".into(),
        "HTTP/1.1 200 OK\r\nX : 1\r\nContent-Length: 0\r\n\r\n".into(),
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
