//! What a probe asks for, and what must come back.

use core::ffi::c_char;

use hedgerow::cdn::monitor::Check;

use crate::boundary::{bytes, call, free, new_handle, object, out, shared, text};
use crate::error::{Detail, hedgerow_error, told};
use crate::reason::number;
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;

/// An HTTP health check: the path to ask for, and the answer of an endpoint
/// that is well. Immutable once made; any number of threads may read it.
pub struct hedgerow_check(());
object!(hedgerow_check, Check, b"CHEK");

/// A check that asks for `path` and expects a status from `first_status` to
/// `last_status` and, unless it is empty, `body` somewhere in the body. Free it
/// with `hedgerow_check_free`.
///
/// `error` may be NULL. HEDGEROW_INVALID_CONFIG: the path is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_check_new(
    path: *const c_char,
    path_len: usize,
    first_status: u16,
    last_status: u16,
    body: *const c_char,
    body_len: usize,
    check: *mut *mut hedgerow_check,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let (path, body) = (text!(path, path_len)?, bytes!(body, body_len)?);
        let check = out!(check)?;
        let plain = Check::new(path)
            .map_err(Detail::new)?
            .with_statuses(first_status, last_status)
            .with_body(body);
        check.put(new_handle(plain));
        Ok(())
    })
}

/// Frees a check; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_check_free(check: *mut hedgerow_check) -> hedgerow_status {
    free!(check)
}

/// What to ask for, and whether the body has to be read (1) or not (0); of a
/// body no more than 64 KB have to be. The path lives as long as the check.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_check_request(
    check: *const hedgerow_check,
    path: *mut hedgerow_str,
    needs_body: *mut u32,
) -> hedgerow_status {
    call(|| {
        let check = shared!(check)?;
        let (path, needs_body) = (out!(path)?, out!(needs_body)?);
        path.put(hedgerow_str::of(check.path().as_bytes()));
        needs_body.put(check.needs_body().into());
        Ok(())
    })
}

/// Whether an answer is that of an endpoint that is well; `reason` is 0 then.
///
/// HEDGEROW_REFUSED: it is not, and `reason` says why, as
/// `hedgerow_monitor_handle_probe` takes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_check_judge(
    check: *const hedgerow_check,
    status: u16,
    body: *const c_char,
    body_len: usize,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let check = shared!(check)?;
        let body = bytes!(body, body_len)?;
        let reason = out!(reason)?;
        let verdict = check.judge(status, body);
        reason.put(number(verdict.err()));
        verdict.map_err(|_| HEDGEROW_REFUSED)
    })
}
