//! A caching reverse proxy in thirty lines of hyper; what stands around them
//! opens the sockets.
//!
//! ```sh
//! cargo run -p hedgerow-embed --bin hyper -- 127.0.0.1:8080 http://127.0.0.1:8000
//! ```

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hedgerow::cache::{self, Action, Policy, Settings, Times};
use hedgerow::types::Timestamp;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};

type Stored = (Policy, HeaderMap, Bytes);

struct Proxy {
    origin: String,
    client: Client<HttpConnector, Full<Bytes>>,
    settings: Settings,
    /// A program of more than thirty lines bounds it.
    store: Mutex<HashMap<String, Vec<Stored>>>,
}

// The thirty lines.
async fn answer(proxy: Arc<Proxy>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let (mut parts, body) = request.into_parts();
    let uri = format!("{}{}", proxy.origin, parts.uri);
    let stored = lock(&proxy.store).get(&uri).cloned().unwrap_or_default();
    let asked = cache::Request::from_parts(&parts).with_target(&uri);
    let policies = stored.iter().map(|(policy, ..)| policy);
    if let Some(found) = cache::select(&proxy.settings, policies, &asked, now())
        && found.decision.action == Action::Serve
    {
        let (policy, headers, body) = &stored[found.index];
        let answer = policy.answer(&asked, &found.decision, Some(body.len() as u64));
        let part = answer
            .body_range()
            .map(|part| part.first as usize..=part.last as usize);
        let body = part.map_or_else(|| body.clone(), |part| body.slice(part));
        let body = if answer.has_body() {
            body
        } else {
            Bytes::new()
        };
        return respond(answer.status(), answer.header_map(headers), body);
    }
    let original = parts.clone();
    let asked = cache::Request::from_parts(&original).with_target(&uri);
    (parts.uri, parts.headers) = (uri.parse()?, end_to_end(&parts.headers));
    let sent = now();
    let body = Full::new(body.collect().await?.to_bytes());
    let (head, body) = proxy
        .client
        .request(Request::from_parts(parts, body))
        .await?
        .into_parts();
    let (times, body) = (Times::new(sent, now()), body.collect().await?.to_bytes());
    let answered = cache::Response::new(head.status.as_u16(), &head.headers);
    let stale = cache::invalidation(&asked, &answered);
    let mut store = lock(&proxy.store);
    stale
        .others
        .iter()
        .chain(stale.target.then_some(&uri))
        .for_each(|uri| drop(store.remove(uri)));
    let policy = Policy::store(&proxy.settings, &asked, &answered, times);
    if let Ok(mut policy) = policy
        && policy
            .check_body(&proxy.settings, body.len() as u64)
            .is_ok()
    {
        let variants = store.entry(uri).or_default();
        variants.retain(|(old, ..)| !old.is_same_variant(&policy));
        let headers = policy.stored_headers(&head.headers);
        variants.push((policy, headers, body.clone()));
    }
    respond(head.status.as_u16(), end_to_end(&head.headers), body)
}

fn respond(status: u16, headers: HeaderMap, body: Bytes) -> Result<Response<Full<Bytes>>> {
    let mut response = Response::builder().status(status).body(Full::new(body))?;
    *response.headers_mut() = headers;
    Ok(response)
}

/// What is not for one connection alone (RFC 9110 §7.6.1).
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(http::header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| {
            value
                .split(',')
                .map(|name| name.trim().to_ascii_lowercase())
        })
        .collect();
    let own = |name: &str| {
        cache::is_hop_by_hop(name.as_bytes()) || named.iter().any(|named| named == name)
    };
    let kept = headers.iter().filter(|(name, _)| !own(name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the engine is given the time; here it is read"
)]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since.map_or(0, |since| since.as_secs()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let listen = args
        .next()
        .context("where to listen, such as 127.0.0.1:8080")?;
    let origin = args
        .next()
        .context("the origin, such as http://127.0.0.1:8000")?;
    let proxy = Arc::new(Proxy {
        origin,
        client: Client::builder(TokioExecutor::new()).build_http(),
        settings: Settings::shared(),
        store: Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let proxy = Arc::clone(&proxy);
        let service = service_fn(move |request| answer(Arc::clone(&proxy), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("{error}");
            }
        });
    }
}
