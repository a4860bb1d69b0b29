//! What is remembered can be kept in a snapshot, and a damaged one is no worse
//! than a wrong decision.

use hedgerow::cache::{Policy, Request, Response};
use proptest::prelude::*;

use crate::support::{Exchange, at, exchanged, fields};

fn policies() -> Vec<(Exchange, Policy)> {
    [
        Exchange::new("Cache-Control: max-age=60 | ETag: \"a\" | Vary: accept, origin")
            .asking("accept: a, b"),
        Exchange::new("Cache-Control: max-age=60 | Content-Range: bytes 0-4/10 | ETag: \"a\"")
            .with_status(206),
        Exchange::new("Last-Modified: {-1000} | Connection: a | Cache-Control: no-cache=\"b\""),
    ]
    .into_iter()
    .map(|exchange| (exchange.clone(), exchange.stored()))
    .collect()
}

#[test]
fn it_comes_back_as_it_was() {
    for (_, policy) in policies() {
        let text = serde_json::to_string(&policy).expect("serialisable");
        let back: Policy = serde_json::from_str(&text).expect("its own text");
        assert_eq!(back, policy);
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_no_panic() {
    for more in ["", " | Content-Length: 5"] {
        let exchange = Exchange::new(&format!(
            "Cache-Control: max-age=60 | Content-Range: bytes 0-4/10 | ETag: \"a\"{more}"
        ))
        .with_status(206);
        let text = serde_json::to_string(&exchange.stored()).expect("serialisable");
        let damaged = text.replace("\"first\":0,\"last\":4", "\"first\":4,\"last\":0");
        assert_ne!(text, damaged);
        let mut policy: Policy = serde_json::from_str(&damaged).expect("of the right shape");
        for range in ["", "Range: bytes=0-", "Range: bytes=-9", "Range: bytes=4-4"] {
            let asked = fields(range);
            let request = Request::new("GET", &asked);
            for length in [None, Some(0), Some(5), Some(u64::MAX)] {
                let validated = policy.validated(at(1));
                let answer = policy.answer(&request, &validated, length);
                let last = answer.body_range().map(|range| range.last);
                assert!(last.is_none_or(|last| length.is_none_or(|length| last < length)));
            }
            let _ = policy.decide(&exchange.settings, &request, at(1));
            let new = fields("Content-Range: bytes 1-9/10 | ETag: \"a\"");
            let response = Response::new(206, &new);
            let stored = &exchange.fields;
            let _ = policy.extend(
                &exchange.settings,
                &request,
                stored,
                &response,
                exchanged(1),
            );
        }
        let _ = policy.check_body(&exchange.settings, 3);
    }
}

proptest! {
    #[test]
    fn a_damaged_one_never_panics(digits: [u64; 6], place in 0..400_usize) {
        for (exchange, policy) in policies() {
            let text = serde_json::to_string(&policy).expect("serialisable");
            // Numbers of the text, one after the other, become others.
            let mut damaged = String::new();
            let mut numbers = 0;
            for piece in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
                let (number, rest) =
                    piece.split_at(piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(0));
                numbers += usize::from(!number.is_empty());
                if !number.is_empty() && numbers == place % 40 + 1 {
                    damaged.push_str(&digits[place % 6].to_string());
                } else {
                    damaged.push_str(number);
                }
                damaged.push_str(rest);
            }
            let Ok(policy) = serde_json::from_str::<Policy>(&damaged) else {
                continue;
            };
            let asked = fields("accept: b, a | Range: bytes=1-");
            let request = Request::new("GET", &asked);
            let decision = policy.decide(&exchange.settings, &request, at(1));
            let answer = policy.answer(&request, &decision, Some(5));
            let _ = answer.lines(&exchange.fields).count();
            let _ = policy.stored_lines(&exchange.fields).count();
            let _ = policy.validation().lines().count();
            let _ = policy.usable_secs(at(1));
            let response = Response::new(206, &exchange.fields);
            let times = exchanged(1);
            let _ = policy.extend(&exchange.settings, &request, &exchange.fields, &response, times);
        }
    }
}
