//! What a race asks of its caller.

use super::Ending;
use crate::cdn::Observation;
use crate::types::{AttemptId, EndpointId, Instant, Reason};

/// What the caller must do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
// A tag of its own: where `poll` is inlined, what is made with one need not be
// matched by it. One that hides in what is inside costs more than the output.
#[repr(u8)]
pub enum Output {
    /// Start this attempt.
    Start {
        /// The attempt's id in this race.
        attempt: AttemptId,
        /// Where it goes.
        endpoint: EndpointId,
        /// Why.
        why: Reason,
        /// The attempt that it stands in for, if there is one.
        after: Option<AttemptId>,
    },
    /// Stop this attempt; what it still reports is ignored, except that a late
    /// completion tells its endpoint's latency.
    Cancel {
        /// The attempt.
        attempt: AttemptId,
        /// Why.
        reason: Reason,
    },
    /// Put this attempt's result to use and report with
    /// [`Race::handle_commit`](super::Race::handle_commit). Until then no other is offered.
    Commit {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The attempt has ended, for the record.
    Ended {
        /// The attempt.
        attempt: AttemptId,
        /// How.
        ending: Ending,
        /// Why.
        reason: Reason,
    },
    /// Feed this to the [`HealthTable`](crate::cdn::HealthTable).
    Observe {
        /// The endpoint.
        endpoint: EndpointId,
        /// What was seen of it.
        what: Observation,
    },
    /// A hedge was due but not started.
    Refused {
        /// The silent attempt.
        attempt: AttemptId,
        /// Why there was no hedge.
        reason: Reason,
    },
    /// Nothing to do before this moment; call `poll` again then.
    Wait(Instant),
    /// The race is over.
    Done(Finish),
}

/// How a race ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finish {
    /// This attempt was committed.
    Committed(AttemptId),
    /// Nothing was committed.
    Failed(Reason),
}
