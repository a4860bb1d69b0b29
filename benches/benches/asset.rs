//! What it costs to tell what an asset is, beside the regular expressions with
//! which public tools tell the immutable ones; and how well both do it.

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hedgerow::asset::{Class, Rules, Settings, classify};
use hedgerow_benches::assets::{EXPRESSIONS, Score, urls};
use regex::Regex;

const COUNT: usize = 10_000;
const ROUNDS: u32 = 50;

fn expressions() -> Vec<(&'static str, Regex)> {
    EXPRESSIONS
        .iter()
        .map(|(name, expression)| (*name, Regex::new(expression).expect("an expression")))
        .collect()
}

/// Paths and queries, and whether each is immutable.
type List = (&'static str, Vec<(String, bool)>);

/// The paths of real builds that the tests have, too.
fn real() -> Vec<(String, bool)> {
    include_str!("../../core/tests/data/asset-paths.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(label, path)| (path.to_owned(), label == "immutable"))
        .collect()
}

/// A way of telling whether a URL is immutable.
type Tells<'a> = (&'static str, Box<dyn Fn(&str) -> bool + 'a>);

/// Prints how fast each way is and how often it is right.
fn table(lists: &[List]) {
    let rules = Rules::default();
    let mut ways: Vec<Tells<'_>> = vec![(
        "hedgerow",
        Box::new(|url| classify(url, &rules).class.is_immutable()),
    )];
    for (name, expression) in expressions() {
        ways.push((name, Box::new(move |url| expression.is_match(url))));
    }
    println!("| list | how | ns a URL | million URLs/s | F1 | falsely immutable |");
    println!("|---|---|---|---|---|---|");
    for (list, urls) in lists {
        let list = format!("{list}, {}", urls.len());
        for (name, tells) in &ways {
            let score = Score::of(
                urls.iter().map(|(url, label)| (url.as_str(), *label)),
                tells,
            );
            let nanos = nanos(urls, tells);
            println!(
                "| {list} | {name} | {nanos:.0} | {:.1} | {:.3} | {:.2} % |",
                1000.0 / nanos,
                score.f1(),
                100.0 * score.falsely(),
            );
        }
    }
}

/// What one URL of a list takes, the best of some rounds: the machine's other
/// work only ever adds.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn nanos(urls: &[(String, bool)], tells: impl Fn(&str) -> bool) -> f64 {
    let round = |_| {
        let start = Instant::now();
        let told = urls.iter().filter(|(url, _)| tells(black_box(url)));
        black_box(told.count());
        start.elapsed()
    };
    let best = (0..ROUNDS).map(round).min().unwrap_or_default();
    best.as_nanos() as f64 / urls.len().max(1) as f64
}

fn speed(c: &mut Criterion) {
    let made = urls(COUNT, 1);
    let made = made.into_iter().map(|one| (one.url, one.immutable));
    let lists = [("generated", made.collect()), ("real builds", real())];
    table(&lists);
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
                b.iter(|| urls.iter().filter(|(url, _)| tells(black_box(url))).count());
            });
        };
        run("hedgerow", &|url| {
            classify(url, &plain).class.is_immutable()
        });
        run("hedgerow, three rules", &|url| {
            classify(url, &ruled).class.is_immutable()
        });
        group.finish();
    }
}

criterion_group!(benches, speed);
criterion_main!(benches);
