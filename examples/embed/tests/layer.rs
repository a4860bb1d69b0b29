//! The layer around a service that counts what reaches it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use hedgerow::cache::Settings;
use hedgerow_embed::CacheLayer;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

type Body = Full<Bytes>;

/// Answers with what `cache` says, and 304 to its own validator.
fn origin(
    calls: Arc<AtomicUsize>,
    cache: &'static str,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    service_fn(move |request: Request<Body>| {
        let count = calls.fetch_add(1, Ordering::Relaxed);
        let known = request
            .headers()
            .get("if-none-match")
            .is_some_and(|tag| tag == "\"v1\"");
        let (status, body) = if known {
            (304, String::new())
        } else {
            (200, count.to_string())
        };
        let response = Response::builder().status(status).header("etag", "\"v1\"");
        let response = response
            .header("cache-control", cache)
            .body(Full::from(body));
        async move { Ok(response.unwrap()) }
    })
}

async fn ask<S, B>(service: &S, method: &str, fields: &[(&str, &str)]) -> (u16, String, String)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug>,
{
    let mut request = Request::builder()
        .method(method)
        .uri("https://example.com/a");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::default()).unwrap();
    let response = service.clone().oneshot(request).await.unwrap();
    let cache = response.headers()["cache-status"]
        .to_str()
        .unwrap()
        .to_owned();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap(), cache)
}

#[tokio::test]
async fn what_is_fresh_is_served() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = origin(Arc::clone(&calls), "max-age=60");
    let cached = CacheLayer::new(Settings::shared()).layer(service);
    assert_eq!(ask(&cached, "GET", &[]).await.1, "0");
    let (status, body, cache) = ask(&cached, "GET", &[]).await;
    assert_eq!((status, &*body), (200, "0"));
    assert!(cache.starts_with("hedgerow; hit"), "{cache}");
    assert_eq!(
        ask(&cached, "GET", &[("if-none-match", "\"v1\"")]).await.0,
        304
    );
    assert_eq!(ask(&cached, "GET", &[("range", "bytes=0-0")]).await.0, 206);
    assert_eq!(ask(&cached, "HEAD", &[]).await.1, "");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_stale_is_validated() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = origin(Arc::clone(&calls), "max-age=0");
    let cached = CacheLayer::new(Settings::shared()).layer(service);
    assert_eq!(ask(&cached, "GET", &[]).await.1, "0");
    let (status, body, cache) = ask(&cached, "GET", &[]).await;
    assert_eq!((status, &*body), (200, "0"));
    assert_eq!(cache, "hedgerow; fwd=stale; fwd-status=304");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_must_not_be_stored_is_not() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = origin(Arc::clone(&calls), "private, max-age=60");
    let cached = CacheLayer::new(Settings::shared()).layer(service);
    assert_eq!(ask(&cached, "GET", &[]).await.1, "0");
    assert_eq!(ask(&cached, "GET", &[]).await.1, "1");
}

#[tokio::test]
async fn what_changes_it_drops_it() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = origin(Arc::clone(&calls), "max-age=60");
    let cached = CacheLayer::new(Settings::shared()).layer(service);
    ask(&cached, "GET", &[]).await;
    ask(&cached, "DELETE", &[]).await;
    assert_eq!(ask(&cached, "GET", &[]).await.1, "2");
}

#[tokio::test]
async fn only_if_cached_is_refused() {
    let calls = Arc::new(AtomicUsize::new(0));
    let service = origin(Arc::clone(&calls), "max-age=60");
    let cached = CacheLayer::new(Settings::shared()).layer(service);
    let fields = [("cache-control", "only-if-cached")];
    assert_eq!(ask(&cached, "GET", &fields).await.0, 504);
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}
