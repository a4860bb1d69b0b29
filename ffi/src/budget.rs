//! Budgets, so that failover never multiplies load.

use hedgerow::failover::{Budget, HedgeBudget, RetryBudget, SharedBudget, Silence};
use hedgerow::types::Instant;

use crate::boundary::{Exclusive, call, exclusive, free, new_handle, object, out, read, shared};
use crate::observation::hedgerow_observation;
use crate::status::hedgerow_status::{self, *};
use crate::values::{HEDGEROW_MOST_ENDPOINTS, at, endpoint};

/// The budgets of hedges and retries, which the races of one thread share. One
/// thread at a time; where a race takes one, NULL sets no limit.
pub struct hedgerow_budget(());
object!(hedgerow_budget, SharedBudget, b"BUDG");

/// A budget that may be left out.
pub(crate) struct Optional<'a>(pub(crate) Option<Exclusive<'a, hedgerow_budget>>);

impl Budget for Optional<'_> {
    fn take_hedge(&mut self, now: Instant) -> bool {
        self.0.as_mut().is_none_or(|budget| budget.take_hedge(now))
    }

    fn take_hedge_for(&mut self, now: Instant, silence: Silence) -> bool {
        self.0
            .as_mut()
            .is_none_or(|budget| budget.take_hedge_for(now, silence))
    }

    fn take_retry(&mut self, now: Instant) -> bool {
        self.0.as_mut().is_none_or(|budget| budget.take_retry(now))
    }
}

/// The budget that a pointer from C is to.
macro_rules! budget {
    ($pointer:expr) => {
        if $pointer.is_null() {
            Ok(crate::budget::Optional(None))
        } else {
            crate::boundary::exclusive!($pointer).map(|open| crate::budget::Optional(Some(open)))
        }
    };
}
pub(crate) use budget;

/// Full budgets: hedges for about 5 % of the requests in the long run, and
/// retries for `retry_percent` of the requests of the last 10 s (20 is usual)
/// plus `retries_per_second` (10). Free them with `hedgerow_budget_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_new(
    retry_percent: u32,
    retries_per_second: u32,
    budget: *mut *mut hedgerow_budget,
) -> hedgerow_status {
    call(|| {
        out!(budget)?.put(new_handle(SharedBudget::new(
            HedgeBudget::new(),
            RetryBudget::new(retry_percent, retries_per_second),
        )));
        Ok(())
    })
}

/// Frees budgets; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_free(budget: *mut hedgerow_budget) -> hedgerow_status {
    free!(budget)
}

/// Counts a request, which earns its share of a retry. Call it once for each
/// request, not for each attempt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_count_request(
    budget: *mut hedgerow_budget,
    now: u64,
) -> hedgerow_status {
    call(|| {
        exclusive!(budget)?.retry.count_request(at(now));
        Ok(())
    })
}

/// Takes in what was seen of an endpoint: a success earns a twentieth of a
/// hedge, and any answer shows that the endpoint is not silent. A hedge of one
/// that is may be paid by the budget of retries, so hand every observation of a
/// race or fetch to this, too.
///
/// HEDGEROW_UNKNOWN: an endpoint beyond HEDGEROW_MOST_ENDPOINTS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_observe(
    budget: *mut hedgerow_budget,
    now: u64,
    observation: *const hedgerow_observation,
) -> hedgerow_status {
    call(|| {
        let mut budget = exclusive!(budget)?;
        let seen = read!(observation)?;
        // Its memory is as long as the highest id.
        if seen.endpoint >= HEDGEROW_MOST_ENDPOINTS {
            return Err(HEDGEROW_UNKNOWN);
        }
        budget.observe(at(now), endpoint(seen.endpoint), seen.plain()?);
        Ok(())
    })
}

/// Counts a request that succeeded, which earns a twentieth of a hedge: for
/// programs that don't hand observations to `hedgerow_budget_observe`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_count_success(
    budget: *mut hedgerow_budget,
) -> hedgerow_status {
    call(|| {
        exclusive!(budget)?.hedge.earn();
        Ok(())
    })
}

/// What is left for hedges, in thousandths of one, for metrics and to be kept.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_hedges(
    budget: *const hedgerow_budget,
    thousandths: *mut u32,
) -> hedgerow_status {
    call(|| {
        let budget = shared!(budget)?;
        out!(thousandths)?.put(budget.hedge.milli());
        Ok(())
    })
}

/// Sets what is left for hedges, in thousandths of one, at most a full bucket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_set_hedges(
    budget: *mut hedgerow_budget,
    thousandths: u32,
) -> hedgerow_status {
    call(|| {
        exclusive!(budget)?.hedge = HedgeBudget::from_milli(thousandths);
        Ok(())
    })
}

/// Takes one hedge, for those who race by themselves; `taken` becomes 0 if the
/// budget is spent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_take_hedge(
    budget: *mut hedgerow_budget,
    now: u64,
    taken: *mut u32,
) -> hedgerow_status {
    call(|| {
        let mut budget = exclusive!(budget)?;
        let taken = out!(taken)?;
        taken.put(budget.take_hedge(at(now)).into());
        Ok(())
    })
}

/// Takes one retry; `taken` becomes 0 if the budget is spent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_take_retry(
    budget: *mut hedgerow_budget,
    now: u64,
    taken: *mut u32,
) -> hedgerow_status {
    call(|| {
        let mut budget = exclusive!(budget)?;
        let taken = out!(taken)?;
        taken.put(budget.take_retry(at(now)).into());
        Ok(())
    })
}

/// How many retries are left at `now`, for metrics.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_budget_retries(
    budget: *const hedgerow_budget,
    now: u64,
    left: *mut u64,
) -> hedgerow_status {
    call(|| {
        let budget = shared!(budget)?;
        out!(left)?.put(budget.retry.left(at(now)));
        Ok(())
    })
}
