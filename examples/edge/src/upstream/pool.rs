//! An upstream: its endpoints, who watches them, its budgets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration as Span;

use anyhow::{Context as _, Result};
use hedgerow::cdn::Observation;
use hedgerow::cdn::affinity::Affinity;
use hedgerow::cdn::pool::Draws;
use hedgerow::config::edge::{Limits, Upstream as Settings};
use hedgerow::failover::{RaceSettings, SharedBudget};
use hedgerow::types::{Duration, EndpointId, Instant};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::watch::Watch;
use super::{Endpoint, probe, tls};
use crate::clock::Clock;

/// The longest rest that an endpoint can ask for, as the longest ejection.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// An upstream that runs.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) settings: Settings,
    pub(crate) race: RaceSettings,
    pub(crate) endpoints: Vec<Arc<Endpoint>>,
    pub(super) affinity: Option<Affinity>,
    pub(super) watch: Arc<Watch>,
    task: OnceLock<AbortHandle>,
    budget: Mutex<SharedBudget>,
    /// Until when each endpoint asked to be left alone.
    rests: Mutex<Vec<Instant>>,
    draws: AtomicU64,
}

impl Upstream {
    pub(crate) fn new(
        settings: &Settings,
        limits: &Limits,
        now: Instant,
        seed: u32,
    ) -> Result<Upstream> {
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
        let names = endpoints.iter().map(|endpoint| Arc::clone(&endpoint.id));
        let watch = Watch::new(
            settings.id.as_str(),
            settings.members(),
            names.collect(),
            settings.monitor_settings(),
            now,
            seed,
        );
        let watch = watch.with_context(|| format!("upstream \"{}\"", settings.id))?;
        Ok(Upstream {
            settings: settings.clone(),
            race: settings.race_settings(),
            rests: Mutex::new(vec![Instant::default(); endpoints.len()]),
            endpoints,
            affinity: settings.stickiness(),
            watch: Arc::new(watch),
            task: OnceLock::new(),
            budget: Mutex::default(),
            draws: AtomicU64::new(seed.into()),
        })
    }

    pub(crate) fn endpoint(&self, id: EndpointId) -> Option<&Arc<Endpoint>> {
        self.endpoints.get(id.index())
    }

    /// Begins to watch its endpoints; to be called once, where there is a
    /// runtime.
    pub(crate) fn watch(self: &Arc<Self>, clock: Clock) {
        let task = || tokio::spawn(probe::watch(Arc::downgrade(self), clock)).abort_handle();
        self.task.get_or_init(task);
    }

    /// Takes over what `before` knows of its endpoints.
    pub(crate) fn inherit(&self, before: &Upstream, now: Instant) {
        self.watch.inherit(&before.watch, now);
        let budget = before.budget().clone();
        *self.budget() = budget;
    }

    /// Takes in what was seen of an endpoint.
    pub(crate) fn observe(&self, now: Instant, id: EndpointId, what: Observation) {
        if matches!(what, Observation::Success { .. }) {
            self.budget().hedge.earn();
        }
        self.watch.observe(now, id, what);
    }

    /// A source of draws for one request.
    pub(super) fn draws(&self) -> Draws {
        Draws::new(self.draws.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts those last that asked to be left alone; how many they are.
    pub(super) fn put_last(&self, now: Instant, order: &mut [EndpointId]) -> usize {
        let rests = lock(&self.rests);
        let resting = |id: EndpointId| rests.get(id.index()).is_some_and(|until| now < *until);
        order.sort_by_key(|id| resting(*id));
        order.iter().filter(|id| resting(**id)).count()
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

    /// Who is no longer to be waited for, from now on.
    pub(crate) fn gone(&self) -> broadcast::Receiver<EndpointId> {
        self.watch.gone()
    }

    /// Whether each endpoint is in service, for the record.
    pub(crate) fn in_service(&self) -> Vec<(&str, bool)> {
        let snapshot = self.watch.snapshot();
        let ids = (0..).map(EndpointId::new);
        let named = self.endpoints.iter().zip(ids);
        named
            .map(|(endpoint, id)| (&*endpoint.id, snapshot.exclusion(id, None).is_none()))
            .collect()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
