//! Ten thousand endpoints: their probes are spread over time, each gets its own,
//! and one that fails costs no more than among a few.

use std::collections::HashMap;

use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::Health;
use hedgerow::types::{EndpointId, Instant};

use super::{at, fail, id, ms, told};

const MANY: u16 = 10_000;

fn crowd(probing: Option<Probing>) -> Monitor {
    let settings = MonitorSettings::default().with_probing(probing);
    Monitor::new(MANY.into(), settings, at(0), 7).expect("settings fit")
}

/// Probes that are due in each hundredth of a second until `end`, all of which
/// pass at once; and how many each endpoint got.
fn probes(monitor: &mut Monitor, end: Instant) -> (Vec<u32>, HashMap<EndpointId, u32>) {
    let mut now = at(0);
    let (mut due, mut of) = (Vec::new(), HashMap::new());
    loop {
        match monitor.poll(now) {
            Output::Wait(until) if until > end => return (due, of),
            Output::Wait(until) => now = until,
            Output::Probe {
                endpoint, lease, ..
            } => {
                let place = (now.as_micros() / 10_000) as usize;
                due.resize(due.len().max(place + 1), 0);
                due[place] += 1;
                *of.entry(endpoint).or_insert(0) += 1;
                monitor.handle_probe(now, endpoint, lease, Ok(ms(3)));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn probes_don_t_come_all_at_once() {
    let interval = Probing::default().with_interval(ms(2000), ms(400));
    let mut monitor = crowd(Some(interval));
    let (due, of) = probes(&mut monitor, at(10_000));
    assert_eq!(of.len(), usize::from(MANY), "each is probed");
    // Two until it is known to be well, then one in 2 to 2.2 s.
    assert!(of.values().all(|count| (5..=7).contains(count)));
    // Spread over a quarter of the interval, no hundredth of a second has much
    // more than its fiftieth.
    let most = due.iter().max().copied().unwrap_or_default();
    assert!(most < u32::from(MANY) / 20, "{most} at once");
}

#[test]
fn after_a_pause_each_is_probed_once() {
    let mut monitor = crowd(Some(Probing::default()));
    probes(&mut monitor, at(5_000));
    let (now, mut leases) = (at(3_600_000), HashMap::new());
    loop {
        match monitor.poll(now) {
            Output::Wait(until) => {
                assert!(until > now);
                break;
            }
            Output::Probe {
                endpoint, lease, ..
            } => {
                assert_eq!(leases.insert(endpoint, lease), None, "one at a time");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(leases.len(), usize::from(MANY));
}

#[test]
fn half_of_them_may_be_ejected_and_the_rest_are_spared() {
    let mut monitor = crowd(None);
    for endpoint in 0..MANY {
        fail(&mut monitor, 0, endpoint, 5);
    }
    // As long as everybody fails, each failure asks again whether it may.
    for _ in 0..20 {
        for endpoint in 0..MANY {
            fail(&mut monitor, 0, endpoint, 1);
        }
    }
    let spared = told(&mut monitor, 0);
    let is_spared = |output: &&Output| matches!(output, Output::Spared { .. });
    assert_eq!(
        spared.iter().filter(is_spared).count(),
        usize::from(MANY / 2)
    );
    let healthy = |index: &u16| monitor.health(id(*index)) == Some(Health::Healthy);
    assert_eq!((0..MANY).filter(healthy).count(), usize::from(MANY / 2));
}
