//! Puts a stored part together with the part that was missing (RFC 9111 §3.4).

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hedgerow::cache::{self, Times};
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::Inbound;
use super::fill::Reserved;
use crate::app::App;
use crate::store::{Object, StoredBody};

/// A stored response that is more than it was.
pub(super) struct Completed {
    pub(super) object: Object,
    /// The fields for the one who asked alone.
    pub(super) own: HeaderMap,
}

/// The stored response with what `response`, a 206, brings; `None` if the two
/// don't fit, or the part does not come whole.
pub(super) async fn join(
    app: &Arc<App>,
    inbound: &Inbound,
    stored: &Object,
    response: Response<Incoming>,
    times: Times,
) -> Option<Completed> {
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
    let patience = inbound.route.upstream.settings.body_timeout_ms;
    // It has to be there in one piece, and in the store's room.
    let mut reserved = Reserved::new(app);
    let whole = collect(body, &mut reserved);
    let whole = tokio::time::timeout(Duration::from_millis(patience.into()), whole).await;
    let new = whole.ok()??;
    if !reserved.add(old.len() as u64) {
        return None;
    }
    let mut bytes = BytesMut::with_capacity(old.len() + new.len());
    for piece in &joined.pieces {
        let source: &Bytes = if piece.is_new { &new } else { old };
        let first = usize::try_from(piece.range.first).ok()?;
        let last = usize::try_from(piece.range.last).ok()?;
        bytes.extend_from_slice(source.get(first..=last)?);
    }
    let mut policy = joined.freshened.policy;
    policy.check_body(settings, bytes.len() as u64).ok()?;
    Some(Completed {
        own: policy.unshared_headers(&parts.headers),
        object: Object {
            headers: policy.merged_headers(&stored.headers, &parts.headers),
            policy,
            body: StoredBody::Whole(bytes.freeze()),
        },
    })
}

/// The whole body; `None` if it is cut, or there is no room for it.
async fn collect(mut body: Incoming, reserved: &mut Reserved) -> Option<Bytes> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else {
            continue;
        };
        if !reserved.add(data.len() as u64) {
            return None;
        }
        whole.extend_from_slice(&data);
    }
    Some(whole.freeze())
}
