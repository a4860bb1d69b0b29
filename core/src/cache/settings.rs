//! What the operator of a cache decides.

use super::name;

/// Upper bound of every number of seconds taken from a message (RFC 9111
/// §1.2.2).
pub(super) const MAX_DELTA: u32 = 1 << 31;

/// When a response gives no freshness lifetime of its own (RFC 9111 §4.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeuristicRule {
    /// Fresh for this share of the time since the last modification, in
    /// percent; 0 turns the heuristic off.
    pub percent: u8,
    /// But never for longer than this, in seconds.
    pub cap_secs: u32,
}

impl HeuristicRule {
    /// A rule.
    #[must_use]
    pub const fn new(percent: u8, cap_secs: u32) -> HeuristicRule {
        HeuristicRule { percent, cap_secs }
    }
}

/// What to make of an `Age` that is not one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgeRule {
    /// The first member counts; what is no number is ignored (RFC 9111 §5.1).
    #[default]
    FirstMember,
    /// It is a sign that some cache on the way is broken: several lines, their
    /// join (`0, 0`) and anything but digits make the response stale.
    Suspicious,
}

/// What becomes of `Set-Cookie` in a shared cache. RFC 9111 §7.3 leaves it to
/// the origin, and origins forget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetCookieRule {
    /// It is stored and served again only where the origin gave an explicit
    /// freshness lifetime, and only while that lasts.
    #[default]
    Explicit,
    /// It never enters the store; the rest of the response does.
    Strip,
    /// A response that sets a cookie is not stored.
    Refuse,
    /// It is a field like any other.
    Keep,
}

/// When a stored part is completed by asking the origin for the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Completion {
    /// Only with a strong validator, without which parts may not be combined
    /// (RFC 9111 §3.4).
    #[default]
    Validated,
    /// Also without one. If the rest turns out not to be combinable, the whole
    /// is fetched anew.
    Always,
}

/// What to make of a partial response (206) whose `Content-Length`, or whose
/// body, is not as long as its `Content-Range` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartRule {
    /// It is not stored: one of the two is wrong, and nobody can tell which
    /// (RFC 9110 §14.4, §15.3.7).
    #[default]
    Consistent,
    /// It is stored as it was sent, as lenient caches do. Such a part is never
    /// a whole and never combined with another. Its bytes count from the first
    /// position that it claims; if it claims to reach the end, a range that is
    /// given from the end is cut from the end of the bytes that came. No answer
    /// has, or announces, more than those.
    AsSent,
}

/// How request fields are compared that selected a stored response (RFC 9111
/// §4.1). White space around the members of known lists never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VaryRule {
    /// `Accept-Language`, `Accept-Encoding` and `Accept-Charset` in any case.
    pub fold: bool,
    /// `Accept-*` in any order. RFC 9110 §12.5 gives it no meaning; but some
    /// servers prefer the first of equally weighted languages (§12.5.4), and
    /// then whoever likes `de, en` may get what `en, de` got.
    pub reorder: bool,
    /// A response with one `Content-Language` answers every request whose
    /// `Accept-Language` likes that language best.
    pub language: bool,
    /// Fields that this crate does not know are lists, too. Nothing says that
    /// they are (RFC 9111 §4.1), so that is off by default: `a,,b` may be
    /// another user than `a, b`.
    pub unknown_lists: bool,
}

impl Default for VaryRule {
    fn default() -> VaryRule {
        VaryRule {
            fold: true,
            reorder: true,
            language: true,
            ..VaryRule::literal()
        }
    }
}

impl VaryRule {
    /// Only white space in known lists is normalised.
    #[must_use]
    pub const fn literal() -> VaryRule {
        VaryRule {
            fold: false,
            reorder: false,
            language: false,
            unknown_lists: false,
        }
    }

    /// Sets whether case is ignored where it has no meaning.
    #[must_use]
    pub const fn with_fold(mut self, fold: bool) -> VaryRule {
        self.fold = fold;
        self
    }

    /// Sets whether the order of preferences is ignored.
    #[must_use]
    pub const fn with_reorder(mut self, reorder: bool) -> VaryRule {
        self.reorder = reorder;
        self
    }

    /// Sets whether fields that this crate does not know are lists.
    #[must_use]
    pub const fn with_unknown_lists(mut self, lists: bool) -> VaryRule {
        self.unknown_lists = lists;
        self
    }

    /// Sets whether a stored language answers those who like it best.
    #[must_use]
    pub const fn with_language(mut self, language: bool) -> VaryRule {
        self.language = language;
        self
    }
}

/// The settings of a cache.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{HeuristicRule, Settings};
///
/// let settings = Settings::shared()
///     .with_targets(["cdn-cache-control"])
///     .with_heuristic(HeuristicRule::new(10, 3600))
///     .with_default_stale_if_error(600);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub(super) shared: bool,
    pub(super) heuristic: HeuristicRule,
    pub(super) targets: Vec<Box<str>>,
    pub(super) request_directives: bool,
    pub(super) stale_while_revalidate: u32,
    pub(super) stale_if_error: u32,
    pub(super) max_stale: u32,
    pub(super) max_lifetime: u32,
    pub(super) age: AgeRule,
    pub(super) set_cookie: SetCookieRule,
    pub(super) partial: bool,
    pub(super) part: PartRule,
    pub(super) completion: Completion,
    pub(super) vary: VaryRule,
    pub(super) foreign_304: bool,
    /// Bit n: a target's name has n letters (63 stands for more).
    target_lengths: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::shared()
    }
}

impl Settings {
    /// A cache that serves many users.
    #[must_use]
    pub const fn shared() -> Settings {
        Settings {
            shared: true,
            // The fraction that RFC 9111 §4.2.2 calls typical; a day at most,
            // since nobody asked for it.
            heuristic: HeuristicRule::new(10, 86_400),
            targets: Vec::new(),
            request_directives: true,
            stale_while_revalidate: 0,
            stale_if_error: 0,
            max_stale: MAX_DELTA,
            max_lifetime: MAX_DELTA,
            age: AgeRule::FirstMember,
            set_cookie: SetCookieRule::Explicit,
            partial: true,
            part: PartRule::Consistent,
            completion: Completion::Validated,
            vary: VaryRule {
                fold: true,
                reorder: true,
                language: true,
                unknown_lists: false,
            },
            foreign_304: false,
            target_lengths: 0,
        }
    }

    /// The cache of one user.
    #[must_use]
    pub const fn private() -> Settings {
        let mut settings = Settings::shared();
        settings.shared = false;
        settings.set_cookie = SetCookieRule::Keep;
        settings
    }

    /// Sets when a response without a lifetime is fresh.
    #[must_use]
    pub const fn with_heuristic(mut self, rule: HeuristicRule) -> Settings {
        self.heuristic = rule;
        self
    }

    /// Sets the target list: the response fields that speak to this cache in
    /// place of `Cache-Control`, the first valid one first (RFC 9213 §2.2).
    #[must_use]
    pub fn with_targets<I>(mut self, targets: I) -> Settings
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        self.targets = targets
            .into_iter()
            .map(|target| target.as_ref().to_ascii_lowercase().into())
            .collect();
        let lengths = self.targets.iter().map(|target| target.len().min(63));
        self.target_lengths = lengths.fold(0, |bits, length| bits | 1 << length);
        self
    }

    /// Sets whether `no-cache`, `max-age`, `min-fresh`, `max-stale` and
    /// `stale-if-error` of a request are honoured. A cache in front of an
    /// origin may not want its visitors to decide; RFC 9111 §5.2.1 lets it.
    /// `no-store` and `only-if-cached` are honoured always.
    #[must_use]
    pub const fn with_request_directives(mut self, honour: bool) -> Settings {
        self.request_directives = honour;
        self
    }

    /// Sets for how many seconds a response may be served stale while it is
    /// revalidated, where it says nothing itself.
    #[must_use]
    pub const fn with_default_stale_while_revalidate(mut self, secs: u32) -> Settings {
        self.stale_while_revalidate = secs;
        self
    }

    /// Sets for how many seconds a response may be served stale when the
    /// origin fails, where it says nothing itself.
    #[must_use]
    pub const fn with_default_stale_if_error(mut self, secs: u32) -> Settings {
        self.stale_if_error = secs;
        self
    }

    /// Sets the ceiling over every kind of staleness, in seconds.
    #[must_use]
    pub const fn with_max_stale_secs(mut self, secs: u32) -> Settings {
        self.max_stale = secs;
        self
    }

    /// Sets the ceiling over every freshness lifetime, in seconds.
    #[must_use]
    pub const fn with_max_lifetime_secs(mut self, secs: u32) -> Settings {
        self.max_lifetime = secs;
        self
    }

    /// Sets what to make of an odd `Age`.
    #[must_use]
    pub const fn with_age_rule(mut self, rule: AgeRule) -> Settings {
        self.age = rule;
        self
    }

    /// Sets what becomes of `Set-Cookie`.
    #[must_use]
    pub const fn with_set_cookie(mut self, rule: SetCookieRule) -> Settings {
        self.set_cookie = rule;
        self
    }

    /// Sets whether partial responses (206) are stored.
    #[must_use]
    pub const fn with_partial(mut self, partial: bool) -> Settings {
        self.partial = partial;
        self
    }

    /// Sets what to make of a part that contradicts itself.
    #[must_use]
    pub const fn with_part_rule(mut self, rule: PartRule) -> Settings {
        self.part = rule;
        self
    }

    /// Sets when a stored part is completed.
    #[must_use]
    pub const fn with_completion(mut self, completion: Completion) -> Settings {
        self.completion = completion;
        self
    }

    /// Sets how selecting request fields are compared.
    #[must_use]
    pub const fn with_vary(mut self, rule: VaryRule) -> Settings {
        self.vary = rule;
        self
    }

    /// Sets whether a 304 that answers the cache's own condition freshens the
    /// stored response even under another `ETag`, which is then left out.
    /// Origins that compress on the fly answer like that. RFC 9111 §4.3.4
    /// forbids it, so it is off unless set.
    #[must_use]
    pub const fn with_foreign_304(mut self, accept: bool) -> Settings {
        self.foreign_304 = accept;
        self
    }

    /// Where `field` stands in the target list.
    pub(super) fn target(&self, field: &[u8]) -> Option<usize> {
        if self.target_lengths >> field.len().min(63) & 1 == 0 {
            return None;
        }
        self.targets
            .iter()
            .position(|target| name::is(field, target))
    }
}
