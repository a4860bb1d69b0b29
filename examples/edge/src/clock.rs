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

    /// The wall clock; before 1970 it is 1970.
    #[expect(
        clippy::disallowed_methods,
        reason = "the engine's time comes from here"
    )]
    pub(crate) fn wall() -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp::from_secs(since.map_or(0, |since| since.as_secs()))
    }
}
