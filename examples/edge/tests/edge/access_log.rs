//! One line a request, which explains every attempt.

use serde_json::{Value, json};

use crate::support::{
    Authority, Client, Edge, Origin, Step, close, config, exchange, ok, one_route,
};

fn fields<const N: usize>(value: &Value, names: [&str; N]) -> [Value; N] {
    names.map(|name| value[name].clone())
}

#[tokio::test]
async fn every_attempt_is_explained() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "hello")).await;
    let document = one_route(&[&a, &b]);
    let edge = Edge::start(&document);
    edge.get("/x?secret=1").await;
    let line = edge.logged_of("access");
    let names = ["method", "path", "version", "host", "upstream", "pick"];
    assert_eq!(
        fields(&line, names),
        ["GET", "/x", "1.1", "test.example", "origin", "first_tier"].map(Value::from)
    );
    assert!(
        !line.to_string().contains("secret"),
        "queries are nobody's to read"
    );
    assert_eq!(fields(&line, ["status", "bytes"]), [json!(200), json!(5)]);
    assert_eq!(
        fields(&line, ["cache", "endpoint"]),
        [json!("miss"), json!("b")]
    );
    assert!(
        line["cacheStatus"].as_str().unwrap().contains("stored"),
        "{line}"
    );
    let [first, second] = line["attempts"].as_array().unwrap().as_slice() else {
        panic!("{line}");
    };
    let names = ["endpoint", "why", "outcome", "status", "bytes", "body"];
    assert_eq!(
        fields(first, names),
        [
            json!("a"),
            json!("first_choice"),
            json!("network_error"),
            Value::Null,
            json!(0),
            Value::Null
        ]
    );
    assert_eq!(
        fields(second, names),
        [
            json!("b"),
            json!("failover"),
            json!("won"),
            json!(200),
            json!(5),
            json!("whole")
        ]
    );
    let times = [
        &first["startUs"],
        &first["endUs"],
        &second["headUs"],
        &second["endUs"],
        &line["us"],
    ];
    let times: Vec<u64> = times.iter().map(|time| time.as_u64().unwrap()).collect();
    assert!(times.is_sorted(), "{line}");

    edge.get("/x?secret=1").await;
    let line = edge.logged_of("access");
    assert_eq!(
        fields(&line, ["cache", "pick", "attempts"]),
        [json!("hit"), Value::Null, json!([])]
    );
}

/// "network_error" alone tells nobody what to mend.
#[tokio::test]
async fn what_went_wrong_is_told_in_its_own_words() {
    let authority = Authority::new();
    let acceptor = authority.acceptor("origin.example");
    let stranger = Origin::with_tls(Some(acceptor), |_| ok("", "x")).await;
    let silent = Origin::new(|_| close()).await;
    let edge = Edge::start(&config(&[
        "http://127.0.0.1:1".to_owned(),
        format!("https://localhost:{}", stranger.address.port()),
        silent.url(),
    ]));
    assert_eq!(edge.get("/x").await.status, 502);
    let line = edge.logged_of("access");
    for (at, words) in [
        "Connection refused",
        "invalid peer certificate: UnknownIssuer",
        "connection closed before message completed",
    ]
    .iter()
    .enumerate()
    {
        let error = line["attempts"][at]["error"].as_str().unwrap();
        assert!(error.contains(words), "{error}");
        let repeated = error.matches(words).count();
        assert_eq!(repeated, 1, "{error}");
    }
}

/// The connection counts for the attempt that it was opened for.
#[tokio::test]
async fn opening_a_connection_is_told_apart() {
    let authority = Authority::new();
    let acceptor = authority.acceptor("origin.example");
    let secure = Origin::with_tls(Some(acceptor), |_| ok("Cache-Control: no-store\r\n", "x")).await;
    let plain = Origin::new(|_| ok("Cache-Control: no-store\r\n", "x")).await;
    let mut document = config(&[format!("https://{}", secure.address)]);
    document["edge"]["upstreams"][0]["ca"] = json!(authority.file());
    document["edge"]["upstreams"][0]["endpoints"][0]["sni"] = json!("origin.example");
    for (edge, has_tls) in [
        (Edge::start(&document), true),
        (Edge::start(&one_route(&[&plain])), false),
    ] {
        let first = edge.get("/x").await;
        let timing = first.field("server-timing").unwrap();
        assert!(timing.contains(", dial;dur="), "{timing}");
        assert_eq!(timing.contains(", tls;dur="), has_tls, "{timing}");
        let attempt = &edge.logged_of("access")["attempts"][0];
        let times = [&attempt["startUs"], &attempt["dialUs"], &attempt["tlsUs"]];
        let sum: u64 = times.iter().filter_map(|time| time.as_u64()).sum();
        assert!(attempt["dialUs"].is_u64(), "{attempt}");
        assert_eq!(attempt["tlsUs"].is_u64(), has_tls, "{attempt}");
        assert!(sum <= attempt["headUs"].as_u64().unwrap(), "{attempt}");

        let again = edge.get("/x").await;
        let timing = again.field("server-timing").unwrap();
        assert!(
            !timing.contains("dial;") && !timing.contains("tls;"),
            "{timing}"
        );
        let attempt = &edge.logged_of("access")["attempts"][0];
        assert_eq!(
            fields(attempt, ["dialUs", "tlsUs"]),
            [Value::Null, Value::Null]
        );
    }
}

// Waiting for the log must not keep the origin from answering.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refreshed_in_the_background_has_a_line_of_its_own() {
    let field = "Cache-Control: max-age=0, stale-while-revalidate=60\r\n";
    let origin = Origin::new(move |asked| ok(field, &format!("v{}", asked.before))).await;
    let edge = Edge::start(&one_route(&[&origin]));
    assert_eq!(edge.get("/x?secret=1").await.text(), "v0");
    edge.wait_for_stored("/x?secret=1").await;
    // HEAD asks for what a GET brings.
    let mut client = Client::connect(edge.address).await;
    let head = "HEAD /x?secret=1 HTTP/1.1\r\nHost: test.example\r\n\r\n";
    client.send(head).await;
    assert_eq!(client.response(true).await.unwrap().status, 200);
    let line = edge.logged_of("refresh");
    assert_eq!(
        fields(&line, ["method", "path", "host", "upstream", "pick"]),
        ["GET", "/x", "test.example", "origin", "first_tier"].map(Value::from)
    );
    assert!(
        line["us"].is_u64() && !line.to_string().contains("secret"),
        "{line}"
    );
    let attempts = line["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!(
        fields(
            &attempts[0],
            ["endpoint", "outcome", "status", "bytes", "body"]
        ),
        [
            json!("a"),
            json!("won"),
            json!(200),
            json!(2),
            json!("whole")
        ]
    );
}

#[tokio::test]
async fn a_body_that_goes_on_elsewhere_is_two_attempts() {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"v\"\r\nCache-Control: no-store\r\n\r\n";
    let a =
        Origin::new(move |_| vec![Step::Send(format!("{head}hello").into_bytes()), Step::Close])
            .await;
    let rest = "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\nContent-Range: bytes 5-9/10\r\n\
                ETag: \"v\"\r\n\r\nworld";
    let b = Origin::new(move |_| vec![Step::Send(rest.as_bytes().to_vec())]).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    assert_eq!(edge.get("/x").await.text(), "helloworld");
    let line = edge.logged_of("access");
    let names = ["endpoint", "why", "status", "bytes", "body"];
    let attempts: Vec<_> = line["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| fields(one, names))
        .collect();
    assert_eq!(
        attempts,
        [
            [
                json!("a"),
                json!("first_choice"),
                json!(200),
                json!(5),
                json!("truncated")
            ],
            [
                json!("b"),
                json!("resume"),
                json!(206),
                json!(5),
                json!("whole")
            ],
        ]
    );
}

#[tokio::test]
async fn hostile_values_break_no_line() {
    let origin = Origin::new(|_| ok("Cache-Control: no-store\r\n", "x")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    let mut logged = 0;
    for path in [
        "/\"},{\"status\":1",
        "/\\n{\"target\":\"access\"}",
        "/%0a%0d%00",
        "/\u{e9}\u{2028}\u{1f4a5}",
        "/{}[]'`<script>",
    ] {
        for host in ["test.example", "a\"b", "xn--\u{e9}"] {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let response = exchange(edge.address, request).await.unwrap();
            // What is no HTTP at all gets no further than its connection.
            if response.field("cache-status").is_some() {
                let line = edge.logged_of("access");
                assert_eq!(
                    (&line["status"], &line["path"]),
                    (&json!(response.status), &json!(path))
                );
                logged += 1;
            }
        }
    }
    assert!(logged > 0);
    let long = format!("/{}", "x".repeat(30_000));
    edge.get(&long).await;
    assert_eq!(edge.logged_of("access")["path"], *long);
    exchange(
        edge.address,
        "P!#$%&'*+-.^_`|~ /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert_eq!(edge.logged_of("access")["method"], "P!#$%&'*+-.^_`|~");
}
