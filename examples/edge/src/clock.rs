//! Where time comes from; everything else is given it.

use std::time::{Instant as Monotonic, SystemTime, UNIX_EPOCH};

use hedgerow::types::{Instant, Timestamp};

/// The two clocks of the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Monotonic,
}

impl Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the engine's time comes from here"
    )]
    pub(crate) fn start() -> Clock {
        Clock {
            origin: Monotonic::now(),
        }
    }

    /// Since the start of the process.
    pub(crate) fn now(self) -> Instant {
        let micros = u64::try_from(self.origin.elapsed().as_micros());
        Instant::from_micros(micros.unwrap_or(u64::MAX))
    }

    /// When `at` comes, as the runtime's timers take it.
    pub(crate) fn deadline(self, at: Instant) -> tokio::time::Instant {
        let since = std::time::Duration::from_micros(at.as_micros());
        // A deadline that can't be expressed never comes; a day is as good.
        let farthest = std::time::Duration::from_secs(86_400) + self.origin.elapsed();
        (self.origin + since.min(farthest)).into()
    }

    /// A moment of this process as the wall clock has it, in RFC 3339. It is the
    /// nearest second: two who ask for the same moment shall read the same.
    pub(crate) fn rfc3339(self, at: Instant) -> String {
        let (now, wall) = (self.now().as_micros(), Clock::since_1970().as_micros());
        let wall = u64::try_from(wall).unwrap_or(u64::MAX);
        let at = wall.saturating_add(at.as_micros()).saturating_sub(now);
        rfc3339(Timestamp::from_secs(at.saturating_add(500_000) / 1_000_000))
    }

    /// The wall clock; before 1970 it is 1970.
    pub(crate) fn wall() -> Timestamp {
        Timestamp::from_secs(Clock::since_1970().as_secs())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the engine's time comes from here"
    )]
    fn since_1970() -> std::time::Duration {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.unwrap_or_default()
    }
}

/// A moment in RFC 3339, in UTC.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let (days, second) = (at.as_secs() / 86_400, at.as_secs() % 86_400);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    // Years that begin in March have their odd day at the end; 400 of them have
    // 146,097 days, beginning with 1 March of the year 0, which is 719,468 days
    // before 1970.
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * era + year + u64::from(month >= 10);
    let month = if month < 10 { month + 3 } else { month - 9 };
    let second = second % 60;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_clock_is_written_as_people_read_it() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (1_795_190_400, "2026-11-20T16:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(Timestamp::from_secs(seconds)), text);
        }
    }
}
