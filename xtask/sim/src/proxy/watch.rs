//! One proxy's monitor and pool, as a proxy drives them: probes are sent and
//! answered, what the monitor says reaches the pool, and picks read a snapshot.

use hedgerow::cdn::Observation;
use hedgerow::cdn::monitor::{EjectionSettings, Lease, Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::{Pool, PoolSettings, Service, Snapshot};
use hedgerow::failover::Candidate;
use hedgerow::fetch::hedge_delay;
use hedgerow::types::{Duration, EndpointId, Instant, Reason, RegionId};

use super::Shared;
use crate::bug::{Bug, Planted};
use crate::check::Checked;
use crate::endpoint::{NEVER, Outcome};
use crate::log::{NOBODY, Note, Recorder};
use crate::stage::Stage;
use crate::world::{ENDPOINTS, members, sites};

/// A probe that is answered at `at`.
#[derive(Clone, Copy, Debug)]
struct Probe {
    endpoint: EndpointId,
    lease: Lease,
    began: u64,
    at: u64,
    outcome: Outcome,
}

/// Monitor, pool and the newest snapshot.
#[derive(Debug)]
pub(super) struct Watch {
    monitor: Monitor,
    pool: Pool,
    pub(super) snapshot: Snapshot,
    services: [Service; ENDPOINTS],
    probes: Vec<Probe>,
    /// Whom requests may try, and until when.
    trials: Vec<(EndpointId, Instant)>,
    /// Each endpoint as a candidate, with its hedge delay as it is now.
    pub(super) candidates: [Candidate; ENDPOINTS],
    /// Who is no longer to be waited for, as long as the races don't know.
    pub(super) gone: Vec<EndpointId>,
    news: bool,
    /// When a probe is answered.
    answers: u64,
    /// When the next snapshot differs although nothing was said.
    changes: u64,
    /// When there is something to do.
    pub(super) due: u64,
    slow_start: bool,
}

impl Watch {
    /// A new one, at `now`. With `slow_start` the share of an endpoint that has
    /// come back grows over five seconds.
    pub(super) fn new(
        now: u64,
        seed: u32,
        slow_start: bool,
        services: [Service; ENDPOINTS],
        bug: impl Planted,
    ) -> Watch {
        let ejection = if bug.has(Bug::NoDwell) {
            EjectionSettings::default().with_dwell(Duration::ZERO)
        } else {
            EjectionSettings::default()
        };
        let settings = MonitorSettings::default()
            .with_probing(Some(Probing::default()))
            .with_ejection(ejection);
        // A tier is left only when nothing of it is available.
        let shares = PoolSettings::default().with_enough_percent(0);
        let shares = shares.with_slow_start(Duration::from_secs(if slow_start { 5 } else { 0 }));
        let at = Instant::from_micros(now);
        let monitor = Monitor::new(ENDPOINTS, settings, at, seed);
        let pool = Pool::new(members(), sites(), shares);
        let (mut pool, monitor) = match (pool, monitor) {
            (Ok(pool), Ok(monitor)) => (pool, monitor),
            (pool, monitor) => {
                unreachable!("the world fits: {:?}, {:?}", pool.err(), monitor.err())
            }
        };
        for (endpoint, service) in services.iter().enumerate() {
            pool.set_service(at, EndpointId::new(endpoint as u16), *service);
        }
        let snapshot = pool.snapshot(at);
        let candidate = |endpoint: usize| Candidate::new(EndpointId::new(endpoint as u16));
        Watch {
            monitor,
            pool,
            snapshot,
            services,
            probes: Vec::new(),
            trials: Vec::new(),
            candidates: core::array::from_fn(candidate),
            gone: Vec::new(),
            news: true,
            answers: NEVER,
            changes: NEVER,
            due: now,
            slow_start,
        }
    }

    /// The process starts anew and knows nothing but the operator's orders.
    pub(super) fn restart(&mut self, now: u64, seed: u32, bug: impl Planted) {
        *self = Watch::new(now, seed, self.slow_start, self.services, bug);
    }

    /// How a request went.
    #[inline]
    pub(super) fn observe<P: Planted, R: Recorder>(
        &mut self,
        now: u64,
        endpoint: EndpointId,
        what: Observation,
        stage: &mut Stage<'_>,
        shared: &mut Shared<P, R>,
    ) -> Checked {
        let at = Instant::from_micros(now);
        self.monitor.observe(at, endpoint, what);
        let latency = self.monitor.latency(endpoint).unwrap_or_default();
        let candidate = &mut self.candidates[endpoint.index()];
        candidate.hedge_delay = Some(hedge_delay(latency));
        self.drain(now, stage, shared)
    }

    /// The operator says so.
    pub(super) fn serve<P: Planted, R: Recorder>(
        &mut self,
        now: u64,
        endpoint: usize,
        service: Service,
        stage: &mut Stage<'_>,
        shared: &mut Shared<P, R>,
    ) -> Checked {
        self.services[endpoint] = service;
        if !shared.bug.has(Bug::OrderLost) {
            let id = EndpointId::new(endpoint as u16);
            self.pool
                .set_service(Instant::from_micros(now), id, service);
        }
        self.news = true;
        self.drain(now, stage, shared)
    }

    /// Probes may be answered, and the monitor may have something to say.
    pub(super) fn turn<P: Planted, R: Recorder>(
        &mut self,
        now: u64,
        stage: &mut Stage<'_>,
        shared: &mut Shared<P, R>,
    ) -> Checked {
        while let Some(index) = self.probes.iter().position(|probe| probe.at <= now) {
            let probe = self.probes.swap_remove(index);
            let endpoint = probe.endpoint.index();
            let outcome = match stage.endpoints.overtaken(endpoint, probe.outcome) {
                Outcome::Answer => Ok(Duration::from_micros(now - probe.began)),
                // The monitor has its own clock for these.
                Outcome::Silence { .. } => continue,
                other => Err(other.failure().unwrap_or(Reason::NetworkError)),
            };
            shared.witness.probed(endpoint);
            let detail = outcome.err().map_or(0, Reason::code);
            shared.note(now, Note::Probed, NOBODY, endpoint as u32, detail);
            let (at, lease) = (Instant::from_micros(now), probe.lease);
            self.monitor
                .handle_probe(at, probe.endpoint, lease, outcome);
        }
        let answers = self.probes.iter().map(|probe| probe.at);
        self.answers = answers.min().unwrap_or(NEVER);
        self.drain(now, stage, shared)
    }

    /// The endpoint that a request is to try, if one is to be tried that it may
    /// use.
    #[inline]
    pub(super) fn take_trial(&mut self, now: u64, region: Option<RegionId>) -> Option<EndpointId> {
        if self.trials.is_empty() {
            None
        } else {
            self.take_fitting(now, region)
        }
    }

    #[cold]
    fn take_fitting(&mut self, now: u64, region: Option<RegionId>) -> Option<EndpointId> {
        let usable = self.snapshot.view(region).order();
        let at = Instant::from_micros(now);
        self.trials.retain(|(_, until)| at < *until);
        let fits = |(endpoint, _): &(EndpointId, Instant)| usable.contains(endpoint);
        let place = self.trials.iter().position(fits)?;
        Some(self.trials.swap_remove(place).0)
    }

    /// Does what the monitor wants done.
    #[inline]
    fn drain<P: Planted, R: Recorder>(
        &mut self,
        now: u64,
        stage: &mut Stage<'_>,
        shared: &mut Shared<P, R>,
    ) -> Checked {
        let at = Instant::from_micros(now);
        let wait = loop {
            if shared.bug.has(Bug::MonitorForgotten) {
                break NEVER;
            }
            match self.monitor.poll(at) {
                Output::Wait(until) => break until.as_micros(),
                output => self.carry_out(now, output, stage, shared)?,
            }
        };
        if self.news || self.changes <= now {
            self.publish(at, shared.bug);
        }
        self.due = wait.min(self.answers).min(self.changes);
        Ok(())
    }

    #[cold]
    fn carry_out<P: Planted, R: Recorder>(
        &mut self,
        now: u64,
        output: Output,
        stage: &mut Stage<'_>,
        shared: &mut Shared<P, R>,
    ) -> Checked {
        let at = Instant::from_micros(now);
        let mut note = |note, endpoint: EndpointId, detail: u16| {
            shared.note(now, note, NOBODY, endpoint.get().into(), detail);
        };
        match output {
            Output::Probe {
                endpoint,
                lease,
                until,
            } => {
                note(Note::Probes, endpoint, 0);
                self.probe(now, endpoint, lease, stage);
                let until = until.as_micros();
                shared.witness.probe(now, endpoint.index(), until)?;
                if shared.bug.has(Bug::ProbedTwice) {
                    shared.witness.probe(now, endpoint.index(), until)?;
                }
            }
            Output::Trial { endpoint, until } => {
                note(Note::Trial, endpoint, 0);
                self.trials.push((endpoint, until));
            }
            Output::Ejected {
                endpoint, reason, ..
            } => {
                note(Note::Ejected, endpoint, reason.code());
                shared.witness.eject(now, endpoint.index());
            }
            Output::Spared { endpoint, reason } => note(Note::Spared, endpoint, reason.code()),
            Output::Restored { endpoint, reason } => {
                note(Note::Restored, endpoint, reason.code());
                self.trials.retain(|(tried, _)| *tried != endpoint);
                shared.witness.restore(now, endpoint.index())?;
            }
            Output::HealthChanged {
                endpoint,
                health,
                reason,
            } => {
                note(Note::Health, endpoint, reason.code());
                self.news |= self.pool.set_health(at, endpoint, health);
                shared.witness.health(endpoint.index(), health.is_healthy());
                if !health.is_healthy() {
                    self.gone.push(endpoint);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn probe(&mut self, now: u64, endpoint: EndpointId, lease: Lease, stage: &mut Stage<'_>) {
        let bits = stage.chance.next_u64();
        let (took, outcome) = stage.endpoints.request(endpoint.index(), bits);
        // One that never answers ends by the monitor's own clock.
        if took != NEVER {
            self.probes.push(Probe {
                endpoint,
                lease,
                began: now,
                at: now + took,
                outcome,
            });
            self.answers = self.answers.min(now + took);
        }
    }

    #[cold]
    fn publish(&mut self, now: Instant, bug: impl Planted) {
        self.news = false;
        let snapshot = self.pool.snapshot(now);
        if !bug.has(Bug::StaleSnapshot) {
            self.snapshot = snapshot;
        }
        let changes = self.pool.next_change(now);
        self.changes = changes.map_or(NEVER, Instant::as_micros);
    }
}
