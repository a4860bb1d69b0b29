//! The two clocks of the engine, both supplied by the caller.

use core::time::Duration;

/// A point on the caller's monotonic clock, in microseconds since an origin
/// that the caller chose.
///
/// Only differences mean anything. Every operation saturates, so that no
/// input, however hostile, overflows.
///
/// # Example
///
/// ```
/// use core::time::Duration;
/// use hedgerow::types::Instant;
///
/// let start = Instant::from_millis(10);
/// let later = start + Duration::from_millis(250);
/// assert_eq!(later.since(start), Duration::from_millis(250));
/// assert_eq!(start.since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The furthest point that can be expressed: "never".
    pub const MAX: Instant = Instant(u64::MAX);

    /// The instant `micros` µs after the origin.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Instant {
        Instant(micros)
    }

    /// The instant `millis` ms after the origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Instant {
        Instant(millis.saturating_mul(1000))
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to `self`, or zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// `span` before `self`, or the origin if that is earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Instant {
        Instant(self.0.saturating_sub(micros(span)))
    }
}

/// Not `Duration::as_micros`: that is 128-bit arithmetic, which the browser
/// pays for.
const fn micros(span: Duration) -> u64 {
    span.as_secs()
        .saturating_mul(1_000_000)
        .saturating_add(span.subsec_micros() as u64)
}

impl core::ops::Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, span: Duration) -> Instant {
        Instant(self.0.saturating_add(micros(span)))
    }
}

/// A point on the wall clock, in whole seconds since the Unix epoch.
///
/// Used only for what outlives the process: memory in storage, refresh times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `secs` s after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Timestamp {
        Timestamp(secs)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// `self` plus `secs` s, saturating.
    #[must_use]
    pub const fn plus_secs(self, secs: u64) -> Timestamp {
        Timestamp(self.0.saturating_add(secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Instant::MAX + Duration::MAX, Instant::MAX);
        assert_eq!(Instant::default().since(Instant::MAX), Duration::ZERO);
        assert_eq!(Instant::from_millis(u64::MAX), Instant::MAX);
        assert_eq!(
            Timestamp::from_secs(u64::MAX).plus_secs(1).as_secs(),
            u64::MAX
        );
    }
}
