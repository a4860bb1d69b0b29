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

type Stored = (HeaderMap, Policy, Bytes);

struct Proxy {
    origin: String,
    client: Client<HttpConnector, Full<Bytes>>,
    settings: Settings,
    /// A program of more than thirty lines bounds it.
    store: Mutex<HashMap<String, Vec<Stored>>>,
}

// The thirty lines.
async fn answer(proxy: Arc<Proxy>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let uri = format!("{}{}", proxy.origin, parts.uri);
    let asked = cache::Request::from_parts(&parts).with_target(&uri);
    let stored = lock(&proxy.store).get(&uri).cloned().unwrap_or_default();
    let policies = stored.iter().map(|(_, policy, _)| policy);
    if let Some(found) = cache::select(&proxy.settings, policies, &asked, now())
        && found.decision.action == Action::Serve
    {
        let (headers, policy, body) = &stored[found.index];
        let answer = policy.answer(&asked, &found.decision, Some(body.len() as u64));
        return Ok(answer.response(headers, |part| Full::new(body.slice(part))));
    }
    let mut forwarded = Request::from_parts(parts.clone(), body.collect().await?.to_bytes().into());
    *forwarded.uri_mut() = uri.parse()?;
    cache::remove_hop_by_hop(forwarded.headers_mut());
    let sent = now();
    let (mut head, body) = proxy.client.request(forwarded).await?.into_parts();
    let (times, body) = (Times::new(sent, now()), body.collect().await?.to_bytes());
    let answered = cache::Response::from_parts(&head);
    let mut store = lock(&proxy.store);
    for stale in cache::invalidation(&asked, &answered).uris(&uri) {
        store.remove(stale);
    }
    let length = body.len() as u64;
    if let Ok(policy) = Policy::store_whole(&proxy.settings, &asked, &answered, times, length) {
        let new = (policy.stored_headers(&head.headers), policy, body.clone());
        cache::put(store.entry(uri).or_default(), new, |(_, it, _)| it, now());
    }
    cache::remove_hop_by_hop(&mut head.headers);
    Ok(Response::from_parts(head, Full::new(body)))
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
