//! Proxies' hedges that are refused: who else may pay, and asking again.
//!
//! A view has its one hedge or none, so the browser does without this.

use super::{Attempt, Budget, Race, Silence};
use crate::types::{AttemptId, Instant};

impl Race {
    /// Whether a hedge for this attempt is wanted now: one that was refused is
    /// not, once another attempt stands in. Nothing is asked for again unless
    /// [`Race::asks_again`] says so.
    pub(super) fn asks(&mut self, index: usize) -> bool {
        let again = core::mem::take(&mut self.attempts[index].asks_again);
        let stands_in = |attempt: &Attempt| attempt.is_live() && !attempt.is_late();
        !again || !self.attempts.iter().any(stands_in)
    }

    /// The hedge was refused. Whether that was told before.
    pub(super) fn asks_again(&mut self, index: usize) -> bool {
        // Doubled so often, any delay is past any deadline, but for no delay.
        const MOST: u8 = 32;
        let attempt = &mut self.attempts[index];
        let told = attempt.refused > 0;
        attempt.asks_again = self.settings.asks_again && attempt.refused < MOST;
        attempt.refused = attempt.refused.saturating_add(1);
        told
    }

    /// Takes a hedge for the attempt that has just been silent for its patience.
    pub(super) fn take_hedge(
        &self,
        now: Instant,
        silent: Option<AttemptId>,
        budget: &mut impl Budget,
    ) -> bool {
        match silent.and_then(|id| self.attempts.get(id.index())) {
            Some(silent) => budget.take_hedge_for(
                now,
                Silence {
                    endpoint: silent.endpoint(),
                    since: silent.progressed,
                    refused: silent.refused > 0,
                    asks_again: self.settings.asks_again,
                },
            ),
            None => budget.take_hedge(now),
        }
    }
}
