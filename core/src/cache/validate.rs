//! Conditions: those that the cache sends upstream, and those of its clients.

use crate::types::{Headers, Timestamp};

use super::date;
use super::etag;
use super::fields::Single;
use super::list;
use super::message::Request;
use super::name::{self, Field, Sieve};
use super::policy::Policy;
use super::range::ByteRange;

/// The conditions that a cache evaluates itself.
const CONDITIONS: Sieve = Sieve::EMPTY
    .with(b"if-none-match")
    .with(b"if-modified-since");

/// The fields that make an upstream request conditional.
///
/// They replace the client's own: remove those that
/// [`is_conditional_field`](super::is_conditional_field) names first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validation<'p> {
    etag: &'p [u8],
    last_modified: &'p [u8],
}

impl<'p> Validation<'p> {
    /// The names (lower case) and values. There may be none: the stored
    /// response has no validator, and can only be replaced.
    pub fn lines(self) -> impl Iterator<Item = (&'static str, &'p [u8])> {
        [
            ("if-none-match", self.etag),
            ("if-modified-since", self.last_modified),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    }

    /// Whether there is no validator.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.etag.is_empty() && self.last_modified.is_empty()
    }
}

/// The fields that ask for the missing bytes of a stored part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionFields<'p> {
    range: String,
    if_range: &'p [u8],
}

impl CompletionFields<'_> {
    /// The names (lower case) and values.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        [
            ("range", self.range.as_bytes()),
            ("if-range", self.if_range),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    }
}

impl Policy {
    /// The condition under which to ask upstream (RFC 9111 §4.3.1).
    #[must_use]
    pub fn validation(&self) -> Validation<'_> {
        Validation {
            etag: self.text.etag(),
            last_modified: self.text.last_modified(),
        }
    }

    /// The fields that ask for `missing`, as [`Action::Complete`](super::Action::Complete) gave it.
    #[must_use]
    pub fn completion(&self, missing: ByteRange) -> CompletionFields<'_> {
        let to_the_end = self
            .part()
            .is_some_and(|part| part.complete == missing.last.checked_add(1));
        let if_range = if etag::is_strong(self.text.etag()) {
            self.text.etag()
        } else if self.has_strong_date() {
            self.text.last_modified()
        } else {
            &[]
        };
        CompletionFields {
            range: if to_the_end {
                format!("bytes={}-", missing.first)
            } else {
                format!("bytes={}-{}", missing.first, missing.last)
            },
            if_range,
        }
    }

    /// Whether the client already has what is stored, so that a 304 says it
    /// all (RFC 9111 §4.3.2, RFC 9110 §13.2.2).
    pub(super) fn is_known_to<H: Headers + ?Sized>(&self, request: &Request<'_, H>) -> bool {
        let (mut listed, mut none_match) = (false, false);
        let mut since = Single::Absent;
        for (line, value) in request.headers.field_lines() {
            if !CONDITIONS.may_have(line) {
                continue;
            }
            match name::known(line) {
                Some(Field::IfNoneMatch) => {
                    none_match = true;
                    listed |= etag::is_listed(value, self.text.etag());
                }
                Some(Field::IfModifiedSince) => since.add(value),
                _ => {}
            }
        }
        // The tag outranks the date, whether or not it matches.
        if none_match {
            return listed;
        }
        let received = Timestamp::from_secs(self.received);
        // RFC 9110 §13.1.3: more than one date is none.
        since
            .one()
            .and_then(|text| date::parse(list::trim(text), received))
            .is_some_and(|since| {
                // RFC 9111 §4.3.2: without Last-Modified, Date stands in.
                self.modified.unwrap_or(self.dated) <= since.as_secs()
            })
    }
}
