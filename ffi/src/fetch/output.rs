//! What a fetch asks of its caller, and what it is told.

use hedgerow::cache::Failure;
use hedgerow::fetch::{Answer, Condition, Output};

use crate::cache::hedgerow_decision;
use crate::observation::hedgerow_observation;
use crate::values::{HEDGEROW_NEVER, HEDGEROW_NO_ATTEMPT, HEDGEROW_NO_ENDPOINT, attempt_or_none};

/// What a fetch asks for, tells, or answers with. From
/// HEDGEROW_FETCH_ANSWER_STORED on it is the answer, and the fetch is over.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_fetch_output_kind {
    /// Nothing to do before `until`; poll again then.
    HEDGEROW_FETCH_WAIT = 1,
    /// Look into the store, and tell `hedgerow_fetch_handle_lookup`.
    HEDGEROW_FETCH_LOOKUP = 2,
    /// See whether another request is after the same thing, and tell
    /// `hedgerow_fetch_handle_joined`.
    HEDGEROW_FETCH_JOIN = 3,
    /// Wait for the leader's response head, and tell
    /// `hedgerow_fetch_handle_flight`.
    HEDGEROW_FETCH_FOLLOW = 4,
    /// Order the endpoints, and hand them to `hedgerow_fetch_handle_candidates`.
    HEDGEROW_FETCH_SELECT = 5,
    /// Send the request as `attempt` to `endpoint`, for `reason`, in place of
    /// `after`, with what `condition` says; tell `hedgerow_fetch_handle_head`
    /// or `hedgerow_fetch_handle_failure`.
    HEDGEROW_FETCH_START = 6,
    /// Stop `attempt`, for `reason`.
    HEDGEROW_FETCH_CANCEL = 7,
    /// `attempt` has ended as `ending` says, for `reason`; for the record.
    HEDGEROW_FETCH_ENDED = 8,
    /// A hedge beside the silent `attempt` was due but not started, for
    /// `reason`.
    HEDGEROW_FETCH_REFUSED = 9,
    /// Feed `observation` to the monitor or the health table.
    HEDGEROW_FETCH_OBSERVE = 10,
    /// `endpoint` asked to be left alone for `span_us`: put it last for that
    /// long.
    HEDGEROW_FETCH_REST = 11,
    /// Upstream is of no use, and failed with `status` (0: without a response):
    /// ask `hedgerow_policy_after_failure`, and tell
    /// `hedgerow_fetch_handle_fallback`.
    HEDGEROW_FETCH_FALL_BACK = 12,
    /// Answer with the stored response, as `decision` says. If `refresh` is 1,
    /// revalidate it in the background with `hedgerow_fetch_refresh`.
    HEDGEROW_FETCH_ANSWER_STORED = 20,
    /// Answer with the stored response, once the 304 of `attempt` has freshened
    /// it; where it does not fit, `hedgerow_fetch_handle_not_freshened`.
    HEDGEROW_FETCH_ANSWER_VALIDATED = 21,
    /// Answer with the stored part and the part that the 206 of `attempt`
    /// brings; where they don't fit, `hedgerow_fetch_handle_not_freshened`.
    HEDGEROW_FETCH_ANSWER_COMPLETED = 22,
    /// Answer with the response of `attempt`, whatever it is.
    HEDGEROW_FETCH_ANSWER_RELAY = 23,
    /// Answer with a `status` of your own, 502, 503 or 504, for `reason`.
    HEDGEROW_FETCH_ANSWER_FAILED = 24,
}

/// What is put on a request to an endpoint.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_condition {
    /// Nothing: it goes out as it came in.
    HEDGEROW_CONDITION_NONE = 0,
    /// The fields of `hedgerow_policy_validation`.
    HEDGEROW_CONDITION_VALIDATE = 1,
    /// The fields of `hedgerow_policy_completion` for `first` to `last`.
    HEDGEROW_CONDITION_COMPLETE = 2,
}

/// What a fetch asks for, tells, or answers with; `kind` says which fields
/// count, and the others say "none". The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_fetch_output {
    /// A `hedgerow_fetch_output_kind`. One that the program does not know is to
    /// be ignored.
    pub kind: u32,
    /// The attempt, or HEDGEROW_NO_ATTEMPT.
    pub attempt: u16,
    /// The endpoint, or HEDGEROW_NO_ENDPOINT.
    pub endpoint: u16,
    /// The attempt that it stands in for, or HEDGEROW_NO_ATTEMPT.
    pub after: u16,
    /// Why, or 0.
    pub reason: u16,
    /// A status, or 0.
    pub status: u16,
    /// 1 if the stored response must be revalidated in the background.
    pub refresh: u16,
    /// A `hedgerow_ending`, or 0.
    pub ending: u32,
    /// A `hedgerow_condition`.
    pub condition: u32,
    /// Until when, or HEDGEROW_NEVER.
    pub until: u64,
    /// For how long, in microseconds; else 0.
    pub span_us: u64,
    /// Of HEDGEROW_CONDITION_COMPLETE the first missing byte; else 0.
    pub first: u64,
    /// Of HEDGEROW_CONDITION_COMPLETE the last missing byte; else 0.
    pub last: u64,
    /// What was seen of an endpoint; its kind is 0 if nothing.
    pub observation: hedgerow_observation,
    /// As it was found; its action is 0 if there is none.
    pub decision: hedgerow_decision,
    /// 0.
    pub reserved: [u64; 2],
}

/// A condition as numbers, with the missing bytes.
pub(crate) fn condition(condition: Condition) -> Option<(u32, u64, u64)> {
    match condition {
        Condition::None => Some((0, 0, 0)),
        Condition::Validate => Some((1, 0, 0)),
        Condition::Complete(missing) => Some((2, missing.first, missing.last)),
        _ => None,
    }
}

impl hedgerow_fetch_output {
    const fn new(kind: hedgerow_fetch_output_kind) -> hedgerow_fetch_output {
        hedgerow_fetch_output {
            kind: kind as u32,
            attempt: HEDGEROW_NO_ATTEMPT,
            endpoint: HEDGEROW_NO_ENDPOINT,
            after: HEDGEROW_NO_ATTEMPT,
            reason: 0,
            status: 0,
            refresh: 0,
            ending: 0,
            condition: 0,
            until: HEDGEROW_NEVER,
            span_us: 0,
            first: 0,
            last: 0,
            observation: hedgerow_observation::NONE,
            decision: hedgerow_decision::NONE,
            reserved: [0; 2],
        }
    }

    /// `None` of one that this face does not know.
    pub(crate) fn of(output: Output) -> Option<hedgerow_fetch_output> {
        use hedgerow_fetch_output_kind::*;
        let new = hedgerow_fetch_output::new;
        Some(match output {
            Output::Wait(until) => hedgerow_fetch_output {
                until: until.as_micros(),
                ..new(HEDGEROW_FETCH_WAIT)
            },
            Output::Lookup => new(HEDGEROW_FETCH_LOOKUP),
            Output::Join => new(HEDGEROW_FETCH_JOIN),
            Output::Follow => new(HEDGEROW_FETCH_FOLLOW),
            Output::Select => new(HEDGEROW_FETCH_SELECT),
            Output::Start {
                attempt,
                endpoint,
                why,
                after,
                condition,
            } => {
                let (condition, first, last) = self::condition(condition)?;
                hedgerow_fetch_output {
                    attempt: attempt.get(),
                    endpoint: endpoint.get(),
                    reason: why.code(),
                    after: attempt_or_none(after),
                    condition,
                    first,
                    last,
                    ..new(HEDGEROW_FETCH_START)
                }
            }
            Output::Cancel { attempt, reason } => hedgerow_fetch_output {
                attempt: attempt.get(),
                reason: reason.code(),
                ..new(HEDGEROW_FETCH_CANCEL)
            },
            Output::Ended {
                attempt,
                ending,
                reason,
            } => hedgerow_fetch_output {
                attempt: attempt.get(),
                reason: reason.code(),
                ending: ending.code().into(),
                ..new(HEDGEROW_FETCH_ENDED)
            },
            Output::Refused { attempt, reason } => hedgerow_fetch_output {
                attempt: attempt.get(),
                reason: reason.code(),
                ..new(HEDGEROW_FETCH_REFUSED)
            },
            Output::Observe { endpoint, what } => hedgerow_fetch_output {
                endpoint: endpoint.get(),
                observation: hedgerow_observation::of(endpoint.get(), what)?,
                ..new(HEDGEROW_FETCH_OBSERVE)
            },
            Output::Rest { endpoint, span } => hedgerow_fetch_output {
                endpoint: endpoint.get(),
                span_us: span.as_micros(),
                ..new(HEDGEROW_FETCH_REST)
            },
            Output::FallBack(failure) => hedgerow_fetch_output {
                status: match failure {
                    Failure::Unreachable => 0,
                    Failure::Status(status) => status,
                },
                ..new(HEDGEROW_FETCH_FALL_BACK)
            },
            Output::Answer(answer) => hedgerow_fetch_output::answer(answer)?,
            _ => return None,
        })
    }

    fn answer(answer: Answer) -> Option<hedgerow_fetch_output> {
        use hedgerow_fetch_output_kind::*;
        let new = hedgerow_fetch_output::new;
        Some(match answer {
            Answer::Stored { decision, refresh } => hedgerow_fetch_output {
                decision: hedgerow_decision::of(&decision),
                reason: decision.reason.code(),
                refresh: refresh.into(),
                ..new(HEDGEROW_FETCH_ANSWER_STORED)
            },
            Answer::Validated { attempt } => hedgerow_fetch_output {
                attempt: attempt.get(),
                ..new(HEDGEROW_FETCH_ANSWER_VALIDATED)
            },
            Answer::Completed { attempt } => hedgerow_fetch_output {
                attempt: attempt.get(),
                ..new(HEDGEROW_FETCH_ANSWER_COMPLETED)
            },
            Answer::Relay { attempt } => hedgerow_fetch_output {
                attempt: attempt.get(),
                ..new(HEDGEROW_FETCH_ANSWER_RELAY)
            },
            Answer::Failed { status, reason } => hedgerow_fetch_output {
                status,
                reason: reason.code(),
                ..new(HEDGEROW_FETCH_ANSWER_FAILED)
            },
            _ => return None,
        })
    }
}
