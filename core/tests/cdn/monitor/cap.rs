//! How many may be ejected at once.

use hedgerow::cdn::monitor::{EjectionSettings, Monitor, Output};
use hedgerow::cdn::pool::Health;
use hedgerow::types::Reason;

use super::{World, active, at, fail, id, passive, polled, told, with};

fn ejected(monitor: &Monitor, endpoints: u16) -> Vec<u16> {
    let out = |index: &u16| monitor.health(id(*index)) != Some(Health::Healthy);
    (0..endpoints).filter(out).collect()
}

#[test]
fn it_is_worked_out_with_the_one_in_question() {
    // 50 % of 3 are one, not two.
    for (endpoints, percent, expected) in [
        (2, 50, 1),
        (3, 50, 1),
        (4, 50, 2),
        (10, 10, 1),
        (3, 100, 2),
        (5, 0, 0),
        (3, 67, 2),
    ] {
        let settings = EjectionSettings::default().with_most_ejected_percent(percent);
        let mut monitor = with(usize::from(endpoints), None, settings);
        for endpoint in 0..endpoints {
            fail(&mut monitor, 100, endpoint, 5);
        }
        let count = ejected(&monitor, endpoints).len();
        assert_eq!(count, expected, "{percent} % of {endpoints}");
    }
}

#[test]
fn who_is_spared_is_told_once() {
    let mut monitor = passive(3);
    fail(&mut monitor, 100, 0, 5);
    told(&mut monitor, 100);
    fail(&mut monitor, 100, 1, 50);
    let spared = Output::Spared {
        endpoint: id(1),
        reason: Reason::EjectionCap,
    };
    assert_eq!(told(&mut monitor, 100), [spared]);
}

#[test]
fn the_last_one_stays() {
    let settings = EjectionSettings::default().with_most_ejected_percent(100);
    let mut monitor = with(2, None, settings);
    fail(&mut monitor, 100, 0, 5);
    told(&mut monitor, 100);
    fail(&mut monitor, 100, 1, 5);
    let spared = Output::Spared {
        endpoint: id(1),
        reason: Reason::LastEndpoint,
    };
    assert_eq!(told(&mut monitor, 100), [spared]);
    let mut alone = passive(1);
    fail(&mut alone, 100, 0, 100);
    assert_eq!(alone.health(id(0)), Some(Health::Healthy));
}

#[test]
fn it_never_hides_a_failure_that_probes_see() {
    let mut world = World::new(active(3), 3);
    world.run(2000);
    world.up = vec![false, false, true];
    world.run(6000);
    let failing = Some(Health::Failing);
    let health = |world: &World| [0, 1].map(|index| world.monitor.health(id(index)));
    assert_eq!(health(&world), [failing, failing]);
    for endpoint in [0, 1] {
        fail(&mut world.monitor, 6000, endpoint, 5);
    }
    assert_eq!(health(&world), [Some(Health::Dead); 2]);
    // They don't count against it either.
    let settings = EjectionSettings::default();
    assert!(settings.most_ejected_percent < 67);
}

#[test]
fn who_failed_its_trial_does_not_count() {
    let mut monitor = passive(3);
    fail(&mut monitor, 0, 0, 5);
    fail(&mut monitor, 0, 1, 5);
    assert_eq!(ejected(&monitor, 3), [0]);
    polled(&mut monitor, 1000);
    fail(&mut monitor, 1010, 0, 1);
    assert_eq!(monitor.health(id(0)), Some(Health::Dead));
    fail(&mut monitor, 1020, 1, 1);
    assert_eq!(ejected(&monitor, 3), [0, 1]);
    assert_eq!(monitor.ejected_until(id(1)), Some(at(2020)));
}
