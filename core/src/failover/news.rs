//! What a race has to say, before it is made an output.

use super::{Finish, Output, Race};
use crate::cdn::Observation;
use crate::types::{AttemptId, Instant, Reason};

/// What a race does next, in short.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    News(News, AttemptId),
    Pause(Pause),
}

/// Why a race has nothing to say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pause {
    Wait(Instant),
    Done(Finish),
}

/// What `poll` has yet to say of an attempt. The attempt itself knows the
/// rest, so that to say something costs the many places that do two numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum News {
    Start,
    Cancel,
    Commit,
    Ended,
    Observed,
    Late,
    Refused,
}

impl Race {
    /// The output that `news` of attempt `id` amounts to.
    #[inline]
    pub(super) fn output(&self, news: News, id: AttemptId) -> Option<Output> {
        let attempt = &self.attempts[id.index()];
        let (endpoint, reason) = (attempt.endpoint(), attempt.outcome);
        Some(match news {
            News::Start => Output::Start {
                attempt: id,
                endpoint,
                why: attempt.why,
                after: attempt.after,
            },
            News::Cancel => Output::Cancel {
                attempt: id,
                reason,
            },
            News::Commit => Output::Commit { attempt: id },
            News::Ended => Output::Ended {
                attempt: id,
                ending: attempt.ended?.1,
                reason,
            },
            News::Observed => Output::Observe {
                endpoint,
                what: attempt.observation()?,
            },
            News::Late => Output::Observe {
                endpoint,
                what: Observation::Late {
                    latency: attempt.latency(),
                },
            },
            News::Refused => Output::Refused {
                attempt: id,
                reason: Reason::HedgeBudgetEmpty,
            },
        })
    }
}
