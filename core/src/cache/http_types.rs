//! The same with `http::HeaderMap`, whose names and values are shared instead
//! of copied.

use std::borrow::Cow;

use http::header::{DATE, HeaderMap, HeaderName, HeaderValue};

use super::answer::Answer;
use super::merged::Merged;
use super::message::Request;
use super::policy::Policy;
use super::stored::StoredFields;

impl Policy {
    /// The fields to store of the response that this policy was made from; see
    /// [`Policy::stored_lines`].
    #[must_use]
    pub fn stored_headers(&self, response: &HeaderMap) -> HeaderMap {
        let fields = StoredFields::new(self);
        let mut stored = kept(response, |name| fields.keeps(name));
        if let Some(text) = self.added_date() {
            stored.insert(DATE, value(&text));
        }
        stored
    }

    /// The fields of `new` for the one who made the request alone; see
    /// [`Policy::unshared_lines`].
    #[must_use]
    pub fn unshared_headers(&self, new: &HeaderMap) -> HeaderMap {
        collected(
            self.unshared_lines(new)
                .map(|(name, text)| (name, text.into())),
        )
    }

    /// The fields to store from now on, once this policy came from
    /// [`Policy::freshen`], [`Policy::freshen_by_head`] or [`Policy::extend`]:
    /// those of `stored`, updated by `new`.
    #[must_use]
    pub fn merged_headers(&self, stored: &HeaderMap, new: &HeaderMap) -> HeaderMap {
        let merged = Merged::new(stored, new);
        collected(self.stored_lines(&merged))
    }
}

impl Answer<'_> {
    /// The fields of the answer; `stored` are those that were stored.
    #[must_use]
    pub fn header_map(&self, stored: &HeaderMap) -> HeaderMap {
        let mut fields = kept(stored, |name| self.sends(name));
        for (name, text) in self.added_lines() {
            if let Ok(name) = HeaderName::from_bytes(name) {
                fields.insert(name, value(text));
            }
        }
        fields
    }
}

impl<'a> Request<'a, HeaderMap> {
    /// The request that `parts` describe.
    #[must_use]
    pub fn from_parts(parts: &'a http::request::Parts) -> Request<'a, HeaderMap> {
        Request::new(parts.method.as_str(), &parts.headers)
    }
}

fn kept(from: &HeaderMap, keeps: impl Fn(&[u8]) -> bool) -> HeaderMap {
    let mut fields = HeaderMap::with_capacity(from.len() + 2);
    for (name, value) in from {
        if keeps(name.as_str().as_bytes()) {
            fields.append(name, value.clone());
        }
    }
    fields
}

fn collected<'a>(lines: impl Iterator<Item = (&'a [u8], Cow<'a, [u8]>)>) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, text) in lines {
        // They were names and values before.
        if let Ok(name) = HeaderName::from_bytes(name) {
            fields.append(name, value(&text));
        }
    }
    fields
}

/// Bytes that were a value, or that this crate wrote in ASCII.
fn value(text: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
}
