//! A tower layer that gives any HTTP service a cache: what the service says may
//! be stored is stored, served again, and validated when it is stale.
//!
//! It is an example: the store is a map that grows. What bounds it, streams
//! what it stores and collapses requests is in the proxy beside it.
//!
//! # Example
//!
//! ```
//! use bytes::Bytes;
//! use hedgerow::cache::Settings;
//! use hedgerow_embed::CacheLayer;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower::{Layer as _, ServiceExt as _, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let hello = service_fn(async |_: Request<Full<Bytes>>| {
//!     let response = Response::builder().header("cache-control", "max-age=60");
//!     response.body(Full::new(Bytes::from_static(b"hello")))
//! });
//! let cached = CacheLayer::new(Settings::shared()).layer(hello);
//! for cache in ["hedgerow; fwd=uri-miss; stored", "hedgerow; hit; ttl=60; detail=fresh"] {
//!     let request = Request::get("https://example.com/").body(Full::default()).unwrap();
//!     let response = cached.clone().oneshot(request).await.unwrap();
//!     assert_eq!(response.headers()["cache-status"], cache);
//! }
//! # }
//! ```

#![forbid(unsafe_code)]

mod service;
mod store;

use std::sync::Arc;

use hedgerow::cache::Settings;

pub use self::service::Cached;
use self::store::Store;

/// Puts a [`Cached`] around a service. Its clones share one store.
#[derive(Clone, Debug)]
pub struct CacheLayer {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    store: Store,
}

impl CacheLayer {
    /// A layer with an empty store.
    #[must_use]
    pub fn new(settings: Settings) -> CacheLayer {
        let store = Store::default();
        CacheLayer {
            shared: Arc::new(Shared { settings, store }),
        }
    }
}

impl<S> tower_layer::Layer<S> for CacheLayer {
    type Service = Cached<S>;

    fn layer(&self, inner: S) -> Cached<S> {
        Cached::new(inner, Arc::clone(&self.shared))
    }
}
