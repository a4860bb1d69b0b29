//! The texts that a policy keeps of its messages.

use crate::types::Headers;

use super::directives;
use super::fields::{ResponseFields, Source, joined};
use super::list;
use super::message::Response;
use super::settings::Settings;
use super::targeted;

/// The texts of a policy, one after the other in one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Text {
    bytes: Vec<u8>,
    /// Where each text but the last ends.
    ends: [u32; 5],
}

impl Text {
    fn get(&self, index: usize) -> &[u8] {
        let end = |index: usize| self.ends.get(index).map(|end| *end as usize);
        let start = index.checked_sub(1).and_then(end).unwrap_or(0);
        let end = end(index).unwrap_or(self.bytes.len());
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(super) fn etag(&self) -> &[u8] {
        self.get(0)
    }

    pub(super) fn last_modified(&self) -> &[u8] {
        self.get(1)
    }

    pub(super) fn language(&self) -> &[u8] {
        self.get(2)
    }

    /// The fields that may not be stored: a list.
    pub(super) fn not_stored(&self) -> &[u8] {
        self.get(3)
    }

    /// The fields that may be used only right after validation: a list.
    pub(super) fn unvalidated(&self) -> &[u8] {
        self.get(4)
    }

    /// What the selecting fields had in them.
    pub(super) fn vary(&self) -> &[u8] {
        self.get(5)
    }

    pub(super) fn set_vary(&mut self, vary: &[u8]) {
        let [.., end] = self.ends;
        self.bytes.truncate(end as usize);
        self.bytes.extend_from_slice(vary);
    }

    /// The bytes that are allocated.
    pub(super) const fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// All the bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Where the last text is written, once the others are collected.
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Collects all but the last. One allocation, unless the estimate falls
    /// short.
    pub(super) fn collect<R: Headers + ?Sized>(
        settings: &Settings,
        response: &Response<'_, R>,
        fields: &ResponseFields<'_>,
    ) -> Text {
        let etag = fields.etag.one().unwrap_or_default();
        let last_modified = fields.last_modified.one().unwrap_or_default();
        let language = fields
            .content_language
            .one()
            .filter(|language| !language.contains(&b','))
            .unwrap_or_default();
        let named = fields.directives.no_cache_fields() || fields.directives.private_fields();
        let more = fields.has_vary || fields.has_connection || named;
        let mut bytes = Vec::with_capacity(
            etag.len() + last_modified.len() + language.len() + if more { 256 } else { 0 },
        );
        let mut ends = [0; 5];
        for (text, end) in [etag, last_modified, list::trim(language)]
            .iter()
            .zip(&mut ends)
        {
            bytes.extend_from_slice(text);
            *end = bytes.len() as u32;
        }
        if fields.has_connection {
            for line in response.headers.field_values("connection") {
                push_names(&mut bytes, line);
            }
        }
        if fields.directives.private_fields() && settings.shared {
            push_named(&mut bytes, settings, response, fields.source, b"private");
        }
        ends[3] = bytes.len() as u32;
        if fields.directives.no_cache_fields() {
            push_named(&mut bytes, settings, response, fields.source, b"no-cache");
        }
        ends[4] = bytes.len() as u32;
        Text { bytes, ends }
    }
}

/// Adds the names of a list. What is no name can't be a field's, and an open
/// quote in it would swallow the names after it when the list is read again.
fn push_names(out: &mut Vec<u8>, names: &[u8]) {
    for name in list::tokens(names) {
        out.extend_from_slice(name);
        out.push(b',');
    }
}

/// Adds the fields that `no-cache="…"` or `private="…"` names.
fn push_named<R: Headers + ?Sized>(
    out: &mut Vec<u8>,
    settings: &Settings,
    response: &Response<'_, R>,
    source: Source,
    directive: &[u8],
) {
    let mut push = |found: &[u8], argument: &[u8]| {
        if found.eq_ignore_ascii_case(directive)
            && let Some(names) = directives::field_names(argument)
        {
            names.for_each(|name| push_names(out, name));
        }
    };
    match source {
        Source::CacheControl => {
            for line in response.headers.field_values("cache-control") {
                for (found, argument) in directives::pairs(line) {
                    push(found, argument.unwrap_or_default());
                }
            }
        }
        Source::Target(place) => {
            if let Some(target) = settings.targets.get(place) {
                let field = joined(response.headers, target);
                // The field is valid, or it would not be the source.
                let _ = targeted::visit(&field, |found, member| {
                    if let directives::Member::Text(names) = member {
                        push(found, names);
                    }
                });
            }
        }
    }
}
