//! A body that breaks off.

use crate::support::{Edge, Origin, Step, ok, one_route, respond};

const WHOLE: &str = "0123456789";

/// The head of all ten bytes with these fields, and the first four.
fn cut_after_four(fields: &str) -> Vec<Step> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n{fields}\r\n0123");
    vec![Step::Send(head.into_bytes()), Step::Reset]
}

#[tokio::test]
async fn the_client_sees_it_and_nothing_is_stored() {
    let a = Origin::new(|asked| match asked.before {
        0 => cut_after_four("Cache-Control: max-age=60\r\n"),
        _ => ok("Cache-Control: max-age=60\r\n", WHOLE),
    })
    .await;
    let edge = Edge::start(&one_route(&[&a]));
    let cut = edge.get("/x").await;
    assert_eq!((cut.status, cut.text(), cut.whole), (200, "0123", false));
    let whole = edge.get("/x").await;
    assert_eq!((whole.text(), whole.whole), (WHOLE, true));
    assert!(whole.cache().contains("fwd=uri-miss"), "{}", whole.head);
}

#[tokio::test]
async fn a_cut_of_chunks_is_seen_too() {
    let a = Origin::new(|_| {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n";
        vec![Step::Send(head.into()), Step::Close]
    })
    .await;
    let edge = Edge::start(&one_route(&[&a]));
    let cut = edge.get("/x").await;
    assert_eq!((cut.text(), cut.whole), ("0123", false));
    assert_eq!(edge.metric("hedgerow_upstream_bodies_cut_total").await, 1.0);
}

#[tokio::test]
async fn the_same_version_elsewhere_goes_on_with_it() {
    let fields = "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n";
    let a = Origin::new(move |_| cut_after_four(fields)).await;
    let b = Origin::new(move |asked| {
        assert_eq!(asked.field("range"), Some("bytes=4-"));
        assert_eq!(asked.field("if-range"), Some("\"v1\""));
        respond(
            206,
            &format!("{fields}Content-Range: bytes 4-9/10\r\n"),
            &WHOLE[4..],
        )
    })
    .await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    let whole = edge.get("/x").await;
    assert_eq!(
        (whole.status, whole.text(), whole.whole),
        (200, WHOLE, true)
    );
    // What came from two is one, and stored.
    assert_eq!(edge.get("/x").await.text(), WHOLE);
    assert_eq!((a.asked().len(), b.asked().len()), (1, 1));
}

#[tokio::test]
async fn a_body_that_stands_still_is_resumed_as_well() {
    let fields = "ETag: \"v1\"\r\n";
    let a = Origin::new(move |_| {
        let mut steps = cut_after_four(fields);
        steps[1] = Step::Stall;
        steps
    })
    .await;
    let b = Origin::new(move |_| {
        respond(
            206,
            &format!("{fields}Content-Range: bytes 4-9/10\r\n"),
            &WHOLE[4..],
        )
    })
    .await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["upstreams"][0]["bodyTimeoutMs"] = 200.into();
    let edge = Edge::start(&document);
    assert_eq!(edge.get("/x").await.text(), WHOLE);
}

#[tokio::test]
async fn another_version_or_a_weak_one_does_not() {
    for (etag, part, range) in [
        ("\"v1\"", "\"v2\"", "bytes 4-9/10"),
        ("\"v1\"", "W/\"v1\"", "bytes 4-9/10"),
        ("\"v1\"", "\"v1\"", "bytes 5-9/10"),
        ("\"v1\"", "\"v1\"", "bytes 4-10/11"),
        ("W/\"v1\"", "W/\"v1\"", "bytes 4-9/10"),
    ] {
        let a = Origin::new(move |asked| match asked.field("range") {
            None => cut_after_four(&format!("ETag: {etag}\r\n")),
            Some(_) => respond(416, "", ""),
        })
        .await;
        let b = Origin::new(move |_| {
            respond(
                206,
                &format!("ETag: {part}\r\nContent-Range: {range}\r\n"),
                "XXXXXX",
            )
        })
        .await;
        let edge = Edge::start(&one_route(&[&a, &b]));
        let cut = edge.get("/x").await;
        assert_eq!(
            (cut.text(), cut.whole),
            ("0123", false),
            "{etag} {part} {range}"
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_cuts_every_body_is_left_alone() {
    let a = Origin::new(|_| cut_after_four("ETag: \"v1\"\r\nCache-Control: no-store\r\n")).await;
    let b = Origin::new(|asked| match asked.field("range") {
        Some(_) => respond(
            206,
            "ETag: \"v1\"\r\nContent-Range: bytes 4-9/10\r\n",
            &WHOLE[4..],
        ),
        None => ok("Cache-Control: no-store\r\n", WHOLE),
    })
    .await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    for _ in 0..8 {
        assert_eq!(edge.get("/x").await.text(), WHOLE);
    }
    assert_eq!(
        a.asked().len(),
        5,
        "a good head alone does not make it well"
    );
}
