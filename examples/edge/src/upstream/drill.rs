//! A drill: an endpoint is treated as failing for a while, and what becomes of
//! the requests is counted.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hedgerow::failover::Race;
use hedgerow::types::{EndpointId, Instant, Reason};

use super::fault::Fault;
use super::overrides::Note;

/// How the endpoint is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As if it were known to be down.
    Down,
    /// As if it had just begun to fail in this way: that it has is still to be
    /// found out, by requests and probes.
    Fault(Fault),
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Mode::Down => "down",
            Mode::Fault(Fault::Refuse) => "refuse",
            Mode::Fault(Fault::Hang) => "hang",
        }
    }
}

/// Why a drill has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Its time was up.
    Time,
    /// The operator ended it.
    Operator,
    /// No other endpoint was left.
    NobodyLeft,
    /// Its endpoint left the configuration.
    Removed,
}

impl Over {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Over::Time => "time",
            Over::Operator => "operator",
            Over::NobodyLeft => "nobody_left",
            Over::Removed => "removed",
        }
    }
}

/// A drill, under way or ended.
#[derive(Debug)]
pub(crate) struct Drill {
    pub(crate) endpoint: Box<str>,
    pub(crate) mode: Mode,
    pub(crate) force: bool,
    pub(crate) started: Instant,
    pub(crate) until: Instant,
    pub(crate) note: Note,
    /// When and why it ended.
    pub(crate) over: OnceLock<(Instant, Over)>,
    pub(crate) counts: Counts,
}

/// What became of the requests that went upstream meanwhile.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Requests that were decided.
    pub(crate) requests: AtomicU64,
    /// Of these, answered by the endpoint itself.
    pub(crate) here: AtomicU64,
    /// Answered by another.
    pub(crate) elsewhere: AtomicU64,
    /// Of these, those that had begun at the endpoint or belonged to it.
    pub(crate) moved: AtomicU64,
    /// Answered by none.
    pub(crate) failed: AtomicU64,
    /// From the drill's start to the first answer elsewhere, in microseconds;
    /// `u64::MAX` without one.
    pub(crate) first_elsewhere: AtomicU64,
    /// The longest time to an answer elsewhere, in microseconds.
    pub(crate) slowest: AtomicU64,
    /// Requests and probes that met the fault.
    pub(crate) met: AtomicU64,
    /// How many had met one before.
    pub(crate) met_before: u64,
}

impl Counts {
    pub(super) const fn new(met_before: u64) -> Counts {
        Counts {
            requests: AtomicU64::new(0),
            here: AtomicU64::new(0),
            elsewhere: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            first_elsewhere: AtomicU64::new(u64::MAX),
            slowest: AtomicU64::new(0),
            met: AtomicU64::new(0),
            met_before,
        }
    }
}

impl Drill {
    pub(crate) fn is_over(&self) -> bool {
        self.over.get().is_some()
    }

    /// A race has been decided while the drill was under way. `drilled` is the
    /// endpoint's id there, and `belonged` says whether the request had its
    /// session there.
    pub(super) fn count(&self, now: Instant, drilled: EndpointId, belonged: bool, race: &Race) {
        let counts = &self.counts;
        counts.requests.fetch_add(1, Relaxed);
        let attempts = race.attempts();
        let won = |attempt: &&hedgerow::failover::Attempt| {
            matches!(attempt.ended(), Some((_, _, Reason::Won)))
        };
        let Some(winner) = attempts.iter().find(won) else {
            counts.failed.fetch_add(1, Relaxed);
            return;
        };
        if winner.endpoint() == drilled {
            counts.here.fetch_add(1, Relaxed);
            return;
        }
        counts.elsewhere.fetch_add(1, Relaxed);
        let began = attempts.iter().any(|attempt| attempt.endpoint() == drilled);
        counts.moved.fetch_add((began || belonged).into(), Relaxed);
        let since = now.since(self.started).as_micros();
        counts.first_elsewhere.fetch_min(since, Relaxed);
        if let Some(first) = attempts.first() {
            let took = now.since(first.started()).as_micros();
            counts.slowest.fetch_max(took, Relaxed);
        }
    }
}
