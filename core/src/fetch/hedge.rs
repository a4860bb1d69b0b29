//! When a proxy asks a second endpoint beside a silent first.

use crate::cdn::Latency;
use crate::failover::Candidate;
use crate::types::Duration;

/// The hedge delay for an endpoint whose latency is `latency`: without history
/// 250 ms, with history about its p99 within 10–50 ms.
///
/// *The Tail at Scale* hedges at the p95, and so spends on a healthy fleet all
/// of the 5 % that the hedge budget earns: nothing is left when an endpoint
/// falls silent. The p99, the mean plus four mean deviations as TCP's
/// retransmission timer has it (RFC 6298 §2), leaves the bucket full.
///
/// More than 50 ms are waited only for an endpoint that always takes about as
/// long: half of what is sent to another continent would be hedged else. One
/// that is slow now and then is not given more time for that.
#[must_use]
pub fn hedge_delay(latency: Latency) -> Duration {
    const WARM_MIN: Duration = Duration::from_millis(10);
    const WARM_MAX: Duration = Duration::from_millis(50);
    let (mean, deviation) = (latency.mean_ms(), latency.deviation_ms());
    if mean == 0 {
        return Candidate::DEFAULT_HEDGE_DELAY;
    }
    // Both are at most ten minutes.
    let spread = 4 * deviation;
    let p99 = Duration::from_millis((mean + spread).into());
    let most = if spread <= mean {
        WARM_MAX.max(p99)
    } else {
        WARM_MAX
    };
    p99.clamp(WARM_MIN, most)
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
        check(Latency::from_parts(20, 5), 40);
        check(Latency::from_parts(20, 10), 50);
        // Far away, but steady.
        check(Latency::from_parts(85, 8), 117);
        // Slow now and then.
        check(Latency::from_parts(85, 30), 50);
        check(Latency::from_parts(400, 100), 800);
        check(Latency::from_parts(u32::MAX, u32::MAX), 50);
    }
}
