//! What it costs to put endpoints in order, to take an observation in, to pick,
//! and to change a pool. `benches/pingora` has the picks beside other crates'.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Probing};
use hedgerow::cdn::pool::{Draws, Health, Key, Member, Pool, PoolSettings, Sites, Turns};
use hedgerow::cdn::{Endpoint, HealthSettings, HealthTable, Observation, Residency, order};
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use hedgerow_benches::endpoints;

fn orders(c: &mut Criterion) {
    let mut group = c.benchmark_group("order");
    for count in [2, 8, 32] {
        let endpoints = endpoints(count);
        let residency = Residency::default();
        group.throughput(Throughput::Elements(count.into()));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            let mut seed = 0_u32;
            b.iter(|| {
                seed = seed.wrapping_add(1);
                order(black_box(&endpoints), &residency, &|_| false, seed)
            });
        });
    }
    group.finish();
}

fn health(c: &mut Criterion) {
    let mut group = c.benchmark_group("health");
    let endpoint = EndpointId::new(1);
    let now = Instant::from_millis(5000);
    let latency = Duration::from_millis(30);
    let success = Observation::Success { latency };
    let failure = Observation::Failure {
        reason: Reason::NetworkError,
    };
    group.bench_function("observe success", |b| {
        let mut health = HealthTable::new(8, HealthSettings::default(), 1);
        b.iter(|| health.observe(black_box(now), endpoint, success));
    });
    group.bench_function("observe failure and success", |b| {
        let mut health = HealthTable::new(8, HealthSettings::browser(latency), 1);
        b.iter(|| {
            health.observe(black_box(now), endpoint, failure);
            health.observe(black_box(now), endpoint, success)
        });
    });
    group.bench_function("is ejected", |b| {
        let mut health = HealthTable::new(8, HealthSettings::browser(latency), 1);
        health.observe(now, endpoint, failure);
        b.iter(|| health.is_ejected(black_box(now), black_box(endpoint)));
    });
    group.finish();
}

/// A pool of equals; `half` has every second one down.
fn pool(count: u16, half: bool) -> Pool {
    weighted(endpoints(count), half)
}

fn weighted(endpoints: Vec<Endpoint>, half: bool) -> Pool {
    let count = endpoints.len() as u16;
    let members = endpoints.into_iter().map(Member::new).collect();
    let settings = PoolSettings::default();
    let mut pool = Pool::new(members, Sites::default(), settings).expect("ids are positions");
    for index in (0..count).step_by(2).filter(|_| half) {
        pool.set_health(Instant::default(), EndpointId::new(index), Health::Failing);
    }
    pool
}

/// A pool of which no two of the first eight weigh the same.
fn unequal(count: u16, half: bool) -> Pool {
    let weighing = |(index, one): (u16, Endpoint)| one.with_weight(50 + 10 * (index % 8));
    weighted((0..).zip(endpoints(count)).map(weighing).collect(), half)
}

/// A pool of which all that have weight are down.
fn last_resorts(count: u16) -> Pool {
    let weighing = |(index, one): (u16, Endpoint)| one.with_weight((index + 1) % 2);
    weighted((0..).zip(endpoints(count)).map(weighing).collect(), true)
}

fn picks(c: &mut Criterion) {
    let mut group = c.benchmark_group("pick");
    for count in [2, 8, 100, 1000] {
        for (half, state) in [(false, "healthy"), (true, "half down")] {
            let snapshot = pool(count, half).snapshot(Instant::default());
            let id = |how: &str| BenchmarkId::new(how, format!("{count} {state}"));
            let (mut draws, mut turns) = (Draws::new(1), Turns::default());
            group.bench_function(id("drawn"), |b| {
                b.iter(|| snapshot.view(None).draw(&mut draws));
            });
            group.bench_function(id("in turn"), |b| {
                b.iter(|| snapshot.view(None).turn(&mut turns, &mut draws));
            });
            let unequal = unequal(count, half).snapshot(Instant::default());
            for (how, snapshot) in [("keyed", &snapshot), ("keyed, unequal weights", &unequal)] {
                group.bench_function(id(how), |b| {
                    let mut number = 0_u128;
                    b.iter(|| {
                        number += 1;
                        snapshot.view(None).keyed(Key::of(&number.to_le_bytes()))
                    });
                });
            }
        }
    }
    group.finish();
}

fn changes(c: &mut Criterion) {
    let mut group = c.benchmark_group("snapshot after");
    let now = Instant::default();
    let endpoint = EndpointId::new(1);
    for count in [8, 100, 1000] {
        for (pool, what) in [
            (pool(count, false), "a change of health"),
            (last_resorts(count), "the same among last resorts"),
        ] {
            group.bench_function(BenchmarkId::new(what, count), |b| {
                let mut pool = pool.clone();
                let mut states = [Health::Failing, Health::Healthy].into_iter().cycle();
                b.iter(|| {
                    pool.set_health(now, endpoint, states.next().unwrap_or_default());
                    pool.snapshot(now)
                });
            });
        }
        for (half, what) in [(false, "a change of weight"), (true, "the same, half down")] {
            group.bench_function(BenchmarkId::new(what, count), |b| {
                // Half of these have more than half of the weight: nobody panics.
                let mut pool = unequal(count, half);
                let mut weights = (60..160).cycle();
                b.iter(|| {
                    pool.set_weight(endpoint, weights.next().unwrap_or_default());
                    pool.snapshot(now)
                });
            });
        }
    }
    group.finish();
}

fn monitor(c: &mut Criterion) {
    let mut group = c.benchmark_group("monitor");
    let settings = MonitorSettings::default().with_probing(Some(Probing::default()));
    let now = Instant::from_millis(5000);
    for count in [8, 1000] {
        let start = Instant::default();
        let mut monitor =
            Monitor::new(count, settings.clone(), start, 1).expect("settings that fit");
        while !matches!(monitor.poll(now), Output::Wait(_)) {}
        let latency = Duration::from_millis(30);
        let what = Observation::Success { latency };
        group.bench_function(BenchmarkId::new("observe success and poll", count), |b| {
            b.iter(|| {
                monitor.observe(black_box(now), EndpointId::new(1), what);
                monitor.poll(now)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, orders, health, picks, changes, monitor);
criterion_main!(benches);
