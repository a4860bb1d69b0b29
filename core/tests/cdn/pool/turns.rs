//! Turns are smooth.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Pool, Sites, Turns};

use super::{at, even, id, pool, region, with_sites};

fn taken(pool: &mut Pool, turns: &mut Turns, count: usize) -> Vec<u16> {
    let snapshot = pool.snapshot(at(0));
    let mut draws = Draws::new(1);
    let mut turn = || {
        snapshot
            .view(None)
            .turn(turns, &mut draws)
            .unwrap()
            .endpoint
    };
    (0..count).map(|_| turn().get()).collect()
}

fn weighing(weights: &[u16]) -> Pool {
    let endpoints = weights.iter().zip(0..);
    pool(endpoints.map(|(weight, index)| Endpoint::new(id(index)).with_weight(*weight)))
}

#[test]
fn they_follow_weights_smoothly() {
    let check = |weights: &[u16], expected: &[u16]| {
        let taken = taken(
            &mut weighing(weights),
            &mut Turns::default(),
            expected.len(),
        );
        assert_eq!(taken, expected, "{weights:?}");
    };
    check(&[100, 100], &[0, 1, 0, 1, 0, 1]);
    check(&[5, 1, 1], &[0, 0, 1, 0, 2, 0, 0, 0]);
    check(&[300, 100], &[0, 0, 1, 0, 0, 0, 1, 0]);
    check(&[0, 7], &[1, 1]);
    check(&[0, 0], &[0, 1, 0, 1]);
}

#[test]
fn of_two_equals_never_one_twice_also_over_changes() {
    let mut pool = even(3);
    let mut turns = Turns::starting_at(5);
    let mut last = None;
    for change in 0..60_u16 {
        for index in 0..3 {
            let health = if index == change % 3 {
                Health::Failing
            } else {
                Health::Healthy
            };
            pool.set_health(at(0), id(index), health);
        }
        for turn in taken(&mut pool, &mut turns, usize::from(change % 4)) {
            assert_ne!(Some(turn), last, "change {change}");
            last = Some(turn);
        }
    }
}

#[test]
fn workers_begin_with_different_turns() {
    let first = |offset| taken(&mut even(4), &mut Turns::starting_at(offset), 1)[0];
    assert_eq!([0, 1, 2, 3, 4, 9].map(first), [0, 1, 2, 3, 0, 1]);
}

#[test]
fn a_worker_serves_visitors_of_several_regions() {
    let endpoints = (0..5).map(|index| {
        let place = if index < 2 { 1 } else { 2 };
        Endpoint::new(id(index)).with_region(Some(region(place)))
    });
    let sites = Sites::default().with_fence(region(1), [region(1)].into_iter().collect());
    let snapshot = with_sites(endpoints, sites).snapshot(at(0));
    let (mut turns, mut draws) = (Turns::default(), Draws::new(1));
    let mut turn = |visitor| {
        let view = snapshot.view(Some(region(visitor)));
        view.turn(&mut turns, &mut draws).unwrap().endpoint.get()
    };
    for _ in 0..20 {
        let of_all: Vec<u16> = (0..4).map(|_| turn(3)).collect();
        assert!(
            of_all.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 5),
            "{of_all:?}"
        );
        let fenced: Vec<u16> = (0..4).map(|_| turn(1)).collect();
        assert!(
            fenced.windows(2).all(|pair| pair[1] == 1 - pair[0]),
            "{fenced:?}"
        );
    }
}

#[test]
fn a_period_too_long_is_drawn() {
    let weights: Vec<u16> = (0..200).map(|index| 10_007 + index * 2).collect();
    let taken = taken(&mut weighing(&weights), &mut Turns::default(), 2_000);
    let distinct: std::collections::BTreeSet<u16> = taken.iter().copied().collect();
    assert!(distinct.len() > 190);
}
