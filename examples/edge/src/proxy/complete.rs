//! Puts a stored part together with the part that was missing (RFC 9111 §3.4).

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hedgerow::cache::{self, Times};
use http::Response;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;

use super::Inbound;
use crate::app::App;
use crate::store::{Object, StoredBody};

/// The stored response with what `response`, a 206, brings; `None` if the two
/// don't fit, or the part does not come whole.
pub(super) async fn join(
    app: &App,
    inbound: &Inbound,
    stored: &Object,
    response: Response<Incoming>,
    times: Times,
) -> Option<Object> {
    let StoredBody::Whole(old) = &stored.body else {
        return None;
    };
    let (parts, body) = response.into_parts();
    let new = cache::Response::new(206, &parts.headers);
    let settings = &inbound.route.settings;
    let request = inbound.as_cached();
    let joined = stored
        .policy
        .extend(settings, &request, &stored.headers, &new, times);
    let joined = joined.ok().filter(|joined| joined.freshened.kept.is_ok())?;
    // It is bounded by what the store takes, and has to be there in one piece.
    let most = usize::try_from(app.store.most_object()).unwrap_or(usize::MAX);
    let patience = inbound.route.upstream.settings.body_timeout_ms;
    let whole = Limited::new(body, most).collect();
    let whole = tokio::time::timeout(Duration::from_millis(patience.into()), whole).await;
    let new = whole.ok()?.ok()?.to_bytes();
    let mut bytes = BytesMut::with_capacity(old.len() + new.len());
    for piece in &joined.pieces {
        let source: &Bytes = if piece.is_new { &new } else { old };
        let first = usize::try_from(piece.range.first).ok()?;
        let last = usize::try_from(piece.range.last).ok()?;
        bytes.extend_from_slice(source.get(first..=last)?);
    }
    if bytes.len() > most {
        return None;
    }
    let policy = joined.freshened.policy;
    Some(Object {
        headers: policy.merged_headers(&stored.headers, &parts.headers),
        policy,
        body: StoredBody::Whole(bytes.freeze()),
    })
}
