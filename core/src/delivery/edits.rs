//! What is to be changed in a response's fields, as plain data.

use std::borrow::Cow;

use crate::cache::list;
use crate::types::Headers;

/// One change to a response's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit<'a> {
    /// The field's name, in lower case.
    pub name: &'static str,
    /// The one line that replaces all lines of that name; `None` removes them.
    pub value: Option<Cow<'a, [u8]>>,
}

/// The changes to a response's fields, each name at most once. Where a field
/// is already as it should be, there is no change, so applying the same rules
/// to the result gives no further ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits<'a> {
    list: Vec<Edit<'a>>,
}

impl<'a> Edits<'a> {
    /// The changes, in no order that matters.
    pub fn iter(&self) -> core::slice::Iter<'_, Edit<'a>> {
        self.list.iter()
    }

    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The lines to be set: names in lower case, and values.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.iter()
            .filter_map(|edit| Some((edit.name, edit.value.as_deref()?)))
    }

    /// The names to be removed.
    pub fn removed(&self) -> impl Iterator<Item = &'static str> {
        self.iter()
            .filter(|edit| edit.value.is_none())
            .map(|edit| edit.name)
    }

    /// The same, borrowing from nothing: neither from the response that they
    /// change, nor from the request.
    #[must_use]
    pub fn into_owned(self) -> Edits<'static> {
        let owned = |edit: Edit<'a>| Edit {
            name: edit.name,
            value: edit.value.map(|value| Cow::Owned(value.into_owned())),
        };
        Edits {
            list: self.list.into_iter().map(owned).collect(),
        }
    }

    /// Carries the changes out.
    #[cfg(feature = "http")]
    pub fn apply(&self, headers: &mut http::HeaderMap) {
        for edit in &self.list {
            let name = http::HeaderName::from_static(edit.name);
            let value = edit.value.as_deref().map(http::HeaderValue::from_bytes);
            match value {
                Some(Ok(value)) => drop(headers.insert(name, value)),
                // What came in a field fits a field, and what this module
                // writes is ASCII.
                Some(Err(_)) => {}
                None => drop(headers.remove(name)),
            }
        }
    }
}

impl<'e, 'a> IntoIterator for &'e Edits<'a> {
    type Item = &'e Edit<'a>;
    type IntoIter = core::slice::Iter<'e, Edit<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Collects the changes to `response`.
#[derive(Debug)]
pub(super) struct Editor<'a, R: ?Sized> {
    response: &'a R,
    edits: Edits<'a>,
    /// Names of selecting fields that `Vary` must have (RFC 9110 §12.5.5).
    vary: Vec<&'static str>,
    /// Names that it must not have.
    ignored: &'a [String],
}

impl<'a, R: Headers + ?Sized> Editor<'a, R> {
    pub(super) fn new(response: &'a R) -> Editor<'a, R> {
        Editor {
            response,
            edits: Edits::default(),
            vary: Vec::new(),
            ignored: &[],
        }
    }

    /// The field has this one line.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Cow<'a, [u8]>>) {
        let value = value.into();
        let mut lines = self.response.field_values(name);
        let same = lines.next().is_some_and(|line| line == &*value) && lines.next().is_none();
        if !same {
            self.push(name, Some(value));
        }
    }

    /// The field has this one line, if it has none yet.
    pub(super) fn set_missing(&mut self, name: &'static str, value: &'a str) {
        if self.response.field_values(name).next().is_none() {
            self.set(name, value.as_bytes());
        }
    }

    /// The field is not there.
    pub(super) fn remove(&mut self, name: &'static str) {
        if self.response.field_values(name).next().is_some() {
            self.push(name, None);
        }
    }

    fn push(&mut self, name: &'static str, value: Option<Cow<'a, [u8]>>) {
        self.edits.list.push(Edit { name, value });
    }

    /// The response was selected by this field of the request.
    pub(super) fn vary_by(&mut self, name: &'static str) {
        self.vary.push(name);
    }

    /// The response was not selected by these, whatever it says.
    pub(super) fn ignore_vary(&mut self, names: &'a [String]) {
        self.ignored = names;
    }

    /// All the changes.
    pub(super) fn finish(mut self) -> Edits<'a> {
        if !self.vary.is_empty() || !self.ignored.is_empty() {
            self.write_vary();
        }
        self.edits
    }

    fn write_vary(&mut self) {
        let response = self.response;
        let lines = || response.field_values("vary").flat_map(list::members);
        let is_ignored = |member: &&[u8]| {
            let mut ignored = self.ignored.iter();
            ignored.any(|name| member.eq_ignore_ascii_case(name.as_bytes()))
        };
        let kept: Vec<&[u8]> = lines().filter(|member| !is_ignored(member)).collect();
        let has = |name: &str| {
            kept.iter()
                .any(|member| *member == b"*" || member.eq_ignore_ascii_case(name.as_bytes()))
        };
        let missing: Vec<&str> = self
            .vary
            .iter()
            .copied()
            .filter(|name| !has(name))
            .collect();
        if missing.is_empty() && kept.len() == lines().count() {
            return;
        }
        let added = missing.iter().map(|name| name.as_bytes());
        let all: Vec<&[u8]> = kept.iter().copied().chain(added).collect();
        if all.is_empty() {
            self.remove("vary");
        } else {
            self.set("vary", all.join(&b", "[..]));
        }
    }
}
