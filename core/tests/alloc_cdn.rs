//! Picks and observations allocate nothing; a pool that changes for long takes
//! no more room than one that has just begun to.

#[path = "support/counting.rs"]
mod counting;

use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::{Draws, Health, Key, Loads, Member, Pool, Service, Turns};
use hedgerow::cdn::{Endpoint, Observation};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

use counting::{allocations, live};

fn pool(count: u16) -> Pool {
    let member = |index| Member::new(Endpoint::new(EndpointId::new(index)));
    let members = (0..count).map(member).collect();
    Pool::new(members, Default::default(), Default::default()).expect("ids are positions")
}

#[test]
fn picks() {
    for count in [2, 8, 9, 1000] {
        let mut pool = pool(count);
        let now = Instant::from_millis(0);
        pool.set_health(now, EndpointId::new(0), Health::Failing);
        let snapshot = pool.snapshot(now);
        let (mut draws, mut turns) = (Draws::new(1), Turns::default());
        let mut loads = Loads::new(count.into());
        let mut others = [EndpointId::new(0); 8];
        let (picked, count) = allocations(|| {
            let mut picked = 0;
            for number in 0..100_u64 {
                let view = snapshot.view(None);
                let key = Key::of(&number.to_le_bytes());
                let drawn = view.draw(&mut draws).map(|pick| pick.endpoint).ok();
                let costs = |endpoint| loads.cost(endpoint);
                picked += usize::from(view.turn(&mut turns, &mut draws).is_ok());
                picked += usize::from(view.better_of_two(&mut draws, costs).is_ok());
                picked += usize::from(view.keyed(key).is_ok());
                picked += view.others(drawn, &mut draws, &mut others).min(1);
                if let Some(endpoint) = drawn {
                    loads.begin(endpoint);
                    loads.end(now, endpoint, Some(Duration::from_millis(number)));
                }
            }
            picked
        });
        assert_eq!((picked, count), (400, 0));
    }
}

/// Everything that can change does, and goes back to what it was.
fn change(pool: &mut Pool, round: u64) {
    let now = Instant::from_millis(round);
    let id = EndpointId::new;
    for health in [Health::Failing, Health::Healthy] {
        for step in [1, 7] {
            for index in (0..100).step_by(step) {
                assert!(pool.set_health(now, id(index), health));
            }
            drop(pool.snapshot(now));
        }
    }
    for weight in [1 + round as u16, Endpoint::DEFAULT_WEIGHT] {
        assert!(pool.set_weight(id(3), weight));
        drop(pool.snapshot(now));
    }
    for priority in [1 + round as u16, 0] {
        assert!(pool.set_priority(id(3), priority));
        drop(pool.snapshot(now));
    }
    for state in [Service::Down { until: None }, Service::Active] {
        assert!(pool.set_service(now, id(3), state));
        drop(pool.snapshot(now));
    }
    assert!(pool.swap_roles(id(3), id(99)));
    drop(pool.snapshot(now));
    pool.swap_groups(0, 1);
    drop(pool.snapshot(now));
    pool.swap_groups(0, 1);
    drop(pool.snapshot(now));
}

#[test]
fn changes() {
    let mut pool = pool(100);
    for round in 0..3 {
        change(&mut pool, round);
    }
    let before = live();
    for round in 3..30 {
        change(&mut pool, round);
    }
    assert_eq!(live() - before, 0, "bytes more");
}

#[test]
fn watching() {
    let settings = MonitorSettings::default().with_probing(Some(Probing::default()));
    let start = Instant::from_millis(0);
    let mut monitor = Monitor::new(100, settings, start, 1).expect("settings fit");
    let mut run = |from: u64, to: u64| {
        let mut told = 0;
        for ms in from..to {
            let now = Instant::from_millis(ms);
            let endpoint = EndpointId::new((ms % 100) as u16);
            let latency = Duration::from_millis(3);
            monitor.observe(now, endpoint, Observation::Success { latency });
            let reason = Reason::Timeout;
            let failing = EndpointId::new((ms / 300 % 100) as u16);
            monitor.observe(now, failing, Observation::Failure { reason });
            loop {
                match monitor.poll(now) {
                    Output::Wait(_) => break,
                    Output::Probe {
                        endpoint, lease, ..
                    } => monitor.handle_probe(now, endpoint, lease, Ok(latency)),
                    _ => told += 1,
                }
            }
        }
        told
    };
    // The queue of outputs finds its size.
    run(0, 3000);
    let (told, count) = allocations(|| run(3000, 6000));
    assert!(told > 0);
    assert_eq!(count, 0);
}
