//! What the cache's policy costs, beside `pingora-cache`'s.
//!
//! Both read the same messages. `cd benches/pingora && cargo bench` runs it;
//! cmake must be installed.
//!
//! The two don't do the same. The peer keeps the whole response head and a
//! moment until which it is fresh; it reads no field of requests, no `Age` and
//! no `Date`, and leaves `Vary` to its users, as [`variance`] does here after
//! its documentation.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hedgerow::cache::{Policy, Request, Response, Settings, Times, date};
use hedgerow::types::Timestamp;
use hedgerow_benches::messages::{Exchange, exchanges};
use http::HeaderMap;
use pingora_cache::cache_control::CacheControl;
use pingora_cache::filters::{request_cacheable, resp_cacheable};
use pingora_cache::key::HashBinary;
use pingora_cache::{CacheMeta, CacheMetaDefaults, RespCacheable, VarianceBuilder};
use pingora_http::{RequestHeader, ResponseHeader};

const DEFAULTS: CacheMetaDefaults = CacheMetaDefaults::new(|_| None, 0, 0);

/// The time that the peer will read.
#[expect(clippy::disallowed_methods, reason = "the peer asks the clock")]
fn clock() -> SystemTime {
    SystemTime::now()
}

fn all(now: SystemTime) -> [Exchange; 3] {
    let date = String::from_utf8_lossy(&date::format(wall(now))).into_owned();
    exchanges(date.leak())
}

fn wall(now: SystemTime) -> Timestamp {
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since.as_ref().map_or(0, Duration::as_secs))
}

/// The exchange in the peer's types.
fn heads(exchange: &Exchange) -> (RequestHeader, ResponseHeader) {
    let mut request = RequestHeader::build("GET", b"/", None).expect("valid");
    for (name, value) in exchange.request.headers() {
        request.append_header(name, value).expect("valid");
    }
    let mut response = ResponseHeader::build(200, None).expect("valid");
    for (name, value) in exchange.response.headers() {
        response.append_header(name, value).expect("valid");
    }
    (request, response)
}

/// What the peer's users do about `Vary`.
fn variance(stored: &HeaderMap, request: &HeaderMap) -> Option<HashBinary> {
    let mut builder = VarianceBuilder::new();
    for line in stored.get_all("vary") {
        for name in line.to_str().unwrap_or_default().split(',') {
            let name = name.trim().to_ascii_lowercase();
            let value = request.get(&name).map(|value| value.as_bytes().to_vec());
            builder.add_owned_name_value(name, value.unwrap_or_default());
        }
    }
    builder.finalize()
}

fn stored_by_peer(request: &RequestHeader, response: ResponseHeader) -> CacheMeta {
    assert!(request_cacheable(request));
    let directives = CacheControl::from_resp_headers(&response);
    match resp_cacheable(directives.as_ref(), response, false, &DEFAULTS) {
        RespCacheable::Cacheable(mut meta) => {
            if let Some(variance) = variance(meta.headers(), &request.headers) {
                meta.set_variance_key(variance);
            }
            meta
        }
        RespCacheable::Uncacheable(why) => panic!("{why:?}"),
    }
}

/// Whether the peer's stored response is fresh and meant for the request.
fn is_served_by_peer(meta: &CacheMeta, request: &RequestHeader, now: SystemTime) -> bool {
    request_cacheable(request)
        && meta.is_fresh(now)
        && variance(meta.headers(), &request.headers) == meta.variance()
}

fn stored(settings: &Settings, exchange: &Exchange, now: Timestamp) -> Policy {
    let request = Request::new("GET", exchange.request.headers());
    let response = Response::new(200, exchange.response.headers());
    Policy::store(settings, &request, &response, Times::new(now, now)).expect("storable")
}

/// Parse both messages, remember, and find the response fresh.
fn parse_store_decide(c: &mut Criterion) {
    let (settings, at) = (Settings::shared(), clock());
    let now = wall(at);
    for exchange in &all(at) {
        let mut group = c.benchmark_group(format!("parse+store+decide/{}", exchange.name));
        group.bench_function("hedgerow", |b| {
            b.iter(|| {
                let exchange = black_box(exchange);
                let policy = stored(&settings, exchange, now);
                let request = Request::new("GET", exchange.request.headers());
                assert!(policy.decide(&settings, &request, now).is_served());
                policy
            });
        });
        let (request, response) = heads(exchange);
        group.bench_function("pingora-cache", |b| {
            // It takes the head for itself; copying that is not counted.
            b.iter_batched(
                || response.clone(),
                |response| {
                    let request = black_box(&request);
                    let meta = stored_by_peer(request, response);
                    assert!(is_served_by_peer(&meta, request, at));
                    meta
                },
                BatchSize::SmallInput,
            );
        });
        group.finish();
    }
}

/// Only the decision, on what is stored already.
fn decide(c: &mut Criterion) {
    let (settings, at) = (Settings::shared(), clock());
    let now = wall(at);
    for exchange in &all(at) {
        let mut group = c.benchmark_group(format!("decide/{}", exchange.name));
        let policy = stored(&settings, exchange, now);
        group.bench_function("hedgerow", |b| {
            b.iter(|| {
                let request = Request::new("GET", black_box(exchange).request.headers());
                black_box(&policy).decide(&settings, &request, now)
            });
        });
        let (request, response) = heads(exchange);
        let meta = stored_by_peer(&request, response);
        group.bench_function("pingora-cache", |b| {
            b.iter(|| is_served_by_peer(black_box(&meta), black_box(&request), at));
        });
        group.finish();
    }
}

criterion_group!(benches, parse_store_decide, decide);
criterion_main!(benches);
