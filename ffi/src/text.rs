//! Texts and header fields as they cross.

use core::ffi::c_char;

use hedgerow::types::Headers;

use crate::boundary::Outcome;
use crate::status::hedgerow_status::*;

/// A text of the library's: UTF-8, `len` bytes, not ended by a NUL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_str {
    /// Its first byte; never NULL in what the library hands out.
    pub data: *const c_char,
    /// Its length in bytes.
    pub len: usize,
}

impl hedgerow_str {
    /// A text that lives as long as the program.
    pub(crate) const fn lasting(text: &'static str) -> hedgerow_str {
        hedgerow_str::of(text.as_bytes())
    }

    /// A text that lives as long as what it is in.
    pub(crate) const fn of(bytes: &[u8]) -> hedgerow_str {
        hedgerow_str {
            data: bytes.as_ptr().cast(),
            len: bytes.len(),
        }
    }
}

/// A field line of a message. Names may come in any case; values are bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_field {
    /// The name; NULL only if `name_len` is 0.
    pub name: *const c_char,
    /// Its length in bytes.
    pub name_len: usize,
    /// The value; NULL only if `value_len` is 0.
    pub value: *const c_char,
    /// Its length in bytes.
    pub value_len: usize,
}

/// Nothing in memory is longer.
const LONGEST: usize = isize::MAX as usize;

impl hedgerow_field {
    /// Whether both pointers are to something of a possible length, be it
    /// nothing.
    #[inline]
    const fn is_full(&self) -> bool {
        !self.name.is_null() && !self.value.is_null() && self.name_len | self.value_len <= LONGEST
    }

    /// Whether it says that there is something at NULL.
    const fn is_missing(&self) -> bool {
        (self.name.is_null() && self.name_len > 0) || (self.value.is_null() && self.value_len > 0)
    }

    pub(crate) const fn of(name: &[u8], value: &[u8]) -> hedgerow_field {
        hedgerow_field {
            name: name.as_ptr().cast(),
            name_len: name.len(),
            value: value.as_ptr().cast(),
            value_len: value.len(),
        }
    }
}

/// The fields of a message, read where C has them.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Fields([hedgerow_field]);

impl Fields {
    /// Looks at each pointer once, so that reading them needs no second look.
    #[inline(always)] // Decisions are made for each request, and look through its fields once more.
    pub(crate) fn new(fields: &[hedgerow_field]) -> Outcome<&Fields> {
        if !fields.iter().all(hedgerow_field::is_full) {
            Fields::look_closer(fields)?;
        }
        let checked = core::ptr::from_ref(fields) as *const Fields;
        // SAFETY: it is a slice under another name, and lent for as long.
        Ok(unsafe { &*checked })
    }

    /// What is wrong with fields of which one may be empty or impossible.
    #[cold]
    fn look_closer(fields: &[hedgerow_field]) -> Outcome {
        if fields.iter().any(hedgerow_field::is_missing) {
            return Err(HEDGEROW_NULL_POINTER);
        }
        let possible = |field: &hedgerow_field| field.name_len.max(field.value_len) <= LONGEST;
        if fields.iter().all(possible) {
            Ok(())
        } else {
            Err(HEDGEROW_INVALID_ARGUMENT)
        }
    }
}

/// A name or a value of a field that [`Fields::new`] has looked at.
#[inline]
const fn part<'a>(data: *const c_char, len: usize) -> &'a [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: not NULL, of a possible length, and there, as the contract says.
    unsafe { core::slice::from_raw_parts(data.cast(), len) }
}

impl Headers for Fields {
    #[inline]
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|field| {
            let name = part(field.name, field.name_len);
            (name, part(field.value, field.value_len))
        })
    }

    #[inline]
    fn field_names(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|field| part(field.name, field.name_len))
    }
}

/// The fields of a message of C's.
macro_rules! fields {
    ($pointer:expr, $length:expr) => {
        crate::boundary::array!($pointer, $length).and_then(crate::text::Fields::new)
    };
}
pub(crate) use fields;

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr;

    #[test]
    fn fields_are_refused_that_cannot_be_there() {
        let full = hedgerow_field::of(b"name", b"value");
        let name = |name, name_len| hedgerow_field {
            name,
            name_len,
            ..full
        };
        let value = |value, value_len| hedgerow_field {
            value,
            value_len,
            ..full
        };
        let impossible = [name(full.name, usize::MAX), value(full.value, usize::MAX)];
        let null = Some(HEDGEROW_NULL_POINTER);
        for (second, third, wanted) in [
            (full, full, None),
            (name(ptr::null(), 0), value(ptr::null(), 0), None),
            (name(ptr::null(), 1), full, null),
            (full, value(ptr::null(), 1), null),
            (impossible[0], name(ptr::null(), 1), null),
            (impossible[0], full, Some(HEDGEROW_INVALID_ARGUMENT)),
            (full, impossible[1], Some(HEDGEROW_INVALID_ARGUMENT)),
        ] {
            let found = Fields::new(&[full, second, third]).err();
            assert_eq!(found, wanted, "{second:?} {third:?}");
        }
    }
}
