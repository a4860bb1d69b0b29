//! Everything that a proxy does with two requests and two responses.
#![no_main]

use hedgerow::cache::{
    Directives, Failure, Merged, PartRule, Policy, Request, Response, SetCookieRule, Settings, Times,
    invalidation, select,
};
use hedgerow::types::{Headers, Timestamp};
use hedgerow_fuzz::{NOW, fields, parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((knobs, input)) = input.split_first_chunk::<6>() else {
        return;
    };
    let mut parts = parts(input);
    let mut part = || fields(parts.next().unwrap_or_default());
    let (asked, answered, again, newer) = (part(), part(), part(), part());
    let [kind, status, method, cookies, later, length] = *knobs;
    let settings = if kind & 1 == 0 {
        Settings::shared()
    } else {
        Settings::private()
    }
    .with_targets(["cdn-cache-control"])
    .with_request_directives(kind & 2 == 0)
    .with_foreign_304(kind & 4 == 0)
    .with_part_rule(if cookies & 4 == 0 {
        PartRule::Consistent
    } else {
        PartRule::AsSent
    })
    .with_default_stale_if_error(u32::from(kind >> 3))
    .with_set_cookie(match cookies & 3 {
        0 => SetCookieRule::Explicit,
        1 => SetCookieRule::Strip,
        2 => SetCookieRule::Refuse,
        _ => SetCookieRule::Keep,
    });
    let status = [200, 206, 404, 301, 304, 599][usize::from(status) % 6];
    let method = ["GET", "HEAD", "POST", "PUT"][usize::from(method) % 4];
    let (sent, now) = (NOW, Timestamp::from_secs(NOW.as_secs() + u64::from(later)));
    let first = Request::new(method, &asked).with_target("https://example.com/a");
    let response = Response::new(status, &answered);
    let _ = invalidation(&first, &response);
    let Ok(policy) = Policy::store(&settings, &first, &response, Times::new(sent, NOW)) else {
        return;
    };
    let directives: Directives = Policy::directives(&settings, &response);
    assert!(!directives.no_store() || directives.must_understand());
    assert!(kind & 1 == 1 || !directives.private());
    for (name, _) in policy.stored_lines(&answered) {
        assert!(!name.eq_ignore_ascii_case(b"connection"));
        assert!(cookies & 3 != 1 || !name.eq_ignore_ascii_case(b"set-cookie"));
    }

    let request = Request::new("GET", &again);
    let decision = policy.decide(&settings, &request, now);
    let selected = select(&settings, [&policy], &request, now);
    assert!(selected.is_none_or(|selected| selected.decision == decision));
    let failed = policy.after_failure(&settings, &request, now, Failure::Unreachable);
    for decision in [decision, failed] {
        if !decision.is_served() {
            continue;
        }
        assert!(!directives.no_cache());
        assert!(decision.ttl > 0 || !directives.must_revalidate());
        let answer = policy.answer(&request, &decision, Some(length.into()));
        assert_eq!(
            answer
                .lines(&answered)
                .filter(|(name, _)| *name == b"age")
                .count(),
            1
        );
        let range = answer.body_range();
        assert!(range.is_none_or(|range| range.last < length.into()));
    }

    let times = Times::new(now, now);
    let new = Response::new(304, &newer);
    if let Ok(fresh) = policy.freshen(&settings, &request, &answered, &new, times) {
        let merged = Merged::new(&answered, &newer);
        let tags = merged.field_values("etag").count();
        assert!(tags >= answered.field_values("etag").count().min(1));
        assert!(fresh.policy.stored_lines(&merged).count() <= answered.len() + newer.len() + 1);
    }
    let new = Response::new(200, &newer);
    let _ = policy.freshen_by_head(&settings, &request, &answered, &new, times);
    let new = Response::new(206, &newer);
    if let Ok(extended) = policy.extend(&settings, &request, &answered, &new, times) {
        let length: u64 = extended.pieces.iter().map(|piece| piece.range.len()).sum();
        let part = extended.freshened.policy.part();
        assert!(part.is_none_or(|part| part.range.len() == length));
    }
});
