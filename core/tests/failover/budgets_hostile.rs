//! Budgets at any time, of any endpoint, after any latency: nothing panics, and
//! nobody gets more than there is.

use hedgerow::cdn::Observation;
use hedgerow::failover::{Budget, HedgeBudget, RetryBudget, SharedBudget, Silence};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Call {
    Succeeds(Duration),
    Late(Duration),
    Fails,
    Request,
    Hedge,
    HedgeFor(Instant, bool, bool),
    Retry,
}

/// Numbers of which the ends are as likely as all that lies between.
fn ends() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..4_u64,
        0..30_000_000_u64,
        any::<u64>(),
        u64::MAX - 3..=u64::MAX
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let span = || ends().prop_map(Duration::from_micros);
    prop_oneof![
        3 => span().prop_map(Call::Succeeds),
        1 => span().prop_map(Call::Late),
        1 => Just(Call::Fails),
        1 => Just(Call::Request),
        1 => Just(Call::Hedge),
        3 => (ends().prop_map(Instant::from_micros), any::<bool>(), any::<bool>())
            .prop_map(|(since, refused, again)| Call::HedgeFor(since, refused, again)),
        1 => Just(Call::Retry),
    ]
}

proptest! {
    #[test]
    fn nobody_gets_more_than_there_is(
        calls in proptest::collection::vec((ends(), 0..3_u16, call()), 0..120),
        milli: u32,
    ) {
        let hedges = HedgeBudget::from_milli(milli);
        let mut left = u64::from(hedges.milli());
        prop_assert!(left <= u64::from(HedgeBudget::CAPACITY_MILLI));
        // Without retries, so that hedges have nothing else to draw on.
        let mut budget = SharedBudget::new(hedges, RetryBudget::new(0, 0));
        for (micros, endpoint, call) in calls {
            let now = Instant::from_micros(micros);
            let endpoint = EndpointId::new(endpoint * (u16::MAX / 2));
            let mut observe = |what| budget.observe(now, endpoint, what);
            let granted = match call {
                Call::Succeeds(latency) => {
                    observe(Observation::Success { latency });
                    left += u64::from(HedgeBudget::EARNED_MILLI);
                    false
                }
                Call::Late(latency) => {
                    observe(Observation::Late { latency });
                    false
                }
                Call::Fails => {
                    let reason = Reason::Timeout;
                    observe(Observation::Failure { reason });
                    false
                }
                Call::Request => {
                    budget.retry.count_request(now);
                    false
                }
                Call::Hedge => budget.take_hedge(now),
                Call::HedgeFor(since, refused, asks_again) => {
                    let silence = Silence { endpoint, since, refused, asks_again };
                    budget.take_hedge_for(now, silence)
                }
                Call::Retry => {
                    prop_assert!(!budget.take_retry(now), "there is none");
                    false
                }
            };
            if granted {
                prop_assert!(left >= 1000, "for nothing");
                left -= 1000;
            }
            left = left.min(HedgeBudget::CAPACITY_MILLI.into());
            prop_assert_eq!(u64::from(budget.hedge.milli()), left);
        }
    }

    /// What is left of retries is a share of the requests of the last seconds and
    /// a floor, whatever the clock does.
    #[test]
    fn retries_have_a_ceiling(
        moments in proptest::collection::vec((ends(), any::<bool>()), 0..200),
        percent in prop_oneof![0..200_u32, any::<u32>()],
        per_second in prop_oneof![0..3_u32, any::<u32>()],
    ) {
        let mut budget = RetryBudget::new(percent, per_second);
        let (mut now, mut requests, mut retries) = (Instant::default(), 0_u64, 0_u64);
        for (micros, retry) in moments {
            // All within one second of a clock that only goes on.
            now = now.max(Instant::from_micros(micros % 1_000_000));
            if retry {
                retries += u64::from(budget.take(now));
            } else {
                budget.count_request(now);
                requests += 1;
            }
            let floor = u64::from(per_second) * 10;
            let most = (requests * u64::from(percent) / 100).saturating_add(floor);
            prop_assert!(retries <= most);
            // What another clock says must not panic.
            let _ = budget.left(Instant::from_micros(micros));
        }
    }
}
