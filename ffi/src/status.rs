//! What every function returns.

use crate::boundary::{call, out};
use crate::text::hedgerow_str;

/// What became of a call. Numbers are never used again for something else; one
/// that a program does not know is a failure.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_status {
    /// Done, and the outputs are written.
    HEDGEROW_OK = 0,
    /// A pointer is NULL that may not be.
    HEDGEROW_NULL_POINTER = 1,
    /// A text is not UTF-8.
    HEDGEROW_INVALID_UTF8 = 2,
    /// A number is none of those that the parameter takes, a length is more
    /// than memory can hold, or a pointer to an array or an output is not
    /// aligned.
    HEDGEROW_INVALID_ARGUMENT = 3,
    /// The pointer is to no live object of this type: to one of another type,
    /// or perhaps to one that was freed.
    HEDGEROW_BAD_HANDLE = 4,
    /// The object is in use by another call: one on another thread, or the one
    /// that is calling a callback right now.
    HEDGEROW_BUSY = 5,
    /// A bug of the library, caught at the boundary. The object answers every
    /// further call but its `_free` with HEDGEROW_POISONED.
    HEDGEROW_PANIC = 6,
    /// An earlier call with the object ended in HEDGEROW_PANIC.
    HEDGEROW_POISONED = 7,
    /// No such endpoint, attempt or item.
    HEDGEROW_UNKNOWN = 8,
    /// The input does not fit what the object has asked for. Nothing changed.
    HEDGEROW_UNEXPECTED = 9,
    /// Decided, and the decision is no; its reason is written.
    HEDGEROW_REFUSED = 10,
    /// The settings or the document can't be used.
    HEDGEROW_INVALID_CONFIG = 11,
    /// The `size` of a struct is none that a release of the library has had, or
    /// it holds settings that this release does not know.
    HEDGEROW_BAD_SIZE = 12,
}

use hedgerow_status::*;

impl hedgerow_status {
    const ALL: [hedgerow_status; 13] = [
        HEDGEROW_OK,
        HEDGEROW_NULL_POINTER,
        HEDGEROW_INVALID_UTF8,
        HEDGEROW_INVALID_ARGUMENT,
        HEDGEROW_BAD_HANDLE,
        HEDGEROW_BUSY,
        HEDGEROW_PANIC,
        HEDGEROW_POISONED,
        HEDGEROW_UNKNOWN,
        HEDGEROW_UNEXPECTED,
        HEDGEROW_REFUSED,
        HEDGEROW_INVALID_CONFIG,
        HEDGEROW_BAD_SIZE,
    ];

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            HEDGEROW_OK => ("ok", "done"),
            HEDGEROW_NULL_POINTER => ("null_pointer", "a pointer is NULL that may not be"),
            HEDGEROW_INVALID_UTF8 => ("invalid_utf8", "a text is not UTF-8"),
            HEDGEROW_INVALID_ARGUMENT => (
                "invalid_argument",
                "an argument has none of the values that it may have",
            ),
            HEDGEROW_BAD_HANDLE => (
                "bad_handle",
                "the pointer is to no live object of the type that the function takes",
            ),
            HEDGEROW_BUSY => ("busy", "the object is in use by another call"),
            HEDGEROW_PANIC => ("panic", "a bug of the library was caught; free the object"),
            HEDGEROW_POISONED => (
                "poisoned",
                "an earlier call met a bug of the library; free the object",
            ),
            HEDGEROW_UNKNOWN => ("unknown", "there is no such endpoint, attempt or item"),
            HEDGEROW_UNEXPECTED => (
                "unexpected",
                "the input does not fit what the object has asked for",
            ),
            HEDGEROW_REFUSED => ("refused", "decided, and the decision is no"),
            HEDGEROW_INVALID_CONFIG => (
                "invalid_config",
                "the settings or the document can't be used",
            ),
            HEDGEROW_BAD_SIZE => (
                "bad_size",
                "the size of a struct is none that this release knows",
            ),
        }
    }

    /// One sentence about it for people.
    pub(crate) const fn message(self) -> &'static str {
        self.words().1
    }

    fn find(status: u32) -> Result<hedgerow_status, hedgerow_status> {
        let known = hedgerow_status::ALL
            .iter()
            .find(|known| **known as u32 == status);
        known.copied().ok_or(HEDGEROW_INVALID_ARGUMENT)
    }
}

/// The stable name of a status, such as `null_pointer`, for logs.
///
/// The text lives as long as the program. HEDGEROW_INVALID_ARGUMENT: no such
/// status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_status_name(
    status: u32,
    name: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let name = out!(name)?;
        name.put(hedgerow_str::lasting(
            hedgerow_status::find(status)?.words().0,
        ));
        Ok(())
    })
}

/// One sentence about a status for people, in lower case and without a full
/// stop.
///
/// The text lives as long as the program. HEDGEROW_INVALID_ARGUMENT: no such
/// status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_status_message(
    status: u32,
    message: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let message = out!(message)?;
        message.put(hedgerow_str::lasting(
            hedgerow_status::find(status)?.message(),
        ));
        Ok(())
    })
}
