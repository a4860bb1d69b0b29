//! What an origin sends behind an answer is an answer to nobody.

use crate::support::{Client, Edge, Origin, Step, ok, one_route};

const EVIL: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";

#[tokio::test]
async fn the_next_request_gets_its_own() {
    let origin = Origin::new(|asked| {
        let head = match asked.path() {
            // RFC 9110 §9.3.2: none of these has a body.
            "/head" => "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n",
            "/none" => "HTTP/1.1 204 No Content\r\n\r\n",
            "/same" => "HTTP/1.1 304 Not Modified\r\nETag: \"v\"\r\n\r\n",
            "/short" => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
            "/chunks" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            path => return ok("Cache-Control: no-store\r\n", path),
        };
        vec![Step::Send(format!("{head}{EVIL}").into_bytes())]
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut client = Client::connect(edge.address).await;
    for round in 0..20 {
        for (method, path) in [
            ("HEAD", "/head"),
            ("GET", "/none"),
            ("GET", "/same"),
            ("GET", "/short"),
            ("GET", "/chunks"),
        ] {
            let head = format!("{method} {path} HTTP/1.1\r\nHost: a\r\n");
            client
                .send(format!("{head}If-None-Match: \"v\"\r\n\r\n"))
                .await;
            client.response(method == "HEAD").await.unwrap();
            let next = client.get(&format!("/next{round}"), "").await;
            assert_eq!(next.text(), format!("/next{round}"), "behind {path}");
        }
    }
}
