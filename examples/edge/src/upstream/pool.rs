//! An upstream: its endpoints in order, their health, its budgets.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration as Span;

use anyhow::{Context as _, Result};
use hedgerow::cdn::{self, EndpointHealth, HealthSettings, HealthTable, Observation, Residency};
use hedgerow::config::Hedge;
use hedgerow::config::edge::{Limits, Upstream as Settings};
use hedgerow::failover::{Candidate, RaceSettings, SharedBudget};
use hedgerow::fetch;
use hedgerow::types::{Duration, EndpointId, Instant};
use tokio::sync::broadcast;
use tracing::{info, warn};

use super::{Endpoint, tls};

/// Ejections that a race may not have seen yet; one that misses some goes on
/// without them.
const EJECTIONS: usize = 16;
/// The longest rest that an endpoint can ask for, as the longest ejection.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// An upstream that runs.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) settings: Settings,
    pub(crate) race: RaceSettings,
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
    plain: Vec<cdn::Endpoint>,
    health: Mutex<HealthTable>,
    budget: Mutex<SharedBudget>,
    /// Until when each endpoint asked to be left alone.
    rests: Mutex<Vec<Instant>>,
    ejected: broadcast::Sender<EndpointId>,
    draws: AtomicU32,
}

impl Upstream {
    pub(crate) fn new(settings: &Settings, limits: &Limits, seed: u32) -> Result<Upstream> {
        let tls = tls::client(settings.ca.as_deref())
            .with_context(|| format!("upstream \"{}\"", settings.id))?;
        let connect_timeout = Span::from_millis(settings.connect_timeout_ms.into());
        let endpoints: Result<Vec<_>> = settings
            .endpoints
            .iter()
            .map(|plain| {
                let endpoint = Endpoint::new(plain, &tls, connect_timeout, limits);
                let named = || format!("upstream \"{}\", endpoint \"{}\"", settings.id, plain.id);
                endpoint.map(Arc::new).with_context(named)
            })
            .collect();
        let endpoints = endpoints?;
        let health = HealthTable::new(endpoints.len(), HealthSettings::default(), seed);
        Ok(Upstream {
            settings: settings.clone(),
            race: settings.race_settings(),
            rests: Mutex::new(vec![Instant::default(); endpoints.len()]),
            endpoints,
            plain: settings.cdn_endpoints(),
            health: Mutex::new(health),
            budget: Mutex::default(),
            ejected: broadcast::Sender::new(EJECTIONS),
            draws: AtomicU32::new(seed),
        })
    }

    pub(crate) fn endpoint(&self, id: EndpointId) -> Option<&Arc<Endpoint>> {
        self.endpoints.get(id.index())
    }

    /// The endpoints in the order in which a request may use them, and how many
    /// at the end of it asked for rest.
    pub(crate) fn candidates(&self, now: Instant) -> (Vec<Candidate>, usize) {
        let rests = lock(&self.rests).clone();
        let resting = |id: EndpointId| rests.get(id.index()).is_some_and(|until| now < *until);
        let mut health = lock(&self.health);
        // An endpoint whose ejection has passed is half-open: one request at a
        // time is its probe, for the others it stays behind.
        let back: Vec<EndpointId> = (self.plain.iter().map(|endpoint| endpoint.id))
            .filter(|id| health.lease_probe(now, *id))
            .collect();
        let ejected = |id: EndpointId| {
            let known = health.get(id).and_then(EndpointHealth::ejected_until);
            known.is_some() && !back.contains(&id)
        };
        let demoted = |id: EndpointId| ejected(id) || resting(id);
        let seed = self.draws.fetch_add(1, Ordering::Relaxed);
        let mut order = cdn::order(&self.plain, &Residency::default(), &demoted, seed);
        order.sort_by_key(|id| resting(*id));
        let asleep = order.iter().filter(|id| resting(**id)).count();
        let candidate = |id: &EndpointId| {
            let latency = health.get(*id).map(EndpointHealth::latency);
            let delay = match self.settings.hedge_ms {
                Hedge::AfterMs(ms) => Some(Duration::from_millis(ms.get().into())),
                Hedge::Auto => Some(fetch::hedge_delay(latency.unwrap_or_default())),
                _ => None,
            };
            Candidate::new(*id)
                .with_hedge_delay(delay)
                .with_attempt_timeout(Duration::from_millis(self.settings.timeout_ms.into()))
        };
        (order.iter().map(candidate).collect(), asleep)
    }

    /// Takes in what was seen of an endpoint.
    pub(crate) fn observe(&self, now: Instant, id: EndpointId, what: Observation) {
        let mut health = lock(&self.health);
        let was_out = health
            .get(id)
            .is_some_and(|health| health.ejected_until().is_some());
        let ejected = health.observe(now, id, what);
        drop(health);
        let endpoint = self.endpoint(id).map_or("", |endpoint| &endpoint.id);
        let upstream = self.settings.id.as_str();
        match what {
            Observation::Failure { reason } if ejected => {
                warn!(upstream, endpoint, reason = reason.as_str(), "ejected");
                // It fails only if no race is under way.
                let _ = self.ejected.send(id);
            }
            Observation::Success { .. } => {
                lock(&self.budget).hedge.earn();
                if was_out {
                    info!(upstream, endpoint, "back");
                }
            }
            _ => {}
        }
    }

    /// The endpoint asked to be left alone.
    pub(crate) fn rest(&self, now: Instant, id: EndpointId, span: Duration) {
        if let Some(until) = lock(&self.rests).get_mut(id.index()) {
            *until = now + span.min(LONGEST_REST);
        }
    }

    /// A request begins, which earns its share of a retry.
    pub(crate) fn count_request(&self, now: Instant) {
        lock(&self.budget).retry.count_request(now);
    }

    pub(crate) fn budget(&self) -> MutexGuard<'_, SharedBudget> {
        lock(&self.budget)
    }

    pub(crate) fn ejections(&self) -> broadcast::Receiver<EndpointId> {
        self.ejected.subscribe()
    }

    /// Whether each endpoint is in service, for the record.
    pub(crate) fn in_service(&self, now: Instant) -> Vec<(&str, bool)> {
        let health = lock(&self.health);
        let up = |id: EndpointId| !health.is_ejected(now, id);
        let ids = self.plain.iter().map(|plain| plain.id);
        let named = self.endpoints.iter().zip(ids);
        named
            .map(|(endpoint, id)| (&*endpoint.id, up(id)))
            .collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
