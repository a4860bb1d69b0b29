//! A stored response.

use std::sync::Arc;

use bytes::Bytes;
use hedgerow::cache::Policy;
use http::HeaderMap;

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
    /// What a key, a list entry and the policy's parsed form take, roughly.
    const OVERHEAD: usize = 512;

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
        Object::OVERHEAD + fields + body
    }
}
