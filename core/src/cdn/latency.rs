//! A running estimate of how long an endpoint takes.

use crate::types::Duration;

/// Smoothed latency and its deviation, as TCP keeps for its round trips
/// (RFC 6298 §2), in whole milliseconds so that it fits in storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    mean_ms: u32,
    deviation_ms: u32,
}

impl Latency {
    /// No estimate is longer, so that its arithmetic can't overflow.
    const MOST_MS: u32 = 600_000;

    /// The estimate kept in a snapshot: mean and mean deviation in ms, at most
    /// ten minutes each. A mean of 0 is "no sample yet".
    #[must_use]
    pub fn from_parts(mean_ms: u32, deviation_ms: u32) -> Latency {
        Latency {
            mean_ms: mean_ms.min(Latency::MOST_MS),
            deviation_ms: deviation_ms.min(Latency::MOST_MS),
        }
    }

    /// Mean in ms; 0 is "no sample yet".
    #[must_use]
    pub const fn mean_ms(self) -> u32 {
        self.mean_ms
    }

    /// Mean deviation in ms.
    #[must_use]
    pub const fn deviation_ms(self) -> u32 {
        self.deviation_ms
    }

    /// Takes one sample in.
    pub fn sample(&mut self, took: Duration) {
        let ms = took.as_millis().clamp(1, Latency::MOST_MS.into()) as u32;
        if self.mean_ms == 0 {
            self.mean_ms = ms;
            self.deviation_ms = ms / 2;
            return;
        }
        let error = self.mean_ms.abs_diff(ms);
        // Rounded: cut off, a mean would fall by any shorter sample and rise
        // only by one that is 8 ms longer.
        self.deviation_ms = (self.deviation_ms * 3 + error + 2) / 4;
        self.mean_ms = (self.mean_ms * 7 + ms + 4) / 8;
    }

    /// About the 95th percentile: the mean plus two mean deviations (for a
    /// normal distribution 1.64 σ ≈ 2.05 mean deviations). `None` without a
    /// sample.
    #[must_use]
    pub fn p95(self) -> Option<Duration> {
        let ms = self.mean_ms + self.deviation_ms * 2;
        (self.mean_ms > 0).then(|| Duration::from_millis(ms.into()))
    }
}
