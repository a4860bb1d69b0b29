//! Proxies' hedges that are refused: who else may pay, and asking again.
//!
//! A view has its one hedge or none, so the browser does without this.

use super::{Attempt, Budget, Race};
use crate::types::{AttemptId, Instant};

impl Race {
    /// How often a hedge for this attempt was refused before, if one is wanted
    /// now: one that was refused is not, once another attempt stands in. Nothing
    /// is asked for again unless [`Race::asks_again`] says so.
    pub(super) fn asks(&mut self, index: usize) -> Option<u8> {
        let asked = core::mem::take(&mut self.attempts[index].refused);
        let stands_in = |attempt: &Attempt| attempt.is_live() && !attempt.is_late();
        (asked == 0 || !self.attempts.iter().any(stands_in)).then_some(asked)
    }

    /// The hedge was refused, after `asked` refusals. Whether that was told
    /// before.
    pub(super) fn asks_again(&mut self, index: usize, asked: u8) -> bool {
        // Doubled so often, any delay is past any deadline, but for no delay.
        const MOST: u8 = 32;
        if self.settings.asks_again && asked < MOST {
            self.attempts[index].refused = asked + 1;
        }
        asked > 0
    }

    /// Takes a hedge for the attempt that has just been silent for its patience.
    pub(super) fn take_hedge(
        &self,
        now: Instant,
        silent: Option<AttemptId>,
        budget: &mut impl Budget,
    ) -> bool {
        match silent.and_then(|id| self.attempts.get(id.index())) {
            Some(silent) => {
                let since = now.minus(silent.patience());
                budget.take_hedge_for(now, silent.endpoint(), since)
            }
            None => budget.take_hedge(now),
        }
    }
}
