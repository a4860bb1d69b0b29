//! Receives a body into a spool, goes on elsewhere where it is cut, and stores
//! it once it is whole.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hedgerow::cdn::Observation;
use hedgerow::failover::Budget as _;
use hedgerow::fetch::Resume;
use hedgerow::types::{EndpointId, Reason};
use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming};
use tracing::{debug, warn};

use super::{BodyError, Inbound, outbound, passed_on};
use crate::app::App;
use crate::store::{Lead, Object, Room, Spool};
use crate::upstream::{InFlight, Upstream};

/// A body that is being received.
pub(super) struct Fill {
    pub(super) app: Arc<App>,
    pub(super) inbound: Arc<Inbound>,
    pub(super) arriving: Arriving,
    pub(super) spool: Arc<Spool>,
    pub(super) storing: Option<Storing>,
}

/// Where a body comes from.
pub(super) struct Arriving {
    pub(super) endpoint: EndpointId,
    /// What there is to observe of the endpoint unless it cuts the body.
    pub(super) success: Option<Observation>,
    /// As long as it is held, the request counts as under way.
    pub(super) in_flight: Option<InFlight>,
    pub(super) body: Incoming,
    pub(super) resume: Option<Resume>,
    /// The body's length, where the head has declared it.
    pub(super) declared: Option<u64>,
    pub(super) received: u64,
}

impl Arriving {
    /// Whether it has brought just what was declared.
    fn is_complete(&self) -> bool {
        self.declared.is_none_or(|length| length == self.received)
    }

    /// Tells that the endpoint has kept its promise.
    pub(super) fn observe(&self, app: &App, upstream: &Upstream) {
        if let Some(success) = self.success {
            upstream.observe(app.clock.now(), self.endpoint, success);
        }
    }
}

/// What it takes to store the body in the end.
pub(super) struct Storing {
    /// What those who read along have of it.
    pub(super) object: Arc<Object>,
    pub(super) epoch: u64,
    /// As long as it is held, others can join and read along.
    pub(super) lead: Option<Lead>,
}

/// What came next of a body.
enum Next {
    Frame(Frame<Bytes>),
    End,
    /// Nothing will come, for this reason.
    Cut(Reason),
    /// Nobody wants it any more.
    Abandoned,
}

impl Fill {
    pub(super) async fn run(mut self) {
        let site = self.app.site.load_full();
        let patience = Duration::from_millis(site.timeouts.write_ms.into());
        let mut trailers = None;
        loop {
            if self.spool.wait_for_room(patience).await.is_err() {
                return self.leave();
            }
            match self.next().await {
                Next::Frame(frame) => match frame.into_data() {
                    Ok(data) => self.take(data),
                    Err(frame) => trailers = frame.into_trailers().ok().map(passed_on),
                },
                Next::End => return self.end(trailers),
                Next::Abandoned => return self.leave(),
                Next::Cut(reason) => {
                    let now = self.app.clock.now();
                    let trail = &self.inbound.trail;
                    trail.body(now, self.arriving.endpoint, reason.as_str());
                    if !self.go_on(reason).await {
                        warn!(target = self.inbound.target(), %reason, "body cut");
                        self.app.metrics.body_cut();
                        return self.spool.cut(BodyError::Truncated);
                    }
                }
            }
        }
    }

    async fn next(&mut self) -> Next {
        let millis = self.inbound.route.upstream.settings.body_timeout_ms;
        let patience = Duration::from_millis(millis.into());
        let spool = Arc::clone(&self.spool);
        tokio::select! {
            biased;
            frame = tokio::time::timeout(patience, self.arriving.body.frame()) => match frame {
                Ok(Some(Ok(frame))) => Next::Frame(frame),
                Ok(Some(Err(_))) => Next::Cut(Reason::Truncated),
                Ok(None) if self.arriving.is_complete() => Next::End,
                // The rest of another endpoint may be framed otherwise.
                Ok(None) => Next::Cut(Reason::Truncated),
                Err(_) => Next::Cut(Reason::Timeout),
            },
            () = std::future::poll_fn(|cx| spool.poll_abandoned(cx)) => Next::Abandoned,
        }
    }

    fn take(&mut self, data: Bytes) {
        let bytes = data.len() as u64;
        self.arriving.received = self.arriving.received.saturating_add(bytes);
        if let Some(resume) = &mut self.arriving.resume {
            resume.advance(bytes);
        }
        let room = match self.storing {
            Some(_) => self.room(bytes),
            None => None,
        };
        if room.is_none() && self.storing.take().is_some() {
            debug!(target = self.inbound.target(), "too large to be stored");
            self.spool.stop_keeping();
        }
        let trail = &self.inbound.trail;
        trail.received(self.arriving.endpoint, bytes);
        self.spool.push(data, room);
        if let Some(endpoint) = (self.inbound.route.upstream).endpoint(self.arriving.endpoint) {
            endpoint.stats.bytes.add(bytes);
        }
    }

    /// Room for so much more of a body that is stored in the end.
    fn room(&self, bytes: u64) -> Option<Room> {
        let store = &self.app.store;
        if self.arriving.received > store.most_object() {
            return None;
        }
        let mut room = store.room();
        let received = self.arriving.received;
        if self.arriving.declared.is_some_and(|most| received <= most) {
            // The spool has had it since the head came.
            return Some(room);
        }
        store.reserve(&mut room, bytes).then_some(room)
    }

    fn observe(&self) {
        self.arriving
            .observe(&self.app, &self.inbound.route.upstream);
    }

    /// Nobody wants the rest.
    fn leave(&self) {
        let now = self.app.clock.now();
        let trail = &self.inbound.trail;
        trail.body(now, self.arriving.endpoint, "abandoned");
        self.observe();
    }

    fn end(self, trailers: Option<HeaderMap>) {
        // Before the client sees the end, with which its line is written.
        let now = self.app.clock.now();
        let trail = &self.inbound.trail;
        trail.body(now, self.arriving.endpoint, "whole");
        self.observe();
        let Some(storing) = self.storing else {
            self.spool.finish(trailers);
            return;
        };
        let Some(body) = self.spool.keep(trailers) else {
            return;
        };
        let settings = &self.inbound.route.settings;
        let mut policy = storing.object.policy.clone();
        if let Err(why) = policy.check_body(settings, body.len() as u64) {
            // It is what the origin has sent, but not what it says it is.
            debug!(target = self.inbound.target(), reason = %why.reason(), "not stored");
            return;
        }
        let object = storing.object.whole(policy, body);
        let key = self.inbound.key();
        self.app.store.insert(key, &object, storing.epoch);
        // Only now: who comes after the flight finds it in the store.
        drop(storing.lead);
    }

    /// Finds an endpoint that has the rest.
    async fn go_on(&mut self, reason: Reason) -> bool {
        let upstream = Arc::clone(&self.inbound.route.upstream);
        let failed = Observation::Failure { reason };
        upstream.observe(self.app.clock.now(), self.arriving.endpoint, failed);
        if let Some(endpoint) = upstream.endpoint(self.arriving.endpoint) {
            endpoint.stats.cut.add(1);
        }
        self.arriving.success = None;
        let Some(resume) = self.arriving.resume.clone() else {
            return false;
        };
        let (declared, received) = (self.arriving.declared, self.arriving.received);
        if declared.is_some_and(|length| received >= length) {
            // There is no rest: what came is not what was declared.
            return false;
        }
        let choice = upstream.choose(self.app.clock.now(), self.inbound.who, false);
        let ids = choice.candidates.iter().map(|candidate| candidate.endpoint);
        // The one that cut it comes last.
        let last = self.arriving.endpoint;
        let others = ids.clone().filter(|id| *id != last);
        for id in others.chain(ids.filter(|id| *id == last)) {
            let now = self.app.clock.now();
            let Some(endpoint) = upstream.endpoint(id).map(Arc::clone) else {
                continue;
            };
            if !upstream.budget().take_retry(now) {
                return false;
            }
            let Some(request) = outbound::rest(&self.inbound, &endpoint, &resume) else {
                return false;
            };
            endpoint.stats.started.add(Reason::Resume);
            self.inbound.trail.begin(now, id, Reason::Resume);
            self.arriving.in_flight = Some(endpoint.stats.begin());
            let allowed = Duration::from_millis(upstream.settings.timeout_ms.into());
            let accepted = match tokio::time::timeout(allowed, endpoint.send(request)).await {
                Ok(Ok(response)) => resume
                    .accept(response.status().as_u16(), response.headers())
                    .map(|()| response),
                Ok(Err(error)) => {
                    self.inbound.trail.failed(id, error.text);
                    Err(error.reason)
                }
                Err(_) => Err(Reason::Timeout),
            };
            let ended = accepted.as_ref().err().copied().unwrap_or(Reason::Won);
            endpoint.stats.ended(Reason::Resume, ended);
            let now = self.app.clock.now();
            self.inbound.trail.ended(now, id, ended);
            match accepted {
                Ok(response) => {
                    self.inbound.trail.head(now, id, &response);
                    debug!(
                        endpoint = &*endpoint.id,
                        from = resume.received(),
                        "resumed"
                    );
                    self.arriving.body = response.into_body();
                    self.arriving.endpoint = id;
                    return true;
                }
                Err(Reason::HttpStatus | Reason::WrongContent) => {}
                Err(reason) => {
                    let failed = Observation::Failure { reason };
                    upstream.observe(self.app.clock.now(), id, failed);
                }
            }
        }
        false
    }
}
