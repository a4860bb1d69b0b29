//! What nobody waits for any more is not asked for any longer.

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;

use crate::support::http2::{ask, speak};
use crate::support::{Client, Edge, Origin, Step, connect, ok, one_route, stall};

const IN_FLIGHT: &str = "hedgerow_endpoint_in_flight{upstream=\"origin\",endpoint=\"a\"}";
const OPEN: &str = "hedgerow_endpoint_connections{upstream=\"origin\",endpoint=\"a\"}";

/// The request, and what the endpoint does until the client leaves.
#[tokio::test]
async fn its_request_ends_upstream() {
    let head = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9\r\n\r\nabc";
    for (request, answers) in [
        ("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", false),
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            false,
        ),
        ("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", true),
        (
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            true,
        ),
    ] {
        let origin = Origin::new(move |_| match answers {
            false => stall(),
            true => vec![Step::Send(head.into()), Step::Stall],
        })
        .await;
        let edge = Edge::start(&one_route(&[&origin]));
        let mut client = Client::connect(edge.address).await;
        client.send(request).await;
        origin.wait_for(1).await;
        if answers {
            client.head().await.unwrap();
            client.read_exact(&mut [0; 3]).await;
        }
        edge.wait_for_metric(IN_FLIGHT, 1.0).await;
        drop(client);
        edge.wait_for_metric(IN_FLIGHT, 0.0).await;
        edge.wait_for_metric(OPEN, 0.0).await;
        assert_eq!(edge.metric("hedgerow_flights").await, 0.0);
    }
}

/// One of many on its connection.
#[tokio::test]
async fn so_does_a_stream_s_that_is_reset() {
    let origin = Origin::new(|asked| match asked.path() {
        "/x" => stall(),
        _ => ok("", "y"),
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut sender = speak(connect(edge.address).await).await;
    let get = |path: &str| {
        let request = Request::get(format!("http://test.example{path}"));
        request.body(Empty::<Bytes>::new()).unwrap()
    };
    let asked = tokio::spawn(ask(&mut sender, get("/x")));
    origin.wait_for(1).await;
    edge.wait_for_metric(IN_FLIGHT, 1.0).await;
    asked.abort();
    edge.wait_for_metric(IN_FLIGHT, 0.0).await;
    let response = ask(&mut sender, get("/y")).await.unwrap();
    assert_eq!(response.status(), 200);
}
