//! Any calls in any order at any times, also backwards: errors at most.

use hedgerow::failover::{
    Candidate, Ending, Finish, HedgeBudget, Output, Phase, Race, RaceSettings, RetryBudget,
    SharedBudget,
};
use hedgerow::types::{AttemptId, Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Call {
    Poll,
    Head(u16),
    Bytes(u16, u64),
    Complete(u16),
    Verified(u16),
    Failure(u16, Reason),
    Commit(u16, bool),
    Ejected(u16),
    Cancel(Reason),
}

fn call() -> impl Strategy<Value = Call> {
    let reason = prop_oneof![Just(Reason::NetworkError), Just(Reason::Offline)];
    let id = 0..5_u16;
    prop_oneof![
        4 => Just(Call::Poll),
        2 => id.clone().prop_map(Call::Head),
        2 => (id.clone(), prop_oneof![0..5_000_u64, Just(u64::MAX)])
            .prop_map(|(id, bytes)| Call::Bytes(id, bytes)),
        2 => id.clone().prop_map(Call::Complete),
        1 => id.clone().prop_map(Call::Verified),
        2 => (id.clone(), reason.clone()).prop_map(|(id, reason)| Call::Failure(id, reason)),
        3 => (id.clone(), any::<bool>()).prop_map(|(id, ok)| Call::Commit(id, ok)),
        1 => id.prop_map(Call::Ejected),
        1 => reason.prop_map(Call::Cancel),
    ]
}

/// Mostly forwards by a little; at times backwards, or to the end of time.
fn step() -> impl Strategy<Value = (i64, Call)> {
    let by = prop_oneof![
        8 => 0..300_000_i64,
        2 => 0..20_000_000_i64,
        1 => -5_000_000..0_i64,
        1 => Just(i64::MAX),
    ];
    (by, call())
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        1 => Just(Duration::ZERO),
        6 => (0..4_000_u64).prop_map(Duration::from_millis),
        1 => Just(Duration::MAX),
    ]
}

fn setup() -> impl Strategy<Value = (RaceSettings, Vec<Candidate>, bool)> {
    let phase = prop_oneof![
        Just(Phase::Head),
        Just(Phase::Complete),
        Just(Phase::Verified)
    ];
    let settings = (
        phase,
        duration(),
        duration(),
        0..4_u8,
        any::<bool>(),
        proptest::option::of(duration()),
    );
    let settings = settings.prop_map(|(phase, total, commit, hedges, again, slack)| {
        RaceSettings::browser()
            .with_asks_again(again)
            .with_winning_phase(phase)
            .with_total_timeout(total)
            .with_commit_timeout(commit)
            .with_max_hedges(hedges)
            .with_suspend_slack(slack)
    });
    let candidate = (proptest::option::of(duration()), duration());
    let candidates = proptest::collection::vec(candidate, 0..5).prop_map(|delays| {
        let ids = (0..).map(EndpointId::new);
        ids.zip(delays)
            .map(|(id, (hedge, timeout))| {
                Candidate::new(id)
                    .with_hedge_delay(hedge)
                    .with_attempt_timeout(timeout)
            })
            .collect()
    });
    (settings, candidates, any::<bool>())
}

#[derive(Default)]
struct Books {
    started: usize,
    ended: Vec<u16>,
    cancelled: Vec<u16>,
    outstanding: Option<AttemptId>,
    won: u32,
    done: Option<Finish>,
}

impl Books {
    fn enter(&mut self, output: Output) -> Result<(), TestCaseError> {
        match output {
            Output::Start { attempt, .. } => {
                prop_assert_eq!(attempt.index(), self.started);
                self.started += 1;
            }
            Output::Commit { attempt } => {
                prop_assert_eq!(self.won, 0);
                self.outstanding = Some(attempt);
            }
            Output::Cancel { attempt, .. } => {
                prop_assert!(!self.cancelled.contains(&attempt.get()));
                self.cancelled.push(attempt.get());
            }
            Output::Ended {
                attempt, ending, ..
            } => {
                prop_assert!(!self.ended.contains(&attempt.get()), "ended twice");
                self.ended.push(attempt.get());
                self.won += u32::from(ending == Ending::Won);
                prop_assert!(self.won <= 1);
            }
            Output::Done(finish) => {
                prop_assert_eq!(self.ended.len(), self.started);
                prop_assert_eq!(matches!(finish, Finish::Committed(_)), self.won == 1);
                prop_assert!(self.done.is_none_or(|known| known == finish));
                self.done = Some(finish);
            }
            _ => {}
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn any_sequence_of_calls(
        (settings, candidates, early) in setup(),
        hedges in 0..12_000_u32,
        retries in 0..3_u32,
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        let mut now = Instant::from_millis(50_000);
        let mut budget = SharedBudget::new(
            HedgeBudget::from_milli(hedges),
            RetryBudget::new(0, retries),
        );
        let mut race = if early {
            Race::adopt(settings, &candidates, now)
        } else {
            Race::new(settings, &candidates, now)
        };
        let mut books = Books {
            started: usize::from(early && !candidates.is_empty()),
            ..Books::default()
        };
        for (by, call) in steps {
            now = Instant::from_micros(now.as_micros().saturating_add_signed(by));
            let id = AttemptId::new;
            let known = |attempt: u16| usize::from(attempt) < race.attempts().len();
            match call {
                Call::Poll => {}
                Call::Head(attempt) => {
                    let known = known(attempt);
                    prop_assert_eq!(race.handle_head(now, id(attempt)).is_ok(), known);
                }
                Call::Bytes(attempt, bytes) => {
                    let known = known(attempt);
                    prop_assert_eq!(race.handle_progress(now, id(attempt), bytes).is_ok(), known);
                }
                Call::Complete(attempt) => {
                    let known = known(attempt);
                    prop_assert_eq!(race.handle_complete(now, id(attempt)).is_ok(), known);
                }
                Call::Verified(attempt) => {
                    let known = known(attempt);
                    prop_assert_eq!(race.handle_verified(now, id(attempt)).is_ok(), known);
                }
                Call::Failure(attempt, reason) => {
                    let known = known(attempt);
                    prop_assert_eq!(race.handle_failure(now, id(attempt), reason).is_ok(), known);
                }
                Call::Commit(attempt, ok) => {
                    let asked = books.outstanding == Some(id(attempt)) && books.done.is_none();
                    let result = if ok { Ok(()) } else { Err(Reason::CommitFailed) };
                    let accepted = race.handle_commit(now, id(attempt), result).is_ok();
                    prop_assert!(asked || !accepted, "a commit that nobody asked for");
                    if accepted {
                        books.outstanding = None;
                    }
                }
                Call::Ejected(endpoint) => race.handle_ejected(now, EndpointId::new(endpoint)),
                Call::Cancel(reason) => race.handle_cancel(now, reason),
            }
            let mut outputs = 0;
            loop {
                let output = race.poll(now, &mut budget);
                books.enter(output)?;
                outputs += 1;
                prop_assert!(outputs < 100, "polling does not end");
                match output {
                    Output::Wait(wake) => {
                        prop_assert!(wake > now || now == Instant::MAX);
                        break;
                    }
                    Output::Done(_) => break,
                    _ => {}
                }
            }
        }
    }
}
