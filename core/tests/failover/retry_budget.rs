//! The budget of retries: 20 % of the requests of the last 10 s, and 10 a
//! second.

use hedgerow::failover::RetryBudget;
use hedgerow::types::{Duration, Instant};
use proptest::prelude::*;

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn granted(budget: &mut RetryBudget, now: Instant, asked: u32) -> usize {
    (0..asked).filter(|_| budget.take(now)).count()
}

#[test]
fn a_share_of_the_requests() {
    let mut budget = RetryBudget::new(20, 0);
    for _ in 0..50 {
        budget.count_request(at(60_000));
    }
    assert_eq!(granted(&mut budget, at(60_000), 99), 10);
    assert_eq!(
        granted(&mut budget, at(69_999), 99),
        0,
        "still within the 10 s"
    );
}

#[test]
fn a_floor_for_quiet_times() {
    let mut budget = RetryBudget::default();
    assert_eq!(granted(&mut budget, at(60_000), 999), 100);
    assert_eq!(granted(&mut budget, at(60_500), 999), 0);
    assert_eq!(
        granted(&mut budget, at(70_000), 999),
        100,
        "the window has moved on"
    );
}

#[test]
fn the_clock_may_begin_anywhere() {
    for origin in [0, 1_000, 1_700_000_000_000] {
        let mut budget = RetryBudget::default();
        assert_eq!(granted(&mut budget, at(origin), 999), 100);
        assert_eq!(granted(&mut budget, at(origin + 9_000), 999), 0);
        assert_eq!(granted(&mut budget, at(origin + 10_000), 999), 100);
    }
}

#[test]
fn what_is_older_than_the_window_is_forgotten() {
    let mut budget = RetryBudget::new(100, 0);
    budget.count_request(at(60_000));
    let later = at(60_000) + RetryBudget::window();
    assert_eq!(granted(&mut budget, later, 9), 0);
}

proptest! {
    /// Against a list of everything that ever happened.
    #[test]
    fn as_a_list_would_count(
        percent in 0..150_u32,
        floor in 0..5_u32,
        origin in 0..2_000_000_000_000_u64,
        calls in proptest::collection::vec((0..3_000_u64, any::<bool>()), 0..200),
    ) {
        let mut budget = RetryBudget::new(percent, floor);
        let mut now = at(origin);
        let (mut requests, mut retries) = (Vec::new(), Vec::new());
        for (by, retry) in calls {
            now = now + Duration::from_millis(by);
            let second = now.as_micros() / 1_000_000;
            if !retry {
                budget.count_request(now);
                requests.push(second);
                continue;
            }
            let recent = |list: &[u64]| list.iter().filter(|at| **at + 10 > second).count() as u64;
            let share = recent(&requests) * u64::from(percent) / 100;
            let allowed = share + u64::from(floor) * 10;
            let expected = recent(&retries) < allowed;
            prop_assert_eq!(budget.take(now), expected);
            if expected {
                retries.push(second);
            }
        }
    }

    #[test]
    fn any_times_in_any_order(calls: Vec<(u64, bool)>, percent: u32, floor: u32) {
        let mut budget = RetryBudget::new(percent, floor);
        for (micros, retry) in calls {
            let now = Instant::from_micros(micros);
            if retry {
                budget.take(now);
            } else {
                budget.count_request(now);
            }
        }
    }
}
