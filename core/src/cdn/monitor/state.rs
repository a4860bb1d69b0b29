//! The monitor itself.

use super::{
    EjectionSettings, ImportError, Lease, MonitorError, MonitorSettings, Output, Report, memory,
    record::{Ejection, InFlight, Record, part},
    timers::Timers,
};
use crate::cdn::{Latency, Observation, pool::Health};
use crate::types::{Duration, EndpointId, Instant, Queue, Reason, Rng};

/// Watches endpoints; see the [module docs](super).
#[derive(Clone, Debug)]
pub struct Monitor {
    settings: MonitorSettings,
    records: Vec<Record>,
    timers: Timers,
    rng: Rng,
    outputs: Queue<Output>,
    /// How many endpoints have each health, so that a failure among thousands
    /// costs no more than among two.
    of_health: [usize; 4],
}

impl Monitor {
    /// A monitor of `endpoints` endpoints, which are healthy until proved
    /// otherwise. Their first probes are spread over a quarter of the interval.
    ///
    /// # Errors
    ///
    /// [`MonitorError`] if the settings fit nothing.
    pub fn new(
        endpoints: usize,
        settings: MonitorSettings,
        now: Instant,
        seed: u32,
    ) -> Result<Monitor, MonitorError> {
        settings.check()?;
        let count = u16::try_from(endpoints).map_err(|_| MonitorError::TooManyEndpoints)?;
        let mut monitor = Monitor {
            records: vec![Record::default(); endpoints],
            timers: Timers::new(count),
            rng: Rng::new(seed),
            outputs: Queue::new(),
            of_health: [0; 4],
            settings,
        };
        monitor.of_health[Health::Healthy as usize] = endpoints;
        for index in 0..count {
            if let Some(probing) = &monitor.settings.probing {
                // Or a fleet that restarts would probe everything at once.
                let first = now + part(probing.interval, 25, &mut monitor.rng);
                monitor.records[usize::from(index)].next_probe = first;
            }
            monitor.arm(EndpointId::new(index));
        }
        Ok(monitor)
    }

    // Getters.

    /// How many endpoints it watches.
    #[must_use]
    pub const fn endpoints(&self) -> usize {
        self.records.len()
    }

    /// What the witnesses say of an endpoint; `None` of an unknown one.
    #[must_use]
    pub fn health(&self, endpoint: EndpointId) -> Option<Health> {
        Some(self.records.get(endpoint.index())?.health())
    }

    /// How long requests to an endpoint take; `None` of an unknown one.
    #[must_use]
    pub fn latency(&self, endpoint: EndpointId) -> Option<Latency> {
        Some(self.records.get(endpoint.index())?.latency)
    }

    /// How long its probes take; `None` of an unknown one.
    #[must_use]
    pub fn probe_latency(&self, endpoint: EndpointId) -> Option<Latency> {
        Some(self.records.get(endpoint.index())?.probe_latency)
    }

    /// Until when an endpoint is ejected, if it is.
    #[must_use]
    pub fn ejected_until(&self, endpoint: EndpointId) -> Option<Instant> {
        match self.records.get(endpoint.index())?.ejection {
            Ejection::None => None,
            Ejection::Out { until, .. } | Ejection::Trial { until, .. } => Some(until),
        }
    }

    /// All that is known of an endpoint, for people; `None` of an unknown one.
    #[must_use]
    pub fn report(&self, endpoint: EndpointId) -> Option<Report> {
        let record = self.records.get(endpoint.index())?;
        Some(Report::of(record, self.settings.probing.is_some()))
    }

    // Handlers. What fits nothing is ignored: a late answer, an unknown id.

    /// A request went so.
    pub fn observe(&mut self, now: Instant, endpoint: EndpointId, what: Observation) {
        let Some(record) = self.records.get_mut(endpoint.index()) else {
            return;
        };
        match what {
            Observation::Late { latency } => record.latency.sample(latency),
            Observation::Success { latency } => {
                record.latency.sample(latency);
                self.handle_success(now, endpoint, latency);
            }
            Observation::Failure { reason: _ } => {
                self.handle_failure(now, endpoint);
                // Probes may come sooner.
                self.arm(endpoint);
            }
        }
    }

    /// A probe ended: after so long with the right answer, or for a reason
    /// without it.
    pub fn handle_probe(
        &mut self,
        now: Instant,
        endpoint: EndpointId,
        lease: Lease,
        outcome: Result<Duration, Reason>,
    ) {
        let asked = self
            .records
            .get(endpoint.index())
            .and_then(|record| record.in_flight);
        if let Some(probe) = asked.filter(|probe| probe.lease == lease) {
            self.end_probe(now, endpoint, probe, outcome);
        }
    }

    // Mutators.

    /// Takes over what another monitor knows, for a reload in the middle of an
    /// outage. `before` says which endpoint of the other one each is, if any.
    /// Probes of the other one don't count; poll to see what changed.
    pub fn inherit(&mut self, other: &Monitor, before: impl Fn(EndpointId) -> Option<EndpointId>) {
        for endpoint in self.ids() {
            let known = before(endpoint).and_then(|id| other.records.get(id.index()));
            if let Some(old) = known {
                self.take_over(endpoint, other.told_to_others(old));
            }
        }
    }

    /// Writes down what is known, for a monitor of another process to
    /// [`import`](Monitor::import): a worker that takes over in the middle of
    /// an outage. Endpoints go by `name`, so that they may be others or in
    /// another order there; no two have the same.
    ///
    /// It takes about 50 bytes an endpoint, and its name.
    #[must_use]
    pub fn export<'a>(&self, now: Instant, name: impl Fn(EndpointId) -> &'a str) -> Vec<u8> {
        let records = self.records.iter();
        memory::write(records.map(|record| self.told_to_others(record)), now, name)
    }

    /// Takes over what another monitor knew of the endpoints that it has, too,
    /// `age` ago, as [`export`](Monitor::export) wrote it down. Poll to see
    /// what changed.
    ///
    /// Its probes don't count, and no ejection lasts longer than this
    /// monitor's settings allow. What was before the origin of this monitor's
    /// clock counts as having been then.
    ///
    /// # Example
    ///
    /// ```
    /// # use hedgerow::cdn::Observation;
    /// # use hedgerow::cdn::monitor::{Monitor, MonitorSettings};
    /// # use hedgerow::cdn::pool::Health;
    /// # use hedgerow::types::{Duration, EndpointId, Instant, Reason};
    /// let (settings, now) = (MonitorSettings::default(), Instant::from_millis(800));
    /// let mut before = Monitor::new(2, settings.clone(), now, 1)?;
    /// for _ in 0..5 {
    ///     let reason = Reason::NetworkError;
    ///     before.observe(now, EndpointId::new(0), Observation::Failure { reason });
    /// }
    /// let names = ["a", "b"];
    /// let document = before.export(now, |endpoint| names[endpoint.index()]);
    ///
    /// // 20 ms later, on another clock, with the endpoints in another order.
    /// let (names, now) = (["b", "a"], Instant::from_millis(3));
    /// let mut after = Monitor::new(2, settings, now, 2)?;
    /// let age = Duration::from_millis(20);
    /// after.import(now, age, &document, |endpoint| names[endpoint.index()])?;
    /// assert_eq!(after.health(EndpointId::new(1)), Some(Health::Ejected));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ImportError`] if the document is none, or damaged; nothing has changed
    /// then.
    pub fn import<'a>(
        &mut self,
        now: Instant,
        age: Duration,
        document: &[u8],
        name: impl Fn(EndpointId) -> &'a str,
    ) -> Result<(), ImportError> {
        let known = memory::read(document, now, age)?;
        for endpoint in self.ids() {
            if let Some(old) = known.get(name(endpoint).as_bytes()) {
                let old = old.clone().limited(now, &self.settings.ejection);
                self.take_over(endpoint, old);
            }
        }
        Ok(())
    }

    /// A record as other monitors take it over.
    fn told_to_others(&self, record: &Record) -> Record {
        Record {
            next_probe: match &self.settings.probing {
                Some(_) => record.next_probe,
                None => Instant::MAX,
            },
            ..record.clone()
        }
    }

    fn take_over(&mut self, endpoint: EndpointId, old: Record) {
        let record = &mut self.records[endpoint.index()];
        *record = Record {
            in_flight: None,
            // Who was probed every few moments goes on to be.
            next_probe: record.next_probe.min(old.next_probe),
            told: record.told,
            ..old
        };
        if self.settings.probing.is_none() {
            (record.failing, record.probe_failures) = (false, 0);
        }
        self.settle(endpoint, Reason::Inherited);
    }

    /// What to do next, or what happened; see the [module docs](super).
    #[inline]
    pub fn poll(&mut self, now: Instant) -> Output {
        loop {
            if let Some(output) = self.outputs.pop() {
                return output;
            }
            match self.timers.first() {
                Some((due, endpoint)) if due <= now => self.handle_timer(now, endpoint),
                Some((due, _)) => return Output::Wait(due),
                None => return Output::Wait(Instant::MAX),
            }
        }
    }

    fn handle_timer(&mut self, now: Instant, endpoint: EndpointId) {
        let record = &mut self.records[endpoint.index()];
        if let Some(probe) = record.in_flight.filter(|probe| probe.until <= now) {
            self.end_probe(now, endpoint, probe, Err(Reason::Timeout));
        } else if let Some(probing) = &self.settings.probing
            && record.in_flight.is_none()
            && record.next_probe <= now
        {
            let InFlight { lease, until, .. } = record.begin_probe(now, probing);
            self.outputs.push(Output::Probe {
                endpoint,
                lease,
                until,
            });
        }
        self.offer_trial(now, endpoint);
        self.settle(endpoint, Reason::ProbesFail);
    }

    /// Lets one request try an endpoint whose ejection has passed.
    fn offer_trial(&mut self, now: Instant, endpoint: EndpointId) {
        let record = &mut self.records[endpoint.index()];
        let (Ejection::Out { at, until } | Ejection::Trial { at, until }) = record.ejection else {
            return;
        };
        if until > now || !record.may_be_tried() {
            return;
        }
        let until = now + self.settings.ejection.trial;
        record.ejection = Ejection::Trial { at, until };
        self.outputs.push(Output::Trial { endpoint, until });
    }

    fn handle_success(&mut self, now: Instant, endpoint: EndpointId, latency: Duration) {
        let EjectionSettings {
            window,
            too_slow,
            dwell,
            least_requests,
            ..
        } = self.settings.ejection;
        let record = &mut self.records[endpoint.index()];
        match record.ejection {
            Ejection::None => {
                record.window.count(now, window, true);
                record.failures = 0;
                record.spared = false;
                // By more than it varies: one slow answer is no slow endpoint.
                let usual = record.latency.mean_ms();
                let usual = usual.saturating_sub(record.latency.deviation_ms());
                let slow = |limit: Duration| {
                    u64::from(usual) > limit.as_millis()
                        && record.window.rate().0 >= least_requests.into()
                };
                if too_slow.is_some_and(slow) {
                    self.eject(now, endpoint, Reason::TooSlow);
                }
            }
            Ejection::Trial { .. } => self.restore(now, endpoint, Reason::RequestPassed),
            // In panic requests still go there. Those from before the ejection
            // prove nothing.
            Ejection::Out { at, .. } => {
                if now.minus(latency) >= at {
                    record.passed = record.passed.saturating_add(1);
                    let passed = record.passed;
                    if passed >= self.rise() && now >= at + dwell {
                        self.restore(now, endpoint, Reason::RequestPassed);
                    }
                }
            }
        }
    }

    fn handle_failure(&mut self, now: Instant, endpoint: EndpointId) {
        let settings = &self.settings.ejection;
        let record = &mut self.records[endpoint.index()];
        match record.ejection {
            Ejection::Out { .. } => record.passed = 0,
            Ejection::Trial { .. } => self.eject(now, endpoint, Reason::TrialFailed),
            Ejection::None => {
                if let Some(probing) = &self.settings.probing {
                    record.hasten(now, probing, &mut self.rng);
                }
                record.failures = record.failures.saturating_add(1);
                record.window.count(now, settings.window, false);
                let (requests, percent) = record.window.rate();
                let in_a_row = settings.consecutive_failures;
                if in_a_row > 0 && record.failures >= in_a_row {
                    self.eject(now, endpoint, Reason::ConsecutiveFailures);
                } else if requests >= settings.least_requests.into()
                    && percent < settings.success_percent.into()
                {
                    self.eject(now, endpoint, Reason::SuccessRate);
                }
            }
        }
    }

    fn end_probe(
        &mut self,
        now: Instant,
        endpoint: EndpointId,
        probe: InFlight,
        outcome: Result<Duration, Reason>,
    ) {
        let Some(probing) = &self.settings.probing else {
            return;
        };
        let record = &mut self.records[endpoint.index()];
        record.in_flight = None;
        match outcome {
            Ok(latency) => {
                record.probe_latency.sample(latency);
                record.probe_failures = 0;
                record.probe_passes = record.probe_passes.saturating_add(1);
                record.failing &= record.probe_passes < probing.rise;
            }
            Err(_) => {
                record.probe_passes = 0;
                record.probe_failures = record.probe_failures.saturating_add(1);
                record.failing |= record.probe_failures >= probing.fall;
            }
        }
        let proved = record.probe_passes >= probing.rise && !record.probes_doubted;
        let dwell = self.settings.ejection.dwell;
        let back = match record.ejection {
            Ejection::None => false,
            Ejection::Out { at, .. } | Ejection::Trial { at, .. } => proved && now >= at + dwell,
        };
        record.schedule(now, probe.started, probing, &mut self.rng);
        let failing = record.failing;
        if back {
            self.restore(now, endpoint, Reason::ProbesPassed);
        }
        let reason = if failing {
            Reason::ProbesFail
        } else {
            Reason::ProbesPassed
        };
        self.settle(endpoint, reason);
    }

    fn eject(&mut self, now: Instant, endpoint: EndpointId, reason: Reason) {
        if let Some(why) = self.spares(endpoint) {
            let record = &mut self.records[endpoint.index()];
            if !core::mem::replace(&mut record.spared, true) {
                let reason = why;
                self.outputs.push(Output::Spared { endpoint, reason });
            }
            return;
        }
        let record = &mut self.records[endpoint.index()];
        let until = record.eject(now, &self.settings.ejection, &mut self.rng);
        if let Some(probing) = &self.settings.probing {
            record.hasten(now, probing, &mut self.rng);
        }
        if reason == Reason::TooSlow {
            // It is judged by what it does after it is back.
            record.latency = Latency::default();
        }
        self.outputs.push(Output::Ejected {
            endpoint,
            until,
            reason,
        });
        self.settle(endpoint, reason);
    }

    fn restore(&mut self, now: Instant, endpoint: EndpointId, reason: Reason) {
        let by_probes = reason == Reason::ProbesPassed;
        let relapse_until = now + self.settings.ejection.window;
        self.records[endpoint.index()].restore(relapse_until, by_probes);
        self.outputs.push(Output::Restored { endpoint, reason });
        self.settle(endpoint, reason);
    }

    /// Why `endpoint` may not be ejected, if so: too few would be left
    /// *after* it.
    fn spares(&self, endpoint: EndpointId) -> Option<Reason> {
        let record = &self.records[endpoint.index()];
        // It gets no requests anyway.
        if !record.health().is_healthy() {
            return None;
        }
        if self.of_health[Health::Healthy as usize] == 1 {
            return Some(Reason::LastEndpoint);
        }
        let after = self.of_health[Health::Ejected as usize] as u64 + 1;
        let most = u64::from(self.settings.ejection.most_ejected_percent);
        (after * 100 > most * self.records.len() as u64).then_some(Reason::EjectionCap)
    }

    fn rise(&self) -> u32 {
        self.settings
            .probing
            .as_ref()
            .map_or(1, |probing| probing.rise)
    }

    fn ids(&self) -> impl Iterator<Item = EndpointId> + use<> {
        (0..self.records.len()).map(|index| EndpointId::new(index as u16))
    }

    /// After each change: tells it, and sets the timer.
    fn settle(&mut self, endpoint: EndpointId, reason: Reason) {
        let record = &mut self.records[endpoint.index()];
        let health = record.health();
        let told = core::mem::replace(&mut record.told, health);
        if told != health {
            self.of_health[told as usize] -= 1;
            self.of_health[health as usize] += 1;
            self.outputs.push(Output::HealthChanged {
                endpoint,
                health,
                reason,
            });
        }
        self.arm(endpoint);
    }

    fn arm(&mut self, endpoint: EndpointId) {
        let record = &self.records[endpoint.index()];
        let deadline = record.deadline(self.settings.probing.is_some());
        self.timers.set(endpoint, deadline);
    }
}
