//! One request at a time tries an endpoint after its ejection.

use hedgerow::cdn::monitor::Output;
use hedgerow::cdn::pool::Health;
use hedgerow::types::Reason;

use super::{World, active, at, fail, id, passive, succeed, told};

#[test]
fn one_and_if_it_is_lost_another() {
    let mut monitor = passive(2);
    fail(&mut monitor, 0, 0, 5);
    told(&mut monitor, 0);
    let trial = |until| Output::Trial {
        endpoint: id(0),
        until: at(until),
    };
    assert_eq!(told(&mut monitor, 999), []);
    assert_eq!(told(&mut monitor, 1000), [trial(6000)]);
    assert_eq!(told(&mut monitor, 5999), []);
    assert_eq!(monitor.health(id(0)), Some(Health::Ejected));
    assert_eq!(told(&mut monitor, 6000), [trial(11_000)]);
}

#[test]
fn its_success_restores() {
    let mut monitor = passive(2);
    fail(&mut monitor, 0, 0, 5);
    told(&mut monitor, 1000);
    succeed(&mut monitor, 1010, 0, 5);
    let reason = Reason::RequestPassed;
    let (endpoint, health) = (id(0), Health::Healthy);
    assert_eq!(
        told(&mut monitor, 1010),
        [
            Output::Restored { endpoint, reason },
            Output::HealthChanged {
                endpoint,
                health,
                reason
            }
        ]
    );
}

#[test]
fn its_failure_is_beyond_doubt() {
    let mut monitor = passive(2);
    fail(&mut monitor, 0, 0, 5);
    told(&mut monitor, 1000);
    fail(&mut monitor, 1010, 0, 1);
    let (endpoint, reason) = (id(0), Reason::TrialFailed);
    let health = Health::Dead;
    assert_eq!(
        told(&mut monitor, 1010),
        [
            Output::Ejected {
                endpoint,
                until: at(3010),
                reason
            },
            Output::HealthChanged {
                endpoint,
                health,
                reason
            }
        ]
    );
}

#[test]
fn no_visitor_tries_who_fails_its_probes() {
    let mut world = World::new(active(2), 2);
    world.run(3000);
    world.up[0] = false;
    fail(&mut world.monitor, 3000, 0, 5);
    let trial = |(_, output): &(u64, Output)| matches!(output, Output::Trial { .. });
    // Until probes have failed thrice, the ejection holds.
    let told = world.run(60_000);
    assert!(!told.iter().any(trial), "{told:?}");
    assert_eq!(world.monitor.health(id(0)), Some(Health::Dead));
    world.up[0] = true;
    let told = world.run(60_500);
    let back = Output::Restored {
        endpoint: id(0),
        reason: Reason::ProbesPassed,
    };
    assert!(told.iter().any(|(_, output)| *output == back), "{told:?}");
}
