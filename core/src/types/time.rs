//! The two clocks of the engine, both supplied by the caller, and the time
//! between two points.

use core::ops::{Add, AddAssign};

/// Multiplies by a constant, saturating. `u64::saturating_mul` is 128-bit
/// arithmetic on wasm32, which the browser pays for.
const fn scaled(value: u64, by: u64) -> u64 {
    if value > u64::MAX / by {
        u64::MAX
    } else {
        value * by
    }
}

/// A span of time in whole microseconds.
///
/// Unlike [`core::time::Duration`], into and from which it converts, it
/// saturates instead of panicking and is a single integer: it crosses to C and
/// JavaScript as it is, and costs the browser half a kilobyte less.
///
/// # Example
///
/// ```
/// use hedgerow::types::Duration;
///
/// let delay = Duration::from_millis(250);
/// assert_eq!(delay, core::time::Duration::from_millis(250).into());
/// assert_eq!(Duration::MAX + delay, Duration::MAX);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// No time.
    pub const ZERO: Duration = Duration(0);
    /// The longest span that can be expressed, about 585,000 years.
    pub const MAX: Duration = Duration(u64::MAX);

    /// `micros` µs.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Duration {
        Duration(micros)
    }

    /// `millis` ms.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Duration {
        Duration(scaled(millis, 1000))
    }

    /// `secs` s.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Duration {
        Duration(scaled(secs, 1_000_000))
    }

    /// The span in µs.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The span in whole ms.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0 / 1000
    }

    /// The span in whole seconds.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000_000
    }

    /// `percent` percent of the span.
    #[must_use]
    pub const fn percent(self, percent: u32) -> Duration {
        Duration((self.0 / 100).saturating_mul(percent as u64))
    }

    /// The span doubled `times` times, at most `most`.
    #[must_use]
    pub fn doubled(self, times: u32, most: Duration) -> Duration {
        let room = self.0.leading_zeros();
        let span = if times < room {
            Duration(self.0 << times)
        } else {
            Duration::MAX
        };
        span.min(most)
    }
}

impl Add for Duration {
    type Output = Duration;

    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl From<core::time::Duration> for Duration {
    fn from(span: core::time::Duration) -> Duration {
        Duration(u64::try_from(span.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for core::time::Duration {
    fn from(span: Duration) -> core::time::Duration {
        core::time::Duration::from_micros(span.0)
    }
}

/// A point on the caller's monotonic clock, in microseconds since an origin
/// that the caller chose.
///
/// Only differences mean anything. Every operation saturates, so that no
/// input, however hostile, overflows.
///
/// # Example
///
/// ```
/// use hedgerow::types::{Duration, Instant};
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
        Instant(scaled(millis, 1000))
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to `self`, or zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// `span` before `self`, or the origin if that is earlier.
    #[must_use]
    pub const fn minus(self, span: Duration) -> Instant {
        Instant(self.0.saturating_sub(span.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, span: Duration) -> Instant {
        Instant(self.0.saturating_add(span.0))
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
