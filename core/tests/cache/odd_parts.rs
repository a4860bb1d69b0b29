//! RFC 9110 §14.4 and §15.3.7: parts that are not as long as they claim.

use hedgerow::cache::{
    Action, ByteRange, Completion, NotFreshened, NotStored, PartRule, Policy, Request, Response,
    Settings,
};
use hedgerow::types::Reason;
use proptest::prelude::*;

use crate::support::{Exchange, Fields, at, exchanged, fields, lines};

fn lenient() -> Settings {
    Settings::shared()
        .with_part_rule(PartRule::AsSent)
        .with_completion(Completion::Always)
}

fn part(range: &str, more: &str) -> Exchange {
    Exchange::new(&format!(
        "Cache-Control: max-age=60 | ETag: \"a\" | Content-Range: bytes {range}{more}"
    ))
    .with_status(206)
    .asking("Range: bytes=0-")
}

#[test]
fn what_contradicts_itself_is_not_stored() {
    for (range, length, stored) in [
        ("0-9/10", "10", true),
        ("4-9/10", "6", true),
        ("0-9/10", "5", false),
        ("0-9/10", "11", false),
        ("4-9/10", "5", false),
        ("4-9/*", "5", false),
        ("0-9/10", "0", false),
        ("0-9/10", "x", false),
        ("0-9/10", "10, 5", false),
        ("0-9/10", "10 | Content-Length: 5", false),
    ] {
        let found = part(range, &format!(" | Content-Length: {length}")).store();
        let expected = if stored {
            Ok(())
        } else {
            Err(Reason::PartInvalid)
        };
        assert_eq!(found.map(|_| ()), expected, "{range} {length}");
    }
}

#[test]
fn the_body_has_the_last_word() {
    let check = |exchange: &Exchange, length: u64| {
        exchange
            .stored()
            .check_body(&exchange.settings, length)
            .map_err(NotStored::reason)
    };
    for exchange in [
        part("0-9/10", ""),
        part("0-9/20", ""),
        part("0-9/10", " | Content-Length: 10"),
        Exchange::new("Cache-Control: max-age=60 | Content-Length: 10"),
    ] {
        assert_eq!(exchange.stored().body_length(), Some(10));
        assert_eq!(check(&exchange, 10), Ok(()));
        for other in [0, 9, 11, u64::MAX] {
            assert_eq!(check(&exchange, other), Err(Reason::PartInvalid));
        }
    }
    let unknown = Exchange::new("Cache-Control: max-age=60");
    assert_eq!(unknown.stored().body_length(), None);
    assert_eq!(check(&unknown, 7), Ok(()));
    let empty = Exchange::new("Cache-Control: max-age=60 | Content-Length: 10").with_status(204);
    assert_eq!(check(&empty, 0), Ok(()));
    // A body that was cut is not what was sent, whatever the rule.
    let cut = part("0-9/10", " | Content-Length: 10").with_settings(lenient());
    assert_eq!(check(&cut, 5), Err(Reason::PartInvalid));
}

/// Five bytes that call themselves six, with `Content-Length` and without.
fn five_as_six() -> [(Exchange, Policy); 2] {
    [" | Content-Length: 5", ""].map(|length| {
        let exchange = part("4-9/10", length).with_settings(lenient());
        let mut policy = exchange.stored();
        assert!(policy.check_body(&exchange.settings, 5).is_ok());
        assert_eq!(policy.body_length(), Some(5));
        (exchange, policy)
    })
}

#[test]
fn as_sent_what_came_is_cut() {
    for (exchange, policy) in five_as_six() {
        for (range, expected) in [
            ("bytes=-5", Some("01234")),
            ("bytes=6-", Some("234")),
            ("bytes=-1", Some("4")),
            ("bytes=6-8", Some("234")),
            ("bytes=6-9", Some("234")),
            ("bytes=-6", Some("01234")),
            ("bytes=9-9", None),
            ("bytes=3-5", None),
            ("bytes=-7", None),
            ("bytes=-0", None),
        ] {
            let asked = fields(&format!("Range: {range}"));
            let request = Request::new("GET", &asked);
            let decision = policy.decide(&exchange.settings, &request, at(1));
            assert_eq!(decision.is_served(), expected.is_some(), "{range}");
            let Some(expected) = expected else { continue };
            let answer = policy.answer(&request, &decision, Some(5));
            let body = answer.body_range().expect("a part");
            assert_eq!(&"01234"[body.first as usize..=body.last as usize], expected);
            let lines = lines(&answer, &exchange.fields);
            let (first, last) = (4 + body.first, 4 + body.last);
            assert!(lines.contains(&format!("content-range: bytes {first}-{last}/10")));
            assert!(lines.contains(&format!("content-length: {}", expected.len())));
        }
    }
}

#[test]
fn as_sent_it_is_never_a_whole_and_never_combined() {
    let mut whole = part("0-9/10", "").with_settings(lenient()).stored();
    whole.check_body(&lenient(), 5).expect("kept as sent");
    let announced = part("0-9/10", " | Content-Length: 5").with_settings(lenient());
    for policy in [whole, announced.stored()] {
        assert_eq!(policy.status(), 206);
        let none = Fields::new();
        for method in ["GET", "HEAD"] {
            let decision = policy.decide(&lenient(), &Request::new(method, &none), at(1));
            assert_eq!(decision.action, Action::Forward);
        }
    }
    let extend = |stored: &Exchange, policy: &Policy, new: &str| {
        let (none, new) = (Fields::new(), fields(new));
        policy
            .extend(
                &lenient(),
                &Request::new("GET", &none),
                &stored.fields,
                &Response::new(206, &new),
                exchanged(5),
            )
            .map(|_| ())
            .map_err(NotFreshened::reason)
    };
    let rest = "Content-Range: bytes 0-3/10 | ETag: \"a\"";
    for (exchange, policy) in five_as_six() {
        assert_eq!(extend(&exchange, &policy, rest), Err(Reason::PartMismatch));
    }
    let right = part("4-9/10", "").with_settings(lenient());
    assert_eq!(extend(&right, &right.stored(), rest), Ok(()));
    for length in ["3", "5", "x", "4 | Content-Length: 3"] {
        let odd = format!("{rest} | Content-Length: {length}");
        assert_eq!(
            extend(&right, &right.stored(), &odd),
            Err(Reason::PartInvalid)
        );
    }
}

#[test]
fn as_sent_it_stays_what_it_is_when_freshened() {
    for (exchange, policy) in five_as_six() {
        let (none, new) = (Fields::new(), fields("ETag: \"a\""));
        let request = Request::new("GET", &none);
        let response = Response::new(304, &new);
        let fresh = policy
            .freshen(
                &exchange.settings,
                &request,
                &exchange.fields,
                &response,
                exchanged(9),
            )
            .expect("the same tag")
            .policy;
        assert_eq!(
            (fresh.part(), fresh.body_length()),
            (policy.part(), Some(5))
        );
        let asked = fields("Range: bytes=9-9");
        let request = Request::new("GET", &asked);
        assert!(
            !fresh
                .decide(&exchange.settings, &request, at(10))
                .is_served()
        );
    }
}

#[test]
fn a_part_never_takes_the_place_of_a_fresh_whole() {
    let whole = Exchange::new("Cache-Control: max-age=60 | ETag: \"a\"").stored();
    let byte = part("0-0/10", "").stored();
    assert!(whole.is_same_variant(&byte));
    assert!(whole.outranks(&byte, at(59)));
    assert!(!whole.outranks(&byte, at(60)));
    assert!(!whole.outranks(&whole, at(1)));
    assert!(!byte.outranks(&whole, at(1)));
    assert!(!byte.outranks(&byte, at(1)));
    let other = part("0-0/10", " | Vary: accept").stored();
    assert!(!whole.outranks(&other, at(1)));
}

proptest! {
    /// Whatever a part claims and whatever is asked for: no answer has bytes
    /// that are not there, and what it announces is what it has.
    #[test]
    fn no_answer_leaves_the_body(
        first in 0..20_u64, length in 1..20_u64, after in prop::option::of(0..5_u64),
        sent in 0..30_u64, a in prop::option::of(0..30_u64), b in prop::option::of(0..30_u64),
    ) {
        let last = first + length - 1;
        let complete = after.map_or("*".to_owned(), |after| (last + 1 + after).to_string());
        let exchange = part(&format!("{first}-{last}/{complete}"), "").with_settings(lenient());
        let mut policy = exchange.stored();
        let kept = policy.check_body(&exchange.settings, sent).is_ok();
        prop_assert_eq!(kept, sent > 0);
        let number = |n: Option<u64>| n.map_or(String::new(), |n| n.to_string());
        let asked = fields(&format!("Range: bytes={}-{}", number(a), number(b)));
        let request = Request::new("GET", &asked);
        // Also where the decision was another: nobody may be made to slice
        // what is not there.
        let answer = policy.answer(&request, &policy.validated(at(1)), Some(sent));
        if answer.status() == 206 {
            let body = answer.body_range().expect("a 206 is a part of it");
            prop_assert!(body.last < sent);
            let range = answer.range().expect("a 206 has a range");
            prop_assert_eq!(range, ByteRange::new(first + body.first, first + body.last).expect("in order"));
            prop_assert!(range.last <= last);
            let announced = format!("content-length: {}", body.len());
            prop_assert!(lines(&answer, &exchange.fields).contains(&announced));
        } else {
            prop_assert!(!answer.has_body() || policy.part().is_none());
        }
    }
}
