//! `Cache-Status` (RFC 9211), written.

use core::fmt;

use crate::types::Reason;

use super::decide::{Action, Decision};
use super::name;

/// Why a request went upstream (RFC 9211 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forwarded {
    /// The cache was told not to handle it.
    Bypass,
    /// Its method asks for it.
    Method,
    /// Nothing is stored for its URI.
    UriMiss,
    /// What is stored was selected by other fields.
    VaryMiss,
    /// One of the two; which is not known.
    Miss,
    /// What is stored is fresh, but the request wants validation.
    Request,
    /// What is stored is stale.
    Stale,
    /// A part is stored that does not cover what is asked for.
    Partial,
}

impl Forwarded {
    /// The token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Forwarded::Bypass => "bypass",
            Forwarded::Method => "method",
            Forwarded::UriMiss => "uri-miss",
            Forwarded::VaryMiss => "vary-miss",
            Forwarded::Miss => "miss",
            Forwarded::Request => "request",
            Forwarded::Stale => "stale",
            Forwarded::Partial => "partial",
        }
    }

    /// What a decision to go upstream is called here; `None` for a decision
    /// that serves or refuses without that. What is served once upstream was
    /// asked, be it validated or stale since upstream failed, went there as
    /// stale; the decision to ask may know better why.
    #[must_use]
    pub const fn of(decision: &Decision) -> Option<Forwarded> {
        let came_back = matches!(decision.reason, Reason::Validated | Reason::StaleIfError);
        let ended_here = decision.is_served() || matches!(decision.action, Action::GatewayTimeout);
        if ended_here && !came_back {
            return None;
        }
        Some(match decision.reason {
            Reason::Miss => Forwarded::UriMiss,
            Reason::VaryMismatch => Forwarded::VaryMiss,
            Reason::MethodMismatch => Forwarded::Method,
            Reason::PartMissing => Forwarded::Partial,
            Reason::OriginPrecondition
            | Reason::RequestNoCache
            | Reason::RequestMaxAge
            | Reason::RequestMinFresh => Forwarded::Request,
            _ => Forwarded::Stale,
        })
    }
}

/// One cache's member of `Cache-Status`. Append it to what other caches wrote.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{CacheStatus, Forwarded};
///
/// let hit = CacheStatus::new("edge.example").with_hit().with_ttl(376);
/// assert_eq!(hit.to_string(), "edge.example; hit; ttl=376");
/// let stale = CacheStatus::new("My Cache")
///     .with_forwarded(Forwarded::Stale)
///     .with_forward_status(304)
///     .with_detail("expired");
/// assert_eq!(stale.to_string(), "\"My Cache\"; fwd=stale; fwd-status=304; detail=expired");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct CacheStatus<'a> {
    cache: &'a str,
    hit: bool,
    forwarded: Option<Forwarded>,
    forward_status: Option<u16>,
    ttl: Option<i64>,
    stored: bool,
    collapsed: bool,
    key: Option<&'a str>,
    detail: Option<&'a str>,
}

impl<'a> CacheStatus<'a> {
    /// Of the cache that is called this.
    pub const fn new(cache: &'a str) -> CacheStatus<'a> {
        CacheStatus {
            cache,
            hit: false,
            forwarded: None,
            forward_status: None,
            ttl: None,
            stored: false,
            collapsed: false,
            key: None,
            detail: None,
        }
    }

    /// What a decision makes of a request: a hit with its time to live, or the
    /// way upstream; and in both cases why.
    pub const fn of(cache: &'a str, decision: &Decision) -> CacheStatus<'a> {
        let status = CacheStatus::new(cache).with_detail(decision.reason.as_str());
        match Forwarded::of(decision) {
            Some(why) => status.with_forwarded(why),
            None if decision.is_served() => status.with_hit().with_ttl(decision.ttl),
            None => status,
        }
    }

    /// The request was answered without going upstream.
    pub const fn with_hit(mut self) -> CacheStatus<'a> {
        self.hit = true;
        self
    }

    /// The request went upstream.
    pub const fn with_forwarded(mut self, why: Forwarded) -> CacheStatus<'a> {
        self.forwarded = Some(why);
        self
    }

    /// The status that upstream gave.
    pub const fn with_forward_status(mut self, status: u16) -> CacheStatus<'a> {
        self.forward_status = Some(status);
        self
    }

    /// The remaining freshness lifetime in seconds; negative when stale.
    pub const fn with_ttl(mut self, secs: i64) -> CacheStatus<'a> {
        self.ttl = Some(secs);
        self
    }

    /// The response is stored now.
    pub const fn with_stored(mut self) -> CacheStatus<'a> {
        self.stored = true;
        self
    }

    /// The request waited for another one's response.
    pub const fn with_collapsed(mut self) -> CacheStatus<'a> {
        self.collapsed = true;
        self
    }

    /// The key under which the response is stored.
    pub const fn with_key(mut self, key: &'a str) -> CacheStatus<'a> {
        self.key = Some(key);
        self
    }

    /// More about it, for people who look for the cause.
    pub const fn with_detail(mut self, detail: &'a str) -> CacheStatus<'a> {
        self.detail = Some(detail);
        self
    }
}

impl fmt::Display for CacheStatus<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(f, self.cache)?;
        if self.hit {
            f.write_str("; hit")?;
        }
        if let Some(why) = self.forwarded {
            write!(f, "; fwd={}", why.as_str())?;
        }
        if let Some(status) = self.forward_status {
            write!(f, "; fwd-status={status}")?;
        }
        if let Some(secs) = self.ttl {
            // An Integer has fifteen digits (RFC 9651 §3.3.1).
            const MAX: i64 = 999_999_999_999_999;
            write!(f, "; ttl={}", secs.clamp(-MAX, MAX))?;
        }
        if self.stored {
            f.write_str("; stored")?;
        }
        if self.collapsed {
            f.write_str("; collapsed")?;
        }
        if let Some(key) = self.key {
            f.write_str("; key=")?;
            write_string(f, key)?;
        }
        if let Some(detail) = self.detail {
            f.write_str("; detail=")?;
            write_text(f, detail)?;
        }
        Ok(())
    }
}

/// As a Token where it is one (RFC 9651 §3.3.4), else as a String.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let is_token = text
        .bytes()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'*')
        && text
            .bytes()
            .all(|byte| name::is_token_byte(byte) || matches!(byte, b':' | b'/'));
    if is_token {
        f.write_str(text)
    } else {
        write_string(f, text)
    }
}

/// As a String (RFC 9651 §3.3.3), which has printable ASCII only; anything
/// else becomes a question mark.
fn write_string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;

    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                f.write_char('\\')?;
                f.write_char(letter)?;
            }
            ' '..='~' => f.write_char(letter)?,
            _ => f.write_char('?')?,
        }
    }
    f.write_char('"')
}
