//! What the cache's policy costs, beside `http-cache-semantics`.
//!
//! Both read the same messages. The peer takes the time of storing from the
//! system's clock, so the messages are dated now.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, criterion_group, criterion_main};
use hedgerow::cache::{Policy, Request, Response, Settings, Times, date, select};
use hedgerow::types::Timestamp;
use hedgerow_benches::messages::{Exchange, exchanges};
use http_cache_semantics::{BeforeRequest, CachePolicy};

/// The time that the peer will read.
#[expect(clippy::disallowed_methods, reason = "the peer asks the clock")]
fn wall() -> SystemTime {
    SystemTime::now()
}

fn now() -> Timestamp {
    let since = wall().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since.as_ref().map_or(0, Duration::as_secs))
}

fn all() -> [Exchange; 3] {
    let date = String::from_utf8_lossy(&date::format(now())).into_owned();
    exchanges(date.leak())
}

fn stored(settings: &Settings, exchange: &Exchange, now: Timestamp) -> Policy {
    let request = Request::new("GET", exchange.request.headers());
    let response = Response::new(200, exchange.response.headers());
    Policy::store(settings, &request, &response, Times::new(now, now)).expect("storable")
}

/// Parse both messages, remember, and find the response fresh.
fn parse_store_decide(c: &mut Criterion) {
    let (settings, now, at) = (Settings::shared(), now(), wall());
    for exchange in &all() {
        let mut group = c.benchmark_group(format!("parse+store+decide/{}", exchange.name));
        group.bench_function("hedgerow", |b| {
            b.iter(|| {
                let request = Request::new("GET", black_box(exchange).request.headers());
                let policy = stored(&settings, black_box(exchange), now);
                let decision = policy.decide(&settings, &request, now);
                assert!(decision.is_served());
                policy
            });
        });
        group.bench_function("http-cache-semantics", |b| {
            b.iter(|| {
                let exchange = black_box(exchange);
                let policy = CachePolicy::new(&exchange.request, &exchange.response);
                assert!(policy.is_storable());
                let fresh = policy.before_request(&exchange.request, at);
                assert!(matches!(fresh, BeforeRequest::Fresh(_)));
                policy
            });
        });
        group.finish();
    }
}

/// Only the decision, on what is stored already.
fn decide(c: &mut Criterion) {
    let (settings, now, at) = (Settings::shared(), now(), wall());
    for exchange in &all() {
        let mut group = c.benchmark_group(format!("decide/{}", exchange.name));
        let policy = stored(&settings, exchange, now);
        group.bench_function("hedgerow", |b| {
            b.iter(|| {
                let request = Request::new("GET", black_box(exchange).request.headers());
                black_box(&policy).decide(&settings, &request, now)
            });
        });
        group.bench_function("hedgerow, answer included", |b| {
            b.iter(|| {
                let request = Request::new("GET", black_box(exchange).request.headers());
                let decision = black_box(&policy).decide(&settings, &request, now);
                policy
                    .answer(&request, &decision, Some(9120))
                    .header_map(exchange.response.headers())
            });
        });
        let policy = CachePolicy::new(&exchange.request, &exchange.response);
        // Its decision always brings the answer's fields along.
        group.bench_function("http-cache-semantics, answer included", |b| {
            b.iter(|| black_box(&policy).before_request(&black_box(exchange).request, at));
        });
        group.finish();
    }
}

/// One of eight variants under a key.
fn variants(c: &mut Criterion) {
    let (settings, now) = (Settings::shared(), now());
    let [.., exchange] = all();
    let policies: Vec<Policy> = (0..8)
        .map(|n| {
            let coding = if n == 7 {
                "gzip, deflate, br, zstd".to_owned()
            } else {
                format!("x-{n}")
            };
            let fields = [
                ("accept-encoding", coding.as_str()),
                ("origin", "https://www.example.com"),
            ];
            let request = Request::new("GET", &fields);
            let response = Response::new(200, exchange.response.headers());
            Policy::store(&settings, &request, &response, Times::new(now, now)).expect("storable")
        })
        .collect();
    c.bench_function("select/one of 8", |b| {
        b.iter(|| {
            let request = Request::new("GET", exchange.request.headers());
            let selected = select(&settings, black_box(&policies), &request, now);
            assert_eq!(selected.map(|selected| selected.index), Some(7));
        });
    });
}

criterion_group!(benches, parse_store_decide, decide, variants);
criterion_main!(benches);
