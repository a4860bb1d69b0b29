//! Responses by URI. A map that only grows: replace it by what you have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hedgerow::cache::{self, Policy};
use hedgerow::types::Timestamp;
use http::HeaderMap;

/// A stored response.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) policy: Policy,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Every stored response of each URI.
#[derive(Debug, Default)]
pub(crate) struct Store {
    by_uri: Mutex<HashMap<String, Vec<Arc<Stored>>>>,
}

impl Store {
    pub(crate) fn get(&self, uri: &str) -> Vec<Arc<Stored>> {
        self.lock().get(uri).cloned().unwrap_or_default()
    }

    /// Stores it in place of those that answer the same requests; `false` if
    /// one of them is more than it is.
    pub(crate) fn put(&self, uri: &str, new: Arc<Stored>, now: Timestamp) -> bool {
        let mut by_uri = self.lock();
        let variants = by_uri.entry(uri.to_owned()).or_default();
        cache::put(variants, new, |stored| &stored.policy, now)
    }

    pub(crate) fn remove(&self, uri: &str) {
        self.lock().remove(uri);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Arc<Stored>>>> {
        self.by_uri.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
