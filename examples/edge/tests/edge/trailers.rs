//! Fields behind a body, both ways.

use crate::support::{Edge, Origin, Step, exchange, ok, one_route};

#[tokio::test]
async fn a_responses_trailers_reach_a_client_that_takes_them() {
    let origin = Origin::new(|asked| {
        assert_eq!(asked.field("te"), Some("trailers"));
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
                    3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n";
        vec![Step::Send(text.into())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let response = edge
        .get_with("/x", "TE: trailers\r\nConnection: TE\r\n")
        .await;
    assert_eq!((response.text(), response.whole), ("abc", true));
    assert_eq!(response.trailers, "x-sum: 6\n");
}

#[tokio::test]
async fn a_requests_trailers_reach_the_origin() {
    let origin = Origin::new(|_| ok("", "")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let request = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\
                   \r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n";
    exchange(edge.address, request).await.unwrap();
    let body = String::from_utf8(origin.asked()[0].body.clone()).unwrap();
    assert_eq!(
        body.to_ascii_lowercase(),
        "3\r\nabc\r\n0\r\nx-sum: 6\r\n\r\n"
    );
}
