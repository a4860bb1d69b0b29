//! What it costs to tell what an asset is, beside the regular expressions with
//! which public tools tell the immutable ones; and how well both do it.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hedgerow::asset::{Class, Rules, Settings, classify};
use hedgerow_benches::assets::{EXPRESSIONS, Score, urls};
use regex::Regex;

const COUNT: usize = 10_000;

fn expressions() -> Vec<(&'static str, Regex)> {
    EXPRESSIONS
        .iter()
        .map(|(name, expression)| (*name, Regex::new(expression).expect("an expression")))
        .collect()
}

/// The paths of real builds that the tests have, too.
fn real() -> Vec<(&'static str, bool)> {
    include_str!("../../core/tests/data/asset-paths.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(label, path)| (path, label == "immutable"))
        .collect()
}

fn quality() {
    let rules = Rules::default();
    let made = urls(COUNT, 1);
    let made: Vec<_> = made
        .iter()
        .map(|one| (one.url.as_str(), one.immutable))
        .collect();
    for (list, urls) in [("real builds", real()), ("generated", made)] {
        let show = |name: &str, tells: &dyn Fn(&str) -> bool| {
            let score = Score::of(urls.iter().copied(), tells);
            let falsely = 100.0 * score.falsely();
            println!(
                "{list}: {name}: F1 {:.3}, falsely immutable {falsely:.2} %",
                score.f1()
            );
        };
        show("hedgerow", &|url| {
            classify(url, &rules).class.is_immutable()
        });
        for (name, expression) in expressions() {
            show(name, &|url| expression.is_match(url));
        }
    }
}

fn speed(c: &mut Criterion) {
    quality();
    let made = urls(COUNT, 1);
    let lists: [(&str, Vec<&str>); 2] = [
        (
            "generated",
            made.iter().map(|one| one.url.as_str()).collect(),
        ),
        (
            "real builds",
            real().into_iter().map(|(path, _)| path).collect(),
        ),
    ];
    let plain = Rules::default();
    let settings = Settings::new()
        .with_rule("/legacy/**", Class::Other)
        .with_rule("*.{css,woff2}", Class::EntryPoint)
        .with_rule("/api/**/*.json", Class::Configuration);
    let ruled = Rules::compile(&settings).expect("patterns");
    for (list, urls) in lists {
        let mut group = c.benchmark_group(format!("classify/{list}"));
        group.throughput(Throughput::Elements(urls.len() as u64));
        let mut run = |name: &str, tells: &dyn Fn(&str) -> bool| {
            group.bench_function(name, |b| {
                b.iter(|| urls.iter().filter(|url| tells(black_box(url))).count());
            });
        };
        run("hedgerow", &|url| {
            classify(url, &plain).class.is_immutable()
        });
        run("hedgerow, three rules", &|url| {
            classify(url, &ruled).class.is_immutable()
        });
        for (name, expression) in expressions() {
            run(name, &|url| expression.is_match(url));
        }
        group.finish();
    }
}

criterion_group!(benches, speed);
criterion_main!(benches);
