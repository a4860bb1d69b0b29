//! Response heads, as far as a fetch must know them.

use crate::cache::date;
use crate::types::{Duration, Headers, Timestamp};

/// The head of a final response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The status.
    pub status: u16,
    /// How long the endpoint asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Head {
    /// A head with this status.
    #[must_use]
    pub const fn new(status: u16) -> Head {
        Head {
            status,
            retry_after: None,
        }
    }

    /// Sets how long the endpoint asks to be left alone; see [`retry_after`].
    #[must_use]
    pub const fn with_retry_after(mut self, span: Option<Duration>) -> Head {
        self.retry_after = span;
        self
    }

    /// Whether the endpoint, or what stands before it, says that it can't
    /// serve now, so that another may: a 404 is an answer, a 500 too.
    pub(super) const fn is_outage(self) -> bool {
        matches!(self.status, 502..=504)
    }

    /// Whether what stands before the endpoint says that it is gone.
    pub(super) const fn is_gone(self) -> bool {
        matches!(self.status, 502 | 504)
    }

    /// Whether it was asked too often (RFC 6585 §4). Another endpoint may have
    /// room, but one that asked for rest itself is not bothered.
    pub(super) const fn is_too_many(self) -> bool {
        self.status == 429
    }
}

/// What a response's `Retry-After` says (RFC 9110 §10.2.3), from `now` on;
/// `None` without one, or where it can't be read.
#[must_use]
pub fn retry_after(headers: &(impl Headers + ?Sized), now: Timestamp) -> Option<Duration> {
    let value = headers.field_values("retry-after").next()?.trim_ascii();
    if !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
        let seconds = value.iter().fold(0u64, |seconds, digit| {
            seconds
                .saturating_mul(10)
                .saturating_add(u64::from(digit - b'0'))
        });
        return Some(Duration::from_secs(seconds));
    }
    let at = date::parse(value, now)?;
    Some(Duration::from_secs(
        at.as_secs().saturating_sub(now.as_secs()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Option<u64>) {
        let now = date::parse(b"Sun, 06 Nov 1994 08:49:37 GMT", Timestamp::from_secs(0));
        let found = retry_after(&[("Retry-After", value)], now.unwrap());
        assert_eq!(found.map(Duration::as_secs), expected, "{value:?}");
    }

    #[test]
    fn seconds_or_a_date() {
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Sun, 06 Nov 1994 08:49:47 GMT", Some(10));
        check("Sun, 06 Nov 1994 08:49:27 GMT", Some(0));
        check("soon", None);
        check("-1", None);
        check("", None);
    }

    #[test]
    fn more_seconds_than_fit_are_for_ever() {
        let found = retry_after(
            &[("retry-after", "99999999999999999999999")],
            Timestamp::from_secs(0),
        );
        assert_eq!(found, Some(Duration::MAX));
    }
}
