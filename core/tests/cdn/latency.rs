//! The latency estimate.

use hedgerow::cdn::Latency;
use hedgerow::types::Duration;
use proptest::prelude::*;

fn after(samples_ms: &[u64]) -> Latency {
    let mut latency = Latency::default();
    for ms in samples_ms {
        latency.sample(Duration::from_millis(*ms));
    }
    latency
}

#[test]
fn nothing_is_known_at_first() {
    assert_eq!(Latency::default().p95(), None);
}

#[test]
fn the_first_sample_is_the_mean_and_half_of_it_the_deviation() {
    assert_eq!(after(&[80]), Latency::from_parts(80, 40));
    assert_eq!(after(&[80]).p95(), Some(Duration::from_millis(160)));
}

#[test]
fn steady_samples_make_it_sure_of_itself() {
    let steady = after(&[80; 30]);
    assert_eq!((steady.mean_ms(), steady.deviation_ms()), (80, 2));
}

#[test]
fn it_settles_in_the_middle_of_what_varies() {
    for (usual, spread) in [(12, 3), (85, 8), (300, 40)] {
        let samples: Vec<u64> = (0..2000_u64)
            .map(|step| usual - spread + step * 11 % (2 * spread + 1))
            .collect();
        let latency = after(&samples);
        let off = u64::from(latency.mean_ms()).abs_diff(usual);
        assert!(off <= 2 + spread / 4, "{latency:?} of {usual} ± {spread}");
    }
}

#[test]
fn one_outlier_moves_it_by_an_eighth() {
    assert_eq!(after(&[80, 160]), Latency::from_parts(90, 50));
}

#[test]
fn it_survives_storage() {
    let latency = after(&[30, 70, 20]);
    assert_eq!(
        Latency::from_parts(latency.mean_ms(), latency.deviation_ms()),
        latency
    );
}

proptest! {
    #[test]
    fn any_samples_on_any_stored_estimate(mean: u32, deviation: u32, samples: Vec<u64>) {
        let mut latency = Latency::from_parts(mean, deviation);
        for micros in &samples {
            latency.sample(Duration::from_micros(*micros));
        }
        if !samples.is_empty() {
            prop_assert!(latency.p95() >= Some(Duration::from_millis(1)));
        }
    }

    #[test]
    fn the_mean_stays_between_the_samples(samples in proptest::collection::vec(1..600_000_u64, 1..50)) {
        let mean = u64::from(after(&samples).mean_ms());
        let least = samples.iter().min().copied().unwrap_or(0);
        let most = samples.iter().max().copied().unwrap_or(0);
        prop_assert!((least..=most).contains(&mean), "{mean} of {samples:?}");
    }
}
