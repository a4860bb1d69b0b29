//! What a fetch asks of its caller, and what it is told.

use crate::cache::{ByteRange, Decision, Failure};
use crate::cdn::Observation;
use crate::failover::Ending;
use crate::types::{AttemptId, Duration, EndpointId, Instant, Reason};

/// What the caller must do next.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// Look into the store, and tell with
    /// [`Fetch::handle_lookup`](super::Fetch::handle_lookup).
    Lookup,
    /// See whether another request is after the same thing, and tell with
    /// [`Fetch::handle_joined`](super::Fetch::handle_joined).
    Join,
    /// Wait for the leader's response head, and tell with
    /// [`Fetch::handle_flight`](super::Fetch::handle_flight).
    Follow,
    /// Order the endpoints, and hand them over with
    /// [`Fetch::handle_candidates`](super::Fetch::handle_candidates).
    Select,
    /// Send the request to this endpoint, and tell with
    /// [`Fetch::handle_head`](super::Fetch::handle_head) or
    /// [`Fetch::handle_failure`](super::Fetch::handle_failure).
    Start {
        /// The attempt's id in this fetch.
        attempt: AttemptId,
        /// Where it goes.
        endpoint: EndpointId,
        /// Why.
        why: Reason,
        /// The attempt that it stands in for, if there is one.
        after: Option<AttemptId>,
        /// What is put on the request.
        condition: Condition,
    },
    /// Stop this attempt; what it still reports changes nothing.
    Cancel {
        /// The attempt.
        attempt: AttemptId,
        /// Why.
        reason: Reason,
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
    /// A hedge was due but not started.
    Refused {
        /// The silent attempt.
        attempt: AttemptId,
        /// Why there was no hedge.
        reason: Reason,
    },
    /// Feed this to the [`HealthTable`](crate::cdn::HealthTable).
    Observe {
        /// The endpoint.
        endpoint: EndpointId,
        /// What was seen of it.
        what: Observation,
    },
    /// The endpoint asked to be left alone: put it last for that long.
    Rest {
        /// The endpoint.
        endpoint: EndpointId,
        /// For how long, as it says itself.
        span: Duration,
    },
    /// Upstream is of no use: ask the stored response whether it may answer
    /// although it is stale ([`Policy::after_failure`](crate::cache::Policy::after_failure)),
    /// and tell with [`Fetch::handle_fallback`](super::Fetch::handle_fallback).
    FallBack(Failure),
    /// Nothing to do before this moment; call `poll` again then.
    Wait(Instant),
    /// This is the answer, and the fetch is over, except where
    /// [`Answer::Validated`] says otherwise.
    Answer(Answer),
}

/// What the request is answered with.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// The stored response that the lookup, or the fallback, found.
    Stored {
        /// As it was found.
        decision: Decision,
        /// It must be revalidated in the background, by a fetch from
        /// [`Fetch::refresh`](super::Fetch::refresh).
        refresh: bool,
    },
    /// The stored response, once this attempt's 304 has freshened it. Where it
    /// does not fit, say so with
    /// [`Fetch::handle_not_freshened`](super::Fetch::handle_not_freshened),
    /// and the fetch goes on without the condition.
    Validated {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The stored part, together with the part that this attempt's 206 brings
    /// ([`Policy::extend`](crate::cache::Policy::extend)). Where the two don't
    /// fit, [`Fetch::handle_not_freshened`](super::Fetch::handle_not_freshened).
    Completed {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The response of this attempt, whatever it is.
    Relay {
        /// The attempt.
        attempt: AttemptId,
    },
    /// A status of the proxy's own.
    Failed {
        /// 502, 503 or 504.
        status: u16,
        /// Why.
        reason: Reason,
    },
}

/// What is put on a request to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// Nothing: it goes out as it came in.
    None,
    /// The stored validators ([`Policy::validation`](crate::cache::Policy::validation)).
    Validate,
    /// The part that is missing ([`Policy::completion`](crate::cache::Policy::completion)).
    Complete(ByteRange),
}

/// What a request is among those that are after the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It asks for all of them.
    Leader,
    /// It waits for the leader.
    Follower,
    /// It asks for itself: the last answers could not be shared.
    Alone,
}

/// What a follower learns of its leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flight {
    /// The leader's response is in the store, whole or growing.
    Stored,
    /// The leader's response is for the leader alone.
    NotShared,
    /// The leader got no response, for this reason.
    Failed(Reason),
    /// The leader vanished.
    Abandoned,
    /// The leader takes longer than the follower may wait.
    TooLate,
}
