//! A stored response.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use hedgerow::cache::Policy;
use http::{HeaderMap, HeaderValue};

use super::Spool;

/// A stored response: the engine's word on it, its fields, its body.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) policy: Policy,
    pub(crate) headers: HeaderMap,
    pub(crate) body: StoredBody,
}

/// A body, whole or still coming.
#[derive(Clone, Debug)]
pub(crate) enum StoredBody {
    Whole(Bytes),
    /// Only ever in a flight, never in the store: it may yet be cut.
    Growing(Arc<Spool>),
}

impl Object {
    /// What a list entry and the tables around it take, roughly.
    const OVERHEAD: usize = 512;

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
        }
    }

    /// The memory that it takes in the store, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let fields: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 64)
            .sum();
        let body = match &self.body {
            StoredBody::Whole(bytes) => bytes.len(),
            StoredBody::Growing(_) => 0,
        };
        Object::OVERHEAD + self.policy.memory_bytes() + fields + body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let object = Object {
            policy: policy.unwrap(),
            headers,
            body: StoredBody::Whole(Bytes::new()),
        };
        let settled = object.settled();
        assert_eq!(settled.headers, object.headers);
        drop(object);
        assert!(buffer.is_unique());
    }
}
