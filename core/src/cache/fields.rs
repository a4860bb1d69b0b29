//! What one pass over a message's fields finds.
//!
//! The lines are walked once, whatever their number: a message of ten thousand
//! lines costs ten thousand times one line.

use std::borrow::Cow;

use crate::types::Headers;

use super::directives::Directives;
use super::list;
use super::message::{Request, Response};
use super::name::{self, Field, Sieve};
use super::settings::Settings;
use super::targeted;

/// A field that a message should have at most once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Single<'a> {
    #[default]
    Absent,
    One(&'a [u8]),
    /// Several lines that differ. `0` is the first.
    Several(&'a [u8]),
}

impl<'a> Single<'a> {
    pub(super) fn add(&mut self, value: &'a [u8]) {
        match *self {
            Single::Absent => *self = Single::One(value),
            Single::One(first) if first != value => *self = Single::Several(first),
            Single::One(_) | Single::Several(_) => {}
        }
    }

    /// The value, unless it is contradicted.
    pub(super) const fn one(self) -> Option<&'a [u8]> {
        match self {
            Single::One(value) => Some(value),
            Single::Absent | Single::Several(_) => None,
        }
    }

    /// The first value.
    pub(super) const fn first(self) -> Option<&'a [u8]> {
        match self {
            Single::One(value) | Single::Several(value) => Some(value),
            Single::Absent => None,
        }
    }
}

/// Where the directives that govern a response stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Source {
    #[default]
    CacheControl,
    /// In the field at this place of the target list.
    Target(usize),
}

/// The fields of a response that decide about storing it.
#[derive(Debug, Default)]
pub(super) struct ResponseFields<'a> {
    pub(super) directives: Directives,
    pub(super) source: Source,
    pub(super) age: Option<&'a [u8]>,
    pub(super) age_lines: u32,
    pub(super) date: Single<'a>,
    pub(super) expires: Single<'a>,
    pub(super) etag: Single<'a>,
    pub(super) last_modified: Single<'a>,
    pub(super) content_range: Single<'a>,
    pub(super) content_length: Single<'a>,
    pub(super) content_language: Single<'a>,
    pub(super) content_location: Single<'a>,
    pub(super) sets_cookie: bool,
    pub(super) has_vary: bool,
    pub(super) has_connection: bool,
}

impl<'a> ResponseFields<'a> {
    pub(super) fn read<H: Headers + ?Sized>(
        settings: &Settings,
        response: &Response<'a, H>,
    ) -> ResponseFields<'a> {
        let mut fields = ResponseFields::default();
        let mut targets_seen = false;
        for (line, value) in response.headers.field_lines() {
            let Some(field) = name::known(line) else {
                targets_seen |= settings.target(line).is_some();
                continue;
            };
            match field {
                Field::CacheControl => fields.directives.read_line(value),
                Field::Age => {
                    fields.age.get_or_insert(value);
                    fields.age_lines = fields.age_lines.saturating_add(1);
                }
                Field::Date => fields.date.add(value),
                Field::Expires => fields.expires.add(value),
                Field::ETag => fields.etag.add(value),
                Field::LastModified => fields.last_modified.add(value),
                Field::ContentRange => fields.content_range.add(value),
                Field::ContentLength => fields.content_length.add(value),
                Field::ContentLanguage => fields.content_language.add(value),
                Field::ContentLocation => fields.content_location.add(value),
                Field::SetCookie => fields.sets_cookie = true,
                Field::Vary => fields.has_vary = true,
                Field::Connection => fields.has_connection = true,
                _ => {}
            }
        }
        if targets_seen {
            fields.choose_target(settings, response);
        }
        fields
    }

    /// The first field of the target list that is there, valid and not empty
    /// takes the place of `Cache-Control` and `Expires` (RFC 9213 §2.2).
    fn choose_target<H: Headers + ?Sized>(
        &mut self,
        settings: &Settings,
        response: &Response<'a, H>,
    ) {
        for (place, target) in settings.targets.iter().enumerate() {
            if let Some(directives) = targeted::directives(&joined(response.headers, target)) {
                self.directives = directives;
                self.source = Source::Target(place);
                self.expires = Single::Absent;
                return;
            }
        }
    }
}

/// The lines of `field` as one value (RFC 9110 §5.3); empty if there are none.
pub(super) fn joined<'a, H: Headers + ?Sized>(headers: &'a H, field: &'a str) -> Cow<'a, [u8]> {
    let mut values = headers.field_values(field);
    let Some(first) = values.next() else {
        return Cow::Borrowed(&[]);
    };
    let mut all = Cow::Borrowed(first);
    for value in values {
        let all = all.to_mut();
        all.extend_from_slice(b", ");
        all.extend_from_slice(value);
    }
    all
}

/// The fields of which [`RequestFields`] tell anything.
const IN_REQUESTS: Sieve = Sieve::EMPTY
    .with(b"authorization")
    .with(b"cache-control")
    .with(b"if-match")
    .with(b"if-range")
    .with(b"if-unmodified-since")
    .with(b"pragma")
    .with(b"range");

/// The fields of a request that decide about answering it from the store.
#[derive(Debug, Default)]
pub(super) struct RequestFields<'a> {
    pub(super) directives: Directives,
    pub(super) range: Single<'a>,
    pub(super) if_range: Single<'a>,
    pub(super) authorized: bool,
    /// It has a condition that is the origin's to evaluate.
    pub(super) origin_precondition: bool,
    has_cache_control: bool,
    pragma_no_cache: bool,
}

impl<'a> RequestFields<'a> {
    // Inlined, so that a request with none of these fields costs no copy of an
    // empty answer.
    #[inline]
    pub(super) fn read<H: Headers + ?Sized>(request: &Request<'a, H>) -> RequestFields<'a> {
        // Most requests have none of these fields. Their names alone tell, and
        // a map walks over its names quicker than over its lines.
        if request
            .headers
            .field_names()
            .any(|name| IN_REQUESTS.may_have(name))
        {
            RequestFields::read_lines(request)
        } else {
            RequestFields::default()
        }
    }

    #[inline(never)]
    fn read_lines<H: Headers + ?Sized>(request: &Request<'a, H>) -> RequestFields<'a> {
        let mut fields = RequestFields::default();
        for (line, value) in request.headers.field_lines() {
            if IN_REQUESTS.may_have(line)
                && let Some(field) = name::known(line)
            {
                fields.add(field, value);
            }
        }
        fields
    }

    fn add(&mut self, field: Field, value: &'a [u8]) {
        match field {
            Field::CacheControl => {
                self.has_cache_control = true;
                self.directives.read_line(value);
            }
            Field::Pragma => {
                self.pragma_no_cache |=
                    list::members(value).any(|member| name::is(member, "no-cache"));
            }
            Field::Range => self.range.add(value),
            Field::IfRange => self.if_range.add(value),
            Field::Authorization => self.authorized = true,
            Field::IfMatch | Field::IfUnmodifiedSince => self.origin_precondition = true,
            _ => {}
        }
    }

    /// Whether the request wants validation. `Pragma` counts only without
    /// `Cache-Control` (RFC 9111 §5.4).
    pub(super) const fn no_cache(&self) -> bool {
        self.directives.no_cache()
            || self.directives.no_cache_fields()
            || (self.pragma_no_cache && !self.has_cache_control)
    }
}
