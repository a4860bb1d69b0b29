//! What the answer from the store looks like, and how to ask upstream.

use super::decision::range;
use super::{hedgerow_decision, hedgerow_policy, hedgerow_request, request};
use crate::boundary::{call, exclusive, out, read, shared};
use crate::lines::hedgerow_lines;
use crate::status::hedgerow_status;
use crate::text::{fields, hedgerow_field};
use crate::values::HEDGEROW_NEVER;

/// What the answer from the store looks like. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_answer {
    /// The first byte of the stored body to send.
    pub first: u64,
    /// The last byte of the stored body to send; HEDGEROW_NEVER for all of it.
    pub last: u64,
    /// 200, 206, 304, 416 or what was stored.
    pub status: u16,
    /// 1 if a body is sent.
    pub has_body: u16,
    /// 0.
    pub reserved: u32,
}

/// The answer to a request from the stored response, once a decision is to
/// serve it: status, fields and which bytes of the body. `body_length` is that
/// of the stored body, HEDGEROW_NEVER if it is not known yet; `stored` are the
/// fields that were stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_answer(
    policy: *const hedgerow_policy,
    request: *const hedgerow_request,
    decision: *const hedgerow_decision,
    body_length: u64,
    stored: *const hedgerow_field,
    stored_count: usize,
    answer: *mut hedgerow_answer,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let request = request!(request)?;
        let decision = read!(decision)?.plain()?;
        let stored = fields!(stored, stored_count)?;
        let answer = out!(answer)?;
        let mut lines = exclusive!(lines)?;
        let length = (body_length != HEDGEROW_NEVER).then_some(body_length);
        let plain = request.plain();
        let made = policy.answer(&plain, &decision, length);
        let body = made.body_range();
        lines.fill(made.lines(stored));
        answer.put(hedgerow_answer {
            first: body.map_or(0, |body| body.first),
            last: body.map_or(HEDGEROW_NEVER, |body| body.last),
            status: made.status(),
            has_body: made.has_body().into(),
            reserved: 0,
        });
        Ok(())
    })
}

/// The fields that make a request to upstream conditional, in place of the
/// request's own conditions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_validation(
    policy: *const hedgerow_policy,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        exclusive!(lines)?.fill(policy.validation().lines());
        Ok(())
    })
}

/// The fields that ask upstream for the bytes `first` to `last`, which the
/// stored part lacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_completion(
    policy: *const hedgerow_policy,
    first: u64,
    last: u64,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let missing = range(first, last)?;
        exclusive!(lines)?.fill(policy.completion(missing).lines());
        Ok(())
    })
}
