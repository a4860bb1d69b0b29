//! Fetches told as scripts: what happens, and what the fetch says to it.
//!
//! ```text
//! 0 found miss: select
//! 0 candidates 2: start a0 e0 first_choice, wait 250
//! 9 head a0 503: a0 failed http_status, e0 bad, start a1 e1 failover, wait 259
//! ```
//!
//! Times are in ms; `a1` is attempt 1, `e1` endpoint 1. A script is checked as
//! a whole: what stands after the colon must be exactly what came out.

use hedgerow::cache::{self, Action, Decision, Policy, Request, Response, Settings, Times};
use hedgerow::cdn::Observation;
use hedgerow::failover::{Candidate, RaceSettings, Unlimited};
use hedgerow::fetch::{Answer, Condition, Facts, Fetch, Flight, Head, Output, Role};
use hedgerow::types::{Duration, EndpointId, Instant, Reason, Timestamp};

use crate::scripts::{Input, cancelled, compare, ended};

/// A GET that may be collapsed.
pub(crate) fn get() -> Fetch {
    Fetch::new(Facts::new("GET", false).with_collapsing(true))
}

/// A GET that may not.
pub(crate) fn alone() -> Fetch {
    Fetch::new(Facts::new("GET", false))
}

/// Plays `script` and compares.
#[track_caller]
pub(crate) fn check(mut fetch: Fetch, script: &str) {
    compare(script, |input| play(&mut fetch, input));
}

pub(crate) fn ms(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

/// A decision as the cache takes it, by a name of the scripts.
pub(crate) fn decision(name: &str) -> Decision {
    let at = Timestamp::from_secs(1_000);
    let none: [(&str, &str); 0] = [];
    let settings = Settings::shared();
    let stored = |fields: &[(&str, &str)], status| {
        let (request, response) = (Request::new("GET", &none), Response::new(status, fields));
        Policy::store(&settings, &request, &response, Times::new(at, at)).unwrap()
    };
    let decide = |policy: &Policy, asked: &[(&str, &str)], later: u64| {
        policy.decide(
            &settings,
            &Request::new("GET", asked),
            Timestamp::from_secs(1_000 + later),
        )
    };
    let fields = [
        ("ETag", "\"a\""),
        ("Cache-Control", "max-age=60, stale-while-revalidate=60"),
    ];
    let found = match name {
        "miss" => cache::decide_miss(&Request::new("GET", &none)),
        "unwanted" => {
            cache::decide_miss(&Request::new("GET", &[("Cache-Control", "only-if-cached")]))
        }
        "fresh" => decide(&stored(&fields, 200), &none, 1),
        "usable" => decide(&stored(&fields, 200), &none, 61),
        "stale" => decide(&stored(&fields, 200), &none, 1_000),
        "part" => {
            let fields = [fields[0], fields[1], ("Content-Range", "bytes 0-3/10")];
            decide(&stored(&fields, 206), &none, 1)
        }
        other => panic!("no decision {other:?}"),
    };
    let expected = match name {
        "miss" => Action::Forward,
        "unwanted" => Action::GatewayTimeout,
        "fresh" => Action::Serve,
        "usable" => Action::ServeAndRevalidate,
        "stale" => Action::Revalidate,
        _ => return found,
    };
    assert_eq!(found.action, expected, "{name}");
    found
}

fn play(fetch: &mut Fetch, input: &Input<'_>) -> Vec<String> {
    let now = ms(input.number(0));
    let attempt = || input.attempt();
    let result = match input.verb() {
        "poll" => Ok(()),
        "found" => fetch.handle_lookup(now, decision(input.word(2))),
        "joined" => fetch.handle_joined(now, role(input.word(2))),
        "flight" => fetch.handle_flight(now, flight(&input.words[2..])),
        "candidates" => {
            let count = input.number(2) as u16;
            let resting = input.words.get(3).map_or(0, |_| input.number(3));
            let candidates: Vec<Candidate> = (0..count)
                .map(|n| Candidate::new(EndpointId::new(n)))
                .collect();
            fetch.handle_candidates(now, RaceSettings::proxy(), &candidates, resting as usize)
        }
        "head" => {
            let rest = input.words.get(4);
            let rest = rest.map(|_| Duration::from_secs(input.number(4)));
            let head = Head::new(input.number(3) as u16).with_retry_after(rest);
            fetch.handle_head(now, attempt(), head)
        }
        "unsent" => fetch.handle_failure(now, attempt(), input.reason(3), false),
        "broken" => fetch.handle_failure(now, attempt(), input.reason(3), true),
        "fallback" => {
            let found = (input.word(2) != "none").then(|| decision(input.word(2)));
            fetch.handle_fallback(now, found)
        }
        "misfit" => fetch.handle_not_freshened(now),
        "cancel" => {
            fetch.handle_cancel(now, input.reason(2));
            Ok(())
        }
        "eject" => {
            fetch.handle_ejected(now, input.endpoint());
            Ok(())
        }
        other => panic!("no input {other:?}"),
    };
    let mut said = match result {
        Ok(()) => Vec::new(),
        Err(error) => vec![format!("error {error}")],
    };
    loop {
        let output = fetch.poll(now, &mut Unlimited);
        said.push(tell(&output));
        let goes_on = matches!(
            output,
            Output::Start { .. }
                | Output::Cancel { .. }
                | Output::Ended { .. }
                | Output::Refused { .. }
                | Output::Observe { .. }
                | Output::Rest { .. }
        );
        if !goes_on {
            return said;
        }
    }
}

fn role(name: &str) -> Role {
    match name {
        "leader" => Role::Leader,
        "follower" => Role::Follower,
        _ => Role::Alone,
    }
}

fn flight(words: &[&str]) -> Flight {
    match words {
        ["stored"] => Flight::Stored,
        ["not-shared"] => Flight::NotShared,
        ["abandoned"] => Flight::Abandoned,
        ["too-late"] => Flight::TooLate,
        ["failed"] => Flight::Failed(Reason::AllEndpointsFailed),
        other => panic!("no flight {other:?}"),
    }
}

pub(crate) fn tell(output: &Output) -> String {
    match output {
        Output::Lookup => "look up".into(),
        Output::Join => "join".into(),
        Output::Follow => "follow".into(),
        Output::Select => "select".into(),
        Output::Start {
            attempt,
            endpoint,
            why,
            condition,
            ..
        } => {
            let condition = match condition {
                Condition::Validate => " if changed".to_owned(),
                Condition::Complete(range) => format!(" the part {}-{}", range.first, range.last),
                _ => String::new(),
            };
            format!(
                "start a{} e{} {why}{condition}",
                attempt.get(),
                endpoint.get()
            )
        }
        Output::Cancel { attempt, reason } => cancelled(*attempt, *reason),
        Output::Ended {
            attempt,
            ending,
            reason,
        } => ended(*attempt, *ending, *reason),
        Output::Refused { attempt, reason } => format!("refused a{} {reason}", attempt.get()),
        Output::Observe { endpoint, what } => {
            let what = match what {
                Observation::Success { .. } => "good",
                Observation::Failure { .. } => "bad",
                _ => "late",
            };
            format!("e{} {what}", endpoint.get())
        }
        Output::Rest { endpoint, span } => format!("e{} rests {}", endpoint.get(), span.as_secs()),
        Output::FallBack(failure) => format!("fall back {failure:?}"),
        Output::Wait(until) => format!("wait {}", until.as_micros() / 1000),
        Output::Answer(answer) => told(answer),
        other => format!("{other:?}"),
    }
}

fn told(answer: &Answer) -> String {
    match answer {
        Answer::Stored { decision, refresh } => {
            let refresh = if *refresh { " and refresh" } else { "" };
            format!("answer stored {}{refresh}", decision.reason)
        }
        Answer::Validated { attempt } => format!("answer validated a{}", attempt.get()),
        Answer::Completed { attempt } => format!("answer completed a{}", attempt.get()),
        Answer::Relay { attempt } => format!("answer a{}", attempt.get()),
        Answer::Failed { status, reason } => format!("answer {status} {reason}"),
        other => format!("{other:?}"),
    }
}
