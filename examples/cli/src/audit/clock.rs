//! Where time comes from.

use hedgerow::types::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The wall clock; before 1970 it is 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the engine's time comes from here"
)]
pub(super) fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_secs(since.map_or(0, |since| since.as_secs()))
}

/// The monotonic clock.
pub(super) fn now() -> Instant {
    Instant::now()
}
