//! Monitors: when probes are sent, who is ejected, and who comes back.

mod cap;
mod checks;
mod crowd;
mod ejection;
mod export;
mod export_hostile;
mod hostile;
mod leases;
mod probing;
mod properties;
mod relapse;
mod reload;
mod settings;
mod trials;

use hedgerow::cdn::Observation;
use hedgerow::cdn::monitor::{EjectionSettings, Lease, Monitor, MonitorSettings, Output, Probing};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

pub(super) fn id(index: u16) -> EndpointId {
    EndpointId::new(index)
}

pub(super) fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

pub(super) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A monitor without probes, whose ejections last exactly.
pub(super) fn passive(endpoints: usize) -> Monitor {
    with(endpoints, None, EjectionSettings::default())
}

/// A monitor that probes every second, and every 100 to 150 ms while something
/// changes.
pub(super) fn active(endpoints: usize) -> Monitor {
    with(endpoints, Some(probing()), EjectionSettings::default())
}

pub(super) fn probing() -> Probing {
    Probing::default()
        .with_interval(ms(1000), ms(400))
        .with_jitter_percent(0)
}

pub(super) fn with(
    endpoints: usize,
    probing: Option<Probing>,
    ejection: EjectionSettings,
) -> Monitor {
    let settings = MonitorSettings::default()
        .with_probing(probing)
        .with_ejection(ejection.with_jitter_percent(0));
    Monitor::new(endpoints, settings, at(0), 7).expect("settings fit")
}

pub(super) fn fail(monitor: &mut Monitor, now: u64, endpoint: u16, times: usize) {
    let reason = Reason::NetworkError;
    for _ in 0..times {
        monitor.observe(at(now), id(endpoint), Observation::Failure { reason });
    }
}

pub(super) fn succeed(monitor: &mut Monitor, now: u64, endpoint: u16, latency: u64) {
    let latency = ms(latency);
    monitor.observe(at(now), id(endpoint), Observation::Success { latency });
}

/// What is told at `now`, without probes and the last wait.
pub(super) fn told(monitor: &mut Monitor, now: u64) -> Vec<Output> {
    let (_, told) = polled(monitor, now);
    told
}

/// Probes asked for at `now`, and what is told.
pub(super) fn polled(monitor: &mut Monitor, now: u64) -> (Vec<(EndpointId, Lease)>, Vec<Output>) {
    let (mut probes, mut told) = (Vec::new(), Vec::new());
    loop {
        match monitor.poll(at(now)) {
            Output::Wait(_) => return (probes, told),
            Output::Probe {
                endpoint, lease, ..
            } => probes.push((endpoint, lease)),
            output => told.push(output),
        }
    }
}

/// A world in which each endpoint answers its probes after 5 ms, or never.
pub(super) struct World {
    pub(super) monitor: Monitor,
    /// Who answers.
    pub(super) up: Vec<bool>,
    pub(super) now: u64,
    answers: Vec<(u64, EndpointId, Lease)>,
    /// Every probe sent: when, and to whom.
    pub(super) sent: Vec<(u64, u16)>,
}

impl World {
    pub(super) fn new(monitor: Monitor, endpoints: usize) -> World {
        World {
            monitor,
            up: vec![true; endpoints],
            now: 0,
            answers: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Lets time pass, a millisecond at a time. Gives what was told, and when.
    pub(super) fn run(&mut self, until: u64) -> Vec<(u64, Output)> {
        let mut all = Vec::new();
        while self.now < until {
            self.now += 1;
            let now = self.now;
            let answered = |(due, ..): &(u64, EndpointId, Lease)| *due <= now;
            let (due, rest): (Vec<_>, Vec<_>) = self.answers.drain(..).partition(answered);
            self.answers = rest;
            for (_, endpoint, lease) in due {
                let answer = Ok(ms(5));
                self.monitor.handle_probe(at(now), endpoint, lease, answer);
            }
            let (probes, told) = polled(&mut self.monitor, now);
            for (endpoint, lease) in probes {
                self.sent.push((now, endpoint.get()));
                if self.up[endpoint.index()] {
                    self.answers.push((now + 5, endpoint, lease));
                }
            }
            all.extend(told.into_iter().map(|output| (now, output)));
        }
        all
    }
}
