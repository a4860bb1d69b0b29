//! Which budget pays for a hedge once the bucket of hedges is empty.

use hedgerow::cdn::Observation;
use hedgerow::failover::{Budget, HedgeBudget, RetryBudget, SharedBudget, Silence};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

const FIRST: EndpointId = EndpointId::new(0);
const SECOND: EndpointId = EndpointId::new(1);
const SUCCESS: Observation = Observation::Success {
    latency: Duration::from_millis(10),
};
const LATE: Observation = Observation::Late {
    latency: Duration::from_millis(900),
};
const FAILURE: Observation = Observation::Failure {
    reason: Reason::HedgeLost,
};

fn ms(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

/// No hedges, and one retry.
fn empty() -> SharedBudget {
    let mut retry = RetryBudget::new(100, 0);
    retry.count_request(ms(0));
    SharedBudget::new(HedgeBudget::from_milli(0), retry)
}

fn silence(since: u64) -> Silence {
    Silence {
        endpoint: FIRST,
        since: ms(since),
        refused: false,
        asks_again: false,
    }
}

/// Whether a hedge at 100 ms is paid, of an attempt that began at 50 ms.
fn pays(budget: &mut SharedBudget) -> bool {
    budget.take_hedge_for(ms(100), silence(50))
}

#[test]
fn what_was_refused_before_leaves_the_last_hedge_to_others() {
    let again = Silence {
        refused: true,
        ..silence(50)
    };
    for (milli, paid) in [(1_000, false), (1_999, false), (2_000, true)] {
        let mut budget = empty();
        budget.observe(ms(60), FIRST, SUCCESS);
        budget.hedge = HedgeBudget::from_milli(milli);
        assert_eq!(budget.take_hedge_for(ms(100), again), paid, "{milli}");
        assert!(pays(&mut budget), "there is one for who asks first");
    }
}

#[test]
fn few_hedges_are_kept_for_those_that_are_clearly_slow() {
    // Half of the answers take 10 ms.
    for (milli, since, asks_again, paid) in [
        (4_999, 81, true, false),
        (5_000, 81, true, true),
        (1_000, 80, true, true),
        (4_999, 81, false, true),
    ] {
        let mut budget = empty();
        budget.observe(ms(90), FIRST, SUCCESS);
        budget.hedge = HedgeBudget::from_milli(milli);
        let silence = Silence {
            asks_again,
            ..silence(since)
        };
        assert_eq!(
            budget.take_hedge_for(ms(100), silence),
            paid,
            "{milli} {since} {asks_again}"
        );
    }
}

#[test]
fn one_slow_answer_of_ten_does_not_change_what_is_slow() {
    let mut budget = empty();
    for count in 0..100 {
        let answer = if count % 10 == 9 { LATE } else { SUCCESS };
        budget.observe(ms(count), FIRST, answer);
    }
    for (since, paid) in [(88, false), (72, true)] {
        budget.hedge = HedgeBudget::from_milli(1_000);
        let silence = Silence {
            asks_again: true,
            ..silence(since)
        };
        assert_eq!(budget.take_hedge_for(ms(100), silence), paid, "{since}");
    }
}

#[test]
fn the_bucket_pays_first() {
    let mut budget = empty();
    budget.hedge = HedgeBudget::new();
    budget.observe(ms(99), FIRST, SUCCESS);
    assert!(pays(&mut budget));
    assert!(budget.take_retry(ms(100)), "nothing was taken there");
    assert!(!budget.take_retry(ms(100)), "there was one");
}

#[test]
fn retries_pay_for_an_endpoint_that_answers_nobody() {
    let mut budget = empty();
    budget.observe(ms(40), FIRST, SUCCESS);
    assert!(pays(&mut budget));
    assert!(!pays(&mut budget), "there was one");
    assert!(!budget.take_retry(ms(100)));
}

#[test]
fn nobody_pays_for_one_that_answers_others() {
    for answer in [SUCCESS, LATE] {
        let mut budget = empty();
        budget.observe(ms(50), FIRST, answer);
        assert!(!pays(&mut budget), "{answer:?}");
        assert!(budget.take_retry(ms(100)));
    }
}

#[test]
fn silence_is_longer_than_three_usual_gaps() {
    // When it answered, and from when on retries pay for an attempt that began
    // at 1000 ms: no gap counts for more than 250 ms.
    for (answers, from) in [
        (&[960, 970, 980, 990][..], 1_020),
        (&[600, 700, 800, 900, 990], 1_240),
        (&[100, 900], 1_150),
    ] {
        let pays = |at| {
            let mut budget = empty();
            for answer in answers {
                budget.observe(ms(*answer), FIRST, SUCCESS);
            }
            budget.take_hedge_for(ms(at), silence(1_000))
        };
        assert!(pays(from), "{answers:?}");
        assert!(!pays(from - 1), "{answers:?}");
    }
}

#[test]
fn a_failure_is_no_answer() {
    let mut budget = empty();
    budget.observe(ms(40), FIRST, SUCCESS);
    budget.observe(ms(90), FIRST, FAILURE);
    assert!(pays(&mut budget));
}

#[test]
fn one_that_never_answered_is_silent_if_others_are_known_to_answer() {
    let mut budget = empty();
    budget.observe(ms(90), SECOND, SUCCESS);
    assert!(pays(&mut budget));
}

#[test]
fn nothing_is_said_of_endpoints_where_nothing_is_told() {
    assert!(!pays(&mut empty()));
}

#[test]
fn only_a_success_earns() {
    for (what, earned) in [(SUCCESS, 50), (LATE, 0), (FAILURE, 0)] {
        let mut budget = empty();
        budget.observe(ms(1), FIRST, what);
        assert_eq!(budget.hedge.milli(), earned, "{what:?}");
    }
}
