//! What one race costs, from its first candidate to its report.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hedgerow::failover::SharedBudget;
use hedgerow_benches::{candidates, race};

fn races(c: &mut Criterion) {
    let mut group = c.benchmark_group("race");
    let candidates = candidates(2);
    group.bench_function("healthy", |b| {
        let mut budget = SharedBudget::default();
        b.iter(|| race(black_box(&candidates), 0, &mut budget));
    });
    group.bench_function("hedge", |b| {
        b.iter_batched_ref(
            SharedBudget::default,
            |budget| race(black_box(&candidates), 1, budget),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, races);
criterion_main!(benches);
