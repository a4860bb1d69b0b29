//! What a request is answered with, before it becomes a response.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use hedgerow::cache::{self, CacheStatus, Decision};
use hedgerow::fetch::Fetch;
use hedgerow::types::Reason;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, VIA};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::Inbound;
use super::body::{Body, Source};
use super::driver::Driver;
use super::served::Served;
use super::upgrade::Switched;
use crate::store::{Object, Reader, StoredBody};
use crate::upstream::Opened;

pub(super) const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
/// Tells a client that the node which had its session has not answered, and
/// names that node.
pub(super) const SESSION_LOST: HeaderName = HeaderName::from_static("hedgerow-session-lost");

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) source: Source,
    /// The stored response whose body, as a whole, is the answer's.
    pub(super) stored: Option<Arc<Object>>,
    /// What the cache did, in a word.
    pub(crate) cache: &'static str,
    /// Who made the response, if it was made for this request.
    pub(crate) endpoint: Option<Arc<str>>,
    /// What the connection goes on with.
    pub(super) switched: Option<Switched>,
}

impl Reply {
    /// A status of the proxy's own.
    pub(super) fn plain(name: &str, status: StatusCode, why: &str) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let cache = CacheStatus::new(name).with_detail(why);
        append(&mut headers, &CACHE_STATUS, &cache);
        let reason = status.canonical_reason().unwrap_or("error");
        Reply {
            status,
            headers,
            source: Source::Whole(Bytes::from(format!(
                "{} {reason}: {why}\n",
                status.as_u16()
            ))),
            stored: None,
            cache: "none",
            endpoint: None,
            switched: None,
        }
    }

    /// The same without a word.
    pub(super) fn without_content(mut self) -> Reply {
        self.headers.remove(CONTENT_TYPE);
        self.source = Source::Empty;
        self
    }

    /// The answer from a stored response; `reader` reads a body that is still
    /// coming.
    pub(super) fn stored(
        inbound: &Inbound,
        object: &Arc<Object>,
        decision: &Decision,
        reader: Option<Reader>,
        status: &CacheStatus<'_>,
    ) -> Reply {
        let length = match &object.body {
            StoredBody::Whole(body) => Some(body.len() as u64),
            StoredBody::Growing(_) => declared(&object.headers),
        };
        let answer = object.policy.answer(&inbound.as_cached(), decision, length);
        let mut headers = answer.header_map(&object.headers);
        // RFC 9211 §2: what caches nearer to the origin said stays.
        append(&mut headers, &CACHE_STATUS, status);
        let range = answer.body_range();
        let source = match (&object.body, reader) {
            _ if !answer.has_body() => Source::Empty,
            (StoredBody::Whole(body), _) => Source::Whole(match range {
                Some(range) => slice(&body.lend(), range.first, range.last),
                None => body.lend(),
            }),
            (StoredBody::Growing(_), Some(reader)) => match range {
                Some(range) => Source::Part(reader, range.first, range.len()),
                None => Source::Stream(reader),
            },
            (StoredBody::Growing(_), None) => Source::Empty,
        };
        // Whatever was declared: the next response begins where this one ends.
        let length = match &source {
            Source::Whole(bytes) => Some(bytes.len() as u64),
            Source::Part(_, _, length) => Some(*length),
            Source::Empty | Source::Stream(_) | Source::Encoded(_) => None,
        };
        if let Some(length) = length
            && declared(&headers) != Some(length)
        {
            headers.insert(CONTENT_LENGTH, length.into());
        }
        Reply {
            status: StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::OK),
            headers,
            source,
            stored: range.is_none().then(|| Arc::clone(object)),
            cache: "hit",
            endpoint: None,
            switched: None,
        }
    }

    /// An upstream's response, as it came.
    pub(super) fn relayed(
        via: &HeaderValue,
        status: StatusCode,
        headers: &HeaderMap,
        source: Source,
        status_of_cache: &CacheStatus<'_>,
    ) -> Reply {
        let mut headers = headers.clone();
        cache::remove_hop_by_hop(&mut headers);
        headers.append(VIA, via.clone());
        append(&mut headers, &CACHE_STATUS, status_of_cache);
        Reply {
            status,
            headers,
            source,
            stored: None,
            cache: "miss",
            endpoint: None,
            switched: None,
        }
    }

    /// An upstream's 101.
    pub(super) fn switched(
        status: StatusCode,
        mut headers: HeaderMap,
        status_of_cache: &CacheStatus<'_>,
        switched: Switched,
    ) -> Reply {
        append(&mut headers, &CACHE_STATUS, status_of_cache);
        Reply {
            status,
            headers,
            source: Source::Empty,
            stored: None,
            cache: "upgrade",
            endpoint: None,
            switched: Some(switched),
        }
    }

    /// Adds fields that are for this client alone, in place of stored ones.
    pub(super) fn with_own(mut self, own: &HeaderMap) -> Reply {
        for name in own.keys() {
            self.headers.remove(name);
        }
        for (name, value) in own {
            self.headers.append(name, value.clone());
        }
        self
    }

    pub(super) fn with_cache(mut self, cache: &'static str) -> Reply {
        self.cache = cache;
        self
    }

    /// Says what each endpoint that was asked had to do with it.
    pub(super) fn with_attempts(
        mut self,
        fetch: &Fetch,
        driver: &Driver,
        inbound: &Inbound,
    ) -> Reply {
        let upstream = &inbound.route.upstream;
        let mut won = None;
        let Some(race) = fetch.race() else {
            return self;
        };
        let mut text = String::new();
        if let Some(why) = driver.picked() {
            // Writing to a string can't fail.
            let _ = write!(text, "pick;desc=\"{why}\"");
        }
        for attempt in race.attempts() {
            let Some(endpoint) = upstream.endpoint(attempt.endpoint()) else {
                continue;
            };
            let (ended, reason) = match attempt.ended() {
                Some((ended, _, reason)) => (ended.since(attempt.started()), reason),
                None => (attempt.latency(), Reason::Cancelled),
            };
            let separator = if text.is_empty() { "" } else { ", " };
            let ms = ended.as_micros() as f64 / 1000.0;
            // Writing to a string can't fail.
            let _ = write!(
                text,
                "{separator}{};desc=\"{} {reason}\";dur={ms:.1}",
                endpoint.id,
                attempt.why(),
            );
            if reason == Reason::Won {
                self.endpoint = Some(Arc::clone(&endpoint.id));
                won = Some(attempt.endpoint());
                if let Some(opened) = driver.opened() {
                    write_opened(&mut text, opened);
                }
            }
        }
        let owner = upstream
            .owner(inbound.who.node)
            .filter(|owner| Some(*owner) != won);
        if let Some(owner) = owner.and_then(|owner| upstream.endpoint(owner)) {
            append(&mut self.headers, &SESSION_LOST, &owner.id);
        }
        if !text.is_empty() {
            append(&mut self.headers, &SERVER_TIMING, &text);
        }
        self
    }

    /// The response; where the connection goes on after it, so does the record
    /// of the request.
    pub(super) fn into_response(
        self,
        served: Served,
    ) -> (Response<Body>, Option<(Switched, Served)>) {
        let (body, switched) = match self.switched {
            Some(upstream) => (Body::empty(), Some((upstream, served))),
            None => (Body::new(self.source, served), None),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        (response, switched)
    }
}

/// How long it took to open the connection, of the endpoint before.
fn write_opened(text: &mut String, opened: Opened) {
    let dial = ("dial", Some(opened.dial));
    for (name, span) in [dial, ("tls", opened.tls)] {
        if let Some(span) = span {
            let ms = span.as_secs_f64() * 1000.0;
            // Writing to a string can't fail.
            let _ = write!(text, ", {name};dur={ms:.1}");
        }
    }
}

/// The length that a response declares.
pub(super) fn declared(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

fn slice(bytes: &Bytes, first: u64, last: u64) -> Bytes {
    let end = bytes.len();
    let first = usize::try_from(first).unwrap_or(end).min(end);
    let after = usize::try_from(last).unwrap_or(end).saturating_add(1);
    bytes.slice(first..after.clamp(first, end))
}

fn append(headers: &mut HeaderMap, name: &HeaderName, value: &impl Display) {
    // As long as most are, so that few grow.
    let mut text = String::with_capacity(128);
    // Writing to a string can't fail.
    let _ = write!(text, "{value}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(name, value);
    }
}
