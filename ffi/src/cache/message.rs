//! Requests and responses, read where C has them.

use core::ffi::c_char;

use hedgerow::cache::{Request, Response};

use crate::boundary::{Outcome, text};
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
    pub(crate) fields: Fields<'a>,
}

impl<'a> GivenRequest<'a> {
    pub(crate) fn of(given: &hedgerow_request) -> Outcome<GivenRequest<'a>> {
        Ok(GivenRequest {
            method: text!(given.method, given.method_len)?,
            target: text!(given.target, given.target_len)?,
            fields: fields!(given.fields, given.field_count)?,
        })
    }

    pub(crate) fn plain(&self) -> Request<'_, Fields<'a>> {
        let request = Request::new(self.method, &self.fields);
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
    pub(crate) fields: Fields<'a>,
}

impl<'a> GivenResponse<'a> {
    pub(crate) fn of(given: &hedgerow_response) -> Outcome<GivenResponse<'a>> {
        if given.reserved != [0; 3] {
            return Err(crate::status::hedgerow_status::HEDGEROW_INVALID_ARGUMENT);
        }
        Ok(GivenResponse {
            status: given.status,
            fields: fields!(given.fields, given.field_count)?,
        })
    }

    pub(crate) fn plain(&self) -> Response<'_, Fields<'a>> {
        Response::new(self.status, &self.fields)
    }
}

/// The request that a pointer from C is to.
macro_rules! request {
    ($pointer:expr) => {
        crate::boundary::read!($pointer).and_then(|given| crate::cache::GivenRequest::of(&given))
    };
}

/// The response that a pointer from C is to.
macro_rules! response {
    ($pointer:expr) => {
        crate::boundary::read!($pointer).and_then(|given| crate::cache::GivenResponse::of(&given))
    };
}
pub(crate) use {request, response};
