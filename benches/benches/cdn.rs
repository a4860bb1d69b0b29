//! What it costs to put endpoints in order, and to take an observation in.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hedgerow::cdn::{HealthSettings, HealthTable, Observation, Residency, order};
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

criterion_group!(benches, orders, health);
criterion_main!(benches);
