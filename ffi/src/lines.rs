//! Field lines that the library hands out.

use hedgerow::types::Headers;

use crate::boundary::{call, free, new_handle, object, out, shared};
use crate::status::hedgerow_status;
use crate::text::hedgerow_field;

/// A list of field lines that functions fill, each time anew. A program keeps
/// one for each thread or message: once it is as long as it gets, filling it
/// allocates nothing. It may be filled from its own lines. One thread at a time.
pub struct hedgerow_lines(());
object!(hedgerow_lines, Lines, b"LINE");

/// The list that C sees, and room for the next one: C may fill a list from its
/// own lines, which must stay until they are read.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    seen: List,
    next: List,
    /// Where in the bytes each name and value ends; a removal has no value.
    ends: Vec<(usize, Option<usize>)>,
}

/// Lines, and the bytes that they are of.
#[derive(Debug, Default)]
struct List {
    bytes: Vec<u8>,
    fields: Vec<hedgerow_field>,
}

impl List {
    /// Empties the list, with room for as much as another one has.
    fn clear_for(&mut self, other: &List) {
        self.bytes.clear();
        self.bytes.reserve(other.bytes.len());
        self.fields.clear();
        self.fields.reserve(other.fields.len());
    }
}

impl Lines {
    /// Fills the list; a line without a value says that the field is removed.
    pub(crate) fn fill_edits<N, V>(&mut self, lines: impl Iterator<Item = (N, Option<V>)>)
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let next = &mut self.next;
        self.ends.clear();
        for (name, value) in lines {
            next.bytes.extend_from_slice(name.as_ref());
            let end = next.bytes.len();
            let value_end = value.map(|value| {
                next.bytes.extend_from_slice(value.as_ref());
                next.bytes.len()
            });
            self.ends.push((end, value_end));
        }
        let mut start = 0;
        for (end, value_end) in &self.ends {
            let (name, value) = (
                &next.bytes[start..*end],
                &next.bytes[*end..value_end.unwrap_or(*end)],
            );
            let mut field = hedgerow_field::of(name, value);
            if value_end.is_none() {
                field.value = core::ptr::null();
            }
            next.fields.push(field);
            start = value_end.unwrap_or(*end);
        }
        core::mem::swap(&mut self.seen, &mut self.next);
        self.next.clear_for(&self.seen);
    }

    /// Fills the list.
    pub(crate) fn fill<N, V>(&mut self, lines: impl Iterator<Item = (N, V)>)
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        self.fill_edits(lines.map(|(name, value)| (name, Some(value))));
    }

    /// Fills the list with all lines of a message.
    pub(crate) fn fill_message(&mut self, message: &impl Headers) {
        self.fill(message.field_lines());
    }
}

/// An empty list. Free it with `hedgerow_lines_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_lines_new(lines: *mut *mut hedgerow_lines) -> hedgerow_status {
    call(|| {
        out!(lines)?.put(new_handle(Lines::default()));
        Ok(())
    })
}

/// Frees a list; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_lines_free(lines: *mut hedgerow_lines) -> hedgerow_status {
    free!(lines)
}

/// The lines, which live until the list is filled again or freed. They can be
/// passed on as they are wherever a function takes fields. In a list of changes
/// a `value` of NULL says that all lines of the name are removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_lines_get(
    lines: *const hedgerow_lines,
    fields: *mut *const hedgerow_field,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let lines = shared!(lines)?;
        let (fields, count) = (out!(fields)?, out!(count)?);
        fields.put(lines.seen.fields.as_ptr());
        count.put(lines.seen.fields.len());
        Ok(())
    })
}
