//! The record of one request.

use std::sync::Arc;

use hedgerow::types::Instant;
use http::{HeaderValue, Request, Version};

use super::access::{self, Entry};
use super::reply::CACHE_STATUS;
use super::{Inbound, Reply};
use crate::app::App;
use crate::server::ConnectionState;

/// The record of one request: when it is dropped, the response has ended.
#[derive(Debug)]
pub(crate) struct Served {
    app: Arc<App>,
    connection: Arc<ConnectionState>,
    started: Instant,
    method: http::Method,
    version: Version,
    /// Where requests are logged.
    path: Option<Box<str>>,
    inbound: Option<Arc<Inbound>>,
    cache_status: Option<HeaderValue>,
    /// When the answer's head was there.
    head: Option<Instant>,
    status: u16,
    cache: &'static str,
    endpoint: Option<Arc<str>>,
    bytes: u64,
    /// Through a tunnel, from the client.
    received: u64,
    cut: bool,
    /// The next piece is the client's to take.
    owed: bool,
}

impl Served {
    pub(super) fn begin<B>(
        app: &Arc<App>,
        connection: &Arc<ConnectionState>,
        request: &Request<B>,
    ) -> Served {
        Served {
            app: Arc::clone(app),
            connection: Arc::clone(connection),
            started: app.clock.now(),
            method: request.method().clone(),
            version: request.version(),
            path: access::is_on().then(|| request.uri().path().into()),
            inbound: None,
            cache_status: None,
            head: None,
            status: 0,
            cache: "",
            endpoint: None,
            bytes: 0,
            received: 0,
            cut: false,
            owed: false,
        }
    }

    /// Whose turn it is, the client's or the upstream's. Only HTTP/2 needs to
    /// know.
    pub(super) fn turn(&mut self, client: bool) {
        if client == self.owed || !self.connection.is_multiplexed() {
            return;
        }
        self.owed = client;
        let now = self.app.clock.now();
        if client {
            self.connection.owe(now);
        } else {
            self.connection.take(now);
        }
    }

    pub(super) fn is_multiplexed(&self) -> bool {
        self.connection.is_multiplexed()
    }

    /// What the request has turned out to be.
    pub(super) fn read(&mut self, inbound: &Arc<Inbound>) {
        if self.path.is_some() {
            self.inbound = Some(Arc::clone(inbound));
        }
    }

    /// So many bytes more of the body were handed over.
    pub(super) const fn sent(&mut self, bytes: u64) {
        self.bytes += bytes;
    }

    /// Its end, if it comes now, is none that both sides wanted.
    pub(super) const fn cut(&mut self) {
        self.cut = true;
    }

    /// Both sides have ended it.
    pub(super) const fn not_cut(&mut self) {
        self.cut = false;
    }

    /// So many bytes went through a tunnel to the client, and from it.
    pub(super) const fn transferred(&mut self, down: u64, up: u64) {
        self.bytes = down;
        self.received = up;
    }

    /// What the request is answered with.
    pub(super) fn note(&mut self, reply: &Reply) {
        self.status = reply.status.as_u16();
        self.cache = reply.cache;
        self.endpoint.clone_from(&reply.endpoint);
        if self.path.is_some() {
            self.head = Some(self.app.clock.now());
            // Behind what caches nearer to the origin said.
            let mut said = reply.headers.get_all(CACHE_STATUS).iter();
            self.cache_status = said.next_back().cloned();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.turn(false);
        let now = self.app.clock.now();
        self.connection.end(now);
        let took = now.since(self.started);
        self.app
            .metrics
            .served(self.status, self.cache, self.bytes, self.cut, took);
        let Some(path) = &self.path else {
            return;
        };
        let entry = Entry {
            peer: self.connection.peer,
            method: self.method.as_str(),
            version: match self.version {
                Version::HTTP_2 => "2",
                Version::HTTP_10 => "1.0",
                _ => "1.1",
            },
            path,
            status: self.status,
            cache: self.cache,
            cache_status: (self.cache_status.as_ref()).and_then(|said| said.to_str().ok()),
            endpoint: self.endpoint.as_deref(),
            bytes: self.bytes,
            received: self.received,
            cut: self.cut,
            head_us: self.head.map(|at| at.since(self.started).as_micros()),
            us: took.as_micros(),
        };
        access::write(&entry, self.inbound.as_deref(), self.started);
    }
}
