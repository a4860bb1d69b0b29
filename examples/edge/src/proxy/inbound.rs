//! A client's request, checked.

use std::sync::Arc;
use std::time::Duration;

use hedgerow::cache;
use hedgerow::config::edge::Caching;
use hedgerow::fetch::Facts;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderMap, Method, Request, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::ext::Protocol;

use super::access::{self, Refresh};
use super::entry::{self, Entry};
use super::path::{has_dot_segment, read_leniently};
use super::trail::Trail;
use super::upgrade::{Full, Upgrade};
use crate::app::App;
use crate::clock::Clock;
use crate::server::ConnectionState;
use crate::site::{Route, Site};
use crate::upstream::{ClientBody, Endpoint, Requester};

/// A request as the flow takes it.
#[derive(Clone, Debug)]
pub(crate) struct Inbound {
    pub(crate) method: Method,
    /// As they go upstream.
    pub(crate) headers: HeaderMap,
    pub(crate) version: Version,
    /// Path and query, as they came.
    pub(crate) path: Box<str>,
    pub(crate) route: Arc<Route>,
    pub(crate) connection: Arc<ConnectionState>,
    /// Where it may go.
    pub(crate) who: Requester,
    /// What its connection is to become.
    pub(super) upgrade: Option<Upgrade>,
    /// What the store and the flights know it by: the upstream, the visitor's
    /// zone and the target URI.
    key: Box<str>,
    target_at: usize,
    has_body: bool,
    pub(super) trail: Trail,
}

/// A request that goes no further.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) why: &'static str,
}

const fn refuse(status: StatusCode, why: &'static str) -> Refusal {
    Refusal { status, why }
}

impl Inbound {
    pub(super) fn read(
        app: &App,
        connection: &Arc<ConnectionState>,
        request: Request<Incoming>,
    ) -> Result<(Inbound, Option<ClientBody>), Refusal> {
        let (mut parts, body) = request.into_parts();
        let stream = parts.extensions.remove::<Protocol>();
        let stream = stream.filter(|_| parts.method == Method::CONNECT);
        if let Some(protocol) = &stream {
            if protocol.as_str() != "websocket" {
                // RFC 9220 §3.
                return Err(refuse(StatusCode::NOT_IMPLEMENTED, "protocol"));
            }
            // What it would be over HTTP/1.1 (RFC 8441 §5).
            parts.method = Method::GET;
        }
        if parts.method == Method::CONNECT || parts.method == Method::TRACE {
            // A tunnel is nothing that can be cached or failed over; TRACE
            // shows scripts what they must not see.
            return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "method"));
        }
        let host = host(&parts)?;
        if !matches!(parts.uri.scheme_str(), None | Some("http" | "https")) {
            return Err(refuse(StatusCode::BAD_REQUEST, "scheme"));
        }
        let path = match parts.uri.path_and_query() {
            Some(path) if parts.uri.path().starts_with('/') => path.as_str(),
            // RFC 9112 §3.2.4.
            Some(_) if parts.method == Method::OPTIONS => "*",
            _ => return Err(refuse(StatusCode::BAD_REQUEST, "target")),
        };
        if has_dot_segment(parts.uri.path()) {
            // Routes are told apart by their path's beginning, which the
            // upstream may read otherwise.
            return Err(refuse(StatusCode::BAD_REQUEST, "dot segment"));
        }
        if parts.headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
            return Err(refuse(StatusCode::BAD_REQUEST, "content-length"));
        }
        if !is_chunked_alone(&parts.headers) {
            // RFC 9112 §6.1: hyper takes the chunks off, and leaves the rest.
            return Err(refuse(StatusCode::NOT_IMPLEMENTED, "transfer-encoding"));
        }
        if let Some(length) = body.size_hint().exact()
            && let Some(declared) = parts.headers.get_mut(CONTENT_LENGTH)
        {
            // As it was read: another may read zeros before it otherwise.
            *declared = length.into();
        }
        let has_body = !body.is_end_stream();
        if has_body && is_retrieval(&parts.method) && body.size_hint().exact().is_none() {
            // hyper sends none with these, and another question would be asked.
            return Err(refuse(StatusCode::LENGTH_REQUIRED, "content-length"));
        }
        let site = app.site.load();
        if entry::is_loop(&site.name, &parts.headers) {
            // RFC 5842 §7.2.
            return Err(refuse(StatusCode::LOOP_DETECTED, "via"));
        }
        if !entry::count_down(&parts.method, &mut parts.headers) {
            return Err(refuse(StatusCode::OK, "max-forwards"));
        }
        let bare = without_port(&host);
        let route = site
            .route(bare, parts.uri.path())
            .ok_or(refuse(StatusCode::NOT_FOUND, "no route"))?;
        if is_ambiguous(&site, route, bare, parts.uri.path()) {
            return Err(refuse(StatusCode::BAD_REQUEST, "ambiguous path"));
        }
        let most = site.limits.upgrades;
        let upgrade = match &stream {
            Some(_) => Upgrade::of_stream(&parts, route, &app.upgrades, most),
            None => Upgrade::asked(&parts, has_body, route, &app.upgrades, most),
        };
        let upgrade =
            upgrade.map_err(|Full| refuse(StatusCode::SERVICE_UNAVAILABLE, "too many upgrades"))?;
        if stream.is_some() && upgrade.is_none() {
            return Err(refuse(StatusCode::NOT_IMPLEMENTED, "protocol"));
        }
        let scheme = if connection.secure { "https" } else { "http" };
        let upstream = route.upstream.settings.id.as_str();
        let default = if connection.secure { ":443" } else { ":80" };
        // RFC 9110 §4.2.3: all ways of writing it are the same URI.
        let authority = host.strip_suffix(default).unwrap_or(&host);
        let authority = authority.strip_suffix(':').unwrap_or(authority);
        let region = site.region(connection.peer, &mut parts.headers);
        let zone = route.upstream.zones.of(region);
        let key = [upstream, " ", zone, " ", scheme, "://", authority, path]
            .concat()
            .into();
        let entry = Entry {
            via: site.via.of(parts.version),
            version: parts.version,
            peer: &connection.peer_value,
            host: &host,
            scheme,
        };
        let headers = entry.fields(parts.headers);
        let who = route.upstream.requester(&headers, &parts.uri, region);
        let patience = Duration::from_millis(site.timeouts.body_ms.into());
        let inbound = Inbound {
            path: path.into(),
            route: Arc::clone(route),
            connection: Arc::clone(connection),
            who,
            upgrade,
            key,
            target_at: upstream.len() + zone.len() + 2,
            trail: Trail::new(access::is_on()),
            has_body,
            method: parts.method,
            headers,
            version: parts.version,
        };
        Ok((inbound, has_body.then(|| ClientBody::new(body, patience))))
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The keys of a URI at the same upstream, in every zone: what has become
    /// invalid is so for everyone.
    pub(crate) fn keys_of(&self, uri: &str) -> impl Iterator<Item = String> {
        let upstream = &self.route.upstream;
        let id = upstream.settings.id.as_str();
        (upstream.zones.all()).map(move |zone| [id, " ", zone, " ", uri].concat())
    }

    /// The absolute URI that was asked for.
    pub(crate) fn target(&self) -> &str {
        &self.key[self.target_at..]
    }

    /// The host and port that were asked for.
    pub(super) fn host(&self) -> &str {
        let target = self.target();
        let target = target.split_once("://").map_or(target, |(_, rest)| rest);
        let end = target.len() - self.path.len().min(target.len());
        &target[..end]
    }

    /// The same, asked in the background: by GET, whatever this is, since HEAD
    /// would not bring what all the others wait for.
    pub(super) fn as_refresh(&self, clock: Clock) -> Inbound {
        let refresh = Refresh::of(self, clock);
        Inbound {
            method: Method::GET,
            trail: refresh.map_or_else(|| Trail::new(false), Trail::of_refresh),
            ..self.clone()
        }
    }

    /// Whether `endpoint` may serve a request like this one, which came with these
    /// fields, as things are now.
    pub(super) fn may_stay(&self, site: &Site, came: &HeaderMap, endpoint: &Endpoint) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let Some(route) = site.route(without_port(self.host()), path) else {
            return false;
        };
        let region = site.region(self.connection.peer, &mut came.clone());
        route.upstream.permits(region, endpoint)
    }

    /// The request as the cache sees it.
    pub(crate) fn as_cached(&self) -> cache::Request<'_, HeaderMap> {
        cache::Request::new(self.method.as_str(), &self.headers).with_target(self.target())
    }

    pub(crate) fn facts(&self) -> Facts {
        let cached = self.may_store();
        let facts = Facts::new(self.method.as_str(), self.has_body);
        facts
            .with_cached(cached && facts.cached && !self.has_body)
            .with_collapsing(cached && self.method == Method::GET && !self.has_body)
            // A second endpoint would begin a second session.
            .with_hedging(self.route.hedge && self.upgrade.is_none())
            .with_owned(self.route.upstream.owner(self.who.node).is_some())
    }

    /// Whether it asks for a part, or under conditions of its own, so that an
    /// unchanged copy of it would bring nothing that others can use.
    pub(crate) fn is_conditional(&self) -> bool {
        let mut names = self.headers.keys();
        names.any(|name| cache::is_conditional_field(name.as_str().as_bytes()))
    }

    /// Whether interim responses can be sent: RFC 9110 §15.2 for HTTP/1.0, and
    /// hyper for HTTP/2, have no way.
    pub(crate) fn takes_interim(&self) -> bool {
        self.version == Version::HTTP_11
    }

    /// Whether the store has anything to do with it.
    pub(super) fn may_store(&self) -> bool {
        self.route.caching != Caching::Off && self.upgrade.is_none()
    }

    pub(crate) const fn has_body(&self) -> bool {
        self.has_body
    }

    /// Whether its body may have had a part in the answer, which no key says
    /// (RFC 9110 §9.3.1).
    pub(crate) fn is_fat(&self) -> bool {
        self.has_body && is_retrieval(&self.method)
    }
}

fn is_retrieval(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// Whether there is no transfer coding but the chunks.
fn is_chunked_alone(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let first = codings.next();
    let only = first.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    only && codings.next().is_none()
}

/// The host that is asked for: the target's own, or else the one `Host` field
/// (RFC 9112 §3.2).
fn host(parts: &http::request::Parts) -> Result<Box<str>, Refusal> {
    const BAD: Refusal = refuse(StatusCode::BAD_REQUEST, "host");
    let mut fields = parts.headers.get_all(HOST).iter();
    let field = fields.next();
    if fields.next().is_some() {
        return Err(BAD);
    }
    // Also where the target names one: RFC 9112 §3.2.
    let field = field.map(|field| Authority::try_from(field.as_bytes()));
    let field = field.transpose().map_err(|_| BAD)?;
    let authority = match (parts.uri.authority(), field) {
        (Some(_), None) if parts.version == Version::HTTP_11 => return Err(BAD),
        // RFC 9113 §8.3.1.
        (Some(authority), Some(field))
            if parts.version == Version::HTTP_2 && *authority != field =>
        {
            return Err(BAD);
        }
        (Some(authority), _) => authority.clone(),
        (None, Some(field)) => field,
        (None, None) => return Err(BAD),
    };
    let text = authority.as_str();
    // What is encoded there is decoded by some, and would find another route.
    if text.contains(['@', '%']) || authority.host().is_empty() {
        return Err(BAD);
    }
    Ok(text.to_ascii_lowercase().into())
}

/// Whether an endpoint could take the path for one that has another route: what
/// that one keeps from the store, say, would be stored by this one.
fn is_ambiguous(site: &Site, route: &Arc<Route>, host: &str, path: &str) -> bool {
    let Some(read) = read_leniently(path) else {
        return false;
    };
    let other = site.route(host, &read);
    // A route that is written so is meant so.
    read_leniently(route.prefix()).is_none()
        && !other.is_some_and(|other| Arc::ptr_eq(other, route))
}

/// A host as routes name it: without its port and the dot of a name's root. An
/// IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => host,
    };
    bare.strip_suffix('.').unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_no_part_of_a_name() {
        for (host, name) in [
            ("a.example:8080", "a.example"),
            ("a.example", "a.example"),
            ("a.example:", "a.example"),
            ("a.example.:80", "a.example"),
            ("a.example.", "a.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
