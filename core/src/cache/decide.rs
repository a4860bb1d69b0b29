//! May this stored response answer that request now, and if not, what then.

use crate::types::{Headers, Reason, Timestamp};

use super::directives::Delta;
use super::etag;
use super::fields::{RequestFields, Single};
use super::message::Request;
use super::policy::{HEURISTIC, IMMUTABLE, NEVER_STALE, NO_CACHE, ODD_PART, Policy};
use super::range::{Asked, ByteRange, Part};
use super::settings::{Completion, Settings};
use super::vary::{self, Match};

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answer from the store ([`Policy::answer`]).
    Serve,
    /// Answer from the store at once, and revalidate in the background
    /// (RFC 5861 §3).
    ServeAndRevalidate,
    /// Ask upstream under the condition of [`Policy::validation`]. On a 304
    /// [`Policy::freshen`], and answer from the store; any other response
    /// replaces the stored one. If upstream fails, see
    /// [`Policy::after_failure`].
    Revalidate,
    /// Ask upstream for the bytes that the stored part lacks, with the fields
    /// of [`Policy::completion`]; then [`Policy::extend`].
    Complete(ByteRange),
    /// The stored response is no use to this request: send it upstream as it
    /// is.
    Forward,
    /// Answer 504: the request wants nothing but a stored response (RFC 9111
    /// §5.2.1.7).
    GatewayTimeout,
}

/// What to do with a request, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// What to do.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The age of the stored response in seconds; 0 if none is used.
    pub age: u64,
    /// For how many more seconds the stored response is fresh; negative since
    /// when it is stale; 0 if none is used.
    pub ttl: i64,
}

impl Decision {
    /// A decision that was taken before, for faces that keep it as numbers.
    #[must_use]
    pub const fn new(action: Action, reason: Reason, age: u64, ttl: i64) -> Decision {
        Decision {
            action,
            reason,
            age,
            ttl,
        }
    }

    pub(super) const fn without_store(action: Action, reason: Reason) -> Decision {
        Decision {
            action,
            reason,
            age: 0,
            ttl: 0,
        }
    }

    /// Whether the stored response answers the request.
    #[must_use]
    pub const fn is_served(&self) -> bool {
        matches!(self.action, Action::Serve | Action::ServeAndRevalidate)
    }

    /// Whether what is served is past its freshness lifetime, and was not
    /// validated for this request either.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        self.ttl <= 0 && !matches!(self.reason, Reason::Validated)
    }
}

impl Policy {
    /// What to do with `request` at `now`, if this response is stored for its
    /// URI. It allocates nothing.
    ///
    /// Where several responses are stored under one key, see
    /// [`select`](super::select).
    #[must_use]
    #[inline]
    pub fn decide<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
        now: Timestamp,
    ) -> Decision {
        self.decide_read(settings, request, &RequestFields::read(request), now)
            .0
    }

    /// The decision that follows from a validation just made for `request`: to
    /// serve, whatever the freshness lifetime is now.
    #[must_use]
    pub fn validated(&self, now: Timestamp) -> Decision {
        self.decision(Action::Serve, Reason::Validated, now)
    }

    pub(super) fn decision(&self, action: Action, reason: Reason, now: Timestamp) -> Decision {
        let age = self.age(now);
        Decision {
            action,
            reason,
            age,
            ttl: i64::from(self.lifetime) - age.cast_signed(),
        }
    }

    // What a fresh response is decided by is one function, after inlining: the
    // calls and copies between its parts were a quarter of the time.
    #[inline(always)]
    pub(super) fn decide_read<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
        asked: &RequestFields<'_>,
        now: Timestamp,
    ) -> (Decision, Match) {
        let mut fit = Match::Full;
        let (mut action, reason) = match self.obstacle(settings, request, asked, &mut fit) {
            Some(found) => found,
            None => self.by_age(settings, request, asked, now),
        };
        if asked.directives.only_if_cached()
            && !matches!(action, Action::Serve | Action::ServeAndRevalidate)
        {
            action = Action::GatewayTimeout;
        }
        (self.decision(action, reason, now), fit)
    }

    /// What keeps the stored response from answering the request at any age.
    #[inline(always)]
    fn obstacle<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
        asked: &RequestFields<'_>,
        fit: &mut Match,
    ) -> Option<(Action, Reason)> {
        *fit = self.fit(settings, request);
        if *fit == Match::No {
            return Some((Action::Forward, Reason::VaryMismatch));
        }
        if !request.is_answerable() {
            return Some((Action::Forward, Reason::MethodMismatch));
        }
        // RFC 9111 §4.3.2: conditions that protect the origin's state are not
        // a cache's to evaluate.
        if asked.origin_precondition {
            return Some((Action::Forward, Reason::OriginPrecondition));
        }
        None
    }

    /// How the request fits the fields by which the response was selected.
    pub(super) fn fit<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
    ) -> Match {
        vary::compare(&self.vary, &self.text, request.headers, settings.vary)
    }

    #[inline(always)]
    fn by_age<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
        asked: &RequestFields<'_>,
        now: Timestamp,
    ) -> (Action, Reason) {
        if let Some(part) = self.part.as_deref()
            && let Some(action) = self.lacks(*part, settings, request, asked, now)
        {
            return (action, Reason::PartMissing);
        }
        if self.has(NO_CACHE) {
            return (Action::Revalidate, Reason::ResponseNoCache);
        }
        let age = self.age(now);
        let lifetime = self.freshness_lifetime();
        let fresh = lifetime > age;
        let honoured = settings.request_directives;
        if honoured && asked.no_cache() {
            return (Action::Revalidate, Reason::RequestNoCache);
        }
        if honoured && let Some(wanted) = self.wants_younger(asked, age, fresh) {
            return (Action::Revalidate, wanted);
        }
        if fresh {
            let reason = if self.has(HEURISTIC) {
                Reason::FreshHeuristic
            } else {
                Reason::Fresh
            };
            return (Action::Serve, reason);
        }
        let stale_for = age - lifetime;
        if !self.has(NEVER_STALE) {
            let accepted = accepted_staleness(settings, asked).filter(|_| honoured);
            if accepted.is_some_and(|accepted| stale_for <= accepted) {
                return (Action::Serve, Reason::MaxStale);
            }
            // A request with a wish about age does not want it stale either
            // (RFC 9111 §5.2.1.1).
            let wishes = honoured
                && (asked.directives.max_age.is_present()
                    || asked.directives.min_fresh.is_present());
            let window = u64::from(self.stale_while_revalidate);
            if !wishes && window > 0 && stale_for <= window {
                return (Action::ServeAndRevalidate, Reason::StaleWhileRevalidate);
            }
        }
        (Action::Revalidate, Reason::Expired)
    }

    /// Why the request wants a younger response than this (RFC 9111 §5.2.1).
    /// What can't be read is taken as the strictest wish.
    #[inline(always)]
    fn wants_younger(&self, asked: &RequestFields<'_>, age: u64, fresh: bool) -> Option<Reason> {
        let directives = &asked.directives;
        if directives.min_fresh.is_present() {
            let wanted = directives.min_fresh.secs().map_or(u64::MAX, u64::from);
            if self.freshness_lifetime().saturating_sub(age) < wanted {
                return Some(Reason::RequestMinFresh);
            }
        }
        let limit = match directives.max_age {
            Delta::Absent => return None,
            Delta::Invalid => 0,
            Delta::Secs(secs) => secs,
        };
        // A reload of what its origin calls immutable is no wish to ask anew
        // (RFC 8246 §2).
        if limit == 0 && fresh && self.has(IMMUTABLE) {
            return None;
        }
        (limit == 0 || age > u64::from(limit)).then_some(Reason::RequestMaxAge)
    }

    /// What to do if the stored part does not cover what is asked for.
    #[inline(never)] // Few responses are parts.
    fn lacks<H: Headers + ?Sized>(
        &self,
        part: Part,
        settings: &Settings,
        request: &Request<'_, H>,
        asked: &RequestFields<'_>,
        now: Timestamp,
    ) -> Option<Action> {
        let wanted = self.wanted_range(request, asked);
        let bytes = wanted.map(|wanted| match part.complete {
            Some(complete) => wanted.of(complete),
            None => wanted.of_unknown(),
        });
        match bytes {
            Some(Some(bytes))
                if part.range.contains(bytes)
                    && part
                        .cut(wanted, self.length.unwrap_or(part.range.len()))
                        .is_some() =>
            {
                return None;
            }
            // The origin says best what can't be satisfied, and what lies
            // outside of the part goes to it as it was asked.
            Some(_) => return Some(Action::Forward),
            // Several ranges, or one of another version: the whole is not what
            // this request asks for, so it is not fetched on its account.
            None if request.method == "GET" && asked.range != Single::Absent => {
                return Some(Action::Forward);
            }
            None => {}
        }
        let combinable =
            !self.has(ODD_PART) && (settings.completion == Completion::Always || self.is_strong());
        let missing = part
            .missing()
            .filter(|_| combinable && request.method == "GET" && self.is_fresh(now));
        Some(missing.map_or(Action::Forward, Action::Complete))
    }

    /// The single range that the request asks for, if it is to be honoured:
    /// GET only (RFC 9110 §14.2), and `If-Range` must hold (§13.1.5).
    pub(super) fn wanted_range<H: Headers + ?Sized>(
        &self,
        request: &Request<'_, H>,
        asked: &RequestFields<'_>,
    ) -> Option<Asked> {
        if request.method != "GET" {
            return None;
        }
        let wanted = Asked::parse(asked.range.one()?)?;
        match asked.if_range {
            Single::Absent => Some(wanted),
            Single::One(validator) => self.is_current(validator).then_some(wanted),
            Single::Several(_) => None,
        }
    }

    /// Whether `If-Range` names the stored response, by a strong tag or a
    /// strong date.
    fn is_current(&self, validator: &[u8]) -> bool {
        if validator.starts_with(b"\"") || validator.starts_with(b"W/") {
            return etag::match_strongly(validator, self.text.etag());
        }
        self.has_strong_date() && validator == self.text.last_modified()
    }

    /// Whether the stored response has a strong validator (RFC 9110 §8.8.1).
    pub(super) fn is_strong(&self) -> bool {
        etag::is_strong(self.text.etag()) || self.has_strong_date()
    }

    /// Whether `Last-Modified` is a strong validator: old enough against
    /// `Date` that the resource can't have changed twice in its second
    /// (RFC 9110 §8.8.2.2; 60 s as RFC 7232 had it, against clock skew).
    pub(super) fn has_strong_date(&self) -> bool {
        self.modified
            .is_some_and(|modified| self.dated.saturating_sub(modified) >= 60)
    }
}

/// For how many seconds the request accepts staleness, if at all (RFC 9111
/// §5.2.1.2).
fn accepted_staleness(settings: &Settings, asked: &RequestFields<'_>) -> Option<u64> {
    let directives = &asked.directives;
    // Given both ways, the stricter one counts.
    let accepted = match directives.max_stale {
        Delta::Absent => directives.max_stale_any().then_some(u32::MAX),
        given => given.secs(),
    };
    accepted.map(|secs| secs.min(settings.max_stale).into())
}

/// What to do with a request for which nothing is stored.
#[must_use]
pub fn decide_miss<H: Headers + ?Sized>(request: &Request<'_, H>) -> Decision {
    if RequestFields::read(request).directives.only_if_cached() {
        return Decision::without_store(Action::GatewayTimeout, Reason::OnlyIfCached);
    }
    let reason = if request.is_answerable() {
        Reason::Miss
    } else {
        Reason::MethodMismatch
    };
    Decision::without_store(Action::Forward, reason)
}
