//! Settings at their ends, answers to nobody's question, clocks that jump: a
//! monitor refuses, or polling it comes to an end.

use hedgerow::cdn::Observation;
use hedgerow::cdn::monitor::{EjectionSettings, Lease, Monitor, MonitorSettings, Output, Probing};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

use super::id;

const ENDPOINTS: u16 = 3;

/// Numbers of which the ends are as likely as all that lies between.
fn ends() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..4_u64,
        0..5_000_000_u64,
        any::<u64>(),
        u64::MAX - 3..=u64::MAX,
    ]
}

fn span() -> impl Strategy<Value = Duration> {
    ends().prop_map(Duration::from_micros)
}

fn few() -> impl Strategy<Value = u32> {
    prop_oneof![0..4_u32, any::<u32>(), Just(u32::MAX)]
}

fn probing() -> impl Strategy<Value = Probing> {
    let spans = (span(), span(), span());
    (spans, few(), few(), any::<u8>()).prop_map(
        |((interval, timeout, fast), fall, rise, jitter)| {
            Probing::default()
                .with_interval(interval, timeout)
                .with_fast_interval(fast)
                .with_thresholds(fall, rise)
                .with_jitter_percent(jitter)
        },
    )
}

fn ejection() -> impl Strategy<Value = EjectionSettings> {
    let spans = (span(), span(), span(), span(), span());
    let counts = (few(), few(), any::<[u8; 3]>());
    (spans, proptest::option::of(span()), counts).prop_map(
        |((base, longest, dwell, window, trial), too_slow, (failures, least, percent))| {
            EjectionSettings::default()
                .with_consecutive_failures(failures)
                .with_success_percent(percent[0])
                .with_too_slow(too_slow)
                .with_spans(base, longest)
                .with_dwell(dwell)
                .with_jitter_percent(percent[1])
                .with_most_ejected_percent(percent[2])
                .with_window(window, least)
                .with_trial(trial)
        },
    )
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Succeeds(Duration),
    Late(Duration),
    Fails,
    /// An answer to a probe that may be any, or none.
    Answers(u32, Result<Duration, Reason>),
    /// The probe that was asked for last is answered.
    AnswersLast(Result<Duration, Reason>),
    /// Another takes over, with the endpoints in another order.
    Inherits,
    /// Another process takes over, so long after.
    Imports(Duration),
}

fn step() -> impl Strategy<Value = Step> {
    let answer = || prop_oneof![span().prop_map(Ok), Just(Err(Reason::HttpStatus))];
    prop_oneof![
        2 => span().prop_map(Step::Succeeds),
        1 => span().prop_map(Step::Late),
        4 => Just(Step::Fails),
        1 => (few(), answer()).prop_map(|(lease, answer)| Step::Answers(lease, answer)),
        3 => answer().prop_map(Step::AnswersLast),
        1 => Just(Step::Inherits),
        1 => span().prop_map(Step::Imports),
    ]
}

/// A monitor with a few endpoints, and the probe that it asked for last.
struct World {
    monitor: Monitor,
    last: Option<(EndpointId, Lease)>,
}

impl World {
    fn apply(&mut self, now: Instant, endpoint: EndpointId, step: Step, other: &Monitor) {
        let monitor = &mut self.monitor;
        match step {
            Step::Succeeds(latency) => {
                monitor.observe(now, endpoint, Observation::Success { latency });
            }
            Step::Late(latency) => monitor.observe(now, endpoint, Observation::Late { latency }),
            Step::Fails => {
                let reason = Reason::Timeout;
                monitor.observe(now, endpoint, Observation::Failure { reason });
            }
            Step::Answers(lease, outcome) => {
                monitor.handle_probe(now, endpoint, Lease::from_number(lease), outcome);
            }
            Step::AnswersLast(outcome) => {
                if let Some((endpoint, lease)) = self.last.take() {
                    monitor.handle_probe(now, endpoint, lease, outcome);
                }
            }
            Step::Inherits => {
                let mut next = other.clone();
                next.inherit(monitor, |id| ENDPOINTS.checked_sub(id.get()).map(super::id));
                *monitor = next;
            }
            Step::Imports(age) => {
                let names = ["a", "b", "c", "d"];
                let document = monitor.export(now, |id| names[id.index()]);
                let mut next = other.clone();
                let told = next.import(now, age, &document, |id| names[id.index() + 1]);
                assert_eq!(told, Ok(()));
                *monitor = next;
            }
        }
    }

    /// Polls to the end, which comes soon.
    fn drain(&mut self, now: Instant) -> Result<Instant, TestCaseError> {
        for _ in 0..10 * ENDPOINTS {
            match self.monitor.poll(now) {
                Output::Wait(until) => return Ok(until),
                Output::Probe {
                    endpoint,
                    lease,
                    until,
                } => {
                    prop_assert!(until > now || now == Instant::MAX);
                    self.last = Some((endpoint, lease));
                }
                _ => {}
            }
        }
        Err(TestCaseError::fail("polling has no end"))
    }
}

proptest! {
    #[test]
    fn any_settings_any_clock_any_answers(
        settings in (proptest::option::of(probing()), ejection()),
        second in proptest::option::of(probing()),
        start in ends(),
        steps in proptest::collection::vec((ends(), 0..=ENDPOINTS, step()), 0..40),
        seed: u32,
    ) {
        let (probing, ejection) = settings;
        let monitor = |probing: Option<Probing>| {
            let settings = MonitorSettings::default()
                .with_probing(probing)
                .with_ejection(ejection.clone());
            Monitor::new(ENDPOINTS.into(), settings, Instant::from_micros(start), seed)
        };
        let nothing = |span: Duration| span == Duration::ZERO;
        let fits = |probing: &Probing| {
            probing.timeout < probing.interval
                && probing.fast_interval <= probing.interval
                && probing.fall.min(probing.rise) > 0
                && !nothing(probing.timeout)
                && !nothing(probing.fast_interval)
        };
        let sound = !nothing(ejection.window) && !nothing(ejection.trial);
        let known = monitor(probing.clone());
        prop_assert_eq!(known.is_ok(), sound && probing.as_ref().is_none_or(fits));
        let (Ok(known), Ok(other)) = (known, monitor(second)) else {
            return Ok(());
        };
        let mut world = World { monitor: known, last: None };
        for (micros, endpoint, step) in steps {
            let now = Instant::from_micros(micros);
            world.apply(now, id(endpoint), step, &other);
            let until = world.drain(now)?;
            prop_assert!(until > now || now == Instant::MAX, "it waits for the past");
            // On time, and late.
            let later = world.drain(until)?;
            prop_assert!(later > until || until == Instant::MAX);
        }
    }
}
