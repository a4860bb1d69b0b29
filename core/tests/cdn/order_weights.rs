//! Over many visitors, the first places follow the weights.

use hedgerow::cdn::{Endpoint, Residency, order};
use hedgerow::types::EndpointId;

const VISITORS: u32 = 20_000;

/// How often each endpoint comes first.
fn firsts(weights: &[u16]) -> Vec<u32> {
    let endpoints: Vec<Endpoint> = weights
        .iter()
        .enumerate()
        .map(|(index, weight)| Endpoint::new(EndpointId::new(index as u16)).with_weight(*weight))
        .collect();
    let mut firsts = vec![0; weights.len()];
    for seed in 0..VISITORS {
        let drawn = order(&endpoints, &Residency::default(), &|_| false, seed);
        firsts[drawn[0].index()] += 1;
    }
    firsts
}

/// Each share within four standard deviations; the seeds are fixed, so this
/// holds always or never.
#[track_caller]
fn check(weights: &[u16]) {
    let total: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
    for (weight, first) in weights.iter().zip(firsts(weights)) {
        let share = f64::from(*weight) / f64::from(total);
        let expected = share * f64::from(VISITORS);
        let deviation = (expected * (1.0 - share)).sqrt();
        let off = (f64::from(first) - expected).abs();
        assert!(
            off <= 4.0 * deviation,
            "{weights:?}: {first}, not {expected}"
        );
    }
}

#[test]
fn the_first_place() {
    check(&[50, 50]);
    check(&[95, 5]);
    check(&[100, 100, 100]);
    check(&[1, 2, 3, 4]);
    check(&[65_535, 1]);
    check(&[0, 7, 0, 3]);
    check(&[u16::MAX; 8]);
}

#[test]
fn the_second_place_is_drawn_from_what_is_left() {
    let weights = [60, 30, 10];
    let endpoints: Vec<Endpoint> = (0..3)
        .map(|index| Endpoint::new(EndpointId::new(index)).with_weight(weights[usize::from(index)]))
        .collect();
    let (mut after_first, mut second) = (0_u32, 0_u32);
    for seed in 0..VISITORS {
        let drawn = order(&endpoints, &Residency::default(), &|_| false, seed);
        if drawn[0].get() == 0 {
            after_first += 1;
            second += u32::from(drawn[1].get() == 1);
        }
    }
    // 30 of the 40 that are left.
    let expected = f64::from(after_first) * 0.75;
    let deviation = (expected * 0.25).sqrt();
    assert!(
        (f64::from(second) - expected).abs() <= 4.0 * deviation,
        "{second}, not {expected}"
    );
}
