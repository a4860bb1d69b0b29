//! A request as it goes to an endpoint.

use std::fmt::Write as _;

use hedgerow::cache;
use hedgerow::fetch::Condition;
use http::header::{CONNECTION, EXPECT, HOST, TE, TRAILER, VIA};
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use super::Inbound;
use crate::store::Object;
use crate::upstream::{AttemptBody, Endpoint};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The request for `endpoint`, its URI a path and query.
pub(super) fn request(
    inbound: &Inbound,
    name: &str,
    endpoint: &Endpoint,
    condition: Condition,
    stored: Option<&Object>,
    body: AttemptBody,
) -> Option<Request<AttemptBody>> {
    let mut request = Request::builder()
        .method(inbound.method.clone())
        .uri(&*inbound.path)
        .body(body)
        .ok()?;
    *request.headers_mut() = headers(inbound, name, endpoint);
    let headers = request.headers_mut();
    match (condition, stored) {
        (Condition::Validate, Some(stored)) => {
            remove_conditions(headers);
            for (name, value) in stored.policy.validation().lines() {
                insert(headers, name, value);
            }
        }
        (Condition::Complete(range), Some(stored)) => {
            remove_conditions(headers);
            for (name, value) in stored.policy.completion(range).lines() {
                insert(headers, name, value);
            }
        }
        _ => {}
    }
    Some(request)
}

/// The request for the rest of a body that was cut.
pub(super) fn rest(
    inbound: &Inbound,
    name: &str,
    endpoint: &Endpoint,
    resume: &hedgerow::fetch::Resume,
) -> Option<Request<AttemptBody>> {
    let body = AttemptBody::new(None);
    let mut request = request(inbound, name, endpoint, Condition::None, None, body)?;
    let headers = request.headers_mut();
    remove_conditions(headers);
    insert(headers, "range", resume.range().as_bytes());
    insert(headers, "if-range", resume.if_range());
    Some(request)
}

fn headers(inbound: &Inbound, name: &str, endpoint: &Endpoint) -> HeaderMap {
    let mut headers = end_to_end(&inbound.headers);
    // The proxy has answered it itself, by asking for the body.
    headers.remove(EXPECT);
    headers.insert(HOST, endpoint.host.clone());
    if inbound.takes_trailers() {
        // RFC 9110 §10.1.4.
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    if let Ok(via) = HeaderValue::from_str(&via(inbound.version, name)) {
        headers.append(VIA, via);
    }
    forwarded(inbound, &mut headers);
    headers
}

/// Whom the request came from, by the fields that upstreams know.
fn forwarded(inbound: &Inbound, headers: &mut HeaderMap) {
    let mut peers = String::new();
    for earlier in headers.get_all(X_FORWARDED_FOR) {
        if let Ok(earlier) = earlier.to_str() {
            peers.push_str(earlier);
            peers.push_str(", ");
        }
    }
    // Writing to a string can't fail.
    let _ = write!(peers, "{}", inbound.connection.peer);
    insert(headers, X_FORWARDED_FOR.as_str(), peers.as_bytes());
    insert(headers, X_FORWARDED_HOST.as_str(), inbound.host.as_bytes());
    let scheme = if inbound.connection.secure {
        "https"
    } else {
        "http"
    };
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme));
}

/// The fields that are not for this connection alone (RFC 9110 §7.6.1).
pub(super) fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut kept = HeaderMap::with_capacity(headers.len() + 4);
    for (name, value) in headers {
        let name_text = name.as_str();
        // `Trailer` goes where the trailers go (RFC 9110 §6.6.2).
        let own = cache::is_hop_by_hop(name_text.as_bytes()) && name != TRAILER;
        if !own && !named.iter().any(|named| named == name_text) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

/// RFC 9110 §7.6.3.
pub(super) fn via(version: http::Version, name: &str) -> String {
    let version = match version {
        http::Version::HTTP_2 => "2.0",
        http::Version::HTTP_10 => "1.0",
        _ => "1.1",
    };
    format!("{version} {name}")
}

fn remove_conditions(headers: &mut HeaderMap) {
    let names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| cache::is_conditional_field(name.as_str().as_bytes()))
        .cloned()
        .collect();
    for name in names {
        headers.remove(name);
    }
}

fn insert(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value)) {
        headers.insert(name, value);
    }
}
