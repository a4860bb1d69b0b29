//! The messages that a decision is about.

use crate::types::{Headers, Timestamp};

/// A request, as far as a cache looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a, H: ?Sized> {
    pub(super) method: &'a str,
    pub(super) target: Option<&'a str>,
    pub(super) headers: &'a H,
}

impl<'a, H: Headers + ?Sized> Request<'a, H> {
    /// A request with this method and these fields.
    #[must_use]
    pub const fn new(method: &'a str, headers: &'a H) -> Request<'a, H> {
        Request {
            method,
            target: None,
            headers,
        }
    }

    /// Adds the target URI, absolute: `https://example.com/a?b`. Needed only
    /// where a response names URIs: to store the response to a POST, and for
    /// [`invalidation`](super::invalidation).
    #[must_use]
    pub const fn with_target(mut self, target: &'a str) -> Request<'a, H> {
        self.target = Some(target);
        self
    }

    /// Whether a stored response to GET can answer it.
    #[inline(always)]
    pub(super) fn is_answerable(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }
}

/// A response, as far as a cache looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a, H: ?Sized> {
    pub(super) status: u16,
    pub(super) headers: &'a H,
}

impl<'a, H: Headers + ?Sized> Response<'a, H> {
    /// A response with this status and these fields.
    #[must_use]
    pub const fn new(status: u16, headers: &'a H) -> Response<'a, H> {
        Response { status, headers }
    }
}

/// When a request was sent upstream, and when the head of its response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// When the request was sent.
    pub sent: Timestamp,
    /// When the head of the response was received.
    pub received: Timestamp,
}

impl Times {
    /// The times of one exchange.
    #[must_use]
    pub const fn new(sent: Timestamp, received: Timestamp) -> Times {
        Times { sent, received }
    }
}
