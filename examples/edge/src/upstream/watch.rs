//! Watches an upstream's endpoints: carries out what the monitor asks, and
//! makes a snapshot for the requests of all that it says.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use arc_swap::ArcSwap;
use hedgerow::cdn::monitor::{Lease, Monitor, MonitorSettings, Output};
use hedgerow::cdn::pool::{Health, Member, Pool, PoolSettings, Sites, Snapshot};
use hedgerow::cdn::{Latency, Observation};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use tokio::sync::{Notify, broadcast};
use tracing::{info, warn};

/// Ejections that a race may not have seen yet; one that misses some goes on
/// without them.
const EJECTIONS: usize = 16;

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
    /// For the log.
    upstream: Box<str>,
    names: Vec<Arc<str>>,
}

#[derive(Debug)]
struct State {
    monitor: Monitor,
    pool: Pool,
    /// Probes that are due.
    probes: Vec<Probe>,
    /// Who is tried by the next request, and until when one may.
    trials: Vec<(EndpointId, Instant)>,
    /// The pool was told something.
    news: bool,
    next: Instant,
}

impl Watch {
    pub(super) fn new(
        upstream: &str,
        members: Vec<Member>,
        names: Vec<Arc<str>>,
        settings: MonitorSettings,
        now: Instant,
        seed: u32,
    ) -> Result<Watch> {
        let monitor = Monitor::new(members.len(), settings, now, seed)?;
        // A tier is left only when nothing of it is available.
        let shares = PoolSettings::default().with_enough_percent(0);
        let mut pool = Pool::new(members, Sites::default(), shares)?;
        Ok(Watch {
            snapshot: ArcSwap::from_pointee(pool.snapshot(now)),
            state: Mutex::new(State {
                monitor,
                pool,
                probes: Vec::new(),
                trials: Vec::new(),
                news: false,
                next: now,
            }),
            gone: broadcast::Sender::new(EJECTIONS),
            sooner: Notify::new(),
            latencies: names.iter().map(|_| AtomicU64::new(0)).collect(),
            trying: AtomicBool::new(false),
            upstream: upstream.into(),
            names,
        })
    }

    /// Takes over what `before` knows of endpoints with the same name.
    pub(super) fn inherit(&self, before: &Watch, now: Instant) {
        let old = before.lock();
        let mut state = self.lock();
        state.monitor.inherit(&old.monitor, |endpoint| {
            let name = self.names.get(endpoint.index())?;
            let at = before.names.iter().position(|known| known == name)?;
            u16::try_from(at).ok().map(EndpointId::new)
        });
        state.pool.inherit(&old.pool);
        drop(old);
        state.news = true;
        for endpoint in self.ids() {
            self.publish_latency(&state, endpoint);
        }
        self.drain(&mut state, now);
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
        state.monitor.observe(now, endpoint, what);
        self.publish_latency(&state, endpoint);
        self.drain(&mut state, now);
    }

    /// How a probe went.
    pub(super) fn probed(&self, now: Instant, probe: Probe, outcome: Result<Duration, Reason>) {
        let mut state = self.lock();
        let Probe {
            endpoint, lease, ..
        } = probe;
        state.monitor.handle_probe(now, endpoint, lease, outcome);
        self.drain(&mut state, now);
    }

    /// The endpoint that a request is to try which would else go to `first`,
    /// if one is to be tried that comes before it.
    pub(super) fn take_trial(&self, now: Instant, first: EndpointId) -> Option<EndpointId> {
        if !self.trying.load(Ordering::Acquire) {
            return None;
        }
        let mut guard = self.lock();
        let state = &mut *guard;
        let priority = |endpoint: EndpointId| {
            let member = state.pool.members().get(endpoint.index());
            member.map(|member| member.endpoint.priority)
        };
        let known = &state.monitor;
        state.trials.retain(|(endpoint, until)| {
            now < *until && known.health(*endpoint) != Some(Health::Healthy)
        });
        let fits = |(endpoint, _): &(EndpointId, Instant)| priority(*endpoint) <= priority(first);
        let at = state.trials.iter().position(fits);
        let taken = at.map(|at| state.trials.swap_remove(at).0);
        self.trying
            .store(!state.trials.is_empty(), Ordering::Release);
        taken
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

    fn ids(&self) -> impl Iterator<Item = EndpointId> {
        (0..self.names.len()).map(|index| EndpointId::new(index as u16))
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, endpoint: EndpointId) {
        // It fails only if no race is under way.
        let _ = self.gone.send(endpoint);
    }

    fn drain(&self, state: &mut State, now: Instant) {
        let upstream = &*self.upstream;
        let name = |endpoint: EndpointId| self.names.get(endpoint.index()).map_or("", |name| name);
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
                    state.trials.push((endpoint, until));
                    self.trying.store(true, Ordering::Release);
                }
                Output::Ejected {
                    endpoint, reason, ..
                } => {
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
                        self.leave(endpoint);
                    }
                    let (endpoint, reason) = (name(endpoint), reason.as_str());
                    info!(upstream, endpoint, ?health, reason, "health");
                }
                Output::Wait(until) => break until,
                _ => {}
            }
        };
        let changes = state.pool.next_change(now);
        if std::mem::take(&mut state.news) || changes.is_some_and(|at| at <= now) {
            let snapshot = state.pool.snapshot(now);
            self.snapshot.store(Arc::new(snapshot));
        }
        let changes = state.pool.next_change(now).unwrap_or(Instant::MAX);
        let next = changes.min(until);
        if next < state.next || !state.probes.is_empty() {
            self.sooner.notify_one();
        }
        state.next = next;
    }
}
