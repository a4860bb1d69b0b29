//! When silence becomes suspicious.

use crate::types::Duration;

use super::Candidate;
use crate::cdn::Latency;

/// What a page has measured of its own network so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Shortest round trip seen, in µs; 0 is unknown.
    pub round_trip_us: u32,
    /// Best throughput seen, in bytes per ms; 0 is unknown.
    pub bytes_per_ms: u32,
}

impl Link {
    /// A link of this round trip (µs) and throughput (bytes per ms).
    #[must_use]
    pub const fn new(round_trip_us: u32, bytes_per_ms: u32) -> Link {
        Link {
            round_trip_us,
            bytes_per_ms,
        }
    }

    /// From this throughput on (10 Mbit/s), the time that the body takes is
    /// small beside the delay itself.
    const FAST_BYTES_PER_MS: u32 = 1250;
    /// What a widget weighs when nobody knows better.
    const ASSUMED_BYTES: u32 = 256 * 1024;

    /// How long a healthy download may well take on this link: four round
    /// trips, for DNS, TCP, TLS and the request, and where progress can't be
    /// seen the body as well.
    fn floor(self, bytes: Option<u32>, sees_progress: bool) -> Duration {
        let setup = Duration::from_micros(u64::from(self.round_trip_us) * 4);
        if sees_progress || self.bytes_per_ms == 0 || self.bytes_per_ms >= Link::FAST_BYTES_PER_MS {
            return setup;
        }
        let body = bytes.unwrap_or(Link::ASSUMED_BYTES) / self.bytes_per_ms;
        setup + Duration::from_millis(u64::from(body))
    }
}

/// The hedge delay for an asset of `bytes` bytes (if that is known) from an
/// endpoint whose latency is `latency`.
///
/// Without history 250 ms, with history the endpoint's p95 within 100–1000 ms
/// (*The Tail at Scale*), and never less than a healthy download may well take
/// on this link.
#[must_use]
pub fn hedge_delay(
    link: Link,
    latency: Latency,
    bytes: Option<u32>,
    sees_progress: bool,
) -> Duration {
    const WARM_MIN: Duration = Duration::from_millis(100);
    const WARM_MAX: Duration = Duration::from_millis(1000);
    let own = match latency.p95() {
        Some(p95) => p95.clamp(WARM_MIN, WARM_MAX),
        None => Candidate::DEFAULT_HEDGE_DELAY,
    };
    own.max(link.floor(bytes, sees_progress))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: Link, latency: Latency, sees_progress: bool, expected_ms: u64) {
        let delay = hedge_delay(link, latency, None, sees_progress);
        assert_eq!(
            delay,
            Duration::from_millis(expected_ms),
            "{link:?} {latency:?}"
        );
    }

    #[test]
    fn follows_the_link_and_the_history() {
        let cold = Latency::default();
        check(Link::default(), cold, false, 250);
        check(Link::new(10_000, 0), cold, false, 250);
        check(Link::new(400_000, 0), cold, false, 1600);
        check(Link::new(400_000, 50), cold, false, 1600 + 5242);
        check(Link::new(400_000, 50), cold, true, 1600);
        check(Link::new(1_000, 1250), cold, false, 250);
        check(Link::default(), Latency::from_parts(20, 5), false, 100);
        check(Link::default(), Latency::from_parts(300, 50), false, 400);
        check(Link::default(), Latency::from_parts(9_000, 0), false, 1000);
    }
}
