//! Bringing a stored response up to date (RFC 9111 §4.3.4, §4.3.5, §3.4).

use crate::types::{Headers, Reason};

use super::etag;
use super::fields::{RequestFields, ResponseFields, Single};
use super::freshness::Lifetime;
use super::merged::Merged;
use super::message::{Request, Response, Times};
use super::policy::{DROP_COOKIES, FRESH_COOKIES, ODD_PART, Policy, WAS_PART};
use super::range::{self, ByteRange, Part};
use super::settings::Settings;
use super::storability::{self, NotStored};
use super::vary::Match;

/// A stored response brought up to date.
///
/// Its fields are [`Merged`]; store them through
/// [`Policy::stored_lines`] of the new policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Freshened {
    /// What is remembered from now on.
    pub policy: Policy,
    /// Whether the updated response may be stored. If not, answer this request
    /// with it, and see [`Freshened::ends_storing`].
    pub kept: Result<(), NotStored>,
}

impl Freshened {
    /// Whether what was stored before has to go. Where it is the *request*
    /// that may leave no trace in the store, by `no-store` or because it was
    /// authenticated, what was stored before stays as it is, so that such
    /// requests empty nobody's cache.
    #[must_use]
    pub fn ends_storing(&self) -> bool {
        self.kept
            .is_err_and(|why| !matches!(why.reason(), Reason::RequestNoStore | Reason::Authorized))
    }
}

/// Why a stored response could not be brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFreshened(Reason);

impl NotFreshened {
    /// The reason.
    #[must_use]
    pub const fn reason(self) -> Reason {
        self.0
    }
}

impl core::fmt::Display for NotFreshened {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "the stored response can't be updated: {}", self.0)
    }
}

impl core::error::Error for NotFreshened {}

/// What a response to HEAD says of a stored response to GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadUpdate {
    /// It is the same: updated.
    Freshened(Freshened),
    /// It is another one: remove the stored response.
    Outdated,
    /// Nothing: the status is not 200, or another variant is meant.
    Nothing,
}

/// A stored part with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extended {
    /// What is remembered, and whether it may be stored.
    pub freshened: Freshened,
    /// The bodies to put together, in this order.
    pub pieces: Vec<Piece>,
}

/// A stretch of one of two bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Piece {
    /// Whether it is of the new body; else it is of the stored one.
    pub is_new: bool,
    /// Its position in that body.
    pub range: ByteRange,
}

impl Policy {
    /// Brings the stored response up to date by a 304 to the request that
    /// [`Policy::validation`] made conditional. `stored` are its fields.
    ///
    /// # Errors
    ///
    /// The 304 is about another response: fetch anew, without a condition.
    pub fn freshen<Q, S, N>(
        &self,
        settings: &Settings,
        request: &Request<'_, Q>,
        stored: &S,
        new: &Response<'_, N>,
        times: Times,
    ) -> Result<Freshened, NotFreshened>
    where
        Q: Headers + ?Sized,
        S: Headers + ?Sized,
        N: Headers + ?Sized,
    {
        if !settings.foreign_304 && !self.is_meant_by(settings, new) {
            return Err(NotFreshened(Reason::Foreign304));
        }
        self.updated(settings, request, stored, new, times, self.part())
    }

    /// Brings the stored response up to date by the response to HEAD of the
    /// same URI (RFC 9111 §4.3.5).
    #[must_use]
    pub fn freshen_by_head<Q, S, N>(
        &self,
        settings: &Settings,
        request: &Request<'_, Q>,
        stored: &S,
        new: &Response<'_, N>,
        times: Times,
    ) -> HeadUpdate
    where
        Q: Headers + ?Sized,
        S: Headers + ?Sized,
        N: Headers + ?Sized,
    {
        let text = &self.text;
        if new.status != 200 || self.fit(settings, request) == Match::No {
            return HeadUpdate::Nothing;
        }
        let fields = ResponseFields::read(settings, new);
        let length = fields.content_length.first();
        // What is there counts, which of a completed part no field says.
        let had = self.length;
        let same = fields.etag.first().is_none_or(|tag| tag == text.etag())
            && fields
                .last_modified
                .first()
                .is_none_or(|date| date == text.last_modified())
            && length.is_none_or(|text| had.is_some() && range::position(text) == had);
        if self.status != 200 || !same {
            return HeadUpdate::Outdated;
        }
        self.updated(settings, request, stored, new, times, self.part())
            .map_or(HeadUpdate::Outdated, HeadUpdate::Freshened)
    }

    /// Puts the stored part and the one that `new`, a 206, carries together
    /// (RFC 9111 §3.4).
    ///
    /// # Errors
    ///
    /// They are not of the same version, or do not meet: fetch the whole.
    pub fn extend<Q, S, N>(
        &self,
        settings: &Settings,
        request: &Request<'_, Q>,
        stored: &S,
        new: &Response<'_, N>,
        times: Times,
    ) -> Result<Extended, NotFreshened>
    where
        Q: Headers + ?Sized,
        S: Headers + ?Sized,
        N: Headers + ?Sized,
    {
        let mismatch = NotFreshened(Reason::PartMismatch);
        let fields = ResponseFields::read(settings, new);
        let more = fields
            .content_range
            .one()
            .filter(|_| new.status == 206)
            .and_then(Part::parse)
            .ok_or(NotFreshened(Reason::PartInvalid))?;
        let had = self
            .part()
            .filter(|_| !self.has(ODD_PART))
            .ok_or(mismatch)?;
        // A part that contradicts itself joins nothing (RFC 9110 §15.3.7).
        let fits = match fields.content_length {
            Single::Absent => true,
            length => length.one().and_then(range::position) == Some(more.range.len()),
        };
        if !fits {
            return Err(NotFreshened(Reason::PartInvalid));
        }
        let (joined, pieces) = join(had, more).ok_or(mismatch)?;
        if !self.has_same_strong_validator(&fields) {
            return Err(mismatch);
        }
        let freshened = self.updated(settings, request, stored, new, times, Some(joined))?;
        Ok(Extended { freshened, pieces })
    }

    /// Whether the validators of a 304 are those of the stored response
    /// (RFC 9111 §4.3.4).
    fn is_meant_by<N: Headers + ?Sized>(&self, settings: &Settings, new: &Response<'_, N>) -> bool {
        let fields = ResponseFields::read(settings, new);
        match (fields.etag.first(), fields.last_modified.first()) {
            (Some(tag), _) if etag::is_strong(tag) => tag == self.text.etag(),
            (Some(tag), _) => etag::match_weakly(tag, self.text.etag()),
            (None, Some(date)) => date == self.text.last_modified(),
            (None, None) => true,
        }
    }

    fn has_same_strong_validator(&self, fields: &ResponseFields<'_>) -> bool {
        match fields.etag.one() {
            Some(tag) => etag::match_strongly(tag, self.text.etag()),
            None => {
                self.text.etag().is_empty()
                    && self.has_strong_date()
                    && fields.last_modified.one() == Some(self.text.last_modified())
            }
        }
    }

    fn updated<Q, S, N>(
        &self,
        settings: &Settings,
        request: &Request<'_, Q>,
        stored: &S,
        new: &Response<'_, N>,
        times: Times,
        part: Option<Part>,
    ) -> Result<Freshened, NotFreshened>
    where
        Q: Headers + ?Sized,
        S: Headers + ?Sized,
        N: Headers + ?Sized,
    {
        let merged = Merged::new(stored, new.headers);
        // Its part, if it has one, is known and not read again.
        let status = if part.is_some() { 200 } else { self.status };
        let response = Response::new(status, &merged);
        let mut fields = ResponseFields::read(settings, &response);
        // What is stored came to GET, whatever brought it up to date.
        let as_get = Request {
            method: "GET",
            ..*request
        };
        let mut policy =
            Policy::new(settings, &as_get, &response, &fields, times).map_err(NotFreshened)?;
        // The request may have been let in by a looser comparison than the one
        // by which the response was selected.
        if policy.vary == self.vary {
            policy.text.set_vary(self.text.vary());
        }
        match part {
            // The stored body is what it was.
            part if part == self.part() => {
                policy.flags |= self.flags & (WAS_PART | ODD_PART);
                policy.status = self.status;
                policy.part.clone_from(&self.part);
                policy.length = self.length;
            }
            Some(part) => policy.set_part(part),
            None => {}
        }
        // The lifetime that vouches for a cookie must have come with it: what
        // was said of the stored response was not said of this user's session.
        let fields_of_new = ResponseFields::read(settings, new);
        let own = Lifetime::of(settings, new.status, &fields_of_new, times);
        if policy.has(FRESH_COOKIES) && !own.is_trusted(&fields_of_new.directives) {
            policy.flags = policy.flags & !FRESH_COOKIES | DROP_COOKIES;
        }
        if new.status != 206 {
            // The content stood before this cookie came. Where cookies are
            // refused it goes to its one user and not into the store; else
            // whoever revalidates would empty it.
            fields.sets_cookie = false;
        }
        let asked = RequestFields::read(request);
        let kept = storability::check(settings, &as_get, &response, &asked, &fields);
        Ok(Freshened {
            policy,
            kept: kept.map_err(NotStored),
        })
    }
}

/// What two parts make, if they are of one length and meet.
fn join(had: Part, more: Part) -> Option<(Part, Vec<Piece>)> {
    let complete = match (had.complete, more.complete) {
        (Some(a), Some(b)) if a != b => return None,
        (a, b) => a.or(b),
    };
    let new_is_first = more.range.first < had.range.first;
    let (front, back) = if new_is_first {
        (more.range, had.range)
    } else {
        (had.range, more.range)
    };
    if back.first > front.last.saturating_add(1) {
        return None;
    }
    let mut pieces = vec![Piece {
        is_new: new_is_first,
        range: ByteRange::new(0, front.len() - 1)?,
    }];
    if back.last > front.last {
        pieces.push(Piece {
            is_new: !new_is_first,
            range: ByteRange::new(front.last + 1 - back.first, back.last - back.first)?,
        });
    }
    let range = ByteRange::new(front.first, front.last.max(back.last))?;
    Some((Part { range, complete }, pieces))
}
