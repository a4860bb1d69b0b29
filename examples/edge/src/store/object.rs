//! A stored response.

use std::sync::Arc;

use bytes::BytesMut;
use hedgerow::cache::Policy;
use http::{HeaderMap, HeaderValue};

use super::{Codings, Kept, Room, Spool};

/// A stored response: the engine's word on it, its fields, its body.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) policy: Policy,
    pub(crate) headers: HeaderMap,
    pub(crate) body: StoredBody,
    /// The body as it was coded for those who take it so.
    pub(crate) coded: Arc<Codings>,
    /// What all but the body takes, once it is stored.
    pub(super) room: Option<Arc<Room>>,
}

/// A body, whole or still coming.
#[derive(Clone, Debug)]
pub(crate) enum StoredBody {
    Whole(Kept),
    /// Only ever in a flight, never in the store: it may yet be cut.
    Growing(Arc<Spool>),
}

impl Object {
    /// What a list entry and the tables around it take, roughly.
    const OVERHEAD: usize = 512;

    pub(crate) fn new(policy: Policy, headers: HeaderMap, body: StoredBody) -> Object {
        Object {
            policy,
            headers,
            body,
            coded: Arc::default(),
            room: None,
        }
    }

    /// The same body under other fields.
    pub(crate) fn freshened(&self, policy: Policy, headers: HeaderMap) -> Object {
        Object {
            policy,
            headers,
            body: self.body.clone(),
            coded: Arc::clone(&self.coded),
            // Heads that follow each other differ by little.
            room: self.room.clone(),
        }
    }

    /// The same with all of the body that was coming.
    pub(crate) fn whole(&self, policy: Policy, body: Kept) -> Object {
        Object {
            body: StoredBody::Whole(body),
            ..self.freshened(policy, self.headers.clone())
        }
    }

    /// The body's length in bytes, once all of it is there.
    pub(super) fn length(&self) -> Option<usize> {
        match &self.body {
            StoredBody::Whole(body) => Some(body.len()),
            StoredBody::Growing(spool) => spool.length(),
        }
    }

    /// The same in memory of its own: field values as they come are slices of
    /// the read buffer, which would stay as long as any of them.
    pub(super) fn settled(&self) -> Object {
        let length = self.headers.values().map(HeaderValue::len).sum();
        let mut values = BytesMut::with_capacity(length);
        for value in self.headers.values() {
            values.extend_from_slice(value.as_bytes());
        }
        let mut values = values.freeze();
        let mut headers = self.headers.clone();
        for value in headers.values_mut() {
            // The same bytes, so it is as valid as before.
            if let Ok(own) = HeaderValue::from_maybe_shared(values.split_to(value.len())) {
                *value = own;
            }
        }
        Object {
            policy: self.policy.clone(),
            headers,
            body: self.body.clone(),
            coded: Arc::clone(&self.coded),
            room: self.room.clone(),
        }
    }

    /// The memory that it takes in the store, in bytes.
    pub(super) fn weight(&self) -> usize {
        let body = match &self.body {
            StoredBody::Whole(body) => body.len(),
            StoredBody::Growing(_) => 0,
        };
        self.head_weight() + body + self.coded.weight()
    }

    /// What all but the body takes.
    pub(super) fn head_weight(&self) -> usize {
        let fields: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 64)
            .sum();
        Object::OVERHEAD + self.policy.memory_bytes() + fields
    }

    /// Whether somebody is being sent its body, so that to drop it would free
    /// little.
    pub(super) fn is_lent(&self) -> bool {
        let lent = match &self.body {
            StoredBody::Whole(body) => body.is_lent(),
            StoredBody::Growing(_) => true,
        };
        lent || self.coded.is_lent()
    }
}

#[cfg(test)]
mod tests {
    use super::super::room::Budget;
    use super::*;
    use bytes::Bytes;
    use hedgerow::cache::{Request, Response, Settings, Times};
    use hedgerow::types::Timestamp;

    #[test]
    fn nothing_stored_holds_on_to_a_read_buffer() {
        let buffer = Bytes::from(b"max-age=60one\xfftwo".to_vec());
        let mut headers = HeaderMap::new();
        for (name, range) in [("cache-control", 0..10), ("x", 10..14), ("x", 14..17)] {
            let value = HeaderValue::from_maybe_shared(buffer.slice(range)).unwrap();
            headers.append(name, value);
        }
        let at = Timestamp::from_secs(1_000);
        let policy = Policy::store(
            &Settings::shared(),
            &Request::new("GET", &HeaderMap::new()),
            &Response::new(200, &headers),
            Times::new(at, at),
        );
        let body = Kept::new(Bytes::new(), Budget::new(0).room());
        let object = Object::new(policy.unwrap(), headers, StoredBody::Whole(body));
        let settled = object.settled();
        assert_eq!(settled.headers, object.headers);
        drop(object);
        assert!(buffer.is_unique());
    }
}
