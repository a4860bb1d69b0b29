//! Whatever happens, in whatever order: a fetch comes to one answer, keeps to
//! the store's word, and sends what may be sent once only once.

use hedgerow::failover::{Candidate, RaceSettings, Unlimited};
use hedgerow::fetch::{Answer, Facts, Fetch, Flight, Head, Output, Role};
use hedgerow::types::{AttemptId, Duration, EndpointId, Instant, Reason};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::script::decision;

/// What the world does at one moment; numbers are taken as far as they fit.
#[derive(Clone, Debug)]
enum Event {
    Head(u8, u16, Option<u16>),
    Broken(u8, bool),
    Time(u16),
    Eject(u8),
    Cancel,
}

fn event() -> impl Strategy<Value = Event> {
    let status = prop_oneof![
        Just(200),
        Just(206),
        Just(304),
        Just(404),
        Just(429),
        Just(500),
        Just(503),
        0..999_u16
    ];
    prop_oneof![
        4 => (0..4_u8, status, any::<Option<u16>>())
            .prop_map(|(attempt, status, rest)| Event::Head(attempt, status, rest)),
        4 => (0..4_u8, any::<bool>()).prop_map(|(attempt, sent)| Event::Broken(attempt, sent)),
        4 => (0..4_000_u16).prop_map(Event::Time),
        1 => (0..4_u8).prop_map(Event::Eject),
        1 => Just(Event::Cancel),
    ]
}

fn facts() -> impl Strategy<Value = Facts> {
    let method = prop::sample::select(vec!["GET", "HEAD", "POST", "PUT", "DELETE"]);
    (method, any::<[bool; 3]>()).prop_map(|(method, [body, collapsing, hedging])| {
        Facts::new(method, body)
            .with_collapsing(collapsing)
            .with_hedging(hedging)
    })
}

fn found() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["miss", "unwanted", "fresh", "usable", "stale", "part"])
}

fn outcome() -> impl Strategy<Value = Flight> {
    prop::sample::select(vec![
        Flight::Stored,
        Flight::NotShared,
        Flight::Failed(Reason::AllEndpointsFailed),
        Flight::Abandoned,
        Flight::TooLate,
    ])
}

proptest! {
    #[test]
    fn every_fetch_ends_in_one_answer(
        facts in facts(),
        lookups in vec(found(), 1..3),
        roles in vec(0..3_u8, 1..5),
        outcomes in vec(outcome(), 1..5),
        endpoints in 0..4_u16,
        resting in 0..5_usize,
        events in vec(event(), 0..40),
        misfit in any::<bool>(),
    ) {
        let mut fetch = Fetch::new(facts);
        let (mut lookups, mut roles, mut outcomes) =
            (lookups.iter().cycle(), roles.iter().cycle(), outcomes.iter().cycle());
        let mut events = events.into_iter();
        let mut now = Instant::from_millis(0);
        let mut started: Vec<AttemptId> = Vec::new();
        let (mut sent, mut misfits) = (0, u8::from(misfit));
        let answer = loop {
            match fetch.poll(now, &mut Unlimited) {
                Output::Lookup => {
                    let found = decision(lookups.next().unwrap());
                    fetch.handle_lookup(now, found).unwrap();
                }
                Output::Join => {
                    let role = match roles.next().unwrap() {
                        0 => Role::Leader,
                        1 => Role::Follower,
                        _ => Role::Alone,
                    };
                    fetch.handle_joined(now, role).unwrap();
                }
                Output::Follow => fetch.handle_flight(now, *outcomes.next().unwrap()).unwrap(),
                Output::Select => {
                    started.clear();
                    sent = 0;
                    let candidates: Vec<Candidate> =
                        (0..endpoints).map(|n| Candidate::new(EndpointId::new(n))).collect();
                    let race = RaceSettings::proxy();
                    fetch.handle_candidates(now, race, &candidates, resting).unwrap();
                }
                Output::Start { attempt, .. } => {
                    prop_assert!(facts.is_repeatable() || sent == 0, "sent twice");
                    started.push(attempt);
                }
                Output::FallBack(_) => fetch.handle_fallback(now, None).unwrap(),
                Output::Wait(until) => {
                    prop_assert!(until > now, "it waits for what is past");
                    // When the script is over, only time passes.
                    match events.next() {
                        None => now = until,
                        Some(Event::Time(ms)) => now = now + Duration::from_millis(ms.into()),
                        Some(Event::Eject(id)) => {
                            fetch.handle_ejected(now, EndpointId::new(id.into()));
                        }
                        Some(Event::Cancel) => fetch.handle_cancel(now, Reason::Cancelled),
                        Some(Event::Head(id, status, rest)) => {
                            let rest = rest.map(|secs| Duration::from_secs(secs.into()));
                            let head = Head::new(status).with_retry_after(rest);
                            let known = started.contains(&AttemptId::new(id.into()));
                            let told = fetch.handle_head(now, AttemptId::new(id.into()), head);
                            prop_assert_eq!(told.is_ok(), known);
                        }
                        Some(Event::Broken(id, was_sent)) => {
                            let attempt = AttemptId::new(id.into());
                            let known = started.contains(&attempt);
                            if known && was_sent {
                                sent += 1;
                            }
                            let reason = Reason::NetworkError;
                            let told = fetch.handle_failure(now, attempt, reason, was_sent);
                            prop_assert_eq!(told.is_ok(), known);
                        }
                    }
                }
                Output::Answer(Answer::Validated { .. } | Answer::Completed { .. }) if misfits > 0 => {
                    misfits -= 1;
                    fetch.handle_not_freshened(now).unwrap();
                }
                Output::Answer(answer) => break answer,
                _ => {}
            }
        };
        // It stays the answer, and names an attempt that was made.
        prop_assert_eq!(fetch.poll(now, &mut Unlimited), Output::Answer(answer));
        match answer {
            Answer::Relay { attempt }
            | Answer::Validated { attempt }
            | Answer::Completed { attempt } => prop_assert!(started.contains(&attempt)),
            Answer::Stored { .. } => prop_assert!(facts.cached),
            Answer::Failed { status, .. } => prop_assert!((502..=504).contains(&status)),
            _ => {}
        }
    }
}
