//! Parts: cut out of what is stored, and put together.

use crate::support::{Edge, Origin, ok, one_route, respond};

#[tokio::test]
async fn a_part_is_cut_out_of_the_whole() {
    let origin = Origin::new(|_| ok("Cache-Control: max-age=60\r\n", "0123456789")).await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    for (range, body, content_range) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
    ] {
        let part = edge.get_with("/a", &format!("Range: {range}\r\n")).await;
        assert_eq!((part.status, part.text()), (206, body), "{range}");
        assert_eq!(part.field("content-range"), Some(content_range));
    }
    let outside = edge.get_with("/a", "Range: bytes=10-\r\n").await;
    assert_eq!((outside.status, outside.body.len()), (416, 0));
    assert_eq!(origin.asked().len(), 1);
}

#[tokio::test]
async fn a_stored_part_is_completed() {
    let origin = Origin::new(|asked| {
        let fields = |range| {
            format!("ETag: \"v1\"\r\nCache-Control: max-age=60\r\nContent-Range: {range}\r\n")
        };
        match asked.field("range") {
            Some("bytes=0-3") => respond(206, &fields("bytes 0-3/10"), "0123"),
            Some("bytes=4-") => respond(206, &fields("bytes 4-9/10"), "456789"),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    let part = edge.get_with("/a", "Range: bytes=0-3\r\n").await;
    assert_eq!((part.status, part.text()), (206, "0123"));
    let whole = edge.get("/a").await;
    assert_eq!(
        (whole.status, whole.text()),
        (200, "0123456789"),
        "{}",
        whole.head
    );
    assert_eq!(origin.asked()[1].field("if-range"), Some("\"v1\""));
    assert!(edge.get("/a").await.cache().contains("hit"));
    assert_eq!(origin.asked().len(), 2);
}

#[tokio::test]
async fn a_part_of_another_version_is_not_mixed_in() {
    let origin = Origin::new(|asked| {
        let cached = "Cache-Control: max-age=60\r\n";
        match (asked.before, asked.field("range")) {
            (0, _) => respond(
                206,
                &format!("ETag: \"v1\"\r\n{cached}Content-Range: bytes 0-3/10\r\n"),
                "0123",
            ),
            (1, Some(_)) => respond(
                206,
                &format!("ETag: \"v2\"\r\n{cached}Content-Range: bytes 4-9/10\r\n"),
                "EFGHIJ",
            ),
            _ => ok(&format!("ETag: \"v2\"\r\n{cached}"), "ABCDEFGHIJ"),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get_with("/a", "Range: bytes=0-3\r\n").await;
    assert_eq!(edge.get("/a").await.text(), "ABCDEFGHIJ");
    assert_eq!(origin.asked().len(), 3);
}

#[tokio::test]
async fn less_than_the_missing_part_is_no_answer() {
    let origin = Origin::new(|asked| {
        let fields = |range| {
            format!("ETag: \"v1\"\r\nCache-Control: max-age=60\r\nContent-Range: {range}\r\n")
        };
        match asked.field("range") {
            Some("bytes=0-3") => respond(206, &fields("bytes 0-3/10"), "0123"),
            Some(_) => respond(206, &fields("bytes 4-5/10"), "45"),
            None => ok(
                "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n",
                "0123456789",
            ),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get_with("/a", "Range: bytes=0-3\r\n").await;
    let whole = edge.get("/a").await;
    assert_eq!((whole.status, whole.text()), (200, "0123456789"));
    assert_eq!(whole.field("content-range"), None);
}

#[tokio::test]
async fn a_refused_part_is_no_answer_to_who_asked_for_all() {
    let origin = Origin::new(|asked| {
        let fields = "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n";
        match asked.field("range") {
            Some("bytes=0-3") => {
                let fields = format!("{fields}Content-Range: bytes 0-3/10\r\n");
                respond(206, &fields, "0123")
            }
            Some(_) => respond(416, "Content-Range: bytes */2\r\n", ""),
            None => ok("ETag: \"v2\"\r\n", "AB"),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get_with("/a", "Range: bytes=0-3\r\n").await;
    let whole = edge.get("/a").await;
    assert_eq!((whole.status, whole.text()), (200, "AB"));
}

#[tokio::test]
async fn a_part_takes_no_wholes_place() {
    let origin = Origin::new(|asked| {
        let fields = "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n";
        match asked.field("range") {
            Some(_) => respond(
                206,
                &format!("{fields}Content-Range: bytes 0-0/10\r\n"),
                "0",
            ),
            None => ok(fields, "0123456789"),
        }
    })
    .await;
    let edge = Edge::start(&one_route(&[&origin]));
    edge.get("/a").await;
    // The origin alone can judge `If-Match`, so this goes there.
    edge.get_with("/a", "If-Match: *\r\nRange: bytes=0-0\r\n")
        .await;
    assert!(edge.get("/a").await.cache().contains("hit"));
    assert_eq!(origin.asked().len(), 2);
}
