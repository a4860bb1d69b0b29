//! What the endpoints have lately done, kept by the caller.

use crate::types::Duration;

use super::Latency;
use crate::types::{EndpointId, Instant, Reason, Rng};

/// What a race saw of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// It delivered, and the attempt took this long.
    Success {
        /// From the start of the attempt to its winning phase.
        latency: Duration,
    },
    /// It failed for this reason, or was beaten by a hedge without having made
    /// any progress ([`Reason::HedgeLost`]).
    Failure {
        /// Why.
        reason: Reason,
    },
    /// It delivered after the race had been decided. Says how slow it is, and
    /// nothing more.
    Late {
        /// From the start of the attempt to its completion.
        latency: Duration,
    },
}

/// When an endpoint is ejected, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthSettings {
    /// Failures in a row that eject (proxy 5, as Finagle and Envoy; browser 1,
    /// since a visitor sees few requests).
    pub consecutive_failures: u32,
    /// The first ejection lasts this long (proxy 1 s, as Linkerd).
    pub ejection_base: Duration,
    /// The longest ejection (proxy 60 s).
    pub ejection_max: Duration,
    /// How long a probe of an ejected endpoint may take before another may be
    /// sent. The lease expires, so that a lost probe can't leave the endpoint
    /// half-open for ever.
    pub probe_lease: Duration,
    /// Ejections are lengthened by up to this many percent at random, so that
    /// many clients don't come back at the same moment.
    pub jitter_percent: u8,
}

impl Default for HealthSettings {
    fn default() -> HealthSettings {
        HealthSettings {
            consecutive_failures: 5,
            ejection_base: Duration::from_secs(1),
            ejection_max: Duration::from_secs(60),
            probe_lease: Duration::from_secs(5),
            jitter_percent: 10,
        }
    }
}

impl HealthSettings {
    /// The browser's settings: one failure demotes for `ttl`, without jitter.
    #[must_use]
    pub const fn browser(ttl: Duration) -> HealthSettings {
        HealthSettings {
            consecutive_failures: 1,
            ejection_base: ttl,
            ejection_max: ttl,
            probe_lease: Duration::from_secs(5),
            jitter_percent: 0,
        }
    }
}

/// What is remembered of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointHealth {
    failures: u32,
    ejections: u32,
    ejected_until: Option<Instant>,
    lease_until: Option<Instant>,
    last_failure: Option<Reason>,
    latency: Latency,
}

impl EndpointHealth {
    /// The latency estimate.
    #[must_use]
    pub const fn latency(&self) -> Latency {
        self.latency
    }

    /// Why the endpoint failed the last time, until its next success.
    #[must_use]
    pub const fn last_failure(&self) -> Option<Reason> {
        self.last_failure
    }

    /// Until when it is ejected, if it is.
    #[must_use]
    pub const fn ejected_until(&self) -> Option<Instant> {
        self.ejected_until
    }

    /// Whether the endpoint is ejected at `now`.
    #[must_use]
    pub fn is_ejected(&self, now: Instant) -> bool {
        self.ejected_until.is_some_and(|until| now < until)
    }
}

/// The health of every endpoint. The caller owns it: decisions read it,
/// observations feed it. So a proxy can keep one per worker, or clone it as a
/// snapshot, without a lock in the engine.
///
/// # Example
///
/// ```
/// use hedgerow::types::Duration;
/// use hedgerow::cdn::{HealthSettings, HealthTable, Observation};
/// use hedgerow::types::{EndpointId, Instant, Reason};
///
/// let hour = Duration::from_secs(3600);
/// let mut health = HealthTable::new(2, HealthSettings::browser(hour), 7);
/// let (now, cdn1) = (Instant::from_millis(0), EndpointId::new(0));
/// let failure = Observation::Failure { reason: Reason::NetworkError };
/// assert!(health.observe(now, cdn1, failure), "one failure ejects");
/// assert!(health.is_ejected(now, cdn1));
/// assert!(!health.is_ejected(now + hour, cdn1));
/// ```
#[derive(Clone, Debug)]
pub struct HealthTable {
    entries: Vec<EndpointHealth>,
    settings: HealthSettings,
    rng: Rng,
}

impl HealthTable {
    /// A table of `endpoints` endpoints of which nothing is known.
    #[must_use]
    pub fn new(endpoints: usize, settings: HealthSettings, seed: u32) -> HealthTable {
        HealthTable {
            entries: vec![EndpointHealth::default(); endpoints],
            settings,
            rng: Rng::new(seed),
        }
    }

    /// What is known of `endpoint`; `None` for an unknown id.
    #[must_use]
    pub fn get(&self, endpoint: EndpointId) -> Option<&EndpointHealth> {
        self.entries.get(endpoint.index())
    }

    /// Whether `endpoint` is ejected at `now`. An unknown id is not.
    #[must_use]
    pub fn is_ejected(&self, now: Instant, endpoint: EndpointId) -> bool {
        self.get(endpoint)
            .is_some_and(|health| health.is_ejected(now))
    }

    /// Takes an observation in. Returns whether it ejected the endpoint, so
    /// that the caller can tell its live races.
    pub fn observe(&mut self, now: Instant, endpoint: EndpointId, what: Observation) -> bool {
        let Some(health) = self.entries.get_mut(endpoint.index()) else {
            return false;
        };
        match what {
            Observation::Success { latency } => {
                *health = EndpointHealth {
                    latency: health.latency,
                    // The next ejection is longer only on a relapse, that is
                    // soon after the last one ended.
                    ejections: health.ejections.saturating_sub(1),
                    ..EndpointHealth::default()
                };
                health.latency.sample(latency);
                false
            }
            Observation::Late { latency } => {
                health.latency.sample(latency);
                false
            }
            Observation::Failure { reason } => {
                health.last_failure = Some(reason);
                health.lease_until = None;
                health.failures = health.failures.saturating_add(1);
                // Failures count on through an ejection, so that an endpoint
                // that fails its probe goes back at once.
                if health.is_ejected(now) || health.failures < self.settings.consecutive_failures {
                    return false;
                }
                let HealthSettings {
                    ejection_base,
                    ejection_max,
                    jitter_percent,
                    ..
                } = self.settings;
                let mut span = ejection_base.doubled(health.ejections, ejection_max);
                if jitter_percent > 0 {
                    span += span.percent(self.rng.below(u32::from(jitter_percent) + 1));
                }
                health.ejections = health.ejections.saturating_add(1);
                health.ejected_until = Some(now + span);
                true
            }
        }
    }

    /// Takes `endpoint` back at once, as a successful probe does.
    pub fn reinstate(&mut self, endpoint: EndpointId) {
        if let Some(health) = self.entries.get_mut(endpoint.index()) {
            *health = EndpointHealth {
                latency: health.latency,
                ejections: health.ejections,
                ..EndpointHealth::default()
            };
        }
    }

    /// Asks for the one probe that an endpoint may get after its ejection.
    /// Returns whether the caller may send it; the lease expires by itself.
    pub fn lease_probe(&mut self, now: Instant, endpoint: EndpointId) -> bool {
        let lease = self.settings.probe_lease;
        let Some(health) = self.entries.get_mut(endpoint.index()) else {
            return false;
        };
        let due = health.ejected_until.is_some_and(|until| now >= until)
            && health.lease_until.is_none_or(|until| now >= until);
        if due {
            health.lease_until = Some(now + lease);
        }
        due
    }

    /// Sets what an earlier session knew of `endpoint`: its latency, and if it
    /// was demoted, for how much longer and why.
    pub fn restore(
        &mut self,
        now: Instant,
        endpoint: EndpointId,
        latency: Latency,
        demoted: Option<(Duration, Reason)>,
    ) {
        if let Some(health) = self.entries.get_mut(endpoint.index()) {
            health.latency = latency;
            if let Some((remaining, reason)) = demoted {
                health.ejected_until = Some(now + remaining);
                health.last_failure = Some(reason);
                health.failures = self.settings.consecutive_failures;
                health.ejections = 1;
            }
        }
    }
}
