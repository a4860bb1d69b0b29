//! A response of an upstream: what it makes of the store, and of the client.

use std::sync::Arc;

use hedgerow::cache::{self, CacheStatus, HeadUpdate, Policy, Times};
use hedgerow::fetch::Resume;
use hedgerow::types::Reason;
use http::{HeaderMap, Method};
use hyper::body::{Body as _, Incoming};

use super::body::Source;
use super::driver::Received;
use super::fill::{Arriving, Fill, Storing};
use super::{Inbound, Reply, reply};
use crate::app::App;
use crate::clock::Clock;
use crate::site::Via;
use crate::store::{Kept, Lead, Object, Room, Spool, StoredBody};

/// A response on its way to the client, and maybe into the store.
pub(super) struct Relay<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) inbound: &'a Arc<Inbound>,
    pub(super) via: &'a Via,
    pub(super) status: CacheStatus<'a>,
    /// When the request began, by the store's count of invalidations.
    pub(super) epoch: u64,
    pub(super) lead: Option<Lead>,
    /// The client's own conditions were taken off the request, so they are to
    /// be judged here.
    pub(super) judge: bool,
}

impl Relay<'_> {
    pub(super) fn run(mut self, received: Received) -> Reply {
        let (parts, incoming) = received.response.into_parts();
        let request = self.inbound.as_cached();
        let response = cache::Response::new(parts.status.as_u16(), &parts.headers);
        let settings = &self.inbound.route.settings;
        let stale = cache::invalidation(&request, &response);
        if stale.target {
            for key in self.inbound.keys_of(self.inbound.target()) {
                self.app.invalidate(&key);
            }
            // What it invalidates is older than what it brings itself.
            self.epoch = self.app.store.epoch();
        }
        for uri in &stale.others {
            for key in self.inbound.keys_of(uri) {
                self.app.invalidate(&key);
            }
        }
        if self.inbound.method == Method::HEAD {
            self.update_by_head(parts.status.as_u16(), received.times, &parts.headers);
        }
        self.status = self.status.with_forward_status(parts.status.as_u16());
        let stored = if !self.inbound.may_store() || self.inbound.is_fat() {
            None
        } else if reply::declared(&parts.headers)
            .is_some_and(|length| length > self.app.store.most_object())
        {
            self.status = self.status.with_detail("too_large");
            None
        } else {
            match Policy::store(settings, &request, &response, received.times) {
                Ok(policy) => self
                    .room(&parts.headers, &incoming)
                    .map(|room| (policy, room)),
                Err(why) => {
                    self.status = self.status.with_detail(why.reason().as_str());
                    None
                }
            }
        };
        let method = self.inbound.method.as_str();
        let arriving = Arriving {
            endpoint: received.endpoint,
            success: received.success,
            in_flight: received.in_flight,
            // What a body has asked for can't be asked for again without it.
            resume: (!self.inbound.has_body())
                .then(|| Resume::new(method, parts.status.as_u16(), &parts.headers))
                .flatten(),
            declared: reply::declared(&parts.headers),
            received: 0,
            body: incoming,
        };
        let empty = arriving.body.is_end_stream();
        if empty {
            arriving.observe(self.app, &self.inbound.route.upstream);
        }
        match stored {
            Some((policy, room)) => self.store(policy, room, &parts, arriving),
            None => {
                match self.lead.take() {
                    // All the others would only fall on what fails already.
                    Some(lead) if matches!(parts.status.as_u16(), 502..=504) => {
                        lead.failed(Reason::HttpStatus);
                    }
                    Some(lead) => lead.not_shared(self.app.clock.now()),
                    None => {}
                }
                let source = if empty {
                    Source::Empty
                } else {
                    let spool = Spool::new(None);
                    let source = spool.reader().map_or(Source::Empty, Source::Stream);
                    self.fill(arriving, spool, None);
                    source
                };
                self.relayed(&parts, source)
            }
        }
    }

    /// Room for the whole of a body whose length is known. Where there is none,
    /// nobody joins who would have to read it at somebody else's pace.
    fn room(&mut self, headers: &HeaderMap, body: &Incoming) -> Option<Room> {
        let mut room = self.app.store.room();
        let length = match body.is_end_stream() {
            true => None,
            false => reply::declared(headers),
        };
        if length.is_some_and(|length| !self.app.store.reserve(&mut room, length)) {
            self.status = self.status.with_detail("no_room");
            return None;
        }
        Some(room)
    }

    fn store(
        mut self,
        policy: Policy,
        room: Room,
        parts: &http::response::Parts,
        arriving: Arriving,
    ) -> Reply {
        self.status = self.status.with_stored();
        let headers = policy.stored_headers(&parts.headers);
        let lead = self.lead.take();
        if arriving.body.is_end_stream() {
            let body = Kept::new(bytes::Bytes::new(), room);
            let object = Arc::new(Object::new(policy, headers, StoredBody::Whole(body)));
            let key = self.inbound.key();
            self.app.store.insert(key, &object, self.epoch);
            if let Some(lead) = &lead {
                lead.stored(Arc::clone(&object));
            }
            return self.answer(&object, parts, Source::Empty);
        }
        let spool = Spool::new(Some(room));
        let body = StoredBody::Growing(Arc::clone(&spool));
        let object = Arc::new(Object::new(policy, headers, body));
        if let Some(lead) = &lead {
            lead.stored(Arc::clone(&object));
        }
        let source = spool.reader().map_or(Source::Empty, Source::Stream);
        let storing = Storing {
            object: Arc::clone(&object),
            epoch: self.epoch,
            lead,
        };
        self.fill(arriving, spool, Some(storing));
        self.answer(&object, parts, source)
    }

    /// The client gets the response as it came, unless it had conditions.
    fn answer(self, object: &Arc<Object>, parts: &http::response::Parts, source: Source) -> Reply {
        if !self.judge {
            let mut reply = self.relayed(parts, source);
            reply.stored = Some(Arc::clone(object));
            return reply;
        }
        let decision = object.policy.validated(Clock::wall());
        let reader = match source {
            Source::Stream(reader) => Some(reader),
            _ => None,
        };
        Reply::stored(self.inbound, object, &decision, reader, &self.status)
            .with_own(&object.policy.unshared_headers(&parts.headers))
            .with_cache("miss")
    }

    fn relayed(&self, parts: &http::response::Parts, source: Source) -> Reply {
        let (status, headers) = (parts.status, &parts.headers);
        Reply::relayed(
            self.via.of(parts.version),
            status,
            headers,
            source,
            &self.status,
        )
    }

    fn fill(&self, arriving: Arriving, spool: Arc<Spool>, storing: Option<Storing>) {
        let fill = Fill {
            app: Arc::clone(self.app),
            inbound: Arc::clone(self.inbound),
            arriving,
            spool,
            storing,
        };
        tokio::spawn(fill.run());
    }

    /// RFC 9111 §4.3.5.
    fn update_by_head(&self, status: u16, times: Times, headers: &HeaderMap) {
        let key = self.inbound.key();
        let Some(variants) = self.app.store.get(key) else {
            return;
        };
        let request = self.inbound.as_cached();
        let response = cache::Response::new(status, headers);
        let settings = &self.inbound.route.settings;
        for old in variants.iter() {
            match old
                .policy
                .freshen_by_head(settings, &request, &old.headers, &response, times)
            {
                HeadUpdate::Nothing => {}
                HeadUpdate::Freshened(fresh) if fresh.kept.is_ok() => {
                    let headers = fresh.policy.merged_headers(&old.headers, headers);
                    let new = old.freshened(fresh.policy, headers);
                    self.app.store.replace(key, old, &new);
                }
                HeadUpdate::Freshened(fresh) if !fresh.ends_storing() => {}
                HeadUpdate::Freshened(_) | HeadUpdate::Outdated => {
                    self.app.store.remove_variant(key, old);
                }
            }
        }
    }
}
