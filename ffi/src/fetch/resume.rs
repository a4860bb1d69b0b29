//! Going on elsewhere with a body that was cut.

use core::ffi::c_char;

use hedgerow::fetch::Resume;

use crate::boundary::{call, exclusive, free, new_handle, object, out, shared, text};
use crate::lines::hedgerow_lines;
use crate::reason::number;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field};

/// What must be known of a response whose body is on its way, to go on with it
/// elsewhere if it is cut. One thread at a time.
pub struct hedgerow_resume(());
object!(hedgerow_resume, Resume, b"RESU");

/// What a response's head says of going on with its body. Free it with
/// `hedgerow_resume_free`.
///
/// HEDGEROW_UNKNOWN: it can't be gone on with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_resume_new(
    method: *const c_char,
    method_len: usize,
    status: u16,
    response: *const hedgerow_field,
    response_count: usize,
    resume: *mut *mut hedgerow_resume,
) -> hedgerow_status {
    call(|| {
        let method = text!(method, method_len)?;
        let response = fields!(response, response_count)?;
        let resume = out!(resume)?;
        let found = Resume::new(method, status, response).ok_or(HEDGEROW_UNKNOWN)?;
        resume.put(new_handle(found));
        Ok(())
    })
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_resume_free(resume: *mut hedgerow_resume) -> hedgerow_status {
    free!(resume)
}

/// So many more bytes of the body were passed on; writes how many in all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_resume_advance(
    resume: *mut hedgerow_resume,
    bytes: u64,
    received: *mut u64,
) -> hedgerow_status {
    call(|| {
        let mut resume = exclusive!(resume)?;
        let received = out!(received)?;
        resume.advance(bytes);
        received.put(resume.received());
        Ok(())
    })
}

/// The fields with which another endpoint is asked for the rest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_resume_lines(
    resume: *const hedgerow_resume,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let resume = shared!(resume)?;
        let range = resume.range();
        let asked = [("range", range.as_bytes()), ("if-range", resume.if_range())];
        exclusive!(lines)?.fill(asked.into_iter());
        Ok(())
    })
}

/// Whether another endpoint's response is the rest; reason 0 then.
///
/// HEDGEROW_REFUSED: it is not, says `reason`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_resume_accept(
    resume: *const hedgerow_resume,
    status: u16,
    response: *const hedgerow_field,
    response_count: usize,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let resume = shared!(resume)?;
        let response = fields!(response, response_count)?;
        let reason = out!(reason)?;
        let verdict = resume.accept(status, response);
        reason.put(number(verdict.err()));
        verdict.map_err(|_| HEDGEROW_REFUSED)
    })
}
