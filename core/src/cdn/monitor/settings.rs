//! When an endpoint counts as ill, and when as well again.

use crate::types::Duration;

/// The settings of a [`Monitor`](super::Monitor).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MonitorSettings {
    /// How endpoints are probed; `None` to judge them by requests alone.
    pub probing: Option<Probing>,
    /// When requests eject an endpoint, and for how long.
    pub ejection: EjectionSettings,
}

impl MonitorSettings {
    /// Probes with these settings.
    #[must_use]
    pub fn with_probing(mut self, probing: Option<Probing>) -> MonitorSettings {
        self.probing = probing;
        self
    }

    /// Ejects by these settings.
    #[must_use]
    pub fn with_ejection(mut self, ejection: EjectionSettings) -> MonitorSettings {
        self.ejection = ejection;
        self
    }
}

/// When probes are sent, and how many decide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probing {
    /// From one probe to the next while nothing changes (2 s).
    pub interval: Duration,
    /// From one probe to the next while the endpoint is down, ejected, or about
    /// to change; up to half as much again at random (100 ms, HAProxy's
    /// `fastinter`). A return is seen within a few of them.
    pub fast_interval: Duration,
    /// A probe without an answer after this time has failed (1 s).
    pub timeout: Duration,
    /// So many failures in a row, and the endpoint is failing (3).
    pub fall: u32,
    /// So many successes in a row, and it is well again (2).
    pub rise: u32,
    /// The interval is lengthened by up to this many percent at random (10), so
    /// that many proxies don't probe at the same moment.
    pub jitter_percent: u8,
}

impl Default for Probing {
    fn default() -> Probing {
        Probing {
            interval: Duration::from_secs(2),
            fast_interval: Duration::from_millis(100),
            timeout: Duration::from_secs(1),
            fall: 3,
            rise: 2,
            jitter_percent: 10,
        }
    }
}

impl Probing {
    /// Sets interval and timeout.
    #[must_use]
    pub const fn with_interval(mut self, interval: Duration, timeout: Duration) -> Probing {
        self.interval = interval;
        self.timeout = timeout;
        self
    }

    /// Sets the interval while something changes.
    #[must_use]
    pub const fn with_fast_interval(mut self, interval: Duration) -> Probing {
        self.fast_interval = interval;
        self
    }

    /// Sets how many probes in a row decide.
    #[must_use]
    pub const fn with_thresholds(mut self, fall: u32, rise: u32) -> Probing {
        self.fall = fall;
        self.rise = rise;
        self
    }

    /// Sets by how much the interval is lengthened at random, in percent.
    #[must_use]
    pub const fn with_jitter_percent(mut self, percent: u8) -> Probing {
        self.jitter_percent = percent;
        self
    }
}

/// When requests eject an endpoint, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EjectionSettings {
    /// Failures in a row (5, as Finagle and Envoy); 0 counts none.
    pub consecutive_failures: u32,
    /// Less successes than this, in percent of the requests in the window (80);
    /// 0 looks at none.
    pub success_percent: u8,
    /// How far back requests count (30 s).
    pub window: Duration,
    /// With fewer requests in the window the share of successes means nothing
    /// (5).
    pub least_requests: u32,
    /// A smoothed latency above this, by more than it varies (no limit). An
    /// endpoint that is slow now and then is better hedged than ejected.
    pub too_slow: Option<Duration>,
    /// The first ejection (1 s). It doubles only on a relapse: if the endpoint
    /// is ejected again within the window after it came back.
    pub base: Duration,
    /// The longest ejection (60 s).
    pub longest: Duration,
    /// The shortest, whatever probes say meanwhile (250 ms).
    pub dwell: Duration,
    /// Ejections are lengthened by up to this many percent at random (10).
    pub jitter_percent: u8,
    /// How many endpoints may be ejected at once on the word of requests alone,
    /// in percent of all (50), worked out with the one in question. Those that
    /// fail their probes too, or failed again when tried, don't count, and the
    /// last that is left is never ejected.
    pub most_ejected_percent: u8,
    /// How long the one request may take that tries an endpoint after its
    /// ejection, before another may try (5 s).
    pub trial: Duration,
}

impl Default for EjectionSettings {
    fn default() -> EjectionSettings {
        EjectionSettings {
            consecutive_failures: 5,
            success_percent: 80,
            window: Duration::from_secs(30),
            least_requests: 5,
            too_slow: None,
            base: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            dwell: Duration::from_millis(250),
            jitter_percent: 10,
            most_ejected_percent: 50,
            trial: Duration::from_secs(5),
        }
    }
}

impl EjectionSettings {
    /// Sets how many failures in a row eject; 0 for none.
    #[must_use]
    pub const fn with_consecutive_failures(mut self, failures: u32) -> EjectionSettings {
        self.consecutive_failures = failures;
        self
    }

    /// Sets the least share of successes in percent; 0 for none.
    #[must_use]
    pub const fn with_success_percent(mut self, percent: u8) -> EjectionSettings {
        self.success_percent = percent;
        self
    }

    /// Sets how far back requests count, and how many there must be in that time
    /// for the share of successes to mean anything.
    #[must_use]
    pub const fn with_window(mut self, window: Duration, least_requests: u32) -> EjectionSettings {
        self.window = window;
        self.least_requests = least_requests;
        self
    }

    /// Sets how long the request may take that tries an endpoint.
    #[must_use]
    pub const fn with_trial(mut self, trial: Duration) -> EjectionSettings {
        self.trial = trial;
        self
    }

    /// Sets the smoothed latency above which an endpoint is ejected.
    #[must_use]
    pub const fn with_too_slow(mut self, latency: Option<Duration>) -> EjectionSettings {
        self.too_slow = latency;
        self
    }

    /// Sets the first and the longest ejection.
    #[must_use]
    pub const fn with_spans(mut self, base: Duration, longest: Duration) -> EjectionSettings {
        self.base = base;
        self.longest = longest;
        self
    }

    /// Sets the shortest ejection.
    #[must_use]
    pub const fn with_dwell(mut self, dwell: Duration) -> EjectionSettings {
        self.dwell = dwell;
        self
    }

    /// Sets by how much ejections are lengthened at random, in percent.
    #[must_use]
    pub const fn with_jitter_percent(mut self, percent: u8) -> EjectionSettings {
        self.jitter_percent = percent;
        self
    }

    /// Sets how many endpoints requests alone may eject, in percent.
    #[must_use]
    pub const fn with_most_ejected_percent(mut self, percent: u8) -> EjectionSettings {
        self.most_ejected_percent = percent;
        self
    }
}

/// Why a monitor can't work with its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MonitorError {
    /// More endpoints than ids.
    TooManyEndpoints,
    /// An interval, a timeout, a window or a trial of no time at all.
    NoTime,
    /// The timeout is not less than the interval, so probes would overlap.
    TimeoutNotBelowInterval,
    /// The fast interval is longer than the interval.
    FastIntervalAboveInterval,
    /// `fall` or `rise` is 0.
    NoThreshold,
}

impl core::fmt::Display for MonitorError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            MonitorError::TooManyEndpoints => "more endpoints than can be told apart",
            MonitorError::NoTime => "an interval, timeout, window or trial of no time",
            MonitorError::TimeoutNotBelowInterval => "the timeout is not below the interval",
            MonitorError::FastIntervalAboveInterval => "the fast interval is above the interval",
            MonitorError::NoThreshold => "fall and rise are at least 1",
        })
    }
}

impl core::error::Error for MonitorError {}

impl MonitorSettings {
    pub(super) fn check(&self) -> Result<(), MonitorError> {
        let mut spans = vec![self.ejection.window, self.ejection.trial];
        if let Some(probing) = &self.probing {
            if probing.timeout >= probing.interval {
                return Err(MonitorError::TimeoutNotBelowInterval);
            }
            if probing.fast_interval > probing.interval {
                return Err(MonitorError::FastIntervalAboveInterval);
            }
            if probing.fall == 0 || probing.rise == 0 {
                return Err(MonitorError::NoThreshold);
            }
            spans.extend([probing.fast_interval, probing.timeout]);
        }
        if spans.contains(&Duration::ZERO) {
            return Err(MonitorError::NoTime);
        }
        Ok(())
    }
}
