//! A client's request, checked.

use std::sync::Arc;
use std::time::Duration;

use hedgerow::cache;
use hedgerow::config::edge::Caching;
use hedgerow::fetch::Facts;
use http::header::{CONTENT_LENGTH, HOST, TE};
use http::uri::Authority;
use http::{HeaderMap, Method, Request, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;

use crate::app::App;
use crate::server::ConnectionState;
use crate::site::Route;
use crate::upstream::ClientBody;

/// A request as the flow takes it.
#[derive(Debug)]
pub(crate) struct Inbound {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) version: Version,
    /// Path and query, as they came.
    pub(crate) path: Box<str>,
    /// As the client named it, in lower case.
    pub(crate) host: Box<str>,
    pub(crate) route: Arc<Route>,
    pub(crate) connection: Arc<ConnectionState>,
    /// What the store and the flights know it by: the upstream and the target
    /// URI.
    key: Box<str>,
    target_at: usize,
    has_body: bool,
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
        let (parts, body) = request.into_parts();
        if parts.method == Method::CONNECT || parts.method == Method::TRACE {
            // A tunnel is nothing that can be cached or failed over; TRACE
            // shows scripts what they must not see.
            return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "method"));
        }
        let host = host(&parts)?;
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
        let site = app.site.load();
        let bare = without_port(&host);
        let route = site
            .route(bare, parts.uri.path())
            .ok_or(refuse(StatusCode::NOT_FOUND, "no route"))?;
        let scheme = if connection.secure { "https" } else { "http" };
        let upstream = route.upstream.settings.id.as_str();
        let default = if connection.secure { ":443" } else { ":80" };
        // RFC 9110 §4.2.3: both ways of writing it are the same URI.
        let authority = host.strip_suffix(default).unwrap_or(&host);
        let key = format!("{upstream} {scheme}://{authority}{path}").into();
        let has_body = !body.is_end_stream();
        let patience = Duration::from_millis(site.timeouts.body_ms.into());
        let inbound = Inbound {
            path: path.into(),
            host,
            route: Arc::clone(route),
            connection: Arc::clone(connection),
            key,
            target_at: upstream.len() + 1,
            has_body,
            method: parts.method,
            headers: parts.headers,
            version: parts.version,
        };
        Ok((inbound, has_body.then(|| ClientBody::new(body, patience))))
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The key of another URI at the same upstream.
    pub(crate) fn key_of(&self, uri: &str) -> String {
        format!("{}{uri}", &self.key[..self.target_at])
    }

    /// The absolute URI that was asked for.
    pub(crate) fn target(&self) -> &str {
        &self.key[self.target_at..]
    }

    /// The request as the cache sees it.
    pub(crate) fn as_cached(&self) -> cache::Request<'_, HeaderMap> {
        cache::Request::new(self.method.as_str(), &self.headers).with_target(self.target())
    }

    pub(crate) fn facts(&self) -> Facts {
        let cached = self.route.caching != Caching::Off;
        let facts = Facts::new(self.method.as_str(), self.has_body);
        facts
            .with_cached(cached && facts.cached && !self.has_body)
            .with_collapsing(cached && self.method == Method::GET && !self.has_body)
            .with_hedging(self.route.hedge)
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

    pub(crate) fn takes_trailers(&self) -> bool {
        self.version == Version::HTTP_2
            || self.headers.get_all(TE).iter().any(|value| {
                let text = value.to_str().unwrap_or_default();
                text.split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case("trailers"))
            })
    }
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
    let authority = match (parts.uri.authority(), field) {
        (Some(authority), _) => authority.clone(),
        (None, Some(field)) => Authority::try_from(field.as_bytes()).map_err(|_| BAD)?,
        (None, None) => return Err(BAD),
    };
    let text = authority.as_str();
    if text.contains('@') || authority.host().is_empty() {
        return Err(BAD);
    }
    Ok(text.to_ascii_lowercase().into())
}

/// A host as routes name it; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => host,
    }
}

/// Whether any segment is `.` or `..`, also with its dots encoded.
fn has_dot_segment(path: &str) -> bool {
    let is_dots = |segment: &str| {
        let mut rest = segment;
        let mut dots = 0;
        while !rest.is_empty() {
            let Some(after) = rest
                .strip_prefix('.')
                .or_else(|| rest.strip_prefix("%2e"))
                .or_else(|| rest.strip_prefix("%2E"))
            else {
                return false;
            };
            (rest, dots) = (after, dots + 1);
        }
        matches!(dots, 1 | 2)
    };
    path.contains(['.', '%']) && path.split('/').any(is_dots)
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
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }

    #[test]
    fn dot_segments_are_found_in_any_writing() {
        for path in ["/..", "/a/../b", "/./a", "/a/%2e%2E/b", "/.%2e", "/a/."] {
            assert!(has_dot_segment(path), "{path}");
        }
        for path in [
            "/",
            "/a.b/c..d",
            "/...",
            "/.well-known/x",
            "/a%2fb",
            "/%2e%2e%2e",
        ] {
            assert!(!has_dot_segment(path), "{path}");
        }
    }
}
