//! What a status alone can't say.

use core::ffi::c_char;
use core::fmt::{self, Write};

use crate::status::hedgerow_status::{self, HEDGEROW_INVALID_CONFIG};

/// Room for what is wrong with settings or a document, in the caller's hands:
/// nothing is allocated, nothing has to be freed, and no two threads can mix
/// theirs up. Functions that take one also take NULL, for callers to whom the
/// status is enough, and write it only if they fail.
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

/// Writes the detail where the caller wants it, and gives the status.
///
/// # Safety
///
/// `error` is NULL, or to room for a [`hedgerow_error`].
pub(crate) unsafe fn tell(error: *mut hedgerow_error, detail: &Detail) -> hedgerow_status {
    let status = HEDGEROW_INVALID_CONFIG;
    // SAFETY: as the caller promises.
    if let Ok(room) = unsafe { crate::boundary::Out::new(error) } {
        let mut message = Message {
            room: [0; 480],
            used: 0,
        };
        // It is cut short where it does not fit.
        let _ = message.write_str(&detail.message);
        room.put(hedgerow_error {
            status: status as u32,
            code: detail.code,
            index: detail.index,
            message: message.room,
        });
    }
    status
}

/// Turns an error of the engine's into a status, with its text for the caller.
macro_rules! explained {
    ($result:expr, $error:expr) => {
        $result.map_err(|why| {
            let detail = crate::error::Detail::new(why);
            // SAFETY: the exported function's contract.
            unsafe { crate::error::tell($error, &detail) }
        })
    };
}
pub(crate) use explained;

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
