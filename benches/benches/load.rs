//! What the engine adds to one widget load.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hedgerow::load::{Early, LoadSettings, Memory, Plan};
use hedgerow::types::Instant;
use hedgerow_benches::{endpoints, load};

fn loads(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    let settings = LoadSettings::new(endpoints(2), 1);
    let words = load(settings.clone(), None, None);
    let plan = Plan::new(
        &settings,
        &Memory::from_words(&words, &settings).expect("written by a load"),
    );
    let early = Early::new(plan.order[0], Instant::from_millis(960));
    group.bench_function("first view", |b| {
        b.iter(|| load(black_box(settings.clone()), None, None));
    });
    group.bench_function("next view, its download under way", |b| {
        b.iter(|| {
            let memory = Memory::from_words(black_box(&words), &settings).ok();
            load(black_box(settings.clone()), memory, Some(early))
        });
    });
    group.finish();
}

criterion_group!(benches, loads);
criterion_main!(benches);
