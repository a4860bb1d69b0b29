//! One request raced over several endpoints.
//!
//! A [`Race`] starts the first candidate, and starts the next when an attempt
//! fails (at once), when the hedge delay passes without progress (budget
//! permitting), when an attempt passes its own deadline, or when its endpoint
//! is ejected meanwhile. The first attempt to reach the winning [`Phase`] is
//! offered for commit; at most one commit is outstanding, and at most one
//! succeeds.
//!
//! ```text
//!            start                 winning phase
//!  Racing ───────────▶ attempts ───────────────────▶ Committing
//!    ▲                                                 │   │
//!    └──────────── commit failed: resume ──────────────┘   │ committed
//!    │                                                     ▼
//!    └── nothing left, or total deadline ──────────────▶ Done
//! ```
//!
//! # Drain contract
//!
//! After every `handle_*`, and when the deadline of the last
//! [`Output::Wait`] has come, call [`Race::poll`] until it returns
//! [`Output::Wait`] or [`Output::Done`]. Misuse returns a [`RaceError`]; a
//! panic is a bug.
//!
//! # Example
//!
//! ```
//! use hedgerow::failover::{Candidate, Output, Race, RaceSettings, Unlimited};
//! use hedgerow::types::{EndpointId, Instant, Reason};
//!
//! let candidates = [0, 1].map(|n| Candidate::new(EndpointId::new(n)));
//! let start = Instant::from_millis(0);
//! let mut race = Race::new(RaceSettings::browser(), &candidates, start);
//!
//! let Output::Start { attempt: first, .. } = race.poll(start, &mut Unlimited) else { panic!() };
//! let Output::Wait(hedge_at) = race.poll(start, &mut Unlimited) else { panic!() };
//! assert_eq!(hedge_at, Instant::from_millis(250));
//!
//! // 250 ms of silence: the second endpoint is started beside the first.
//! let Output::Start { attempt, why, .. } = race.poll(hedge_at, &mut Unlimited) else { panic!() };
//! assert_eq!(why, Reason::Hedge);
//!
//! let now = Instant::from_millis(280);
//! race.handle_complete(now, attempt)?;
//! assert_eq!(race.poll(now, &mut Unlimited), Output::Commit { attempt });
//! race.handle_commit(now, attempt, Ok(()))?;
//! # Ok::<(), hedgerow::failover::RaceError>(())
//! ```

#[cfg(feature = "pool")]
mod again;
mod attempt;
mod budget;
mod error;
mod hedge;
mod news;
mod output;
mod race;
mod settings;
mod timers;

pub(crate) use self::news::{News, Pause, Step};
pub use self::{
    attempt::{Attempt, Ending, Phase},
    budget::{Budget, HedgeBudget, RetryBudget, SharedBudget, Silence, Unlimited},
    error::RaceError,
    hedge::{Link, hedge_delay},
    output::{Finish, Output},
    race::Race,
    settings::{Candidate, RaceSettings},
};
