//! RFC 9111 §3.3 and §3.4: parts, and how they become a whole.

use hedgerow::cache::{
    Action, ByteRange, Completion, Extended, NotFreshened, Policy, Request, Response, Settings,
};
use hedgerow::types::Reason;
use proptest::prelude::*;

use crate::support::{Exchange, at, exchanged, fields};

fn part(range: &str, more: &str) -> Exchange {
    Exchange::new(&format!(
        "Cache-Control: max-age=60 | Content-Range: bytes {range}{more}"
    ))
    .with_status(206)
    .asking("Range: bytes=0-")
}

#[test]
fn which_parts_are_stored() {
    for range in ["0-4/10", "4-9/10", "4-9/*", "0-9/10", "0-0/1"] {
        assert!(part(range, "").store().is_ok(), "{range}");
    }
    for range in [
        "4-3/10", "0-10/10", "a-4/10", "0-4", "*/10", "0-4/x", "-4/10", "",
    ] {
        assert_eq!(part(range, "").store(), Err(Reason::PartInvalid), "{range}");
    }
    let twice = part("0-4/10", " | Content-Range: bytes 0-5/10");
    assert_eq!(twice.store(), Err(Reason::PartInvalid));
    let none = Exchange::new("Cache-Control: max-age=60 | Content-Type: multipart/byteranges")
        .with_status(206);
    assert_eq!(none.store(), Err(Reason::PartInvalid));
    let off = part("0-4/10", "").with_settings(Settings::shared().with_partial(false));
    assert_eq!(off.store(), Err(Reason::PartInvalid));
}

#[test]
fn a_part_that_is_all_is_a_whole() {
    let whole = part("0-9/10", " | Content-Length: 10");
    let policy = whole.stored();
    assert_eq!((policy.status(), policy.part()), (200, None));
    let kept: Vec<_> = policy.stored_lines(&whole.fields).collect();
    assert!(
        !kept
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(b"content-range"))
    );
    assert!(whole.then("", 1).is_served());
}

#[test]
fn a_part_answers_what_lies_in_it() {
    for (range, expected) in [
        ("bytes=4-9", Some((4, 9))),
        ("bytes=-6", Some((4, 9))),
        ("bytes=6-8", Some((6, 8))),
        ("bytes=6-", Some((6, 9))),
        ("bytes=-1", Some((9, 9))),
        ("bytes=3-9", None),
        ("bytes=0-", None),
        ("bytes=-7", None),
        ("bytes=99-", None),
    ] {
        let exchange = part("4-9/10", "");
        let asked = fields(&format!("Range: {range}"));
        let request = Request::new("GET", &asked);
        let policy = exchange.stored();
        let decision = policy.decide(&exchange.settings, &request, at(1));
        assert_eq!(decision.is_served(), expected.is_some(), "{range}");
        let Some((first, last)) = expected else {
            assert_eq!(
                (decision.action, decision.reason),
                (Action::Forward, Reason::PartMissing)
            );
            continue;
        };
        let answer = policy.answer(&request, &decision, Some(6));
        assert_eq!(answer.status(), 206);
        assert_eq!(answer.range(), ByteRange::new(first, last));
        assert_eq!(answer.body_range(), ByteRange::new(first - 4, last - 4));
        let lines = crate::support::lines(&answer, &exchange.fields);
        assert!(lines.contains(&format!("content-range: bytes {first}-{last}/10")));
    }
}

#[test]
fn a_part_of_unknown_length() {
    let exchange = part("4-9/*", "");
    assert!(exchange.then("Range: bytes=5-6", 1).is_served());
    for range in ["bytes=5-", "bytes=-1"] {
        assert!(!exchange.then(&format!("Range: {range}"), 1).is_served());
    }
    let (_, lines) = exchange.answered("GET", "Range: bytes=5-6", Some(6));
    assert!(lines.contains(&"content-range: bytes 5-6/*".to_owned()));
}

#[test]
fn a_part_grows_stale_like_everything() {
    let exchange = part("4-9/10", " | ETag: \"a\"");
    let stale = exchange.then("Range: bytes=4-5", 61);
    assert_eq!(
        (stale.action, stale.reason),
        (Action::Revalidate, Reason::Expired)
    );
}

fn missing(exchange: &Exchange, request: &str) -> Option<(u64, u64)> {
    match exchange.then(request, 1).action {
        Action::Complete(range) => Some((range.first, range.last)),
        Action::Forward => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_lacks_is_asked_for() {
    let tagged = |range: &str| part(range, " | ETag: \"a\"");
    assert_eq!(missing(&tagged("0-4/10"), ""), Some((5, 9)));
    assert_eq!(missing(&tagged("4-9/10"), ""), Some((0, 3)));
    assert_eq!(missing(&tagged("2-4/10"), ""), None);
    assert_eq!(missing(&tagged("0-4/*"), ""), None);
    // Who asks for ranges does not ask for the whole.
    for ranges in [
        "Range: bytes=0-1,3-4",
        "Range: bytes=0-1 | Range: bytes=3-4",
        "Range: bytes=0-1 | If-Range: \"b\"",
    ] {
        assert_eq!(missing(&tagged("0-4/10"), ranges), None, "{ranges}");
    }
    // Not without a strong validator, unless the operator says so.
    for weak in ["", " | ETag: W/\"a\"", " | Last-Modified: {0} | Date: {0}"] {
        let exchange = part("0-4/10", weak);
        assert_eq!(missing(&exchange, ""), None, "{weak}");
        let eager = Settings::shared().with_completion(Completion::Always);
        assert_eq!(missing(&exchange.with_settings(eager), ""), Some((5, 9)));
    }
    let head = tagged("0-4/10").then_by("HEAD", "", 1);
    assert_eq!(head.action, Action::Forward);
}

#[test]
fn the_fields_that_ask_for_it() {
    let asks = |exchange: &Exchange, first: u64, last: u64| -> Vec<String> {
        let policy = exchange.stored();
        let completion = policy.completion(ByteRange::new(first, last).expect("a range"));
        completion
            .lines()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)))
            .collect()
    };
    let tagged = part("0-4/10", " | ETag: \"a\"");
    assert_eq!(asks(&tagged, 5, 9), ["range: bytes=5-", "if-range: \"a\""]);
    let back = part("4-9/10", " | Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(
        asks(&back, 0, 3),
        [
            "range: bytes=0-3",
            "if-range: Sun, 06 Nov 1994 08:49:37 GMT"
        ]
    );
    assert_eq!(asks(&part("0-4/10", ""), 5, 9), ["range: bytes=5-"]);
}

fn extend(stored: &Exchange, new: &str, status: u16) -> Result<Extended, NotFreshened> {
    let (asked, new) = (fields(""), fields(new));
    stored.stored().extend(
        &stored.settings,
        &Request::new("GET", &asked),
        &stored.fields,
        &Response::new(status, &new),
        exchanged(5),
    )
}

#[test]
fn two_parts_become_a_whole() {
    let stored = part(
        "0-4/10",
        " | ETag: \"a\" | X-Old: 1 | X-Both: 1 | Content-Length: 5",
    );
    let new = "Content-Range: bytes 5-9/10 | ETag: \"a\" | X-Both: 2 | Content-Length: 5";
    let extended = extend(&stored, new, 206).expect("they meet");
    let policy = &extended.freshened.policy;
    assert_eq!((policy.status(), policy.part()), (200, None));
    assert_eq!(extended.freshened.kept, Ok(()));
    assert_eq!(policy.age(at(5)), 0);
    let pieces: Vec<_> = extended
        .pieces
        .iter()
        .map(|piece| (piece.is_new, piece.range.first, piece.range.last))
        .collect();
    assert_eq!(pieces, [(false, 0, 4), (true, 0, 4)]);
    let new = fields(new);
    let merged = hedgerow::cache::Merged::new(&stored.fields, &new);
    let lines: Vec<String> = policy
        .stored_lines(&merged)
        .map(|(name, value)| {
            format!(
                "{}: {}",
                String::from_utf8_lossy(name).to_lowercase(),
                String::from_utf8_lossy(&value)
            )
        })
        .collect();
    assert!(lines.contains(&"x-old: 1".to_owned()));
    assert!(lines.contains(&"x-both: 2".to_owned()));
    assert!(!lines.contains(&"x-both: 1".to_owned()));
    assert!(!lines.iter().any(|line| line.starts_with("content-range")));
    assert!(!lines.iter().any(|line| line.starts_with("content-length")));
}

#[test]
fn what_does_not_belong_together() {
    let tagged = part("0-4/10", " | ETag: \"a\"");
    for (new, status, reason) in [
        (
            "Content-Range: bytes 5-9/10 | ETag: \"b\"",
            206,
            Reason::PartMismatch,
        ),
        (
            "Content-Range: bytes 5-9/10 | ETag: W/\"a\"",
            206,
            Reason::PartMismatch,
        ),
        ("Content-Range: bytes 5-9/10", 206, Reason::PartMismatch),
        (
            "Content-Range: bytes 5-9/11 | ETag: \"a\"",
            206,
            Reason::PartMismatch,
        ),
        (
            "Content-Range: bytes 6-9/10 | ETag: \"a\"",
            206,
            Reason::PartMismatch,
        ),
        (
            "Content-Range: bytes 5-9/10 | ETag: \"a\"",
            200,
            Reason::PartInvalid,
        ),
        ("ETag: \"a\"", 206, Reason::PartInvalid),
    ] {
        let found = extend(&tagged, new, status).expect_err(new).reason();
        assert_eq!(found, reason, "{new}");
    }
    let dated = part("0-4/10", " | Last-Modified: {-100} | Date: {0}");
    let same = "Content-Range: bytes 5-9/10 | Last-Modified: {-100}";
    assert!(extend(&dated, same, 206).is_ok());
    let other = "Content-Range: bytes 5-9/10 | Last-Modified: {-99}";
    assert!(extend(&dated, other, 206).is_err());
}

/// What an extension makes of two slices of the same bytes.
fn assemble(had: (u64, u64), got: (u64, u64), length: u64) -> Option<(Vec<u8>, Policy)> {
    let bytes: Vec<u8> = (0..length).map(|n| n as u8).collect();
    let slice = |(first, last): (u64, u64)| &bytes[first as usize..=last as usize];
    let stored = part(&format!("{}-{}/{length}", had.0, had.1), " | ETag: \"a\"");
    let new = format!(
        "Content-Range: bytes {}-{}/{length} | ETag: \"a\"",
        got.0, got.1
    );
    let extended = extend(&stored, &new, 206).ok()?;
    let mut body = Vec::new();
    for piece in &extended.pieces {
        let of = slice(if piece.is_new { got } else { had });
        body.extend(&of[piece.range.first as usize..=piece.range.last as usize]);
    }
    Some((body, extended.freshened.policy))
}

proptest! {
    #[test]
    fn the_pieces_are_the_union(
        length in 2..40_u64, a in 0..40_u64, b in 0..40_u64, c in 0..40_u64, d in 0..40_u64
    ) {
        let range = |x: u64, y: u64| {
            let (x, y) = (x % length, y % length);
            (x.min(y), x.max(y))
        };
        let (had, got) = (range(a, b), range(c, d));
        prop_assume!(had != (0, length - 1));
        let meets = had.0 <= got.1 + 1 && got.0 <= had.1 + 1;
        let found = assemble(had, got, length);
        prop_assert_eq!(found.is_some(), meets);
        if let Some((body, policy)) = found {
            let (first, last) = (had.0.min(got.0), had.1.max(got.1));
            let expected: Vec<u8> = (first..=last).map(|n| n as u8).collect();
            prop_assert_eq!(body, expected);
            let whole = (first, last) == (0, length - 1);
            prop_assert_eq!(policy.part().is_none(), whole);
        }
    }
}
