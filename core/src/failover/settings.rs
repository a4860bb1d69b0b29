//! What a race is told before it starts.

use crate::types::Duration;

use super::Phase;
use crate::types::EndpointId;

/// One endpoint that a race may use, in the order in which it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Silence after which the next candidate is started beside this one;
    /// `None` never hedges it.
    pub hedge_delay: Option<Duration>,
    /// An attempt that takes longer is given up as soon as another can stand in.
    pub attempt_timeout: Duration,
}

impl Candidate {
    /// Hedge delay with no history: Happy Eyeballs' connection attempt delay
    /// (RFC 8305 §5); a cold TLS origin takes 3–4 round trips.
    pub const DEFAULT_HEDGE_DELAY: Duration = Duration::from_millis(250);
    /// What people who paste a loader wait today.
    pub const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

    /// A candidate with the default delays.
    #[must_use]
    pub const fn new(endpoint: EndpointId) -> Candidate {
        Candidate {
            endpoint,
            hedge_delay: Some(Candidate::DEFAULT_HEDGE_DELAY),
            attempt_timeout: Candidate::DEFAULT_ATTEMPT_TIMEOUT,
        }
    }

    /// Sets the hedge delay; `None` never hedges this candidate.
    #[must_use]
    pub const fn with_hedge_delay(mut self, delay: Option<Duration>) -> Candidate {
        self.hedge_delay = delay;
        self
    }

    /// Sets the attempt's own deadline, counted from its start.
    #[must_use]
    pub const fn with_attempt_timeout(mut self, timeout: Duration) -> Candidate {
        self.attempt_timeout = timeout;
        self
    }
}

/// The settings of one race.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RaceSettings {
    /// The phase that wins.
    pub winning_phase: Phase,
    /// When the whole race ends, counted from its start. An attempt that still
    /// makes progress may go on; a commit in flight gets `commit_timeout`.
    pub total_timeout: Duration,
    /// How long a commit may take once the total deadline has passed, or
    /// once it was asked for if that was later.
    pub commit_timeout: Duration,
    /// Hedges at most.
    pub max_hedges: u8,
    /// Whether a hedge that the budget refused is asked for again, each time
    /// that the silence has doubled: by then there may be a token, and the
    /// silence may be the endpoint's and not that of this attempt alone.
    #[cfg(feature = "pool")]
    pub asks_again: bool,
    /// New body bytes that count as progress. A drip of less than this in a
    /// hedge delay is silence.
    pub progress_bytes: u64,
    /// If a call comes later than this after the deadline it was asked for,
    /// the clock or the caller was suspended (a throttled tab, a laptop lid),
    /// and the gap counts for nobody. `None` takes the clock as it is.
    pub suspend_slack: Option<Duration>,
}

impl RaceSettings {
    /// A browser's race: a verified download wins, one hedge a view.
    #[must_use]
    pub const fn browser() -> RaceSettings {
        RaceSettings {
            winning_phase: Phase::Complete,
            total_timeout: Duration::from_secs(10),
            commit_timeout: Duration::from_secs(3),
            max_hedges: 1,
            #[cfg(feature = "pool")]
            asks_again: false,
            progress_bytes: 1024,
            suspend_slack: Some(Duration::from_millis(750)),
        }
    }

    /// A proxy's race: a good response head wins. A second hedge finds another
    /// region where the two nearest endpoints hang together; the budget holds
    /// the load down.
    #[must_use]
    pub const fn proxy() -> RaceSettings {
        RaceSettings {
            winning_phase: Phase::Head,
            total_timeout: Duration::from_secs(10),
            commit_timeout: Duration::from_secs(3),
            max_hedges: 2,
            #[cfg(feature = "pool")]
            asks_again: true,
            progress_bytes: 1,
            suspend_slack: None,
        }
    }

    /// Sets the phase that wins.
    #[must_use]
    pub const fn with_winning_phase(mut self, phase: Phase) -> RaceSettings {
        self.winning_phase = phase;
        self
    }

    /// Sets when the whole race ends.
    #[must_use]
    pub const fn with_total_timeout(mut self, timeout: Duration) -> RaceSettings {
        self.total_timeout = timeout;
        self
    }

    /// Sets how long a commit may take after the total deadline.
    #[must_use]
    pub const fn with_commit_timeout(mut self, timeout: Duration) -> RaceSettings {
        self.commit_timeout = timeout;
        self
    }

    /// Sets how many hedges the race may start.
    #[must_use]
    pub const fn with_max_hedges(mut self, hedges: u8) -> RaceSettings {
        self.max_hedges = hedges;
        self
    }

    /// Sets whether a refused hedge is asked for again.
    #[cfg(feature = "pool")]
    #[must_use]
    pub const fn with_asks_again(mut self, again: bool) -> RaceSettings {
        self.asks_again = again;
        self
    }

    /// Sets how late a call may be before the gap counts as suspension.
    #[must_use]
    pub const fn with_suspend_slack(mut self, slack: Option<Duration>) -> RaceSettings {
        self.suspend_slack = slack;
        self
    }
}
