//! Puts a stored part together with the part that was missing (RFC 9111 §3.4).

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hedgerow::cache::{self, Times};
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::Inbound;
use crate::app::App;
use crate::store::{Kept, Object, Room, Store, StoredBody};

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
    let mut room = app.store.room();
    let whole = collect(body, &app.store, &mut room);
    let whole = tokio::time::timeout(Duration::from_millis(patience.into()), whole).await;
    let new = whole.ok()??;
    let length = (old.len() + new.len()) as u64;
    if length > app.store.most_object() || !app.store.reserve(&mut room, length) {
        return None;
    }
    let mut bytes = BytesMut::with_capacity(old.len() + new.len());
    for piece in &joined.pieces {
        let source: &[u8] = if piece.is_new { &new } else { old };
        let first = usize::try_from(piece.range.first).ok()?;
        let last = usize::try_from(piece.range.last).ok()?;
        bytes.extend_from_slice(source.get(first..=last)?);
    }
    let mut policy = joined.freshened.policy;
    policy.check_body(settings, bytes.len() as u64).ok()?;
    Some(Completed {
        own: policy.unshared_headers(&parts.headers),
        object: Object::new(
            policy.clone(),
            policy.merged_headers(&stored.headers, &parts.headers),
            StoredBody::Whole(Kept::new(bytes.freeze(), room)),
        ),
    })
}

/// The whole body; `None` if it is cut, or there is no room for it.
async fn collect(mut body: Incoming, store: &Store, room: &mut Room) -> Option<Bytes> {
    let most = store.most_object();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else {
            continue;
        };
        let bytes = data.len() as u64;
        if room.bytes().saturating_add(bytes) > most || !store.reserve(room, bytes) {
            return None;
        }
        whole.extend_from_slice(&data);
    }
    Some(whole.freeze())
}
