//! What is counted. Relaxed atomics: nothing is decided by these numbers, and
//! no request waits for another to count.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hedgerow::types::{Duration, Reason};

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, many: u64) {
        self.0.fetch_add(many, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// How many there are of something right now.
#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicU64);

impl Gauge {
    pub(crate) fn rise(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn fall(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Counts by reason: those whose codes are from `FIRST` to before `FIRST + N`.
/// Any other is counted as the first.
#[derive(Debug)]
pub(crate) struct Reasons<const FIRST: u16, const N: usize>([Counter; N]);

impl<const FIRST: u16, const N: usize> Default for Reasons<FIRST, N> {
    fn default() -> Self {
        Reasons(std::array::from_fn(|_| Counter::default()))
    }
}

impl<const FIRST: u16, const N: usize> Reasons<FIRST, N> {
    pub(crate) fn add(&self, reason: Reason) {
        let at = usize::from(reason.code().wrapping_sub(FIRST));
        if let Some(counter) = self.0.get(at).or(self.0.first()) {
            counter.add(1);
        }
    }

    pub(crate) fn get(&self, reason: Reason) -> u64 {
        let at = usize::from(reason.code().wrapping_sub(FIRST));
        self.0.get(at).map_or(0, Counter::get)
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(Counter::get).sum()
    }

    /// Each reason that was counted, and how often.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Reason, u64)> {
        let counted = (FIRST..).zip(&self.0);
        let counted = counted.filter_map(|(code, count)| {
            Reason::from_code(code).map(|reason| (reason, count.get()))
        });
        counted.filter(|(_, count)| *count > 0)
    }
}

/// Bounds of a histogram, in microseconds: from a hit to a slow origin.
pub(crate) const BOUNDS_US: [u64; 12] = [
    100, 500, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// How long things took.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// The last one is of what took longer than every bound.
    parts: [Counter; BOUNDS_US.len() + 1],
    sum_us: Counter,
}

impl Histogram {
    pub(crate) fn add(&self, took: Duration) {
        let us = took.as_micros();
        let at = BOUNDS_US.partition_point(|bound| *bound < us);
        self.parts[at].add(1);
        self.sum_us.add(us);
    }

    /// How many took at most as long as each bound, and how many there are.
    pub(crate) fn cumulative(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = BOUNDS_US.iter().copied().map(Some).chain([None]);
        let mut sum = 0;
        bounds.zip(&self.parts).map(move |(bound, part)| {
            sum += part.get();
            (bound, sum)
        })
    }

    pub(crate) fn sum_us(&self) -> u64 {
        self.sum_us.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let histogram = Histogram::default();
        for us in [0, 100, 101, 30_000_000, u64::MAX / 4] {
            histogram.add(Duration::from_micros(us));
        }
        let counts: Vec<u64> = histogram.cumulative().map(|(_, count)| count).collect();
        assert_eq!(counts[..2], [2, 3]);
        assert_eq!(counts[11..], [4, 5]);
    }

    #[test]
    fn a_reason_of_elsewhere_is_not_lost() {
        let reasons = Reasons::<1, 8>::default();
        reasons.add(Reason::Hedge);
        reasons.add(Reason::TotalDeadline);
        assert_eq!(
            reasons.iter().collect::<Vec<_>>(),
            [(Reason::FirstChoice, 1), (Reason::Hedge, 1)]
        );
        assert_eq!(
            (reasons.total(), reasons.get(Reason::TotalDeadline)),
            (2, 0)
        );
    }
}
