//! Draws follow weights, and go to whom picks may go.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health};
use hedgerow::types::{EndpointId, Reason};

use super::{at, drawn, even, id, pool};

const DRAWS: u32 = 200_000;

#[test]
fn shares_are_weights() {
    let check = |weights: &[u16], expected: &[f64]| {
        let endpoints = weights
            .iter()
            .zip(0..)
            .map(|(weight, index)| Endpoint::new(id(index)).with_weight(*weight));
        let counts = drawn(&pool(endpoints).snapshot(at(0)), weights.len(), DRAWS);
        for (count, expected) in counts.iter().zip(expected) {
            let share = f64::from(*count) / f64::from(DRAWS);
            assert!((share - expected).abs() < 0.005, "{weights:?}: {counts:?}");
        }
    };
    check(&[100], &[1.0]);
    check(&[100, 100], &[0.5, 0.5]);
    check(&[95, 5], &[0.95, 0.05]);
    check(&[1, 2, 3, 4], &[0.1, 0.2, 0.3, 0.4]);
    check(&[65_535, 0], &[1.0, 0.0]);
    check(&[0, 0], &[0.5, 0.5]);
    check(&[65_535, 65_535, 1], &[0.5, 0.5, 0.0]);
}

#[test]
fn whoever_is_not_healthy_gets_none() {
    let mut pool = even(4);
    pool.set_health(at(0), id(1), Health::Ejected);
    pool.set_health(at(0), id(2), Health::Failing);
    let counts = drawn(&pool.snapshot(at(0)), 4, DRAWS);
    assert_eq!((counts[1], counts[2]), (0, 0));
    assert!(counts[0] > DRAWS * 2 / 5 && counts[3] > DRAWS * 2 / 5);
}

#[test]
fn the_better_of_two_has_the_lower_cost() {
    let snapshot = even(3).snapshot(at(0));
    let mut draws = Draws::new(3);
    let cost = |endpoint: EndpointId| u64::from(endpoint.get());
    let mut counts = [0_u32; 3];
    for _ in 0..30_000 {
        let pick = snapshot.view(None).better_of_two(&mut draws, cost);
        counts[pick.expect("someone").endpoint.index()] += 1;
    }
    assert!(counts[0] > counts[1] && counts[1] > counts[2], "{counts:?}");
    assert!(counts[0] > 15_000 && counts[2] < 4_000, "{counts:?}");
}

#[test]
fn others_are_distinct_and_the_healthy_come_first() {
    let mut pool = even(6);
    pool.set_health(at(0), id(4), Health::Failing);
    pool.set_health(at(0), id(5), Health::Dead);
    let snapshot = pool.snapshot(at(0));
    let mut draws = Draws::new(5);
    for first in 0..6 {
        let mut others = [id(99); 8];
        let count = snapshot
            .view(None)
            .others(Some(id(first)), &mut draws, &mut others);
        let others = &others[..count];
        let mut sorted: Vec<u16> = others.iter().map(|other| other.get()).collect();
        sorted.sort_unstable();
        let expected: Vec<u16> = (0..6).filter(|other| *other != first).collect();
        assert_eq!(sorted, expected);
        let doubted: Vec<u16> = (4..6).filter(|other| *other != first).collect();
        let last: Vec<u16> = others[count - doubted.len()..]
            .iter()
            .map(|other| other.get())
            .collect();
        assert_eq!(last, doubted);
    }
}

#[test]
fn an_empty_pool_refuses() {
    let snapshot = even(0).snapshot(at(0));
    let refused = snapshot.view(None).draw(&mut Draws::new(1)).unwrap_err();
    assert_eq!(refused.reason, Reason::NoEligibleEndpoint);
    let mut others = [id(0); 2];
    assert_eq!(
        snapshot
            .view(None)
            .others(None, &mut Draws::new(1), &mut others),
        0
    );
}
