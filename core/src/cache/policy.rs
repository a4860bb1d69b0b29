//! What is remembered about a stored response.

use crate::types::{Headers, Reason, Timestamp};

use super::directives::Directives;
use super::fields::{RequestFields, ResponseFields, Single};
use super::freshness::{self, Lifetime, date_value, seconds_between};
use super::message::{Request, Response, Times};
use super::range::{self, Part};
use super::settings::{MAX_DELTA, PartRule, SetCookieRule, Settings};
use super::storability::{self, NotStored};
use super::text::Text;
use super::{date, vary};

/// Upper bound of the text that a policy keeps. Requests' own fields are in
/// it, so it must have one.
const MAX_TEXT: usize = 64 * 1024;

/// Everything that later decisions about a stored response need, worked out
/// once.
///
/// It is made from a request, the response to it and the times of the two
/// ([`Policy::store`]), and kept beside the response. It owns at most two
/// allocations, and a decision reads no field of the stored response again.
///
/// With the feature `serde` it can be kept in a snapshot. A damaged one makes
/// wrong decisions, but never a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Policy {
    /// Seconds since the epoch.
    pub(super) received: u64,
    /// `Date`, or else when it was received.
    pub(super) dated: u64,
    /// `Last-Modified`, where it can be read.
    pub(super) modified: Option<u64>,
    pub(super) initial_age: u32,
    pub(super) lifetime: u32,
    pub(super) stale_while_revalidate: u32,
    pub(super) stale_if_error: u32,
    pub(super) status: u16,
    pub(super) flags: u16,
    pub(super) part: Option<Box<Part>>,
    /// See [`Policy::body_length`].
    pub(super) length: Option<u64>,
    pub(super) text: Text,
    /// The names of the fields that selected it.
    pub(super) vary: String,
}

pub(super) const NO_CACHE: u16 = 1;
/// May not be served stale, whoever asks (RFC 9111 §4.2.4).
pub(super) const NEVER_STALE: u16 = 1 << 1;
pub(super) const HEURISTIC: u16 = 1 << 2;
pub(super) const IMMUTABLE: u16 = 1 << 3;
/// `Set-Cookie` does not enter the store.
pub(super) const DROP_COOKIES: u16 = 1 << 4;
/// `Set-Cookie` is served only while the response is fresh.
pub(super) const FRESH_COOKIES: u16 = 1 << 5;
/// The response had no valid `Date`.
pub(super) const DATE_MISSING: u16 = 1 << 6;

/// The response came in parts, so its `Content-Range` and `Content-Length` say
/// nothing of what is stored.
pub(super) const WAS_PART: u16 = 1 << 7;

/// The part is not as long as it claims ([`PartRule::AsSent`]).
pub(super) const ODD_PART: u16 = 1 << 8;
/// How long the part is said its `Content-Range` alone.
const LENGTH_CLAIMED: u16 = 1 << 9;

impl Policy {
    /// Decides whether `response` to `request` may be stored (RFC 9111 §3),
    /// and if so what is remembered about it.
    ///
    /// Store the response's fields through [`Policy::stored_lines`], which
    /// leaves out those that may not be stored.
    ///
    /// # Errors
    ///
    /// [`NotStored`] with the reason.
    ///
    /// # Example
    ///
    /// ```
    /// use hedgerow::cache::{Action, Policy, Request, Response, Settings, Times};
    /// use hedgerow::types::{Reason, Timestamp};
    ///
    /// let at = Timestamp::from_secs;
    /// let settings = Settings::shared();
    /// let none: [(&str, &str); 0] = [];
    /// let request = Request::new("GET", &none);
    ///
    /// let fields = [("Cache-Control", "max-age=60"), ("ETag", "\"v1\"")];
    /// let times = Times::new(at(1000), at(1001));
    /// let policy = Policy::store(&settings, &request, &Response::new(200, &fields), times)?;
    ///
    /// let now = policy.decide(&settings, &request, at(1030));
    /// assert_eq!((now.action, now.reason, now.ttl), (Action::Serve, Reason::Fresh, 30));
    /// let later = policy.decide(&settings, &request, at(1060));
    /// assert_eq!((later.action, later.reason), (Action::Revalidate, Reason::Expired));
    /// # Ok::<(), hedgerow::cache::NotStored>(())
    /// ```
    pub fn store<Q: Headers + ?Sized, R: Headers + ?Sized>(
        settings: &Settings,
        request: &Request<'_, Q>,
        response: &Response<'_, R>,
        times: Times,
    ) -> Result<Policy, NotStored> {
        let asked = RequestFields::read(request);
        let fields = ResponseFields::read(settings, response);
        storability::check(settings, request, response, &asked, &fields).map_err(NotStored)?;
        let policy = Policy::new(settings, request, response, &fields, times).map_err(NotStored)?;
        if policy.is_useless() {
            return Err(NotStored(Reason::NothingToReuse));
        }
        Ok(policy)
    }

    /// What is remembered, whether or not the response may be stored.
    pub(super) fn new<Q: Headers + ?Sized, R: Headers + ?Sized>(
        settings: &Settings,
        request: &Request<'_, Q>,
        response: &Response<'_, R>,
        fields: &ResponseFields<'_>,
        times: Times,
    ) -> Result<Policy, Reason> {
        let directives = &fields.directives;
        let lifetime = Lifetime::of(settings, response.status, fields, times);
        let initial_age = freshness::initial_age(settings, fields, times);
        let dated = date_value(fields, times);
        let never_stale = directives.must_revalidate()
            || directives.no_cache()
            || (settings.shared
                && (directives.proxy_revalidate() || directives.s_maxage.is_present()));
        let window = |given: Option<u32>, default: u32| {
            if never_stale {
                0
            } else {
                given.unwrap_or(default).min(settings.max_stale)
            }
        };
        let mut flags = 0;
        for (flag, on) in [
            (NO_CACHE, directives.no_cache()),
            (NEVER_STALE, never_stale),
            (HEURISTIC, lifetime.heuristic),
            (IMMUTABLE, directives.immutable()),
            (DATE_MISSING, dated.is_none()),
        ] {
            flags |= if on { flag } else { 0 };
        }
        flags |= match settings.set_cookie {
            SetCookieRule::Keep => 0,
            SetCookieRule::Explicit if lifetime.is_trusted(directives) => FRESH_COOKIES,
            SetCookieRule::Explicit | SetCookieRule::Strip | SetCookieRule::Refuse => DROP_COOKIES,
        };
        let modified = fields
            .last_modified
            .one()
            .and_then(|text| date::parse(text, times.received));
        let mut text = Text::collect(settings, response, fields);
        let vary = if fields.has_vary {
            vary::record(text.end(), request.headers, response.headers)?
        } else {
            String::new()
        };
        if text.len() > MAX_TEXT {
            return Err(Reason::TooLarge);
        }
        let mut policy = Policy {
            received: times.received.as_secs(),
            dated: dated.unwrap_or(times.received).as_secs(),
            modified: modified.map(Timestamp::as_secs),
            initial_age: initial_age.unwrap_or(MAX_DELTA),
            lifetime: lifetime.secs,
            stale_while_revalidate: window(
                directives.stale_while_revalidate.secs(),
                settings.stale_while_revalidate,
            ),
            stale_if_error: window(directives.stale_if_error.secs(), settings.stale_if_error),
            status: response.status,
            flags,
            part: None,
            length: fields
                .content_length
                .one()
                // RFC 9110 §8.6: a 204 has none, whatever it says.
                .filter(|_| response.status != 204)
                .and_then(range::position),
            text,
            vary,
        };
        if response.status == 206 {
            let field = fields.content_range.one().ok_or(Reason::PartInvalid)?;
            let part = Part::parse(field).ok_or(Reason::PartInvalid)?;
            match (fields.content_length, policy.length) {
                (Single::Absent, _) => {
                    policy.set_part(part);
                    policy.flags |= LENGTH_CLAIMED;
                }
                (_, Some(sent)) if sent == part.range.len() => policy.set_part(part),
                (_, Some(sent)) => policy.set_odd_part(settings, part, sent)?,
                (_, None) => return Err(Reason::PartInvalid),
            }
        }
        Ok(policy)
    }

    /// Whether nothing could ever be made of the stored response.
    fn is_useless(&self) -> bool {
        self.lifetime <= self.initial_age
            && self.stale_while_revalidate == 0
            && self.stale_if_error == 0
            && self.text.etag().is_empty()
            && self.text.last_modified().is_empty()
    }

    /// Says which part of the response is stored.
    pub(super) fn set_part(&mut self, part: Part) {
        self.flags |= WAS_PART;
        self.length = Some(part.range.len());
        // All of it is as good as a 200.
        (self.status, self.part) = if part.is_whole() {
            (200, None)
        } else {
            (206, Some(Box::new(part)))
        };
    }

    /// Says that a part is stored of which `sent` bytes came, and not as many
    /// as it claims.
    fn set_odd_part(&mut self, settings: &Settings, part: Part, sent: u64) -> Result<(), Reason> {
        if settings.part != PartRule::AsSent || sent == 0 {
            return Err(Reason::PartInvalid);
        }
        self.flags |= WAS_PART | ODD_PART;
        (self.status, self.part, self.length) = (206, Some(Box::new(part)), Some(sent));
        Ok(())
    }

    /// The length in bytes that the stored body must have, if the response
    /// says it: by `Content-Length`, or of a part by `Content-Range`.
    #[must_use]
    pub const fn body_length(&self) -> Option<u64> {
        self.length
    }

    /// Tells how long the body really was, once it is there. A response to
    /// store whose body is not what its fields announce would desynchronise,
    /// or deceive, whoever gets it from the store.
    ///
    /// # Errors
    ///
    /// The body has another length than [`Policy::body_length`]: store
    /// nothing. Under [`PartRule::AsSent`](super::PartRule::AsSent) a part
    /// without a `Content-Length` is kept as what it is instead.
    pub fn check_body(&mut self, settings: &Settings, length: u64) -> Result<(), NotStored> {
        let Some(expected) = self.length else {
            self.length = Some(length);
            return Ok(());
        };
        if expected == length {
            return Ok(());
        }
        let claimed = self.part().or_else(|| Part::whole(expected));
        match claimed.filter(|_| self.has(LENGTH_CLAIMED) && !self.has(ODD_PART)) {
            Some(part) => self.set_odd_part(settings, part, length).map_err(NotStored),
            None => Err(NotStored(Reason::PartInvalid)),
        }
    }

    /// Whether this stored response stays where it is although `newer` has
    /// just come for the same requests: it is a fresh whole, and the other one
    /// a part of it. Don't store `newer` then; it would take the place of more
    /// than it is.
    #[must_use]
    pub fn outranks(&self, newer: &Policy, now: Timestamp) -> bool {
        self.part.is_none()
            && newer.part.is_some()
            && self.is_fresh(now)
            && self.is_same_variant(newer)
    }

    pub(super) const fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// The status of the stored response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// `current_age` in seconds (RFC 9111 §4.2.3).
    #[must_use]
    pub fn age(&self, now: Timestamp) -> u64 {
        let resident = seconds_between(Timestamp::from_secs(self.received), now);
        u64::from(self.initial_age) + u64::from(resident)
    }

    /// `freshness_lifetime` in seconds (RFC 9111 §4.2.1).
    #[must_use]
    pub fn freshness_lifetime(&self) -> u64 {
        self.lifetime.into()
    }

    /// Whether the stored response is fresh, which alone does not allow its
    /// use: [`Policy::decide`] does.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.freshness_lifetime() > self.age(now)
    }

    /// For how many more seconds anything could be made of the stored response
    /// without asking the origin, stale windows included; a hint for eviction.
    #[must_use]
    pub fn usable_secs(&self, now: Timestamp) -> u64 {
        let window = self.stale_while_revalidate.max(self.stale_if_error);
        (self.freshness_lifetime() + u64::from(window)).saturating_sub(self.age(now))
    }

    /// The entity tag, as it came.
    #[must_use]
    pub fn etag(&self) -> Option<&[u8]> {
        Some(self.text.etag()).filter(|tag| !tag.is_empty())
    }

    /// `Last-Modified`, as it came.
    #[must_use]
    pub fn last_modified(&self) -> Option<&[u8]> {
        Some(self.text.last_modified()).filter(|date| !date.is_empty())
    }

    /// The stored part, if the response is not whole.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.part.as_deref().copied()
    }

    /// When the origin made the response.
    #[must_use]
    pub const fn date(&self) -> Timestamp {
        Timestamp::from_secs(self.dated)
    }

    /// The bytes of memory that the policy takes, its own and those it points
    /// to, for a store that has a bound. Texts of requests are among them, so
    /// clients have a say in it: 64 KiB at most.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let part = self.part.as_deref().map_or(0, size_of_val);
        size_of::<Policy>() + part + self.text.capacity() + self.vary.capacity()
    }

    /// Whether both stored responses answer the same requests under one key,
    /// so that the newer one takes the place of the older, unless that one
    /// [outranks](Policy::outranks) it.
    #[must_use]
    pub fn is_same_variant(&self, other: &Policy) -> bool {
        self.vary == other.vary && self.text.vary() == other.text.vary()
    }

    /// The directives that govern `response` for this cache: those of the
    /// first valid targeted field, or else of `Cache-Control` (RFC 9213 §2.2).
    #[must_use]
    pub fn directives<R: Headers + ?Sized>(
        settings: &Settings,
        response: &Response<'_, R>,
    ) -> Directives {
        ResponseFields::read(settings, response).directives
    }
}
