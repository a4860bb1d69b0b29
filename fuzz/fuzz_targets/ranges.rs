//! No answer reaches beyond what is stored.
#![no_main]

use hedgerow::cache::{Policy, Request, Response, Settings, Times};
use hedgerow_fuzz::{NONE, NOW, parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut part = || parts.next().unwrap_or_default();
    let (content_range, range, if_range, length) = (part(), part(), part(), part());
    let length = length
        .first_chunk::<8>()
        .map_or(length.len() as u64, |bytes| u64::from_le_bytes(*bytes));
    let settings = Settings::shared();
    let asked = [(&b"Range"[..], range), (b"If-Range", if_range)];
    let asked = if if_range.is_empty() {
        &asked[..1]
    } else {
        &asked
    };
    let response = [
        (&b"Cache-Control"[..], &b"max-age=60"[..]),
        (b"ETag", b"\"a\""),
        (b"Content-Range", content_range),
    ];
    for status in [200, 206] {
        let times = Times::new(NOW, NOW);
        let (first, response) = (
            Request::new("GET", &NONE),
            Response::new(status, &response[..]),
        );
        let Ok(policy) = Policy::store(&settings, &first, &response, times) else {
            continue;
        };
        let request = Request::new("GET", asked);
        let decision = policy.decide(&settings, &request, NOW);
        if !decision.is_served() {
            continue;
        }
        let answer = policy.answer(&request, &decision, Some(length));
        let stored = policy.part().map_or(length, |part| part.range.len());
        if let Some(range) = answer.body_range() {
            assert!(range.first <= range.last && range.last < stored);
        }
        assert_eq!(answer.status() == 206, answer.body_range().is_some());
    }
});
