//! Races told as scripts: what happens, and what the race says to it.
//!
//! ```text
//! 250 poll: start a1 e1 hedge after a0, wait 500
//! 280 complete a1: commit a1, wait 10000
//! ```
//!
//! Times are in ms; `a1` is attempt 1, `e1` endpoint 1. A script is checked
//! as a whole: what stands after the colon must be exactly what came out.

use hedgerow::cdn::Observation;
use hedgerow::failover::{Budget, Candidate, Finish, Output, Race, RaceSettings};
use hedgerow::types::{Duration, EndpointId, Instant};

use crate::scripts::{Input, cancelled, compare, ended};

/// How many hedges and retries are granted.
pub(crate) struct Tokens {
    pub(crate) hedges: u32,
    pub(crate) retries: u32,
}

impl Budget for Tokens {
    fn take_hedge(&mut self, _: Instant) -> bool {
        take(&mut self.hedges)
    }

    fn take_retry(&mut self, _: Instant) -> bool {
        take(&mut self.retries)
    }
}

fn take(tokens: &mut u32) -> bool {
    let granted = *tokens > 0;
    *tokens -= u32::from(granted);
    granted
}

pub(crate) struct Setup {
    pub(crate) settings: RaceSettings,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) tokens: Tokens,
    /// The first download was started this many ms before 0, on a clock whose
    /// 0 is [`EPOCH`].
    pub(crate) early: Option<u64>,
}

/// The clock's 0 ms in scripts, so that an early download can lie before it.
const EPOCH: u64 = 1_000_000;

/// A browser's race over `endpoints` endpoints, budgets beyond need.
pub(crate) fn browser(endpoints: u16) -> Setup {
    Setup {
        settings: RaceSettings::browser(),
        candidates: (0..endpoints)
            .map(|index| Candidate::new(EndpointId::new(index)))
            .collect(),
        tokens: Tokens {
            hedges: 99,
            retries: 99,
        },
        early: None,
    }
}

/// A proxy's race over `endpoints` endpoints, budgets beyond need.
pub(crate) fn proxy(endpoints: u16) -> Setup {
    Setup {
        settings: RaceSettings::proxy(),
        ..browser(endpoints)
    }
}

impl Setup {
    pub(crate) fn with_settings(
        mut self,
        change: impl FnOnce(RaceSettings) -> RaceSettings,
    ) -> Setup {
        self.settings = change(self.settings);
        self
    }

    pub(crate) fn with_candidates(mut self, change: impl Fn(Candidate) -> Candidate) -> Setup {
        self.candidates = self.candidates.into_iter().map(change).collect();
        self
    }

    pub(crate) fn with_tokens(mut self, hedges: u32, retries: u32) -> Setup {
        self.tokens = Tokens { hedges, retries };
        self
    }

    pub(crate) fn with_early(mut self, ms: u64) -> Setup {
        self.early = Some(ms);
        self
    }

    /// Plays `script` and compares.
    #[track_caller]
    pub(crate) fn check(mut self, script: &str) {
        let started = ms(EPOCH - self.early.unwrap_or(0));
        let settings = self.settings.clone();
        let mut race = match self.early {
            Some(_) => Race::adopt(settings, &self.candidates, started),
            None => Race::new(settings, &self.candidates, started),
        };
        compare(script, |input| play(&mut race, &mut self.tokens, input));
    }
}

fn ms(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn play(race: &mut Race, tokens: &mut Tokens, input: &Input<'_>) -> Vec<String> {
    let now = ms(EPOCH + input.number(0));
    let attempt = || input.attempt();
    let result = match input.verb() {
        "poll" => Ok(()),
        "head" => race.handle_head(now, attempt()),
        "bytes" => race.handle_progress(now, attempt(), input.number(3)),
        "complete" => race.handle_complete(now, attempt()),
        "verified" => race.handle_verified(now, attempt()),
        "fail" => race.handle_failure(now, attempt(), input.reason(3)),
        "ran" => race.handle_commit(now, attempt(), Ok(())),
        "unusable" => race.handle_commit(now, attempt(), Err(input.reason(3))),
        "eject" => {
            race.handle_ejected(now, input.endpoint());
            Ok(())
        }
        "grant" => {
            tokens.hedges += 1;
            Ok(())
        }
        "cancel" => {
            race.handle_cancel(now, input.reason(2));
            Ok(())
        }
        other => panic!("no input {other:?}"),
    };
    let mut said = match result {
        Ok(()) => Vec::new(),
        Err(error) => vec![format!("error {error}")],
    };
    loop {
        let output = race.poll(now, tokens);
        said.push(tell(&output));
        if matches!(output, Output::Wait(_) | Output::Done(_)) {
            return said;
        }
    }
}

fn tell(output: &Output) -> String {
    let since = |at: &Instant| {
        let since = at.as_micros() as f64 / 1000.0 - EPOCH as f64;
        format!("{since}")
    };
    let took = |span: &Duration| format!("{}", span.as_micros() as f64 / 1000.0);
    match output {
        Output::Start {
            attempt,
            endpoint,
            why,
            after,
        } => {
            let after = after.map_or(String::new(), |id| format!(" after a{}", id.get()));
            format!("start a{} e{} {why}{after}", attempt.get(), endpoint.get())
        }
        Output::Cancel { attempt, reason } => cancelled(*attempt, *reason),
        Output::Commit { attempt } => format!("commit a{}", attempt.get()),
        Output::Ended {
            attempt,
            ending,
            reason,
        } => ended(*attempt, *ending, *reason),
        Output::Observe { endpoint, what } => {
            let what = match what {
                Observation::Success { latency } => format!("good {}", took(latency)),
                Observation::Failure { reason } => format!("bad {reason}"),
                Observation::Late { latency } => format!("late {}", took(latency)),
                _ => "?".into(),
            };
            format!("e{} {what}", endpoint.get())
        }
        Output::Refused { attempt, reason } => format!("refused a{} {reason}", attempt.get()),
        Output::Wait(until) => format!("wait {}", since(until)),
        Output::Done(Finish::Committed(attempt)) => format!("done a{}", attempt.get()),
        Output::Done(Finish::Failed(reason)) => format!("done {reason}"),
        other => format!("{other:?}"),
    }
}
