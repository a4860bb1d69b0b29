//! One attempt of a race, as far as the race knows it.

use crate::types::Duration;

use super::Candidate;
use crate::cdn::Observation;
use crate::types::{AttemptId, EndpointId, Instant, Reason};

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Started, nothing received.
    Pending,
    /// A good response head is there.
    Head,
    /// The body is whole.
    Complete,
    /// The body is whole and verified.
    Verified,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// It was committed.
    Won = 1,
    /// Another was committed, or the race was called off; no fault of its own.
    Cancelled,
    /// Another was committed after this one had been hedged and was still
    /// silent: counts against its endpoint.
    Lost,
    /// It failed.
    Failed,
}

impl Ending {
    /// The stable number: 1 won, 2 cancelled, 3 lost, 4 failed.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }
}

/// One attempt, as it stands or stood.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(super) candidate: Candidate,
    pub(super) why: Reason,
    /// The attempt that it stands in for.
    pub(super) after: Option<AttemptId>,
    pub(super) started: Instant,
    pub(super) phase: Phase,
    pub(super) bytes: u64,
    /// Bytes at the last time that counted as progress.
    pub(super) counted: u64,
    pub(super) progressed: Instant,
    /// A hedge was started, or refused, because of this attempt's silence.
    pub(super) hedged: bool,
    /// How often a hedge was refused.
    #[cfg(feature = "pool")]
    pub(super) refused: u8,
    /// Whether it is to be asked for once more.
    #[cfg(feature = "pool")]
    pub(super) asks_again: bool,
    /// Its own deadline has passed and the next was asked for.
    pub(super) overdue: bool,
    pub(super) ended: Option<(Instant, Ending)>,
    /// Why it ended; as long as it runs, why it was started.
    pub(super) outcome: Reason,
}

impl Attempt {
    pub(super) const fn new(
        candidate: Candidate,
        why: Reason,
        after: Option<AttemptId>,
        now: Instant,
    ) -> Attempt {
        Attempt {
            candidate,
            why,
            after,
            started: now,
            phase: Phase::Pending,
            bytes: 0,
            counted: 0,
            progressed: now,
            hedged: false,
            #[cfg(feature = "pool")]
            refused: 0,
            #[cfg(feature = "pool")]
            asks_again: false,
            overdue: false,
            ended: None,
            outcome: why,
        }
    }

    /// The endpoint it goes to.
    #[must_use]
    pub const fn endpoint(&self) -> EndpointId {
        self.candidate.endpoint
    }

    /// Why it was started.
    #[must_use]
    pub const fn why(&self) -> Reason {
        self.why
    }

    /// The attempt that it stands in for, if there is one.
    #[must_use]
    pub const fn after(&self) -> Option<AttemptId> {
        self.after
    }

    /// Why it ended; as long as it runs, why it was started.
    #[must_use]
    pub const fn outcome(&self) -> Reason {
        self.outcome
    }

    /// When it was started.
    #[must_use]
    pub const fn started(&self) -> Instant {
        self.started
    }

    /// How far it has come.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Body bytes received.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// When, how and why it ended; `None` while it runs.
    #[must_use]
    pub const fn ended(&self) -> Option<(Instant, Ending, Reason)> {
        match self.ended {
            Some((at, ending)) => Some((at, ending, self.outcome)),
            None => None,
        }
    }

    /// What its end tells of its endpoint.
    pub(super) const fn observation(&self) -> Option<Observation> {
        let reason = self.outcome;
        match (self.ended, reason) {
            (_, Reason::Offline | Reason::NavigatedAway | Reason::Cancelled) => None,
            (Some((_, Ending::Won)), _) => Some(Observation::Success {
                latency: self.latency(),
            }),
            (Some((_, Ending::Lost | Ending::Failed)), _) => Some(Observation::Failure { reason }),
            _ => None,
        }
    }

    /// From its start to its last phase or progress.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.progressed.since(self.started)
    }

    /// Whether it still runs.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether anything has been received.
    pub(super) fn has_progress(&self) -> bool {
        self.phase > Phase::Pending || self.counted > 0
    }

    /// Silence that counts against it; an attempt that is never hedged is
    /// given the default.
    pub(super) fn patience(&self) -> Duration {
        self.candidate
            .hedge_delay
            .unwrap_or(Candidate::DEFAULT_HEDGE_DELAY)
    }

    /// When its silence calls for a hedge, if it still can.
    pub(super) fn hedge_at(&self) -> Option<Instant> {
        match self.candidate.hedge_delay {
            Some(delay) if !self.hedged && self.is_live() => Some(self.progressed + delay),
            #[cfg(feature = "pool")]
            Some(delay) if self.asks_again && self.is_live() => {
                Some(self.progressed + delay.doubled(self.refused.into(), Duration::MAX))
            }
            _ => None,
        }
    }

    /// When its own deadline comes, if it is still ahead. As long as the
    /// attempt makes progress its deadline waits: giving up a download that is
    /// under way would only start it again.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if !self.is_live() || self.overdue {
            return None;
        }
        let deadline = self.started + self.candidate.attempt_timeout;
        Some(
            self.progressing_until()
                .map_or(deadline, |until| deadline.max(until)),
        )
    }

    /// Until when it counts as making progress: a head or bytes came, and the
    /// silence since is shorter than its patience.
    pub(super) fn progressing_until(&self) -> Option<Instant> {
        (self.is_live() && self.has_progress()).then(|| self.progressed + self.patience())
    }

    /// Whether more should have come by now: nothing did for its patience, and
    /// what wins is not there.
    pub(super) fn is_silent(&self, now: Instant, winning: Phase) -> bool {
        self.phase < winning && now >= self.progressed + self.patience()
    }

    /// Whether the attempt is silent beyond the point where it was hedged.
    pub(super) fn is_late(&self) -> bool {
        self.hedged || self.overdue
    }
}
