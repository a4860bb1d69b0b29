//! What was seen of an endpoint.

use hedgerow::cdn::{Latency, Observation};

use crate::boundary::Outcome;
use crate::reason::reason;
use crate::status::hedgerow_status::*;
use crate::values::span;

/// The kinds of observations.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_observation_kind {
    /// It delivered, after `latency_us`.
    HEDGEROW_SUCCESS = 1,
    /// It failed, for `reason`.
    HEDGEROW_FAILURE = 2,
    /// It delivered after the race had been decided; that says how slow it is,
    /// and nothing more.
    HEDGEROW_LATE = 3,
}

/// What was seen of an endpoint. Races and fetches put these out; monitors and
/// health tables take them in as they are.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_observation {
    /// A `hedgerow_observation_kind`.
    pub kind: u32,
    /// The endpoint.
    pub endpoint: u16,
    /// Of a failure why; else 0.
    pub reason: u16,
    /// Of the others how long it took; else 0.
    pub latency_us: u64,
}

impl hedgerow_observation {
    pub(crate) const NONE: hedgerow_observation = hedgerow_observation {
        kind: 0,
        endpoint: crate::values::HEDGEROW_NO_ENDPOINT,
        reason: 0,
        latency_us: 0,
    };

    pub(crate) fn plain(&self) -> Outcome<Observation> {
        let latency = span(self.latency_us);
        match self.kind {
            1 => Ok(Observation::Success { latency }),
            2 => Ok(Observation::Failure {
                reason: reason(self.reason)?,
            }),
            3 => Ok(Observation::Late { latency }),
            _ => Err(HEDGEROW_INVALID_ARGUMENT),
        }
    }

    /// `None` of a kind that this face does not know.
    pub(crate) fn of(endpoint: u16, what: Observation) -> Option<hedgerow_observation> {
        let (kind, reason, latency_us) = match what {
            Observation::Success { latency } => (1, 0, latency.as_micros()),
            Observation::Failure { reason } => (2, reason.code(), 0),
            Observation::Late { latency } => (3, 0, latency.as_micros()),
            _ => return None,
        };
        Some(hedgerow_observation {
            kind,
            endpoint,
            reason,
            latency_us,
        })
    }
}

/// A running estimate of how long an endpoint takes, as TCP keeps for its round
/// trips (RFC 6298).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_latency {
    /// The mean in ms; 0 is "no sample yet".
    pub mean_ms: u32,
    /// The mean deviation in ms.
    pub deviation_ms: u32,
    /// About the 95th percentile in microseconds; HEDGEROW_NEVER without a
    /// sample. Where it is taken in, it does not count.
    pub p95_us: u64,
}

impl hedgerow_latency {
    pub(crate) fn of(latency: Latency) -> hedgerow_latency {
        hedgerow_latency {
            mean_ms: latency.mean_ms(),
            deviation_ms: latency.deviation_ms(),
            p95_us: crate::values::never(latency.p95()),
        }
    }

    pub(crate) fn plain(&self) -> Latency {
        Latency::from_parts(self.mean_ms, self.deviation_ms)
    }
}
