//! An upstream: its endpoints, who watches them, its budgets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration as Span;

use anyhow::{Context as _, Result};
use hedgerow::cdn::Observation;
use hedgerow::cdn::affinity::{Affinity, Node};
use hedgerow::cdn::pool::{Draws, Turns};
use hedgerow::config::edge::{Limits, Upstream as Settings};
use hedgerow::failover::{Race, RaceSettings, SharedBudget};
use hedgerow::types::{Duration, EndpointId, Instant, RegionId};
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use super::overrides::{Note, Order, Swap};
use super::watch::Watch;
use super::{Change, Drill, Endpoint, Refused, Seen, Zones, probe, tls};
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
    /// Who has taken over last, for all whom it comes after.
    heir: Arc<Mutex<Weak<Upstream>>>,
    budget: Mutex<SharedBudget>,
    /// Until when each endpoint asked to be left alone.
    rests: Mutex<Vec<Instant>>,
    draws: AtomicU64,
    /// Whose turn it is, for the visitors of each region: 0 is the unknown one.
    turns: [Mutex<Turns>; 33],
    /// What is stored for whom.
    pub(crate) zones: Zones,
}

impl Upstream {
    /// An upstream; what was counted of the endpoints of `before`, which has
    /// the same name, goes on.
    pub(crate) fn new(
        settings: &Settings,
        limits: &Limits,
        before: Option<&Upstream>,
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
                let known = before.and_then(|before| before.named(plain.id.as_str()));
                let known = known.map(|(_, endpoint)| &**endpoint);
                let endpoint = Endpoint::new(plain, &tls, connect_timeout, limits, known);
                let named = || format!("upstream \"{}\", endpoint \"{}\"", settings.id, plain.id);
                endpoint.map(Arc::new).with_context(named)
            })
            .collect();
        let endpoints = endpoints?;
        let watch = Watch::new(
            settings.id.as_str(),
            (
                settings.members(),
                settings.pool_sites(),
                settings.pool_settings(),
            ),
            endpoints.clone(),
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
            heir: before.map_or_else(Arc::default, |before| Arc::clone(&before.heir)),
            budget: Mutex::default(),
            draws: AtomicU64::new(seed.into()),
            turns: std::array::from_fn(|_| Mutex::default()),
            zones: Zones::new(settings, before),
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

    /// The endpoint of this name.
    pub(crate) fn named(&self, name: &str) -> Option<(EndpointId, &Arc<Endpoint>)> {
        let id = self.watch.named(name)?;
        Some((id, self.endpoint(id)?))
    }

    /// Whether visitors of this region may be served by `endpoint`, which may be
    /// one of an earlier document.
    pub(crate) fn permits(&self, region: Option<RegionId>, endpoint: &Endpoint) -> bool {
        let Some((id, known)) = self.named(&endpoint.id) else {
            return false;
        };
        let plain = self.settings.endpoints.get(id.index());
        let kept_in = plain.and_then(|plain| plain.region.as_ref().map(|region| region.id));
        known.is(endpoint) && self.watch.sites.residency(region).permits(kept_in)
    }

    /// Takes over what `before` knows of its endpoints, and what operators said
    /// of them.
    pub(crate) fn inherit(&self, before: &Upstream, now: Instant) {
        self.watch.inherit(&before.watch, now);
        let budget = before.budget().clone();
        *self.budget() = budget;
        let rests = lock(&before.rests).clone();
        for (place, endpoint) in lock(&self.rests).iter_mut().zip(&self.endpoints) {
            let old = before.watch.named(&endpoint.id);
            let until = old.and_then(|old| rests.get(old.index()));
            *place = until.copied().unwrap_or_default();
        }
    }

    /// Ends its probes: another has taken over, if there still is one. Requests
    /// under way go on, and what they see of endpoints that stay is told there.
    pub(crate) fn retire(&self, heir: Option<&Arc<Upstream>>) {
        *lock(&self.heir) = heir.map(Arc::downgrade).unwrap_or_default();
        self.watch.retired.store(true, Ordering::Release);
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }

    /// Carries out what an operator wants changed, until `until`.
    pub(crate) fn change(
        &self,
        now: Instant,
        change: Change,
        until: Option<Instant>,
        note: Note,
    ) -> Result<(), Refused> {
        self.watch.change(now, change, until, note)
    }

    /// Counts what operators changed.
    pub(crate) fn revision(&self) -> u64 {
        self.watch.revision.load(Ordering::Acquire)
    }

    /// Each endpoint as it is, and who has changed places.
    pub(crate) fn seen(&self, now: Instant) -> (Vec<Seen>, Option<Order<Swap>>) {
        self.watch.seen(now)
    }

    /// Until when each endpoint asked to be left alone.
    pub(crate) fn rests(&self) -> Vec<Instant> {
        lock(&self.rests).clone()
    }

    /// The drill that is under way, or the last one.
    pub(crate) fn drill(&self) -> Option<Arc<Drill>> {
        self.watch.drill()
    }

    /// A race for a request that belongs to `node` has been decided.
    pub(crate) fn decided(&self, now: Instant, node: Node, race: &Race) {
        let drill = self.watch.drill.load();
        if let Some(drill) = drill.as_ref().filter(|drill| !drill.is_over())
            && let Some(drilled) = self.watch.named(&drill.endpoint)
        {
            drill.count(now, drilled, node == Node::Of(drilled), race);
        }
    }

    /// The endpoint as it is with whoever has taken over, if it is there.
    fn taken_over(&self, id: EndpointId) -> Option<(Arc<Upstream>, EndpointId)> {
        if !self.watch.retired.load(Ordering::Acquire) {
            return None;
        }
        let heir = lock(&self.heir).upgrade()?;
        let old = self.endpoint(id)?;
        let (id, _) = heir.named(&old.id).filter(|(_, new)| new.is(old))?;
        Some((heir, id))
    }

    /// Takes in what was seen of an endpoint.
    pub(crate) fn observe(&self, now: Instant, id: EndpointId, what: Observation) {
        if let Some((heir, id)) = self.taken_over(id) {
            return heir.observe(now, id, what);
        }
        self.budget().observe(now, id, what);
        self.watch.observe(now, id, what);
    }

    /// A source of draws for one request.
    pub(super) fn draws(&self) -> Draws {
        Draws::new(self.draws.fetch_add(1, Ordering::Relaxed))
    }

    /// Whose turn it is, where endpoints are picked in turn.
    pub(super) fn turns(&self, region: Option<RegionId>) -> MutexGuard<'_, Turns> {
        let region = region.map_or(0, |region| region.get() as usize);
        lock(&self.turns[region])
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
        if let Some((heir, id)) = self.taken_over(id) {
            return heir.rest(now, id, span);
        }
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
