//! When probes are sent, and what they decide.

use hedgerow::cdn::monitor::Output;
use hedgerow::cdn::pool::Health;
use hedgerow::types::Reason;

use super::{World, active, fail, id};

fn gaps(world: &World, endpoint: u16, from: u64) -> Vec<u64> {
    let sent: Vec<u64> = (world.sent.iter())
        .filter(|(now, to)| *to == endpoint && *now >= from)
        .map(|(now, _)| *now)
        .collect();
    sent.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn changes(told: &[(u64, Output)]) -> Vec<(u64, u16, Health)> {
    let change = |(now, output): &(u64, Output)| match output {
        Output::HealthChanged {
            endpoint, health, ..
        } => Some((*now, endpoint.get(), *health)),
        _ => None,
    };
    told.iter().filter_map(change).collect()
}

#[test]
fn first_soon_then_at_the_interval() {
    let mut world = World::new(active(3), 3);
    let told = world.run(10_000);
    assert_eq!(told, []);
    let mut firsts = Vec::new();
    for endpoint in 0..3 {
        let first = world.sent.iter().find(|(_, to)| *to == endpoint);
        let first = first.expect("each is probed").0;
        assert!(first <= 251, "{first}");
        firsts.push(first);
        let gaps = gaps(&world, endpoint, 0);
        assert!(
            (100..=151).contains(&gaps[0]),
            "until it is known: {gaps:?}"
        );
        assert!(
            gaps[1..].iter().all(|gap| (1000..=1001).contains(gap)),
            "{gaps:?}"
        );
    }
    firsts.dedup();
    assert_eq!(firsts.len(), 3, "not all at the same moment");
}

#[test]
fn down_after_three_and_up_after_two() {
    let mut world = World::new(active(2), 2);
    world.run(5000);
    world.up[0] = false;
    let told = world.run(12_000);
    let changes_down = changes(&told);
    assert_eq!(changes_down.len(), 1);
    let (down, endpoint, health) = changes_down[0];
    assert_eq!((endpoint, health), (0, Health::Failing));
    // One interval at most until the first one, then three timeouts of 400 ms.
    assert!(down <= 5000 + 1000 + 3 * 400 + 10, "{down}");
    world.up[0] = true;
    let told = world.run(13_000);
    let changes_up = changes(&told);
    assert_eq!(changes_up.len(), 1);
    let (up, _, health) = changes_up[0];
    assert_eq!(health, Health::Healthy);
    assert!(up <= 12_000 + 500, "seen within half a second: {up}");
}

#[test]
fn one_failure_is_looked_into_at_once() {
    let mut world = World::new(active(2), 2);
    world.run(5100);
    world.sent.clear();
    fail(&mut world.monitor, 5100, 0, 1);
    world.run(5252);
    assert!(world.sent.iter().any(|(_, to)| *to == 0));
}

#[test]
fn two_lost_probes_decide_nothing() {
    let mut world = World::new(active(2), 2);
    world.run(5000);
    let before = world.sent.len();
    world.up[1] = false;
    while world.sent[before..]
        .iter()
        .filter(|(_, to)| *to == 1)
        .count()
        < 3
    {
        let now = world.now;
        assert_eq!(changes(&world.run(now + 1)), []);
    }
    world.up[1] = true;
    assert_ne!(world.monitor.health(id(1)), Some(Health::Failing));
}

#[test]
fn reasons_tell_who_said_so() {
    let mut world = World::new(active(1), 1);
    world.run(3000);
    world.up[0] = false;
    let reasons = |told: Vec<(u64, Output)>| -> Vec<Reason> {
        let reason = |(_, output)| match output {
            Output::HealthChanged { reason, .. } => Some(reason),
            _ => None,
        };
        told.into_iter().filter_map(reason).collect()
    };
    assert_eq!(reasons(world.run(8000)), [Reason::ProbesFail]);
    world.up[0] = true;
    assert_eq!(reasons(world.run(9000)), [Reason::ProbesPassed]);
}
