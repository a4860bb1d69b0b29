//! Messages that nobody sane sends: they are slow for nobody and crash nothing.

use hedgerow::cache::{Policy, Request, Response, Settings, invalidation};
use proptest::prelude::*;

use crate::support::{Exchange, Fields, at, exchanged};

const NAMES: &[&str] = &[
    "Cache-Control",
    "CDN-Cache-Control",
    "Age",
    "Date",
    "Expires",
    "ETag",
    "Last-Modified",
    "Vary",
    "Connection",
    "Set-Cookie",
    "Content-Range",
    "Content-Length",
    "Content-Location",
    "Content-Language",
    "Location",
    "Accept-Language",
    "Accept",
    "Cookie",
    "Range",
    "If-Range",
    "If-None-Match",
    "If-Modified-Since",
    "If-Match",
    "Pragma",
    "Authorization",
];

fn value() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "max-age=60",
        "max-age=99999999999999999999",
        "no-cache=\"a, b\"",
        "private=\"",
        "s-maxage",
        "\"a\"",
        "W/\"a\"",
        "*",
        "bytes 0-4/10",
        "bytes=0-4",
        "bytes=-5",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Fri, 15 Jan 2027 08:00:00 GMT",
        "accept-language, cookie",
        "de;q=0.5, en",
        "/a/../b",
        "stale-while-revalidate=60, stale-if-error=60",
        "4294967295",
        "18446744073709551616",
    ]);
    prop_oneof![
        3 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..20),
        1 => "[ -~]{0,20}".prop_map(String::into_bytes),
    ]
}

fn message() -> impl Strategy<Value = Fields> {
    let line = (prop::sample::select(NAMES), value());
    prop::collection::vec(
        line.prop_map(|(name, value)| (name.to_owned(), value)),
        0..8,
    )
}

proptest! {
    /// Everything that can be done with two messages, in the order in which a
    /// proxy does it.
    #[test]
    fn no_exchange_panics(
        asked in message(), answered in message(), again in message(), newer in message(),
        status in prop::sample::select(vec![200_u16, 206, 304, 404, 0, 999]),
        method in prop::sample::select(vec!["GET", "HEAD", "POST", ""]),
        shared: bool, now: i64, length: Option<u64>,
    ) {
        let settings = if shared { Settings::shared() } else { Settings::private() }
            .with_targets(["cdn-cache-control"]);
        let request = Request::new(method, &asked).with_target("https://example.com/a");
        let response = Response::new(status, &answered);
        let _ = invalidation(&request, &response);
        let Ok(policy) = Policy::store(&settings, &request, &response, exchanged(0)) else {
            return Ok(());
        };
        prop_assert!(policy.is_same_variant(&policy));
        let request = Request::new("GET", &again);
        let decision = policy.decide(&settings, &request, at(now));
        let answer = policy.answer(&request, &decision, length);
        prop_assert!(answer.lines(&answered).any(|(name, _)| name == b"age"));
        if let (Some(range), Some(length), None) = (answer.body_range(), length, policy.part()) {
            prop_assert!(range.last < length);
        }
        if let (Some(range), Some(part)) = (answer.body_range(), policy.part()) {
            prop_assert!(!decision.is_served() || range.last < part.range.len());
        }
        let newer = Response::new(status, &newer);
        let _ = policy.freshen(&settings, &request, &answered, &newer, exchanged(9));
        let _ = policy.freshen_by_head(&settings, &request, &answered, &newer, exchanged(9));
        let _ = policy.extend(&settings, &request, &answered, &newer, exchanged(9));
        let _ = policy.stored_lines(&answered).count();
    }
}

#[test]
fn ten_thousand_lines_are_ten_thousand_times_one() {
    let lines = |name: fn(usize) -> String, value: fn(usize) -> String| -> Fields {
        (0..10_000)
            .map(|n| (name(n), value(n).into_bytes()))
            .collect()
    };
    let mut exchange = Exchange::new("");
    exchange.fields = lines(|n| format!("x-{n}"), |n| n.to_string());
    for (name, value) in [
        ("cache-control", "max-age=60"),
        ("connection", "a"),
        ("etag", "\"a\""),
    ] {
        for _ in 0..1000 {
            exchange
                .fields
                .push((name.to_owned(), value.as_bytes().to_vec()));
        }
    }
    let names: Vec<String> = (0..9000).map(|n| format!("x-{n}")).collect();
    let named = names.join(",").into_bytes();
    exchange
        .fields
        .push(("connection".to_owned(), named[..60_000].to_vec()));
    let policy = exchange.stored();
    // What is named up to the cut is gone.
    let kept = policy.stored_lines(&exchange.fields).count();
    assert!((3000..10_000).contains(&kept), "{kept}");
    let request = Request::new("GET", &exchange.fields);
    assert!(
        policy
            .decide(&exchange.settings, &request, at(1))
            .is_served()
    );
}

#[test]
fn more_than_can_be_remembered_is_not_stored() {
    let long = format!("\"{}\"", "a".repeat(70_000));
    let exchange = Exchange::new(&format!("Cache-Control: max-age=60 | ETag: {long}"));
    assert_eq!(exchange.store(), Err(hedgerow::types::Reason::TooLarge));
}
