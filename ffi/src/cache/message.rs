//! Requests and responses, read where C has them.

use core::ffi::c_char;

use hedgerow::cache::{Request, Response};

use crate::boundary::{Outcome, bytes, text};
use crate::status::hedgerow_status::*;
use crate::text::{Fields, fields, hedgerow_field};

/// A request as a cache sees it. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_request {
    /// The method, in upper case.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_len: usize,
    /// The absolute URI; NULL and 0 if it does not matter. Only what a request
    /// invalidates, and what a 304 or a HEAD says of other URIs, needs it.
    pub target: *const c_char,
    /// Its length in bytes.
    pub target_len: usize,
    /// The fields.
    pub fields: *const hedgerow_field,
    /// How many there are.
    pub field_count: usize,
}

/// A response as a cache sees it. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_response {
    /// The fields.
    pub fields: *const hedgerow_field,
    /// How many there are.
    pub field_count: usize,
    /// The status.
    pub status: u16,
    /// 0.
    pub reserved: [u16; 3],
}

/// What a request points to, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) fields: &'a Fields,
}

/// A method. The one that comes most is ready-made: to check it as any text
/// takes longer than to look through the fields.
#[inline]
fn method(bytes: &[u8]) -> Outcome<&str> {
    match bytes {
        b"GET" => Ok("GET"),
        _ => core::str::from_utf8(bytes).map_err(|_| HEDGEROW_INVALID_UTF8),
    }
}

impl<'a> GivenRequest<'a> {
    #[inline(always)] // Decisions are made for each request, and this is most of what C adds.
    pub(crate) fn of(given: &hedgerow_request) -> Outcome<GivenRequest<'a>> {
        Ok(GivenRequest {
            method: method(bytes!(given.method, given.method_len)?)?,
            target: match given.target_len {
                0 => "",
                length => text!(given.target, length)?,
            },
            fields: fields!(given.fields, given.field_count)?,
        })
    }

    #[inline]
    pub(crate) fn plain(&self) -> Request<'a, Fields> {
        let request = Request::new(self.method, self.fields);
        if self.target.is_empty() {
            request
        } else {
            request.with_target(self.target)
        }
    }
}

/// What a response points to, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenResponse<'a> {
    pub(crate) status: u16,
    pub(crate) fields: &'a Fields,
}

impl<'a> GivenResponse<'a> {
    pub(crate) fn of(given: &hedgerow_response) -> Outcome<GivenResponse<'a>> {
        if given.reserved != [0; 3] {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        Ok(GivenResponse {
            status: given.status,
            fields: fields!(given.fields, given.field_count)?,
        })
    }

    pub(crate) fn plain(&self) -> Response<'a, Fields> {
        Response::new(self.status, self.fields)
    }
}

/// The request that a pointer from C is to.
macro_rules! request {
    ($pointer:expr) => {
        crate::boundary::array!($pointer, 1)
            .and_then(|given| crate::cache::GivenRequest::of(&given[0]))
    };
}

/// The response that a pointer from C is to.
macro_rules! response {
    ($pointer:expr) => {
        crate::boundary::read!($pointer).and_then(|given| crate::cache::GivenResponse::of(&given))
    };
}
pub(crate) use {request, response};
