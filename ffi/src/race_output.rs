//! What a race asks of its caller.

use hedgerow::failover::{Finish, Output};

use crate::observation::hedgerow_observation;
use crate::values::{HEDGEROW_NEVER, HEDGEROW_NO_ATTEMPT, HEDGEROW_NO_ENDPOINT, attempt_or_none};

/// What a race asks for, or tells.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_race_output_kind {
    /// Nothing to do before `until`; poll again then.
    HEDGEROW_RACE_WAIT = 1,
    /// Start `attempt` at `endpoint`, for `reason`, in place of `after`.
    HEDGEROW_RACE_START = 2,
    /// Stop `attempt`, for `reason`; what it still reports is ignored.
    HEDGEROW_RACE_CANCEL = 3,
    /// Put the result of `attempt` to use, and tell
    /// `hedgerow_race_handle_commit`. Until then no other is offered.
    HEDGEROW_RACE_COMMIT = 4,
    /// `attempt` has ended as `ending` says, for `reason`; for the record.
    HEDGEROW_RACE_ENDED = 5,
    /// Feed `observation` to the monitor or the health table.
    HEDGEROW_RACE_OBSERVE = 6,
    /// A hedge beside the silent `attempt` was due but not started, for
    /// `reason`.
    HEDGEROW_RACE_REFUSED = 7,
    /// The race is over: `attempt` was committed; or HEDGEROW_NO_ATTEMPT, and
    /// nothing was, for `reason`.
    HEDGEROW_RACE_DONE = 8,
}

/// What a race asks for, or tells; `kind` says which fields count, and the
/// others say "none". The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_race_output {
    /// A `hedgerow_race_output_kind`. One that the program does not know is to
    /// be ignored.
    pub kind: u32,
    /// The attempt, or HEDGEROW_NO_ATTEMPT.
    pub attempt: u16,
    /// Where it goes, or HEDGEROW_NO_ENDPOINT.
    pub endpoint: u16,
    /// The attempt that it stands in for, or HEDGEROW_NO_ATTEMPT.
    pub after: u16,
    /// Why, or 0.
    pub reason: u16,
    /// A `hedgerow_ending`, or 0.
    pub ending: u32,
    /// Until when, or HEDGEROW_NEVER.
    pub until: u64,
    /// What was seen of an endpoint; its kind is 0 if nothing.
    pub observation: hedgerow_observation,
    /// 0.
    pub reserved: [u64; 2],
}

impl hedgerow_race_output {
    pub(crate) const fn new(kind: hedgerow_race_output_kind) -> hedgerow_race_output {
        hedgerow_race_output {
            kind: kind as u32,
            attempt: HEDGEROW_NO_ATTEMPT,
            endpoint: HEDGEROW_NO_ENDPOINT,
            after: HEDGEROW_NO_ATTEMPT,
            reason: 0,
            ending: 0,
            until: HEDGEROW_NEVER,
            observation: hedgerow_observation::NONE,
            reserved: [0; 2],
        }
    }

    /// `None` of one that this face does not know.
    pub(crate) fn of(output: Output) -> Option<hedgerow_race_output> {
        use hedgerow_race_output_kind::*;
        let new = hedgerow_race_output::new;
        let told = match output {
            Output::Wait(until) => hedgerow_race_output {
                until: until.as_micros(),
                ..new(HEDGEROW_RACE_WAIT)
            },
            Output::Start {
                attempt,
                endpoint,
                why,
                after,
            } => hedgerow_race_output {
                attempt: attempt.get(),
                endpoint: endpoint.get(),
                reason: why.code(),
                after: attempt_or_none(after),
                ..new(HEDGEROW_RACE_START)
            },
            Output::Cancel { attempt, reason } => hedgerow_race_output {
                attempt: attempt.get(),
                reason: reason.code(),
                ..new(HEDGEROW_RACE_CANCEL)
            },
            Output::Commit { attempt } => hedgerow_race_output {
                attempt: attempt.get(),
                ..new(HEDGEROW_RACE_COMMIT)
            },
            Output::Ended {
                attempt,
                ending,
                reason,
            } => hedgerow_race_output {
                attempt: attempt.get(),
                ending: ending.code().into(),
                reason: reason.code(),
                ..new(HEDGEROW_RACE_ENDED)
            },
            Output::Observe { endpoint, what } => hedgerow_race_output {
                endpoint: endpoint.get(),
                observation: hedgerow_observation::of(endpoint.get(), what)?,
                ..new(HEDGEROW_RACE_OBSERVE)
            },
            Output::Refused { attempt, reason } => hedgerow_race_output {
                attempt: attempt.get(),
                reason: reason.code(),
                ..new(HEDGEROW_RACE_REFUSED)
            },
            Output::Done(Finish::Committed(attempt)) => hedgerow_race_output {
                attempt: attempt.get(),
                ..new(HEDGEROW_RACE_DONE)
            },
            Output::Done(Finish::Failed(reason)) => hedgerow_race_output {
                reason: reason.code(),
                ..new(HEDGEROW_RACE_DONE)
            },
            _ => return None,
        };
        Some(told)
    }
}
