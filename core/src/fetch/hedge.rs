//! When a proxy asks a second endpoint beside a silent first.

use crate::cdn::Latency;
use crate::failover::Candidate;
use crate::types::Duration;

/// The hedge delay for an endpoint whose latency is `latency`: without history
/// 250 ms, with history its p95 within 10–50 ms (*The Tail at Scale*). Between
/// servers a round trip is short, and the hedge budget holds the load down.
#[must_use]
pub fn hedge_delay(latency: Latency) -> Duration {
    const WARM_MIN: Duration = Duration::from_millis(10);
    const WARM_MAX: Duration = Duration::from_millis(50);
    latency.p95().map_or(Candidate::DEFAULT_HEDGE_DELAY, |p95| {
        p95.clamp(WARM_MIN, WARM_MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_history_within_bounds() {
        let check = |latency, expected| {
            assert_eq!(
                hedge_delay(latency),
                Duration::from_millis(expected),
                "{latency:?}"
            );
        };
        check(Latency::default(), 250);
        check(Latency::from_parts(2, 1), 10);
        check(Latency::from_parts(20, 5), 30);
        check(Latency::from_parts(400, 100), 50);
    }
}
