//! The bucket of hedges: a twentieth of a token a success, one a hedge.

use hedgerow::failover::HedgeBudget;
use proptest::prelude::*;

#[test]
fn a_full_bucket_grants_ten() {
    let mut budget = HedgeBudget::new();
    assert_eq!((0..100).filter(|_| budget.take()).count(), 10);
}

#[test]
fn twenty_successes_earn_one() {
    let mut budget = HedgeBudget::from_milli(0);
    for _ in 0..19 {
        budget.earn();
        assert!(!budget.take());
    }
    budget.earn();
    assert!(budget.take());
    assert!(!budget.take());
}

#[test]
fn what_storage_says_is_bounded() {
    assert_eq!(HedgeBudget::from_milli(u32::MAX), HedgeBudget::new());
}

proptest! {
    #[test]
    fn never_more_hedges_than_a_full_bucket_and_a_twentieth_of_the_successes(
        start: u32,
        calls: Vec<bool>,
    ) {
        let mut budget = HedgeBudget::from_milli(start);
        let (mut hedges, mut successes) = (0_u32, 0_u32);
        for hedge in calls {
            if hedge {
                hedges += u32::from(budget.take());
            } else {
                budget.earn();
                successes += 1;
            }
            prop_assert!(hedges * 1000 <= start.min(10_000) + successes * 50);
            prop_assert!(budget.milli() <= HedgeBudget::CAPACITY_MILLI);
        }
    }
}
