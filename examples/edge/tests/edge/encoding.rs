//! What an upstream sent plain is compressed for those who take it.

use std::io::Read as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{Client, Edge, Origin, Step, decoded, ok, one_route};

const SCRIPT: &str = "Content-Type: text/javascript\r\nETag: \"1\"\r\n";
const PATH: &str = "/assets/app-4f8a1c9e2b7d.js";

fn delivered(origin: &Origin) -> Value {
    let mut config = one_route(&[origin]);
    config["delivery"] = json!({});
    config
}

/// Something long that gets smaller, and whose bytes tell their places.
fn script() -> String {
    (0..20_000).map(|line| format!("call({line});\n")).collect()
}

#[tokio::test]
async fn each_client_gets_what_it_takes_of_one_stored_response() {
    let origin = Origin::new(|_| ok(SCRIPT, &script())).await;
    let edge = Edge::start(&delivered(&origin));
    for (accept, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=0.5", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
    ] {
        let got = edge
            .get_with(PATH, &format!("Accept-Encoding: {accept}\r\n"))
            .await;
        assert_eq!(got.field("content-encoding"), Some(coding), "{accept}");
        assert_eq!(got.field("vary"), Some("Accept-Encoding"));
        assert_eq!(got.field("etag"), Some("W/\"1\""));
        assert!(got.body.len() * 3 < script().len(), "{}", got.body.len());
        assert_eq!(decoded(&got), script());
    }
    let plain = edge.get(PATH).await;
    assert_eq!(plain.field("content-encoding"), None);
    assert_eq!(
        (plain.field("etag"), plain.field("vary")),
        (Some("\"1\""), Some("Accept-Encoding"))
    );
    assert_eq!(plain.text(), script());
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn a_compressed_copy_is_revalidated_and_not_resumed() {
    let origin = Origin::new(|_| ok(SCRIPT, &script())).await;
    let edge = Edge::start(&delivered(&origin));
    let takes = "Accept-Encoding: gzip\r\n";
    edge.get_with(PATH, takes).await;
    let got = edge
        .get_with(PATH, &format!("{takes}If-None-Match: W/\"1\"\r\n"))
        .await;
    assert_eq!((got.status, got.field("etag")), (304, Some("W/\"1\"")));
    let got = edge
        .get_with(
            PATH,
            &format!("{takes}Range: bytes=5-9\r\nIf-Range: W/\"1\"\r\n"),
        )
        .await;
    assert_eq!((got.status, got.text()), (200, script().as_str()));
    let got = edge
        .get_with(PATH, &format!("{takes}Range: bytes=5-9\r\n"))
        .await;
    assert_eq!((got.status, got.text()), (206, &script()[5..10]));
    assert_eq!(
        (got.field("content-encoding"), got.field("etag")),
        (None, Some("\"1\""))
    );
}

#[tokio::test]
async fn what_is_coded_or_small_or_forbidden_stays() {
    let origin = Origin::new(|asked| {
        let long = script();
        match asked.path() {
            "/coded.js" => ok(
                "Content-Type: text/javascript\r\nContent-Encoding: br\r\n",
                &long,
            ),
            "/small.js" => ok(SCRIPT, "x"),
            "/forbidden.png" => ok(
                "Content-Type: text/css\r\nCache-Control: no-transform, max-age=9\r\n",
                &long,
            ),
            _ => ok("Content-Type: image/png\r\n", &long),
        }
    })
    .await;
    let edge = Edge::start(&delivered(&origin));
    for (path, coding, length) in [
        ("/coded.js", Some("br"), script().len()),
        ("/small.js", None, 1),
        ("/forbidden.png", None, script().len()),
        ("/picture.png", None, script().len()),
    ] {
        let got = edge.get_with(path, "Accept-Encoding: gzip, br\r\n").await;
        assert_eq!(
            (got.field("content-encoding"), got.body.len()),
            (coding, length),
            "{path}"
        );
    }
}

#[tokio::test]
async fn head_says_what_get_would() {
    let origin = Origin::new(|_| ok(SCRIPT, &script())).await;
    let edge = Edge::start(&delivered(&origin));
    edge.get(PATH).await;
    let mut client = Client::connect(edge.address).await;
    let head = format!("HEAD {PATH} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    client.send(head).await;
    let got = client.response(true).await.unwrap();
    assert_eq!(
        (got.status, got.field("content-encoding")),
        (200, Some("gzip"))
    );
    assert_eq!((got.field("content-length"), got.body.len()), (None, 0));
}

#[tokio::test]
async fn what_has_come_is_not_held_back() {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let origin = Origin::new(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n{SCRIPT}\r\n");
        vec![
            Step::Send(head.into_bytes()),
            Step::Send(vec![b'a'; 1000]),
            Step::Gate(Arc::clone(&wait)),
            Step::Send(vec![b'b'; 1000]),
        ]
    })
    .await;
    let edge = Edge::start(&delivered(&origin));
    let mut client = Client::connect(edge.address).await;
    // Without chunks, so that the coded bytes follow each other.
    let asked = format!("GET {PATH} HTTP/1.0\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    client.send(asked).await;
    assert!(client.head().await.unwrap().contains("gzip"));
    let mut coded = Vec::new();
    let first = read_coded(&mut client, &mut coded, 1000).await;
    assert_eq!(first, [b'a'; 1000]);
    gate.add_permits(1);
    let both = read_coded(&mut client, &mut coded, 2000).await;
    assert_eq!(both[1000..], [b'b'; 1000]);
}

/// Reads on until the first `length` bytes can be told.
async fn read_coded(client: &mut Client, coded: &mut Vec<u8>, length: usize) -> Vec<u8> {
    let mut plain = vec![0; length];
    while flate2::read::GzDecoder::new(coded.as_slice())
        .read_exact(&mut plain)
        .is_err()
    {
        let mut byte = [0];
        client.read_exact(&mut byte).await;
        coded.extend(byte);
    }
    plain
}
