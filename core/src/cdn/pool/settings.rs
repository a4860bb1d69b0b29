//! How a pool shares requests out.

use crate::types::Duration;

/// The settings of a pool as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolSettings {
    /// How much of one tier must be available, in percent of its weight. While
    /// a tier and those before it have less, the next joins in; if all tiers
    /// together have less, endpoints in doubt are used, too (*panic*, as in
    /// Envoy and Finagle, where the threshold is 50 % as well). 0 leaves a tier
    /// only when nothing of it is available.
    pub enough_percent: u8,
    /// Over how long the share of an endpoint that has just come into service
    /// grows from a tenth to the whole; zero is at once. It holds for unkeyed
    /// picks: keys come back at once, as their caches are warm or lost.
    pub slow_start: Duration,
}

impl Default for PoolSettings {
    fn default() -> PoolSettings {
        PoolSettings {
            enough_percent: 50,
            slow_start: Duration::ZERO,
        }
    }
}

impl PoolSettings {
    /// Sets how much of a tier must be available, in percent.
    #[must_use]
    pub const fn with_enough_percent(mut self, percent: u8) -> PoolSettings {
        self.enough_percent = percent;
        self
    }

    /// Sets over how long an endpoint's share grows.
    #[must_use]
    pub const fn with_slow_start(mut self, span: Duration) -> PoolSettings {
        self.slow_start = span;
        self
    }
}

/// Why there is no such pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    /// More members than [`Pool::MOST_MEMBERS`](super::Pool::MOST_MEMBERS).
    TooManyMembers,
    /// The member at this position has another id than its position.
    IdNotPosition(usize),
}

impl core::fmt::Display for PoolError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            PoolError::TooManyMembers => f.write_str("more endpoints than a pool can have"),
            PoolError::IdNotPosition(at) => {
                write!(f, "the endpoint at position {at} has another id than that")
            }
        }
    }
}

impl core::error::Error for PoolError {}
