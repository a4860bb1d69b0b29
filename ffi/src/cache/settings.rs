//! How a cache reads the protocol where it leaves a choice.

use hedgerow::cache::{
    AgeRule, Completion, HeuristicRule, PartRule, SetCookieRule, Settings, VaryRule,
};

use crate::boundary::{Outcome, array, call, free, new_handle, object, out, text};
use crate::settings::{defaults, settings, settings_from};
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;
use crate::values::{flag, narrow};

/// The settings of a cache, ready for use. Immutable once made; any number of
/// threads may read them.
pub struct hedgerow_cache(());
object!(hedgerow_cache, Settings, b"CACH");

/// Which of several `Age` values counts.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_age_rule {
    /// The first (RFC 9111 section 5.1).
    HEDGEROW_AGE_FIRST_MEMBER = 0,
    /// The oldest, as several are suspicious.
    HEDGEROW_AGE_SUSPICIOUS = 1,
}

/// What becomes of a response that sets a cookie.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_set_cookie_rule {
    /// Stored with the cookie only if it says explicitly that it may be.
    HEDGEROW_SET_COOKIE_EXPLICIT = 0,
    /// Stored without the cookie.
    HEDGEROW_SET_COOKIE_STRIP = 1,
    /// Not stored.
    HEDGEROW_SET_COOKIE_REFUSE = 2,
    /// Stored as any other.
    HEDGEROW_SET_COOKIE_KEEP = 3,
}

/// How requests with other selecting fields are compared.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_vary_flag {
    /// Case does not count where the field's grammar says so.
    HEDGEROW_VARY_FOLD = 1,
    /// Order does not count where the field's grammar says so.
    HEDGEROW_VARY_REORDER = 2,
    /// `Accept-Language` is compared by what it prefers.
    HEDGEROW_VARY_LANGUAGE = 4,
    /// Unknown fields are read as lists.
    HEDGEROW_VARY_UNKNOWN_LISTS = 8,
}

/// How a cache reads the protocol where it leaves a choice;
/// `hedgerow_cache_settings_init` fills it with the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_cache_settings {
    /// The size of this struct in bytes.
    pub size: u32,
    /// 1 for a cache that many users share, 0 for one user's own (1).
    pub shared: u32,
    /// A response without a lifetime lasts so many percent of the time since
    /// it was modified (10).
    pub heuristic_percent: u32,
    /// And at most so many seconds (a day).
    pub heuristic_cap_secs: u32,
    /// 1 if requests may ask for fresher answers than are stored (1).
    pub request_directives: u32,
    /// How long a response that says nothing of it may be served stale while it
    /// is revalidated, in seconds (0).
    pub stale_while_revalidate_secs: u32,
    /// How long it may be served stale when the origin fails, in seconds (0).
    pub stale_if_error_secs: u32,
    /// The longest that anything is served stale, in seconds (no limit).
    pub max_stale_secs: u32,
    /// The longest that anything is fresh, in seconds (no limit).
    pub max_lifetime_secs: u32,
    /// A `hedgerow_age_rule`.
    pub age_rule: u32,
    /// A `hedgerow_set_cookie_rule`.
    pub set_cookie: u32,
    /// 1 if parts of responses are stored.
    pub partial: u32,
    /// 1 if a part may be stored that is not as long as it claims.
    pub odd_parts: u32,
    /// 1 if parts are completed also without a validator.
    pub complete_always: u32,
    /// Any of `hedgerow_vary_flag`.
    pub vary: u32,
    /// 1 if a 304 is believed whose validator is another.
    pub foreign_304: u32,
}
settings!(hedgerow_cache_settings, 64);

const SECONDS_MAX: u32 = 1 << 31;

impl Default for hedgerow_cache_settings {
    fn default() -> hedgerow_cache_settings {
        hedgerow_cache_settings::of(true)
    }
}

impl hedgerow_cache_settings {
    fn of(shared: bool) -> hedgerow_cache_settings {
        let vary = VaryRule::default();
        hedgerow_cache_settings {
            size: size_of::<hedgerow_cache_settings>() as u32,
            shared: shared.into(),
            heuristic_percent: 10,
            heuristic_cap_secs: 86_400,
            request_directives: 1,
            stale_while_revalidate_secs: 0,
            stale_if_error_secs: 0,
            max_stale_secs: SECONDS_MAX,
            max_lifetime_secs: SECONDS_MAX,
            age_rule: 0,
            // One user's cookies are no secret from that user.
            set_cookie: if shared { 0 } else { 3 },
            partial: 1,
            odd_parts: 0,
            complete_always: 0,
            vary: u32::from(vary.fold)
                | u32::from(vary.reorder) << 1
                | u32::from(vary.language) << 2
                | u32::from(vary.unknown_lists) << 3,
            foreign_304: 0,
        }
    }

    fn plain(&self, targets: &[&str]) -> Outcome<Settings> {
        if self.vary > 15 {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let settings = if flag(self.shared)? {
            Settings::shared()
        } else {
            Settings::private()
        };
        let heuristic =
            HeuristicRule::new(narrow(self.heuristic_percent)?, self.heuristic_cap_secs);
        let vary = VaryRule::literal()
            .with_fold(self.vary & 1 != 0)
            .with_reorder(self.vary & 2 != 0)
            .with_language(self.vary & 4 != 0)
            .with_unknown_lists(self.vary & 8 != 0);
        Ok(settings
            .with_heuristic(heuristic)
            .with_targets(targets)
            .with_request_directives(flag(self.request_directives)?)
            .with_default_stale_while_revalidate(self.stale_while_revalidate_secs)
            .with_default_stale_if_error(self.stale_if_error_secs)
            .with_max_stale_secs(self.max_stale_secs)
            .with_max_lifetime_secs(self.max_lifetime_secs)
            .with_age_rule(match self.age_rule {
                0 => AgeRule::FirstMember,
                1 => AgeRule::Suspicious,
                _ => return Err(HEDGEROW_INVALID_ARGUMENT),
            })
            .with_set_cookie(match self.set_cookie {
                0 => SetCookieRule::Explicit,
                1 => SetCookieRule::Strip,
                2 => SetCookieRule::Refuse,
                3 => SetCookieRule::Keep,
                _ => return Err(HEDGEROW_INVALID_ARGUMENT),
            })
            .with_partial(flag(self.partial)?)
            .with_part_rule(match flag(self.odd_parts)? {
                false => PartRule::Consistent,
                true => PartRule::AsSent,
            })
            .with_completion(match flag(self.complete_always)? {
                false => Completion::Validated,
                true => Completion::Always,
            })
            .with_vary(vary)
            .with_foreign_304(flag(self.foreign_304)?))
    }
}

/// Fills settings of `size` bytes, which is `sizeof *settings`, with the
/// defaults of a cache that many users share (1), or of one user's own (0).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_cache_settings_init(
    settings: *mut hedgerow_cache_settings,
    size: usize,
    shared: u32,
) -> hedgerow_status {
    if shared > 1 {
        return HEDGEROW_INVALID_ARGUMENT;
    }
    defaults!(settings, size, hedgerow_cache_settings::of(shared == 1))
}

/// The settings of a cache, ready for use. `settings` may be NULL for the
/// defaults. `targets` names the targeted fields (RFC 9213) that are for this
/// cache, the most important first, such as `cdn-cache-control`. Free it with
/// `hedgerow_cache_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_cache_new(
    settings: *const hedgerow_cache_settings,
    targets: *const hedgerow_str,
    target_count: usize,
    cache: *mut *mut hedgerow_cache,
) -> hedgerow_status {
    call(|| {
        let targets = array!(targets, target_count)?.iter();
        let targets: Vec<&str> = targets
            .map(|target| text!(target.data, target.len))
            .collect::<Outcome<_>>()?;
        let settings = settings_from!(settings)?.plain(&targets)?;
        out!(cache)?.put(new_handle(settings));
        Ok(())
    })
}

/// Frees the settings; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_cache_free(cache: *mut hedgerow_cache) -> hedgerow_status {
    free!(cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_engines() {
        for (shared, engine) in [(true, Settings::shared()), (false, Settings::private())] {
            assert_eq!(hedgerow_cache_settings::of(shared).plain(&[]), Ok(engine));
        }
    }
}
