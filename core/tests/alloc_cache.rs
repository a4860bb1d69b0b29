//! What the cache's policy allocates, counted exactly.

#[path = "support/counting.rs"]
mod counting;

use hedgerow::cache::{Failure, Policy, Request, Response, Settings, Times, decide_miss, select};
use hedgerow::types::Timestamp;

use counting::allocations;

const AT: Timestamp = Timestamp::from_secs(1_800_000_000);
const LATER: Timestamp = Timestamp::from_secs(1_800_000_030);

const BROWSER: [(&str, &str); 8] = [
    ("host", "cdn.example.com"),
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    ),
    ("accept", "*/*"),
    ("accept-language", "de,en-US;q=0.7,en;q=0.3"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("cookie", "session=6a1f0c; theme=dark"),
    ("origin", "https://www.example.com"),
    ("if-none-match", "\"v0\""),
];

fn store(settings: &Settings, fields: &[(&str, &str)]) -> (Policy, u64) {
    let request = Request::new("GET", &BROWSER);
    let response = Response::new(200, fields);
    let (policy, count) =
        allocations(|| Policy::store(settings, &request, &response, Times::new(AT, AT)));
    (policy.expect("storable"), count)
}

const TAGGED: &[(&str, &str)] = &[
    ("date", "Fri, 15 Jan 2027 08:00:00 GMT"),
    (
        "cache-control",
        "public, max-age=60, stale-while-revalidate=60",
    ),
    ("etag", "\"5f3a-61d2c0b7a4a40\""),
    ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ("content-language", "de"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [TAGGED, more].concat()
}

#[test]
fn a_policy_is_two_at_most() {
    let settings = Settings::shared().with_targets(["cdn-cache-control"]);
    // Nothing has to be kept but numbers.
    assert_eq!(store(&settings, &[("cache-control", "max-age=60")]).1, 0);
    // The validators.
    assert_eq!(store(&settings, TAGGED).1, 1);
    assert_eq!(
        store(&settings, &with(&[("cdn-cache-control", "max-age=9, foo")])).1,
        1
    );
    // And the selecting fields' names.
    let vary = with(&[("vary", "Accept-Encoding, Origin, Accept-Language")]);
    assert_eq!(store(&settings, &vary).1, 2);
    let named = with(&[("connection", "a, b"), ("cache-control", "no-cache=\"c\"")]);
    assert_eq!(store(&settings, &named).1, 1);
}

#[test]
fn a_decision_is_none() {
    let settings = Settings::shared();
    let fields = with(&[("vary", "Accept-Encoding, Origin, Accept-Language")]);
    let (policy, _) = store(&settings, &fields);
    let other_order = [
        ("accept-encoding", "br,zstd , GZIP,deflate"),
        ("origin", "https://www.example.com"),
        ("accept-language", "de"),
        ("cache-control", "max-age=50, min-fresh=\"1\""),
    ];
    let (served, count) = allocations(|| {
        let mut served = 0;
        for now in [AT, LATER, Timestamp::from_secs(u64::MAX)] {
            for request in [
                Request::new("GET", &BROWSER[..]),
                Request::new("GET", &other_order),
            ] {
                served += u32::from(policy.decide(&settings, &request, now).is_served());
                let failed = policy.after_failure(&settings, &request, now, Failure::Unreachable);
                served += u32::from(failed.is_served());
                served += u32::from(select(&settings, [&policy], &request, now).is_some());
                served += u32::from(decide_miss(&request).is_served());
            }
        }
        served + policy.validation().lines().count() as u32
    });
    assert!(served > 6);
    assert_eq!(count, 0);
}

#[test]
fn neither_is_an_answer() {
    let settings = Settings::shared();
    let (policy, _) = store(&settings, TAGGED);
    let asked = [("range", "bytes=0-1")];
    let request = Request::new("GET", &asked);
    let (lines, count) = allocations(|| {
        let decision = policy.decide(&settings, &request, LATER);
        let answer = policy.answer(&request, &decision, Some(11));
        assert_eq!(answer.status(), 206);
        answer.lines(TAGGED).count()
    });
    assert_eq!(lines, TAGGED.len() + 3);
    assert_eq!(count, 0);
}
