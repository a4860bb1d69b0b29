//! Clients that mean harm, or can't do better: a clear status, and nothing of
//! it reaches the origin.

use crate::support::{Client, Edge, Origin, exchange, ok, one_route};

/// What is sent, and the status that comes back; 0: none does.
#[tokio::test]
async fn what_is_malformed_is_refused() {
    let origin = Origin::new(|_| ok("", "")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(70_000));
    let wide = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
        "X: 1\r\n".repeat(10_000)
    );
    let cases: &[(&str, &[u16])] = &[
        ("GET / HTTP/1.1\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: %61\r\n\r\n", &[400]),
        ("GET http://%61/ HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", &[400]),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", &[400]),
        ("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", &[400]),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", &[400]),
        ("nonsense\r\n\r\n", &[400]),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", &[405]),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", &[405]),
        (&long, &[414, 431]),
        (&wide, &[431]),
        (&many, &[431]),
    ];
    for (request, expected) in cases {
        let status = exchange(edge.address, request)
            .await
            .map_or(0, |response| response.status);
        let shown: String = request.chars().take(60).collect();
        assert!(expected.contains(&status), "{status} for {shown:?}");
    }
    assert_eq!(origin.asked().len(), 0);
}

/// The body that can't be read is the client's, not the origin's, fault; nor is
/// it a matter of time.
#[tokio::test]
async fn a_body_that_is_malformed_is_told() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let extension = format!("3;{}\r\nabc", "x".repeat(100_000));
    let trailers = format!("0\r\n{}\r\n", "X: 1\r\n".repeat(10_000));
    let trailer = format!("0\r\nX: {}\r\n\r\n", "1".repeat(100_000));
    for chunks in [
        "-1\r\nabc",
        "fffffffffffffffff\r\nabc",
        "3\r\nabcXX0\r\n\r\n",
        &*extension,
        &*trailers,
        &*trailer,
    ] {
        let head = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let response = exchange(edge.address, format!("{head}{chunks}")).await;
        let shown: String = chunks.chars().take(60).collect();
        assert_eq!(response.unwrap().status, 400, "{shown:?}");
    }
}

/// Two readings of one request: it is refused, or its framing is made plain and
/// the connection ends behind it.
#[tokio::test]
async fn nothing_is_smuggled() {
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let cases = [
        format!("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Content-Length: 0\r\nContent-Length: 44\r\n\r\n{smuggled}"),
        format!("Content-Length: 0, 44\r\n\r\n{smuggled}"),
        format!("Content-Length: +0\r\n\r\n{smuggled}"),
        format!("Content-Length: -1\r\n\r\n{smuggled}"),
        format!("Content-Length: 0x0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked\r\n\r\n0\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked\r\n\r\n1\r\naX0\r\n\r\n{smuggled}"),
        format!("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n\r\n{smuggled}"),
    ];
    for case in cases {
        let origin = Origin::new(|_| ok("Cache-Control: no-store\r\n", "answer")).await;
        let edge = Edge::start(&one_route(&[&origin]));
        let mut client = Client::connect(edge.address).await;
        let request = format!("POST /x HTTP/1.1\r\nHost: a\r\n{case}");
        let _ = client.try_send(request.as_bytes()).await;
        while client.response(false).await.is_some() {}
        let asked = origin.asked();
        let paths: Vec<&str> = asked.iter().map(crate::support::Asked::path).collect();
        assert!(!paths.contains(&"/smuggled"), "{case:?}: {paths:?}");
        let both = |head: &str| {
            let head = head.to_ascii_lowercase();
            head.contains("content-length") && head.contains("transfer-encoding")
        };
        assert!(!asked.iter().any(|asked| both(&asked.head)), "{asked:?}");
    }
}

/// A bare line feed ends a line (RFC 9112 §2.2 allows it): what goes on is
/// written anew, so the origin can't read it otherwise.
#[tokio::test]
async fn bare_line_feeds_are_not_passed_on() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let response = exchange(edge.address, "GET /x HTTP/1.1\nHost: a\nX-Y: 1\n\n")
        .await
        .unwrap();
    assert_eq!(response.status, 200);
    let head = &origin.asked()[0].head;
    assert_eq!(head.matches('\n').count(), head.matches("\r\n").count());
}

#[tokio::test]
async fn a_promised_gigabyte_costs_nothing() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let before = edge.memory();
    let mut clients = Vec::new();
    for _ in 0..50 {
        let mut client = Client::connect(edge.address).await;
        let head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\nabc";
        client.send(head).await;
        clients.push(client);
    }
    assert_eq!(edge.get("/y").await.status, 200);
    let grown = edge.memory().saturating_sub(before);
    assert!(grown < 32 * 1024 * 1024, "{grown} bytes");
}

#[tokio::test]
async fn garbage_does_not_end_the_proxy() {
    let origin = Origin::new(|_| ok("", "x")).await;
    let mut edge = Edge::start(&one_route(&[&origin]));
    let mut seed = 1u32;
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..300)
            .map(|_| {
                // Numerical Recipes' generator: any bytes will do.
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        let mut client = Client::connect(edge.address).await;
        let _ = client.try_send(&bytes).await;
    }
    assert_eq!(edge.get("/y").await.status, 200);
    assert!(edge.is_running());
}
