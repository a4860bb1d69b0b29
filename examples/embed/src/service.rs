//! The service: lookup, validation, storing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use hedgerow::cache::{self, Action, CacheStatus, Decision, Policy, Times};
use hedgerow::types::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Either, Full};
use tower_service::Service;

use crate::Shared;
use crate::store::Stored;

/// How the cache calls itself.
const NAME: &str = "hedgerow";

/// What is larger, or of unknown length, passes through.
const MOST: u64 = 1024 * 1024;

/// A service with a cache before it.
#[derive(Clone, Debug)]
pub struct Cached<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Cached<S> {
    pub(crate) const fn new(inner: S, shared: Arc<Shared>) -> Cached<S> {
        Cached { inner, shared }
    }
}

type Reply<B> = Response<Either<Full<Bytes>, B>>;

impl<S, A, B> Service<Request<A>> for Cached<S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    A: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<S::Error>,
{
    type Response = Reply<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Reply<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        // The one that is ready goes, its clone waits for the next.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let shared = Arc::clone(&self.shared);
        Box::pin(answer(shared, inner, request))
    }
}

async fn answer<S, A, B>(
    shared: Arc<Shared>,
    mut inner: S,
    request: Request<A>,
) -> Result<Reply<B>, S::Error>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Body<Data = Bytes>,
    B::Error: Into<S::Error>,
{
    let (mut parts, body) = request.into_parts();
    let uri = parts.uri.to_string();
    let original = parts.clone();
    let asked = cache::Request::from_parts(&original).with_target(&uri);
    let stored = shared.store.get(&uri);
    let policies = stored.iter().map(|stored| &stored.policy);
    let found = cache::select(&shared.settings, policies, &asked, now());
    let decision = match &found {
        Some(found) => found.decision,
        None => cache::decide_miss(&asked),
    };
    let found = found.map(|found| Arc::clone(&stored[found.index]));
    let status = CacheStatus::of(NAME, &decision);
    let validating = match (decision.action, &found) {
        // A background revalidation needs a runtime to spawn it on, so what
        // may be served meanwhile is validated first here.
        (Action::Serve, Some(found)) => return Ok(serve(found, &asked, &decision, status)),
        (Action::GatewayTimeout, _) => {
            let mut response = Response::new(Either::Left(Full::default()));
            *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
            return Ok(told(response, status));
        }
        (Action::Revalidate | Action::ServeAndRevalidate, Some(found)) => {
            condition(&mut parts.headers, &found.policy);
            Some(found)
        }
        _ => None,
    };
    let sent = now();
    let response = inner.call(Request::from_parts(parts, body)).await?;
    let times = Times::new(sent, now());
    let (head, body) = response.into_parts();
    let answered = cache::Response::from_parts(&head);
    for stale in cache::invalidation(&asked, &answered).uris(&uri) {
        shared.store.remove(stale);
    }
    // Without the detail, which says why it went on and not what came of it.
    let status = cache::Forwarded::of(&decision).map_or(CacheStatus::new(NAME), |why| {
        CacheStatus::new(NAME).with_forwarded(why)
    });
    if let (Some(found), StatusCode::NOT_MODIFIED) = (validating, head.status) {
        let settings = &shared.settings;
        let fresh = found
            .policy
            .freshen(settings, &asked, &found.headers, &answered, times);
        if let Ok(fresh) = fresh {
            let new = Arc::new(Stored {
                headers: fresh.policy.merged_headers(&found.headers, &head.headers),
                policy: fresh.policy,
                body: found.body.clone(),
            });
            if fresh.kept.is_ok() {
                shared.store.put(&uri, Arc::clone(&new), now());
            }
            let decision = new.policy.validated(now());
            return Ok(serve(
                &new,
                &asked,
                &decision,
                status.with_forward_status(304),
            ));
        }
        shared.store.remove(&uri);
    }
    let small = body
        .size_hint()
        .exact()
        .is_some_and(|length| length <= MOST);
    let policy = Policy::store(&shared.settings, &asked, &answered, times);
    let (Ok(mut policy), true) = (policy, small) else {
        return Ok(told(
            Response::from_parts(head, Either::Right(body)),
            status,
        ));
    };
    let body = body.collect().await.map_err(Into::into)?.to_bytes();
    let whole = policy.check_body(&shared.settings, body.len() as u64);
    let new = Stored {
        headers: policy.stored_headers(&head.headers),
        policy,
        body: body.clone(),
    };
    let stored = whole.is_ok() && shared.store.put(&uri, Arc::new(new), now());
    let status = if stored { status.with_stored() } else { status };
    let response = Response::from_parts(head, Either::Left(Full::new(body)));
    Ok(told(response, status))
}

/// Puts the store's own condition in place of the client's.
fn condition(headers: &mut HeaderMap, policy: &Policy) {
    let conditional = |name: &HeaderName| cache::is_conditional_field(name.as_str().as_bytes());
    let names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| conditional(name))
        .cloned()
        .collect();
    for name in names {
        headers.remove(name);
    }
    for (name, value) in policy.validation().lines() {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn serve<B>(
    stored: &Stored,
    asked: &cache::Request<'_, HeaderMap>,
    decision: &Decision,
    status: CacheStatus<'_>,
) -> Reply<B> {
    let answer = stored
        .policy
        .answer(asked, decision, Some(stored.body.len() as u64));
    let response = answer.response(&stored.headers, |part| {
        Either::Left(Full::new(stored.body.slice(part)))
    });
    told(response, status)
}

fn told<B>(mut response: Response<B>, status: CacheStatus<'_>) -> Response<B> {
    if let Ok(value) = HeaderValue::try_from(status.to_string()) {
        response.headers_mut().append("cache-status", value);
    }
    response
}

#[expect(
    clippy::disallowed_methods,
    reason = "the engine is given the time; here it is read"
)]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_secs(since.map_or(0, |since| since.as_secs()))
}
