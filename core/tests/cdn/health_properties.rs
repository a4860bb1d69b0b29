//! What is true of the health table after any observations at any times, also
//! when the clock goes backwards.

use hedgerow::cdn::{EndpointHealth, HealthSettings, HealthTable, Observation};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Success(u64),
    Failure,
    Late(u64),
    Probe,
    Reinstate,
}

fn step() -> impl Strategy<Value = (u64, u16, Step)> {
    let step = prop_oneof![
        2 => (0..2_000_000_u64).prop_map(Step::Success),
        5 => Just(Step::Failure),
        1 => (0..2_000_000_u64).prop_map(Step::Late),
        2 => Just(Step::Probe),
        1 => Just(Step::Reinstate),
    ];
    let time = prop_oneof![6 => 0..200_000_000_u64, 1 => Just(u64::MAX)];
    (time, 0..4_u16, step)
}

fn settings() -> impl Strategy<Value = HealthSettings> {
    (0..6_u32, 0..5_u64, 0..120_u64, 0..10_u64, any::<u8>()).prop_map(
        |(failures, base, max, lease, jitter)| {
            let mut settings = HealthSettings::default();
            settings.consecutive_failures = failures;
            settings.ejection_base = Duration::from_secs(base);
            settings.ejection_max = Duration::from_secs(max);
            settings.probe_lease = Duration::from_secs(lease);
            settings.jitter_percent = jitter;
            settings
        },
    )
}

proptest! {
    #[test]
    fn any_sequence(settings in settings(), steps in proptest::collection::vec(step(), 0..60)) {
        // One endpoint more is asked for than there are.
        let mut health = HealthTable::new(3, settings.clone(), 7);
        let longest = settings.ejection_max + settings.ejection_max.percent(255);
        for (micros, index, step) in steps {
            let (now, endpoint) = (Instant::from_micros(micros), EndpointId::new(index));
            let was = health.is_ejected(now, endpoint);
            let reason = Reason::NetworkError;
            match step {
                Step::Success(us) => {
                    let latency = Duration::from_micros(us);
                    let ejects = health.observe(now, endpoint, Observation::Success { latency });
                    prop_assert!(!ejects && !health.is_ejected(now, endpoint));
                }
                Step::Late(us) => {
                    let latency = Duration::from_micros(us);
                    let ejects = health.observe(now, endpoint, Observation::Late { latency });
                    prop_assert!(!ejects);
                    prop_assert_eq!(health.is_ejected(now, endpoint), was);
                }
                Step::Failure => {
                    let ejects = health.observe(now, endpoint, Observation::Failure { reason });
                    let until = health.get(endpoint).and_then(EndpointHealth::ejected_until);
                    prop_assert!(!(ejects && was), "ejected twice");
                    if ejects {
                        let span = until.unwrap_or_default().since(now);
                        prop_assert!(span <= longest, "{:?}", span);
                        prop_assert!(!health.is_ejected(now + span, endpoint));
                    }
                }
                Step::Probe => {
                    let leased = health.lease_probe(now, endpoint);
                    prop_assert!(!(leased && was), "probed while ejected");
                    let again = health.lease_probe(now, endpoint);
                    let never = settings.probe_lease == Duration::ZERO || now == Instant::MAX;
                    prop_assert!(!(leased && again) || never, "two leases");
                }
                Step::Reinstate => {
                    health.reinstate(endpoint);
                    prop_assert!(!health.is_ejected(now, endpoint));
                }
            }
        }
    }
}
