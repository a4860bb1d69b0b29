//! The timers of a race: one enum, one table.

use super::{Race, race::State};
use crate::types::Instant;

/// What a race waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The attempt at this index has been silent for its hedge delay.
    Hedge(usize),
    /// The attempt at this index passes its own deadline.
    Attempt(usize),
    /// The total deadline; after it, the moment at which the last attempt
    /// stops making progress, or the commit in flight is given up.
    Total,
}

impl Race {
    /// The next timer on the race's own clock.
    ///
    /// Ties go to the attempt's own deadline before a hedge, since a deadline
    /// frees what a hedge would only add to.
    pub(super) fn next_timer(&self) -> (Instant, Timer) {
        let total = self.total_deadline();
        if let State::Committing(_) = self.state {
            let at = if self.past_total {
                total.max(self.offered) + self.settings.commit_timeout
            } else {
                total
            };
            return (at, Timer::Total);
        }
        let progressing = self.attempts.iter();
        let progressing = progressing.filter_map(super::Attempt::progressing_until);
        let first = if self.past_total {
            progressing.min().unwrap_or(total)
        } else {
            total
        };
        let mut next = (first, Timer::Total);
        for (index, attempt) in self.attempts.iter().enumerate() {
            if !attempt.is_live() {
                continue;
            }
            let mut offer = |at: Option<Instant>, timer| {
                if let Some(at) = at
                    && at < next.0
                {
                    next = (at, timer);
                }
            };
            offer(attempt.deadline(), Timer::Attempt(index));
            offer(attempt.hedge_at(), Timer::Hedge(index));
        }
        next
    }

    pub(super) fn total_deadline(&self) -> Instant {
        self.started + self.settings.total_timeout
    }
}
