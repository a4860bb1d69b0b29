//! A request and what it is answered with.

use crate::types::Headers;

/// A request and the response whose fields are to be written.
///
/// The response is the upstream's, or an empty one where the fields are made
/// from nothing.
#[derive(Debug)]
pub struct Exchange<'a, Q: ?Sized, R: ?Sized> {
    pub(super) method: &'a str,
    pub(super) request: &'a Q,
    pub(super) status: u16,
    pub(super) response: &'a R,
    pub(super) secure: bool,
}

impl<'a, Q: Headers + ?Sized, R: Headers + ?Sized> Exchange<'a, Q, R> {
    /// The answer to a request with this method and these fields, over TLS.
    #[must_use]
    pub const fn new(
        method: &'a str,
        request: &'a Q,
        status: u16,
        response: &'a R,
    ) -> Exchange<'a, Q, R> {
        Exchange {
            method,
            request,
            status,
            response,
            secure: true,
        }
    }

    /// Whether the client's connection is secure. `Strict-Transport-Security`
    /// may be sent over no other (RFC 6797 §7.2).
    #[must_use]
    pub const fn with_secure(mut self, secure: bool) -> Exchange<'a, Q, R> {
        self.secure = secure;
        self
    }

    /// Whether the request only reads (RFC 9110 §9.3.1, §9.3.2).
    pub(super) fn is_retrieval(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }

    /// Whether the response carries the asset, a part of it, or says that the
    /// client's copy is current.
    pub(super) const fn is_representation(&self) -> bool {
        matches!(self.status, 200 | 206 | 304)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.response.field_values(name).next().is_some()
    }

    pub(super) fn request_has(&self, name: &str) -> bool {
        self.request.field_values(name).next().is_some()
    }

    /// The response's value of a field that it has exactly once.
    pub(super) fn one(&self, name: &'a str) -> Option<&'a [u8]> {
        let mut values = self.response.field_values(name);
        let first = values.next();
        first.filter(|_| values.next().is_none())
    }
}

impl<Q: ?Sized, R: ?Sized> Clone for Exchange<'_, Q, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q: ?Sized, R: ?Sized> Copy for Exchange<'_, Q, R> {}
