//! Keys keep their endpoint; what moves are exactly the orphans.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Health, Key, Member, Pool, Snapshot};
use hedgerow::types::{EndpointId, Reason};

use super::{at, even, id, pool};

const KEYS: u64 = 20_000;

fn placed(snapshot: &Snapshot) -> Vec<EndpointId> {
    let pick = |number| snapshot.view(None).keyed(Key::of_number(number));
    (0..KEYS)
        .map(|number| pick(number).unwrap().endpoint)
        .collect()
}

/// Few go by rendezvous, many by a table: both sides of the line.
const SIZES: [u16; 6] = [2, 3, 8, 9, 40, 300];

#[test]
fn only_orphans_move_and_they_come_back() {
    for count in SIZES {
        let mut pool = even(count);
        let before = placed(&pool.snapshot(at(0)));
        let gone = [id(1), id(count / 2)];
        for endpoint in &gone[..usize::from(count / 3).clamp(1, 2)] {
            pool.set_health(at(0), *endpoint, Health::Failing);
        }
        let after = placed(&pool.snapshot(at(0)));
        let snapshot = pool.snapshot(at(0));
        for (number, (before, after)) in before.iter().zip(&after).enumerate() {
            let orphan = snapshot.health(*before) != Some(Health::Healthy);
            assert_eq!(before != after, orphan, "{count}: key {number}");
            let pick = snapshot
                .view(None)
                .keyed(Key::of_number(number as u64))
                .unwrap();
            let reason = if orphan {
                Reason::KeyMoved
            } else {
                Reason::Keyed
            };
            assert_eq!(pick.reason, reason);
        }
        for endpoint in gone {
            pool.set_health(at(0), endpoint, Health::Healthy);
        }
        assert_eq!(placed(&pool.snapshot(at(0))), before, "{count}");
    }
}

#[test]
fn the_way_there_does_not_matter() {
    for count in SIZES {
        let health = |index: u16| [Health::Healthy, Health::Failing][usize::from(index % 3 == 1)];
        let mut forth = even(count);
        let mut back = even(count);
        for index in 0..count {
            forth.set_health(at(0), id(index), health(index));
            let _ = forth.snapshot(at(0));
        }
        for index in (0..count).rev() {
            back.set_health(at(0), id(index), Health::Dead);
            let _ = back.snapshot(at(0));
            back.set_health(at(0), id(index), health(index));
        }
        assert_eq!(
            placed(&forth.snapshot(at(0))),
            placed(&back.snapshot(at(0)))
        );
    }
}

#[test]
fn keys_follow_names_not_positions() {
    for count in [3, 12] {
        let named = |order: &[u16]| {
            let member = |(index, name): (u16, &u16)| {
                Member::new(Endpoint::new(id(index))).with_name(&format!("node-{name}"))
            };
            let members = (0..).zip(order).map(member).collect();
            let mut pool = Pool::new(members, Default::default(), Default::default()).unwrap();
            let placed = placed(&pool.snapshot(at(0)));
            placed
                .iter()
                .map(|id| order[id.index()])
                .collect::<Vec<u16>>()
        };
        let forth: Vec<u16> = (0..count).collect();
        let back: Vec<u16> = (0..count).rev().collect();
        assert_eq!(named(&forth), named(&back));
    }
}

#[test]
fn shares_are_weights() {
    for count in [2_u16, 8, 9, 30] {
        let weight = |index: u16| 100 + index % 4 * 100;
        let endpoints = (0..count).map(|index| Endpoint::new(id(index)).with_weight(weight(index)));
        let mut counts = vec![0_u32; usize::from(count)];
        for endpoint in placed(&pool(endpoints).snapshot(at(0))) {
            counts[endpoint.index()] += 1;
        }
        let total: u32 = (0..count).map(|index| u32::from(weight(index))).sum();
        for (index, count) in counts.iter().enumerate() {
            let expected = KEYS as f64 * f64::from(weight(index as u16)) / f64::from(total);
            let off = (f64::from(*count) - expected).abs();
            assert!(off < 5.0 * expected.sqrt(), "{index}: {counts:?}");
        }
    }
}

#[test]
fn orphans_spread_over_all_others() {
    for count in [8_u16, 9, 50] {
        let mut pool = even(count);
        let before = placed(&pool.snapshot(at(0)));
        pool.set_health(at(0), id(0), Health::Failing);
        let after = placed(&pool.snapshot(at(0)));
        let mut heirs: Vec<u16> = (before.iter().zip(&after))
            .filter(|(before, _)| **before == id(0))
            .map(|(_, after)| after.get())
            .collect();
        heirs.sort_unstable();
        heirs.dedup();
        assert_eq!(heirs, (1..count).collect::<Vec<u16>>());
    }
}

#[test]
fn a_key_finds_the_only_one_left() {
    for count in SIZES {
        let mut pool = even(count);
        for index in 0..count - 1 {
            pool.set_health(at(0), id(index), Health::Dead);
        }
        assert!(
            placed(&pool.snapshot(at(0)))
                .iter()
                .all(|found| *found == id(count - 1))
        );
    }
}

#[test]
fn weight_0_serves_keys_only_alone() {
    for count in [3_u16, 12] {
        let endpoints = (0..count)
            .map(|index| Endpoint::new(id(index)).with_weight(if index < 2 { 0 } else { 10 }));
        let mut pool = pool(endpoints);
        assert!(
            placed(&pool.snapshot(at(0)))
                .iter()
                .all(|found| found.get() >= 2)
        );
        for index in 2..count {
            pool.set_health(at(0), id(index), Health::Dead);
        }
        let mut left = placed(&pool.snapshot(at(0)));
        left.sort_unstable();
        left.dedup();
        assert_eq!(left, [id(0), id(1)]);
    }
}

#[test]
fn a_change_of_weight_moves_few_keys_of_others() {
    for (count, most) in [(3_u16, 0.0), (8, 0.0), (9, 1.0), (40, 2.0), (100, 3.0)] {
        let weight = |index: u16| 100 + index % 4 * 10;
        let endpoints = (0..count).map(|index| Endpoint::new(id(index)).with_weight(weight(index)));
        let mut pool = pool(endpoints);
        let before = placed(&pool.snapshot(at(0)));
        let (mut needed, mut others) = (0, 0);
        for index in 0..count.min(9) {
            pool.set_weight(id(index), weight(index) + 50);
            let after = placed(&pool.snapshot(at(0)));
            pool.set_weight(id(index), weight(index));
            for (_, after) in before.iter().zip(&after).filter(|(a, b)| a != b) {
                *if *after == id(index) {
                    &mut needed
                } else {
                    &mut others
                } += 1;
            }
        }
        assert!(needed > 0, "{count}");
        let share = f64::from(others) / f64::from(needed);
        assert!(share <= most, "{count}: {share}");
    }
}

#[test]
fn of_one_name_each_has_its_share() {
    for count in [2_u16, 5, 12] {
        let member = |index| Member::new(Endpoint::new(id(index))).with_name("the same");
        let members = (0..count).map(member).collect();
        let mut pool = Pool::new(members, Default::default(), Default::default()).unwrap();
        let placed = placed(&pool.snapshot(at(0)));
        for index in 0..count {
            let found = placed.iter().filter(|found| **found == id(index)).count();
            assert!(
                found as u64 > KEYS / u64::from(count) / 2,
                "{index} of {count}: {found}"
            );
        }
    }
}
