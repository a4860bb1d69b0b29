//! A request as it goes to an endpoint.

use hedgerow::cache;
use hedgerow::fetch::Condition;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body::Body as _;

use super::reply::SESSION_LOST;
use super::{Inbound, reply};
use crate::store::Object;
use crate::upstream::{AttemptBody, Endpoint};

/// The request for `endpoint`, its URI a path and query.
pub(super) fn request(
    inbound: &Inbound,
    endpoint: &Endpoint,
    condition: Condition,
    stored: Option<&Object>,
    body: AttemptBody,
) -> Option<Request<AttemptBody>> {
    let bodiless = body.is_end_stream();
    let mut request = Request::builder()
        .method(inbound.method.clone())
        .uri(&*inbound.path)
        .body(body)
        .ok()?;
    let headers = request.headers_mut();
    headers.clone_from(&inbound.headers);
    headers.insert(HOST, endpoint.host.clone());
    headers.remove(SESSION_LOST);
    let upstream = &inbound.route.upstream;
    let owner = upstream
        .owner(inbound.who.node)
        .and_then(|id| upstream.endpoint(id));
    if let Some(owner) = owner.filter(|owner| owner.id != endpoint.id) {
        // The node that gets it in the owner's place is the one that can tell
        // everybody in the session.
        insert(headers, SESSION_LOST.as_str(), owner.id.as_bytes());
    }
    if headers.contains_key(TE) {
        // RFC 9110 §10.1.4.
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    if let Some(upgrade) = &inbound.upgrade {
        headers.remove(TE);
        upgrade.write(headers);
    }
    if bodiless && reply::declared(headers) != Some(0) {
        // The client's length would announce what does not come, and the
        // endpoint take the next request for it.
        headers.remove(CONTENT_LENGTH);
    }
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
    endpoint: &Endpoint,
    resume: &hedgerow::fetch::Resume,
) -> Option<Request<AttemptBody>> {
    let body = AttemptBody::new(None);
    let mut request = request(inbound, endpoint, Condition::None, None, body)?;
    let headers = request.headers_mut();
    remove_conditions(headers);
    insert(headers, "range", resume.range().as_bytes());
    insert(headers, "if-range", resume.if_range());
    Some(request)
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

pub(super) fn insert(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value)) {
        headers.insert(name, value);
    }
}
