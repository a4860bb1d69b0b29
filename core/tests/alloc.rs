//! Allocations, counted exactly: a change that adds one is seen.

#[path = "support/counting.rs"]
mod counting;

use std::hint::black_box;

use hedgerow::cdn::{
    Endpoint, HealthSettings, HealthTable, Latency, Observation, Residency, order,
};
use hedgerow::failover::{
    Candidate, Link, Output, Race, RaceSettings, SharedBudget, Unlimited, hedge_delay,
};
use hedgerow::types::{AttemptId, Duration, EndpointId, Instant, Reason};

use counting::allocations;

fn at(ms: u64) -> Instant {
    Instant::from_millis(ms)
}

fn candidates() -> [Candidate; 2] {
    [0, 1].map(|index| Candidate::new(EndpointId::new(index)))
}

/// Polls until the race waits or is done; gives the number of outputs.
fn drain(race: &mut Race, now: Instant, budget: &mut SharedBudget) -> usize {
    for outputs in 1.. {
        if matches!(race.poll(now, budget), Output::Wait(_) | Output::Done(_)) {
            return outputs;
        }
    }
    0
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| Vec::<u8>::with_capacity(9)).1, 1);
    assert_eq!(allocations(|| 9).1, 0);
}

#[test]
fn health_and_budgets_decide_without_any() {
    let endpoint = EndpointId::new(1);
    let mut health = HealthTable::new(2, HealthSettings::default(), 1);
    let mut budget = SharedBudget::default();
    let reason = Reason::NetworkError;
    let latency = Duration::from_millis(30);
    let (ejected, count) = allocations(|| {
        let mut ejected = 0;
        for second in 0..100 {
            let now = at(second * 1000);
            ejected += u32::from(health.observe(now, endpoint, Observation::Failure { reason }));
            health.observe(now, EndpointId::new(0), Observation::Success { latency });
            health.lease_probe(now, endpoint);
            ejected += u32::from(health.is_ejected(now, endpoint));
            budget.retry.count_request(now);
            budget.hedge.take();
            budget.hedge.earn();
            budget.retry.take(now);
            black_box(hedge_delay(
                Link::new(20_000, 500),
                Latency::default(),
                None,
                false,
            ));
        }
        ejected
    });
    assert!(ejected > 0);
    assert_eq!(count, 0);
}

/// The list of candidates, the list of attempts, the queue of outputs.
const RACE: u64 = 3;

#[test]
fn a_healthy_race() {
    let mut budget = SharedBudget::default();
    let candidates = candidates();
    let (outputs, count) = allocations(|| {
        let mut race = Race::new(RaceSettings::browser(), &candidates, at(0));
        let id = AttemptId::new(0);
        let mut outputs = drain(&mut race, at(0), &mut budget);
        race.handle_complete(at(30), id).ok();
        outputs += drain(&mut race, at(30), &mut budget);
        race.handle_commit(at(40), id, Ok(())).ok();
        outputs + drain(&mut race, at(40), &mut budget)
    });
    assert_eq!(outputs, 7);
    assert_eq!(count, RACE);
}

#[test]
fn a_hedge_costs_no_more() {
    let mut budget = SharedBudget::default();
    let candidates = candidates();
    let (outputs, count) = allocations(|| {
        let mut race = Race::new(RaceSettings::browser(), &candidates, at(0));
        let id = AttemptId::new(1);
        let mut outputs = drain(&mut race, at(0), &mut budget);
        outputs += drain(&mut race, at(250), &mut budget);
        race.handle_complete(at(280), id).ok();
        outputs += drain(&mut race, at(280), &mut budget);
        race.handle_commit(at(290), id, Ok(())).ok();
        outputs + drain(&mut race, at(290), &mut budget)
    });
    assert_eq!(outputs, 12);
    assert_eq!(
        count,
        RACE + 1,
        "the queue grows once, for what the end says"
    );
}

#[test]
fn a_race_that_runs_decides_without_any() {
    let candidates = candidates();
    let mut race = Race::new(RaceSettings::proxy(), &candidates, at(0));
    race.poll(at(0), &mut Unlimited);
    let (_, count) = allocations(|| {
        for tick in 0..200 {
            race.handle_progress(at(tick), AttemptId::new(0), tick * 5_000)
                .ok();
            race.poll(at(tick), &mut Unlimited);
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn an_order_is_two_lists() {
    let endpoints: Vec<Endpoint> = (0..8)
        .map(|index| Endpoint::new(EndpointId::new(index)))
        .collect();
    let draw = || order(&endpoints, &Residency::default(), &|_| false, 7);
    assert_eq!(allocations(draw).1, 2);
}
