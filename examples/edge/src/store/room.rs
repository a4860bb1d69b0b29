//! The memory that bodies take, wherever they are.
//!
//! A body takes its room when it begins to come, and gives it back when the
//! last byte of it is let go of: by the store, and by every client that is
//! still being sent some of it. So slow readers of what the store has dropped
//! are counted like what it holds, and new bodies find no room instead of
//! memory that isn't there. They pass through uncached: that costs the origin a
//! request, where cutting slow readers would cost somebody a download.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What all rooms together take, and may take, in bytes.
#[derive(Debug)]
pub(super) struct Budget {
    taken: AtomicU64,
    most: AtomicU64,
}

impl Budget {
    pub(super) fn new(most: u64) -> Arc<Budget> {
        Arc::new(Budget {
            taken: AtomicU64::new(0),
            most: AtomicU64::new(most),
        })
    }

    /// Takes another bound; what is beyond it stays as long as it is needed.
    pub(super) fn resize(&self, most: u64) {
        self.most.store(most, Ordering::Release);
    }

    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Acquire)
    }

    pub(super) fn room(self: &Arc<Budget>) -> Room {
        Room {
            budget: Arc::clone(self),
            bytes: 0,
        }
    }
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Room {
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes so much more, if it is there.
    #[must_use]
    pub(super) fn add(&mut self, bytes: u64) -> bool {
        let most = self.budget.most.load(Ordering::Acquire);
        let fits = |taken: u64| taken.checked_add(bytes).filter(|taken| *taken <= most);
        let added = self
            .budget
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fits)
            .is_ok();
        if added {
            self.bytes += bytes;
        }
        added
    }

    /// Takes over what `other` has.
    pub(super) fn join(&mut self, mut other: Room) {
        self.bytes += std::mem::take(&mut other.bytes);
    }

    /// Gives back what is more than so much.
    pub(crate) fn shrink_to(&mut self, bytes: u64) {
        let spare = self.bytes.saturating_sub(bytes);
        self.bytes -= spare;
        self.budget.taken.fetch_sub(spare, Ordering::AcqRel);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is_and_all_is_given_back() {
        let budget = Budget::new(10);
        let (mut one, mut other) = (budget.room(), budget.room());
        assert!(one.add(6) && !other.add(5) && other.add(4));
        assert_eq!((budget.taken(), one.bytes(), other.bytes()), (10, 6, 4));
        one.shrink_to(1);
        assert_eq!(budget.taken(), 5);
        assert!(!other.add(u64::MAX), "no overflow");
        drop((one, other));
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn a_smaller_budget_takes_nothing_away() {
        let budget = Budget::new(10);
        let mut room = budget.room();
        assert!(room.add(10));
        budget.resize(5);
        assert!(!room.add(1));
        assert_eq!(budget.taken(), 10);
    }
}
