//! What is true of a monitor whatever happens, also when clocks jump.

use std::collections::{HashMap, HashSet};

use hedgerow::cdn::Observation;
use hedgerow::cdn::monitor::{EjectionSettings, Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::Health;
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

use super::{at, ms};

const ENDPOINTS: u16 = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Requests to an endpoint end.
    Requests {
        endpoint: u16,
        count: u8,
        well: bool,
    },
    /// An endpoint's probes are answered from now on, or not, or badly.
    Answers { endpoint: u16, how: u8 },
    /// Time passes.
    Pass { ms: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let endpoint = || 0..ENDPOINTS + 1;
    prop_oneof![
        4 => (endpoint(), 1..7_u8, any::<bool>())
            .prop_map(|(endpoint, count, well)| Step::Requests { endpoint, count, well }),
        2 => (0..ENDPOINTS, 0..3_u8).prop_map(|(endpoint, how)| Step::Answers { endpoint, how }),
        4 => prop_oneof![0..400_u64, 0..3_000_u64, 0..100_000_u64].prop_map(|ms| Step::Pass { ms }),
    ]
}

fn settings() -> impl Strategy<Value = MonitorSettings> {
    let probing =
        (10..300_u64, 1..5_u32, 1..4_u32, any::<u8>()).prop_map(|(fast, fall, rise, jitter)| {
            Probing::default()
                .with_interval(ms(1000), ms(300))
                .with_fast_interval(ms(fast))
                .with_thresholds(fall, rise)
                .with_jitter_percent(jitter % 50)
        });
    let ejection = (0..7_u32, 0..=100_u8, 0..=100_u8, 0..500_u64).prop_map(
        |(consecutive, percent, most, dwell)| {
            EjectionSettings::default()
                .with_consecutive_failures(consecutive)
                .with_success_percent(percent)
                .with_most_ejected_percent(most)
                .with_dwell(ms(dwell))
        },
    );
    (proptest::option::of(probing), ejection).prop_map(|(probing, ejection)| {
        MonitorSettings::default()
            .with_probing(probing)
            .with_ejection(ejection)
    })
}

/// Holds what was told against what is true of every monitor.
struct Checker {
    settings: MonitorSettings,
    in_flight: HashMap<EndpointId, Instant>,
    last_probe: HashMap<EndpointId, Instant>,
    health: HashMap<EndpointId, Health>,
    ejected: HashMap<EndpointId, Instant>,
    /// Who was down by its probes or its trial since it was last healthy: such
    /// an ejection was not requests' alone, also if its probes pass meanwhile.
    backed: HashSet<EndpointId>,
}

impl Checker {
    fn told(&mut self, now: Instant, output: Output, monitor: &Monitor) {
        match output {
            Output::Probe {
                endpoint, until, ..
            } => {
                assert!(until > now, "it has time");
                let other = self.in_flight.insert(endpoint, until);
                assert!(other.is_none_or(|until| until <= now), "two in flight");
                self.last_probe.insert(endpoint, now);
            }
            Output::Ejected {
                endpoint, until, ..
            } => {
                let EjectionSettings { longest, .. } = self.settings.ejection;
                assert!(until.since(now) <= longest + longest.percent(10));
                self.ejected.insert(endpoint, now);
            }
            Output::Restored { endpoint, reason } => {
                let since = now.since(self.ejected[&endpoint]);
                let dwelt = since >= self.settings.ejection.dwell;
                let tried = since >= self.settings.ejection.base;
                assert!(
                    dwelt || tried && reason == Reason::RequestPassed,
                    "flapping"
                );
            }
            Output::HealthChanged {
                endpoint, health, ..
            } => {
                let before = self.health.insert(endpoint, health);
                assert_ne!(before.unwrap_or_default(), health, "told twice");
                match health {
                    Health::Healthy => self.backed.remove(&endpoint),
                    health => health.is_down() && self.backed.insert(endpoint),
                };
            }
            Output::Trial { endpoint, until } => {
                assert!(until > now);
                let health = monitor.health(endpoint);
                assert!(matches!(health, Some(Health::Ejected | Health::Dead)));
            }
            _ => {}
        }
    }

    /// Requests alone eject no more than they may, and never the last.
    fn cap(&self, monitor: &Monitor) {
        let count = |wanted, backed: bool| {
            let is = |id: &EndpointId| {
                monitor.health(*id) == Some(wanted) && (backed || !self.backed.contains(id))
            };
            (0..ENDPOINTS).map(EndpointId::new).filter(is).count() as u64
        };
        let most = u64::from(self.settings.ejection.most_ejected_percent);
        assert!(count(Health::Ejected, false) * 100 <= most * u64::from(ENDPOINTS));
        if self.settings.probing.is_none() {
            assert!(count(Health::Healthy, true) >= 1, "the last one stays");
        }
    }

    /// Nobody waits for longer than an interval and a timeout.
    fn nobody_starves(&self, now: Instant) {
        if self.settings.probing.is_none() || now < at(2000) {
            return;
        }
        for index in 0..ENDPOINTS {
            let last = self.last_probe.get(&EndpointId::new(index));
            let last = last.expect("each is probed");
            assert!(now.since(*last) <= ms(1500 + 300), "{index} starves");
        }
    }
}

proptest! {
    #[test]
    fn anything_goes(
        settings in settings(),
        seed: u32,
        steps in proptest::collection::vec(step(), 0..40),
    ) {
        let mut now = at(0);
        let count = usize::from(ENDPOINTS);
        let mut monitor = Monitor::new(count, settings.clone(), now, seed).unwrap();
        let mut checker = Checker {
            settings,
            in_flight: HashMap::new(),
            last_probe: HashMap::new(),
            health: HashMap::new(),
            ejected: HashMap::new(),
            backed: HashSet::new(),
        };
        let mut answers = [0_u8; ENDPOINTS as usize];
        for step in steps {
            let mut left = Duration::ZERO;
            match step {
                Step::Requests { endpoint, count, well } => {
                    let what = if well {
                        Observation::Success { latency: ms(20) }
                    } else {
                        Observation::Failure { reason: Reason::Timeout }
                    };
                    for _ in 0..count {
                        monitor.observe(now, EndpointId::new(endpoint), what);
                    }
                }
                Step::Answers { endpoint, how } => answers[usize::from(endpoint)] = how,
                Step::Pass { ms: span } => left = ms(span),
            }
            let end = now + left;
            loop {
                let output = monitor.poll(now);
                checker.told(now, output, &monitor);
                match output {
                    Output::Wait(until) => {
                        prop_assert!(until > now, "it waits for the past");
                        checker.cap(&monitor);
                        checker.nobody_starves(now);
                        if until > end {
                            now = end;
                            break;
                        }
                        now = until;
                    }
                    Output::Probe { endpoint, lease, .. } => {
                        let outcome = match answers[endpoint.index()] {
                            0 => Ok(ms(3)),
                            1 => Err(Reason::HttpStatus),
                            _ => continue,
                        };
                        checker.in_flight.remove(&endpoint);
                        monitor.handle_probe(now, endpoint, lease, outcome);
                    }
                    _ => {}
                }
            }
            for index in 0..ENDPOINTS {
                let id = EndpointId::new(index);
                let told = checker.health.get(&id).copied().unwrap_or_default();
                prop_assert_eq!(monitor.health(id), Some(told), "what holds was told");
            }
        }
    }

    /// Whatever the clock does, polling comes to an end.
    #[test]
    fn any_clock(
        settings in settings(),
        moments in proptest::collection::vec(
            prop_oneof![3 => 0..200_000_000_u64, 1 => Just(u64::MAX), 1 => u64::MAX - 9..u64::MAX],
            0..40,
        ),
    ) {
        let mut monitor = Monitor::new(2, settings, at(0), 1).unwrap();
        for micros in moments {
            let now = Instant::from_micros(micros);
            let reason = Reason::Timeout;
            monitor.observe(now, EndpointId::new(0), Observation::Failure { reason });
            let mut outputs = 0;
            while !matches!(monitor.poll(now), Output::Wait(_)) {
                outputs += 1;
                prop_assert!(outputs < 20, "it has no end");
            }
        }
    }
}
