//! Watches an upstream's endpoints: carries out what the monitor asks, and
//! makes a snapshot for the requests of all that it says.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use arc_swap::{ArcSwap, ArcSwapOption};
use hedgerow::cdn::monitor::{Lease, Monitor, MonitorSettings, Output};
use hedgerow::cdn::pool::{Health, Member, Pool, PoolSettings, Service, Sites, Snapshot};
use hedgerow::cdn::{Latency, Observation};
use hedgerow::config::MAX_ENDPOINTS;
use hedgerow::types::{Duration, EndpointId, Instant, Reason, RegionId, Timestamp};
use tokio::sync::{Notify, broadcast};
use tracing::{info, warn};

use super::Endpoint;
use super::drill::Drill;
use super::overrides::Overrides;
use crate::clock::Clock;

/// Ejections that a race may not have seen yet: were it all of the endpoints at
/// once, none is missed.
const EJECTIONS: usize = 2 * MAX_ENDPOINTS;

/// A probe to send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    pub(super) endpoint: EndpointId,
    pub(super) lease: Lease,
    pub(super) until: Instant,
}

/// What is known of an upstream's endpoints.
#[derive(Debug)]
pub(super) struct Watch {
    state: Mutex<State>,
    snapshot: ArcSwap<Snapshot>,
    /// Who is no longer waited for.
    gone: broadcast::Sender<EndpointId>,
    /// Something is due earlier than it was.
    sooner: Notify,
    /// The mean and the deviation of each endpoint's latency, in milliseconds.
    latencies: Vec<AtomicU64>,
    /// Whether any endpoint is to be tried.
    trying: AtomicBool,
    /// The drill that is under way, or the last one.
    pub(super) drill: ArcSwapOption<Drill>,
    /// Another has taken over, whose word counts.
    pub(super) retired: AtomicBool,
    /// Counts what operators changed.
    pub(super) revision: AtomicU64,
    pub(super) sites: Sites,
    pub(super) upstream: Box<str>,
    pub(super) endpoints: Vec<Arc<Endpoint>>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) monitor: Monitor,
    pub(super) pool: Pool,
    pub(super) overrides: Overrides,
    pub(super) facts: Vec<Fact>,
    /// Probes that are due.
    probes: Vec<Probe>,
    /// Until when the next request may try each endpoint, if one may.
    trials: Vec<Option<Instant>>,
    /// Who is no longer to be waited for, once the snapshot says why.
    pub(super) leaving: Vec<EndpointId>,
    /// The pool was told something.
    pub(super) news: bool,
    next: Instant,
}

/// What the log said last of an endpoint's health.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fact {
    /// Since when its health is what it is, and why; nothing if it was never
    /// otherwise.
    pub(super) health: Option<(Timestamp, Reason)>,
    /// Why it was ejected last.
    pub(super) ejected: Option<Reason>,
}

impl Watch {
    pub(super) fn new(
        upstream: &str,
        (members, sites, shares): (Vec<Member>, Sites, PoolSettings),
        endpoints: Vec<Arc<Endpoint>>,
        settings: MonitorSettings,
        now: Instant,
        seed: u32,
    ) -> Result<Watch> {
        let monitor = Monitor::new(members.len(), settings, now, seed)?;
        let overrides = Overrides::new(members.clone());
        let mut pool = Pool::new(members, sites.clone(), shares)?;
        Ok(Watch {
            snapshot: ArcSwap::from_pointee(pool.snapshot(now)),
            state: Mutex::new(State {
                monitor,
                pool,
                overrides,
                facts: vec![Fact::default(); endpoints.len()],
                probes: Vec::new(),
                trials: vec![None; endpoints.len()],
                leaving: Vec::new(),
                news: false,
                next: now,
            }),
            gone: broadcast::Sender::new(EJECTIONS),
            sooner: Notify::new(),
            latencies: endpoints.iter().map(|_| AtomicU64::new(0)).collect(),
            trying: AtomicBool::new(false),
            drill: ArcSwapOption::empty(),
            retired: AtomicBool::new(false),
            revision: AtomicU64::new(0),
            sites,
            upstream: upstream.into(),
            endpoints,
        })
    }

    /// Takes over what `before` knows of endpoints with the same name, and what
    /// operators said of them.
    pub(super) fn inherit(&self, before: &Watch, now: Instant) {
        let mut old = before.lock();
        let mut guard = self.lock();
        let state = &mut *guard;
        let from = |endpoint: EndpointId| before.named(&self.endpoints.get(endpoint.index())?.id);
        let to = |endpoint: EndpointId| self.named(&before.endpoints.get(endpoint.index())?.id);
        state.monitor.inherit(&old.monitor, from);
        state.pool.inherit(&old.pool);
        state.overrides.inherit(&old.overrides, to);
        for endpoint in self.ids() {
            if let Some(known) = from(endpoint) {
                state.facts[endpoint.index()] = old.facts[known.index()];
                // The one request that is to try it may not have come yet.
                state.trials[endpoint.index()] = old.trials[known.index()];
            }
            self.publish_latency(state, endpoint);
        }
        self.publish_trials(state);
        self.revision
            .store(before.revision.load(Ordering::Acquire), Ordering::Release);
        // From here on it is this one's to end them.
        self.drill.store(before.drill.swap(None));
        old.overrides.clear();
        drop(old);
        self.go_on_drilling(state, now);
        state.overrides.apply(&mut state.pool, now);
        state.news = true;
        self.drain(state, now);
        let in_service = |id| state.pool.service(id) == Some(Service::Active);
        if !self.ids().any(in_service) {
            // The document alone would leave somebody.
            let upstream = &*self.upstream;
            warn!(upstream, "operators have left no endpoint in service");
        }
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    pub(super) fn gone(&self) -> broadcast::Receiver<EndpointId> {
        self.gone.subscribe()
    }

    /// How a request went.
    pub(super) fn observe(&self, now: Instant, endpoint: EndpointId, what: Observation) {
        let mut state = self.lock();
        if self.retired.load(Ordering::Acquire) {
            return;
        }
        state.monitor.observe(now, endpoint, what);
        self.publish_latency(&state, endpoint);
        self.drain(&mut state, now);
    }

    /// How a probe went.
    pub(super) fn probed(&self, now: Instant, probe: Probe, outcome: Result<Duration, Reason>) {
        let mut state = self.lock();
        if self.retired.load(Ordering::Acquire) {
            return;
        }
        let Probe {
            endpoint, lease, ..
        } = probe;
        state.monitor.handle_probe(now, endpoint, lease, outcome);
        self.drain(&mut state, now);
    }

    /// The endpoint that a request is to try which would else go to `first`,
    /// if one is to be tried that comes before it.
    pub(super) fn take_trial(
        &self,
        now: Instant,
        first: EndpointId,
        region: Option<RegionId>,
    ) -> Option<EndpointId> {
        if !self.trying.load(Ordering::Acquire) {
            return None;
        }
        let mut guard = self.lock();
        let state = &mut *guard;
        let fence = self.sites.residency(region);
        // Where it stands for this visitor; nowhere outside the fence.
        let rank = |endpoint: EndpointId| {
            let member = state.pool.members().get(endpoint.index())?;
            let permitted = fence.permits(member.endpoint.region);
            permitted.then(|| self.sites.rank(region, &member.endpoint))
        };
        // That it may be well again does not put it back into service.
        let in_service = |endpoint| state.pool.service(endpoint) == Some(Service::Active);
        let fits = |endpoint| {
            in_service(endpoint) && rank(endpoint).is_some_and(|own| Some(own) <= rank(first))
        };
        let mut taken = None;
        for (endpoint, trial) in self.ids().zip(&mut state.trials) {
            let is_well = state.monitor.health(endpoint) == Some(Health::Healthy);
            if is_well || trial.is_some_and(|until| until <= now) {
                *trial = None;
            }
            if taken.is_none() && trial.is_some() && fits(endpoint) {
                taken = trial.take().map(|_| endpoint);
            }
        }
        self.publish_trials(state);
        taken
    }

    /// Tells requests whether any endpoint is to be tried.
    fn publish_trials(&self, state: &State) {
        let trying = state.trials.iter().any(Option::is_some);
        self.trying.store(trying, Ordering::Release);
    }

    /// How long requests to an endpoint take.
    pub(super) fn latency(&self, endpoint: EndpointId) -> Latency {
        let known = self.latencies.get(endpoint.index());
        let parts = known.map_or(0, |known| known.load(Ordering::Relaxed));
        Latency::from_parts((parts >> 32) as u32, parts as u32)
    }

    /// The probes that are due, and when to ask again.
    pub(super) fn turn(&self, now: Instant) -> (Vec<Probe>, Instant) {
        let mut state = self.lock();
        self.drain(&mut state, now);
        (std::mem::take(&mut state.probes), state.next)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = EndpointId> + use<> {
        (0..self.endpoints.len()).map(|index| EndpointId::new(index as u16))
    }

    /// The endpoint of this name.
    pub(super) fn named(&self, name: &str) -> Option<EndpointId> {
        let at = (self.endpoints.iter()).position(|endpoint| *endpoint.id == *name)?;
        u16::try_from(at).ok().map(EndpointId::new)
    }

    fn publish_latency(&self, state: &State, endpoint: EndpointId) {
        if let (Some(place), Some(latency)) = (
            self.latencies.get(endpoint.index()),
            state.monitor.latency(endpoint),
        ) {
            let parts = u64::from(latency.mean_ms()) << 32 | u64::from(latency.deviation_ms());
            place.store(parts, Ordering::Relaxed);
        }
    }

    /// Waits until something is due earlier than [`Watch::turn`] said.
    pub(super) async fn sooner(&self) {
        self.sooner.notified().await;
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells races that nobody is to wait for these endpoints any more. They
    /// look at the snapshot to see whether that holds for them, so it has to be
    /// published before.
    fn leave(&self, endpoints: impl IntoIterator<Item = EndpointId>) {
        for endpoint in endpoints {
            // It fails only if no race is under way.
            let _ = self.gone.send(endpoint);
        }
    }

    /// Shows what holds from now on to requests, and to connections that have
    /// none.
    pub(super) fn publish(&self, snapshot: Snapshot) {
        let snapshot = Arc::new(snapshot);
        self.snapshot.store(Arc::clone(&snapshot));
        if self.retired.load(Ordering::Acquire) {
            return;
        }
        for (endpoint, id) in self.endpoints.iter().zip(self.ids()) {
            let service = snapshot.service(id);
            let shut = matches!(
                service,
                Some(Service::Down { .. } | Service::Maintenance { .. })
            );
            endpoint.shut.set(shut);
        }
    }

    /// Carries out what is due, and makes a snapshot of what has changed.
    pub(super) fn drain(&self, state: &mut State, now: Instant) {
        let upstream = &*self.upstream;
        let known = |endpoint: EndpointId| self.endpoints.get(endpoint.index());
        let name = |endpoint: EndpointId| known(endpoint).map_or("", |known| &known.id);
        let until = loop {
            match state.monitor.poll(now) {
                Output::Probe {
                    endpoint,
                    lease,
                    until,
                } => state.probes.push(Probe {
                    endpoint,
                    lease,
                    until,
                }),
                Output::Trial { endpoint, until } => {
                    state.trials[endpoint.index()] = Some(until);
                    self.trying.store(true, Ordering::Release);
                }
                Output::Ejected {
                    endpoint, reason, ..
                } => {
                    if let Some(known) = known(endpoint) {
                        known.stats.ejections.add(reason);
                    }
                    state.facts[endpoint.index()].ejected = Some(reason);
                    let (endpoint, reason) = (name(endpoint), reason.as_str());
                    warn!(upstream, endpoint, reason, "ejected");
                }
                Output::Spared { endpoint, reason } => {
                    let (endpoint, reason) = (name(endpoint), reason.as_str());
                    warn!(upstream, endpoint, reason, "not ejected");
                }
                Output::Restored { endpoint, reason } => {
                    let (endpoint, reason) = (name(endpoint), reason.as_str());
                    info!(upstream, endpoint, reason, "back");
                }
                Output::HealthChanged {
                    endpoint,
                    health,
                    reason,
                } => {
                    state.news |= state.pool.set_health(now, endpoint, health);
                    if !health.is_healthy() {
                        state.leaving.push(endpoint);
                    }
                    let fact = &mut state.facts[endpoint.index()].health;
                    if reason != Reason::Inherited || fact.is_none() {
                        *fact = Some((Clock::wall(), reason));
                    }
                    let (endpoint, reason) = (name(endpoint), reason.as_str());
                    info!(upstream, endpoint, ?health, reason, "health");
                }
                Output::Wait(until) => break until,
                _ => {}
            }
        };
        let ends = self.end_overrides(state, now);
        let changes = state.pool.next_change(now);
        if std::mem::take(&mut state.news) || changes.is_some_and(|at| at <= now) {
            let snapshot = state.pool.snapshot(now);
            self.publish(snapshot);
            self.end_drill_in_need(state, now);
        }
        self.leave(state.leaving.drain(..));
        let changes = state.pool.next_change(now).unwrap_or(Instant::MAX);
        let next = changes.min(until).min(ends);
        if next < state.next || !state.probes.is_empty() {
            self.sooner.notify_one();
        }
        state.next = next;
    }
}
