//! C and Rust give the same answer to the same input.

mod support;

use hedgerow::asset::{self, Rules};
use hedgerow::cache::{Policy, Request, Response, Settings, Times};
use hedgerow::failover::{Candidate, Output, Race, RaceSettings, Unlimited};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason, Timestamp};
use hedgerow_ffi::*;
use proptest::prelude::*;
use std::ptr::{null, null_mut};
use support::{Owned, fields};

proptest! {
    #[test]
    fn classification(url in "(/[a-z@0-9.%-]{0,12}){1,4}(\\?[a-z=0-9]{0,12})?") {
        let wanted = asset::classify(&url, &Rules::default());
        let mut found = hedgerow_classification {
            class_code: 0,
            immutable: 9,
            reason: 0,
            evidence: 0,
            evidence_len: 0,
            rule: 0,
        };
        // SAFETY: the text is there, and so is room for the output.
        let status = unsafe { hedgerow_classify(url.as_ptr().cast(), url.len(), null(), &mut found) };
        prop_assert_eq!(status, hedgerow_status::HEDGEROW_OK);
        prop_assert_eq!(found.class_code, u32::from(wanted.class.code()));
        prop_assert_eq!(found.reason, wanted.reason.code());
        prop_assert_eq!(found.immutable == 1, wanted.class.is_immutable());
        prop_assert_eq!(found.evidence..found.evidence + found.evidence_len, wanted.evidence.range());
    }

    #[test]
    fn storing_and_deciding(
        control in "(public|private|no-store|no-cache|max-age=[0-9]{1,4}|s-maxage=[0-9]{1,3}|, ){0,4}",
        vary in prop::option::of("[a-z]{1,3}"),
        asked in "(max-age=[0-9]{1,3}|no-cache|only-if-cached|min-fresh=[0-9]{1,3})?",
        status in prop::sample::select(vec![200_u16, 204, 206, 301, 404, 500]),
        later in 0_u64..2000,
    ) {
        let response = {
            let mut lines = vec![("Cache-Control".to_owned(), control), ("ETag".to_owned(), "\"v\"".to_owned())];
            lines.extend(vary.map(|vary| ("Vary".to_owned(), vary)));
            lines
        };
        let request = vec![("Cache-Control".to_owned(), asked)];
        let now = Timestamp::from_secs(1_000_000);
        let settings = Settings::shared();
        let plain = Request::new("GET", &request);
        let wanted = Policy::store(&settings, &plain, &Response::new(status, &response), Times::new(now, now));

        let cache = support::cache();
        let (asked, answered) = (fields(&request), fields(&response));
        let given = support::request(b"GET", &asked);
        let answer = hedgerow_response {
            fields: answered.as_ptr(),
            field_count: answered.len(),
            status,
            reserved: [0; 3],
        };
        let (mut policy, mut reason) = (null_mut(), 9);
        // SAFETY: all that is pointed to lives to the end of the test.
        let found = unsafe {
            hedgerow_policy_store(cache.0, &given, &answer, 1_000_000, 1_000_000, HEDGEROW_NEVER, &mut policy, &mut reason)
        };
        match wanted {
            Err(why) => {
                prop_assert_eq!(found, hedgerow_status::HEDGEROW_REFUSED);
                prop_assert_eq!(reason, why.reason().code());
            }
            Ok(wanted) => {
                prop_assert_eq!((found, reason), (hedgerow_status::HEDGEROW_OK, 0));
                let policy = Owned(policy, hedgerow_policy_free);
                let at = 1_000_000 + later;
                let wanted = wanted.decide(&settings, &plain, Timestamp::from_secs(at));
                let mut decision = support::NO_DECISION;
                // SAFETY: as above.
                let status = unsafe { hedgerow_policy_decide(policy.0, cache.0, &given, at, &mut decision) };
                prop_assert_eq!(status, hedgerow_status::HEDGEROW_OK);
                prop_assert_eq!(
                    (decision.reason, decision.age, decision.ttl),
                    (wanted.reason.code(), wanted.age, wanted.ttl)
                );
            }
        }
    }

    #[test]
    fn races(steps in prop::collection::vec((0_u8..8, 0_u16..4, 0_u64..400_000), 1..40)) {
        let candidates = [0, 1, 2].map(|n| Candidate::new(EndpointId::new(n)));
        let mut wanted = Race::new(RaceSettings::proxy(), &candidates, Instant::from_micros(0));
        let race = support::race(3);
        let mut now = 0;
        for (what, attempt, later) in steps {
            now += later;
            let (at, id) = (Instant::from_micros(now), AttemptId::new(attempt));
            // SAFETY: the race lives to the end of the test.
            let (status, told) = unsafe {
                match what {
                    0 => (hedgerow_race_handle_head(race.0, now, attempt), wanted.handle_head(at, id)),
                    1 => (hedgerow_race_handle_progress(race.0, now, attempt, later), wanted.handle_progress(at, id, later)),
                    2 => (hedgerow_race_handle_failure(race.0, now, attempt, 21), wanted.handle_failure(at, id, Reason::NetworkError)),
                    3 => (hedgerow_race_handle_commit(race.0, now, attempt, 0), wanted.handle_commit(at, id, Ok(()))),
                    4 => (hedgerow_race_handle_commit(race.0, now, attempt, 34), wanted.handle_commit(at, id, Err(Reason::CommitFailed))),
                    5 => (hedgerow_race_handle_complete(race.0, now, attempt), wanted.handle_complete(at, id)),
                    6 => {
                        wanted.handle_ejected(at, EndpointId::new(attempt));
                        (hedgerow_race_handle_ejected(race.0, now, attempt), Ok(()))
                    }
                    _ => (hedgerow_status::HEDGEROW_OK, Ok(())),
                }
            };
            prop_assert_eq!(status == hedgerow_status::HEDGEROW_OK, told.is_ok());
            loop {
                let wanted = wanted.poll(at, &mut Unlimited);
                let found = support::poll(&race, now);
                prop_assert_eq!(support::told(&found), support::expected(&wanted));
                if matches!(wanted, Output::Wait(_) | Output::Done(_)) {
                    break;
                }
            }
        }
    }
}
