//! A new monitor goes on where the old one was.

use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Report};
use hedgerow::cdn::pool::Health;
use hedgerow::types::Reason;

use super::{World, active, at, fail, id, passive, probing, told};

#[test]
fn what_is_known_is_kept() {
    let mut before = passive(3);
    fail(&mut before, 100, 2, 5);
    fail(&mut before, 100, 1, 4);
    // The same in reverse order, and a new one.
    let mut after = passive(4);
    after.inherit(&before, |id| 2_u16.checked_sub(id.get()).map(super::id));
    let (endpoint, health) = (id(0), Health::Ejected);
    let reason = Reason::Inherited;
    let expected = Output::HealthChanged {
        endpoint,
        health,
        reason,
    };
    assert_eq!(told(&mut after, 200), [expected]);
    assert_eq!(after.ejected_until(id(0)), Some(at(1100)));
    fail(&mut after, 200, 1, 1);
    assert_eq!(after.health(id(1)), Some(Health::Ejected), "the fifth");
    let trial = told(&mut after, 1100);
    assert!(matches!(trial[..], [.., Output::Trial { .. }]), "{trial:?}");
}

#[test]
fn its_probes_begin_anew() {
    let mut world = World::new(active(1), 1);
    world.run(3000);
    world.up[0] = false;
    world.run(8000);
    let mut after = active(1);
    after.inherit(&world.monitor, Some);
    assert_eq!(after.health(id(0)), Some(Health::Failing));
    let mut world = World::new(after, 1);
    world.run(1000);
    assert_eq!(world.monitor.health(id(0)), Some(Health::Healthy));
}

#[test]
fn who_is_probed_often_goes_on_to_be() {
    let mut world = World::new(active(2), 2);
    world.run(3000);
    world.up[0] = false;
    world.run(8000);
    let due = |report: Option<Report>| report.unwrap().next_probe;
    assert_eq!(due(world.monitor.report(id(0))), None, "it is under way");
    let settings = MonitorSettings::default().with_probing(Some(probing()));
    let mut after = Monitor::new(2, settings.clone(), at(8000), 1).unwrap();
    after.inherit(&world.monitor, Some);
    assert!(due(after.report(id(0))) <= Some(at(8000)));
    assert!(due(after.report(id(1))) > Some(at(8000)));
    // One that was never probed has no turn that it could keep.
    let mut first = Monitor::new(1, settings, at(8000), 1).unwrap();
    first.inherit(&passive(1), Some);
    assert!(due(first.report(id(0))) >= Some(at(8000)));
}

#[test]
fn without_probes_nobody_fails_them() {
    let mut world = World::new(active(1), 1);
    world.up[0] = false;
    world.run(5000);
    let mut after = passive(1);
    after.inherit(&world.monitor, Some);
    assert_eq!(after.health(id(0)), Some(Health::Healthy));
}
