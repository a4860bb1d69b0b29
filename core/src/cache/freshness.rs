//! How long a response is fresh, and how old it came (RFC 9111 §4.2).

use crate::types::Timestamp;

use super::date;
use super::directives::{Delta, Directives, delta_seconds};
use super::fields::{ResponseFields, Single};
use super::list;
use super::message::Times;
use super::settings::{AgeRule, MAX_DELTA, Settings};
use super::storability::{is_explicitly_cacheable, is_heuristically_cacheable};

/// The freshness lifetime (RFC 9111 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) secs: u32,
    pub(super) heuristic: bool,
    /// The origin gave it, be it zero or unreadable.
    pub(super) explicit: bool,
}

impl Lifetime {
    pub(super) fn of(
        settings: &Settings,
        status: u16,
        fields: &ResponseFields<'_>,
        times: Times,
    ) -> Lifetime {
        let explicit = |secs: u32| Lifetime {
            secs: secs.min(settings.max_lifetime),
            heuristic: false,
            explicit: true,
        };
        let directives = &fields.directives;
        // The most specific one counts, and one that can't be read means stale.
        for delta in [
            if settings.shared {
                directives.s_maxage
            } else {
                Delta::Absent
            },
            directives.max_age,
        ] {
            if delta.is_present() {
                return explicit(delta.secs().unwrap_or(0));
            }
        }
        let dated = date_value(fields, times).unwrap_or(times.received);
        match fields.expires {
            Single::One(expires) => {
                let until = date::parse(expires, times.received).unwrap_or_default();
                return explicit(seconds_between(dated, until));
            }
            // Lines that differ: stale (RFC 9111 §4.2.1).
            Single::Several(_) => return explicit(0),
            Single::Absent => {}
        }
        Lifetime {
            secs: heuristic(settings, status, fields, dated, times).min(settings.max_lifetime),
            heuristic: true,
            explicit: false,
        }
    }

    /// Whether the origin has thought of sharing: it gave a lifetime, which
    /// the response with these directives may use without asking.
    pub(super) const fn is_trusted(&self, directives: &Directives) -> bool {
        self.explicit && self.secs > 0 && !directives.no_cache()
    }
}

/// A share of the time for which the response had not changed (RFC 9111
/// §4.2.2), where its status or the origin allows to guess.
fn heuristic(
    settings: &Settings,
    status: u16,
    fields: &ResponseFields<'_>,
    dated: Timestamp,
    times: Times,
) -> u32 {
    if !is_heuristically_cacheable(status) && !is_explicitly_cacheable(settings, fields) {
        return 0;
    }
    let modified = fields
        .last_modified
        .one()
        .and_then(|text| date::parse(text, times.received));
    let Some(modified) = modified else {
        return 0;
    };
    let unchanged = u64::from(seconds_between(modified, dated));
    let share = unchanged * u64::from(settings.heuristic.percent) / 100;
    u32::try_from(share)
        .unwrap_or(MAX_DELTA)
        .min(settings.heuristic.cap_secs)
}

/// The moment that `Date` gives. Of several lines the first counts.
pub(super) fn date_value(fields: &ResponseFields<'_>, times: Times) -> Option<Timestamp> {
    date::parse(fields.date.first()?, times.received)
}

/// `corrected_initial_age` in seconds (RFC 9111 §4.2.3), or `None` if the
/// settings distrust what `Age` says.
pub(super) fn initial_age(
    settings: &Settings,
    fields: &ResponseFields<'_>,
    times: Times,
) -> Option<u32> {
    let age_value = match settings.age {
        AgeRule::FirstMember => fields.age.and_then(first_age).unwrap_or(0),
        AgeRule::Suspicious => suspicious_age(fields)?,
    };
    let apparent = date_value(fields, times).map_or(0, |at| seconds_between(at, times.received));
    let delay = seconds_between(times.sent, times.received);
    Some(apparent.max(age_value.saturating_add(delay).min(MAX_DELTA)))
}

/// RFC 9111 §5.1: the first member, or nothing if it is no number.
fn first_age(line: &[u8]) -> Option<u32> {
    list::members(line).next().and_then(delta_seconds)
}

/// `0,7200` is one sender's list, of which the first member counts; several
/// lines, and `0, 0` as a recipient joins them (RFC 9110 §5.3), come from
/// caches that did not see each other.
fn suspicious_age(fields: &ResponseFields<'_>) -> Option<u32> {
    let Some(line) = fields.age else {
        return Some(0);
    };
    if fields.age_lines > 1 {
        return None;
    }
    let mut secs = line.split(|&byte| byte == b',').map(delta_seconds);
    let first = secs.next().flatten()?;
    secs.all(|secs| secs.is_some()).then_some(first)
}

/// Seconds from `earlier` to `later`, 0 if it is not, 2³¹ at most.
pub(super) fn seconds_between(earlier: Timestamp, later: Timestamp) -> u32 {
    later
        .as_secs()
        .saturating_sub(earlier.as_secs())
        .min(u64::from(MAX_DELTA)) as u32
}
