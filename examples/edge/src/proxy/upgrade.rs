//! Requests that ask to speak another protocol on their connection (RFC 9110
//! §7.8), such as WebSocket (RFC 6455), or on their stream of it (RFC 8441).
//!
//! They are raced over endpoints as all others are, but never hedged, stored or
//! shared. Nothing of what the client sends behind such a request goes upstream
//! before an endpoint has switched, so none of it can be taken there for a
//! request of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hedgerow::cache::{self, CacheStatus, Forwarded};
use http::header::{
    CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE, VIA,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use hyper::upgrade::OnUpgrade;

use super::driver::Received;
use super::reply::Reply;
use super::{Inbound, handshake};
use crate::site::{Route, Site};
use crate::upstream::{Endpoint, InFlight};

/// How many connections speak another protocol.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upgrades(Arc<AtomicU32>);

impl Upgrades {
    /// A place among at most so many.
    fn begin(&self, most: u32) -> Option<Place> {
        let more = |count: u32| count.checked_add(1).filter(|count| *count <= most);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .ok()
            .map(|_| Place(Arc::clone(&self.0)))
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }
}

#[derive(Debug)]
struct Place(Arc<AtomicU32>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What a request asks its connection to become.
#[derive(Clone, Debug)]
pub(crate) struct Upgrade {
    /// As the client has written it.
    protocol: HeaderValue,
    /// The request is HTTP/2's: its stream is to become that, and the handshake
    /// upstream is the proxy's own (RFC 8441 §5).
    is_stream: bool,
    /// The fields as they came, which tell again where the visitor is.
    came: Arc<HeaderMap>,
    _place: Arc<Place>,
}

const WEBSOCKET: &str = "websocket";

/// There are too many already.
#[derive(Debug)]
pub(super) struct Full;

impl Upgrade {
    /// What `parts` ask for, if it is to be passed on.
    pub(super) fn asked(
        parts: &Parts,
        has_body: bool,
        route: &Route,
        upgrades: &Upgrades,
        most: u32,
    ) -> Result<Option<Upgrade>, Full> {
        // RFC 9110 §7.8: ignored in HTTP/1.0, and where `Connection` does not
        // say that it is meant for this hop; RFC 6455 §4.1 wants GET.
        let fits = parts.version == Version::HTTP_11
            && parts.method == Method::GET
            && !has_body
            && tokens(&parts.headers, CONNECTION).any(|name| name.eq_ignore_ascii_case("upgrade"));
        if !fits {
            return Ok(None);
        }
        let Some(protocol) = tokens(&parts.headers, UPGRADE)
            .find(|protocol| route.takes_upgrade(protocol))
            .and_then(|protocol| HeaderValue::from_str(protocol).ok())
        else {
            return Ok(None);
        };
        Upgrade::begin(protocol, false, &parts.headers, upgrades, most).map(Some)
    }

    /// What an extended CONNECT asks for: WebSocket, where the route has it.
    pub(super) fn of_stream(
        parts: &Parts,
        route: &Route,
        upgrades: &Upgrades,
        most: u32,
    ) -> Result<Option<Upgrade>, Full> {
        if !route.takes_upgrade(WEBSOCKET) {
            return Ok(None);
        }
        let protocol = HeaderValue::from_static(WEBSOCKET);
        Upgrade::begin(protocol, true, &parts.headers, upgrades, most).map(Some)
    }

    fn begin(
        protocol: HeaderValue,
        is_stream: bool,
        came: &HeaderMap,
        upgrades: &Upgrades,
        most: u32,
    ) -> Result<Upgrade, Full> {
        let place = upgrades.begin(most).ok_or(Full)?;
        Ok(Upgrade {
            protocol,
            is_stream,
            came: Arc::new(came.clone()),
            _place: Arc::new(place),
        })
    }

    pub(super) fn is_websocket(&self) -> bool {
        (self.protocol.as_bytes()).eq_ignore_ascii_case(WEBSOCKET.as_bytes())
    }

    /// Whether `endpoint` may serve it as things are now.
    pub(super) fn may_stay(&self, site: &Site, inbound: &Inbound, endpoint: &Endpoint) -> bool {
        inbound.may_stay(site, &self.came, endpoint)
    }

    /// Writes it into a request that goes upstream.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, self.protocol.clone());
        if self.is_stream {
            headers.insert(SEC_WEBSOCKET_KEY, handshake::new_key());
        }
    }

    /// What the client is told where an endpoint has switched.
    pub(super) fn reply(
        &self,
        name: &str,
        via: &HeaderValue,
        received: Received,
        endpoint: &Arc<Endpoint>,
    ) -> Reply {
        let mut response = received.response;
        let switched = Switched {
            upstream: hyper::upgrade::on(&mut response),
            endpoint: Arc::clone(endpoint),
            in_flight: received.in_flight,
        };
        let mut headers = std::mem::take(response.headers_mut());
        cache::remove_hop_by_hop(&mut headers);
        // RFC 9110 §8.6: it has no content.
        headers.remove(CONTENT_LENGTH);
        headers.append(VIA, via.clone());
        let answer = if self.is_stream {
            // RFC 8441 §5: there is no handshake to answer.
            headers.remove(SEC_WEBSOCKET_ACCEPT);
            StatusCode::OK
        } else {
            self.write(&mut headers);
            StatusCode::SWITCHING_PROTOCOLS
        };
        let status = CacheStatus::new(name)
            .with_forwarded(Forwarded::Bypass)
            .with_forward_status(response.status().as_u16())
            .with_detail("upgrade");
        Reply::switched(answer, headers, &status, switched)
    }

    /// Says that the connection stays what it was, and ends it: the client may
    /// have sent what is not HTTP already.
    pub(super) fn refuse(&self, reply: &mut Reply) {
        if self.is_stream {
            if reply.status.is_success() {
                // RFC 9110 §9.3.6: it would mean that the stream has switched.
                reply.status = StatusCode::BAD_GATEWAY;
            }
            return;
        }
        let headers = &mut reply.headers;
        if reply.status == StatusCode::UPGRADE_REQUIRED {
            // RFC 9110 §15.5.22 wants the field, which was the upstream's
            // connection's own.
            headers.insert(UPGRADE, self.protocol.clone());
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade, close"));
        } else {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// What an endpoint is asked to switch to.
#[derive(Debug)]
pub(crate) struct Switch {
    protocol: HeaderValue,
    /// What its answer must be to (RFC 6455 §4.1).
    key: Option<HeaderValue>,
}

impl Switch {
    /// What a request with these fields asks for.
    pub(crate) fn asked(headers: &HeaderMap) -> Option<Switch> {
        let protocol = headers.get(UPGRADE)?.clone();
        let websocket = protocol
            .as_bytes()
            .eq_ignore_ascii_case(WEBSOCKET.as_bytes());
        let key = headers
            .get(SEC_WEBSOCKET_KEY)
            .filter(|_| websocket)
            .cloned();
        Some(Switch { protocol, key })
    }

    /// Whether a 101 with these fields switches to that.
    pub(crate) fn is_answered(&self, headers: &HeaderMap) -> bool {
        let mut given = tokens(headers, UPGRADE);
        let (first, second) = (given.next(), given.next());
        let fits = |given: &str| (given.as_bytes()).eq_ignore_ascii_case(self.protocol.as_bytes());
        let accepts = |key: &HeaderValue| {
            let accept = headers.get(SEC_WEBSOCKET_ACCEPT);
            accept.is_some_and(|accept| *accept == handshake::accept(key))
        };
        first.is_some_and(fits) && second.is_none() && self.key.as_ref().is_none_or(accepts)
    }
}

/// The members of a list of tokens; of what is not ASCII, none.
fn tokens(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|token| !token.is_empty())
}

/// The upstream's side of a connection that has switched.
#[derive(Debug)]
pub(crate) struct Switched {
    pub(super) upstream: OnUpgrade,
    pub(super) endpoint: Arc<Endpoint>,
    /// As long as it is held, the request counts as under way.
    pub(super) in_flight: Option<InFlight>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back() {
        let upgrades = Upgrades::default();
        let first = upgrades.begin(1);
        assert!(first.is_some());
        assert!(upgrades.begin(1).is_none());
        drop(first);
        assert!(upgrades.begin(1).is_some());
        assert_eq!(upgrades.count(), 0);
    }

    #[test]
    fn a_switch_is_to_what_was_asked_for() {
        let switch = |asked: Option<&'static str>, given: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in given {
                headers.append(UPGRADE, HeaderValue::from_static(line));
            }
            let mut question = HeaderMap::new();
            if let Some(asked) = asked {
                question.insert(UPGRADE, HeaderValue::from_static(asked));
            }
            Switch::asked(&question).is_some_and(|asked| asked.is_answered(&headers))
        };
        assert!(switch(Some("websocket"), &["WebSocket"]));
        for given in [
            &["h2c"][..],
            &[],
            &["websocket, h2c"],
            &["websocket", "h2c"],
        ] {
            assert!(!switch(Some("websocket"), given), "{given:?}");
        }
        assert!(!switch(None, &["websocket"]));
    }
}
