//! What a status alone can't say.

use core::ffi::c_char;
use core::fmt::{self, Write};

use crate::status::hedgerow_status::{self, HEDGEROW_INVALID_CONFIG, HEDGEROW_OK};

/// Room for what is wrong with settings or a document, in the caller's hands:
/// nothing is allocated, nothing has to be freed, and no two threads can mix
/// theirs up. Functions that take one also take NULL, for callers to whom the
/// status is enough, and write it whenever they fail, and only then.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hedgerow_error {
    /// The status that was returned.
    pub status: u32,
    /// Of a document the number of the first error's kind, which
    /// `hedgerow_problem_name` names; else 0.
    pub code: u32,
    /// The position in an array of what is wrong, or SIZE_MAX.
    pub index: usize,
    /// One line of UTF-8 for people, ended by a NUL, and cut short if need be.
    pub message: [c_char; 480],
}

impl fmt::Debug for hedgerow_error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("hedgerow_error")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// What goes into a [`hedgerow_error`].
#[derive(Debug)]
pub(crate) struct Detail {
    pub(crate) code: u32,
    pub(crate) index: usize,
    pub(crate) message: String,
}

impl Detail {
    pub(crate) fn new(message: impl fmt::Display) -> Detail {
        Detail {
            code: 0,
            index: usize::MAX,
            message: message.to_string(),
        }
    }
}

/// Why a call failed: with a status that says it all, or with a detail.
#[derive(Debug)]
pub(crate) enum Failure {
    Status(hedgerow_status),
    Detail(Detail),
}

impl From<hedgerow_status> for Failure {
    fn from(status: hedgerow_status) -> Failure {
        Failure::Status(status)
    }
}

impl From<Detail> for Failure {
    fn from(detail: Detail) -> Failure {
        Failure::Detail(detail)
    }
}

/// Runs the body of an exported function that tells why it failed.
///
/// # Safety
///
/// `error` is NULL, or to room for a [`hedgerow_error`].
pub(crate) unsafe fn call_told(
    error: *mut hedgerow_error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> hedgerow_status {
    let mut detail = None;
    let status = crate::boundary::call(|| {
        body().map_err(|failure| match failure {
            Failure::Status(status) => status,
            Failure::Detail(why) => {
                detail = Some(why);
                HEDGEROW_INVALID_CONFIG
            }
        })
    });
    if status == HEDGEROW_OK {
        return status;
    }
    // SAFETY: as the caller promises.
    if let Ok(room) = unsafe { crate::boundary::Out::new(error) } {
        let (code, index, text) = match &detail {
            Some(why) => (why.code, why.index, why.message.as_str()),
            None => (0, usize::MAX, status.message()),
        };
        let mut message = Message {
            room: [0; 480],
            used: 0,
        };
        // It is cut short where it does not fit.
        let _ = message.write_str(text);
        room.put(hedgerow_error {
            status: status as u32,
            code,
            index,
            message: message.room,
        });
    }
    status
}

/// The body of an exported function that tells why it failed.
macro_rules! told {
    ($error:expr, $body:expr) => {{
        let body = $body;
        // SAFETY: the exported function's contract.
        unsafe { crate::error::call_told($error, body) }
    }};
}
pub(crate) use told;

struct Message {
    room: [c_char; 480],
    used: usize,
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.room.len() - 1 - self.used;
        let end = text.floor_char_boundary(left);
        for (place, byte) in self.room[self.used..].iter_mut().zip(text[..end].bytes()) {
            *place = byte as c_char;
        }
        self.used += end;
        if end == text.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
