//! What a classification says.

use core::ops::Range;

use crate::types::Reason;

use super::Class;

/// The class of a URL, with why.
///
/// # Example
///
/// ```
/// use hedgerow::asset::{self, Class, Rules};
/// use hedgerow::types::Reason;
///
/// let url = "/assets/index-B0yz5e_c.js";
/// let found = asset::classify(url, &Rules::default());
/// assert_eq!(found.class, Class::Fingerprinted);
/// assert_eq!(found.reason, Reason::HashInName);
/// assert_eq!(found.evidence.of(url.as_bytes()), b"B0yz5e_c");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Classification {
    /// What the asset is.
    pub class: Class,
    /// Why.
    pub reason: Reason,
    /// The part of the URL that decided.
    pub evidence: Evidence,
    /// The index of the user's rule that decided, if one did.
    pub rule: Option<u32>,
}

impl Classification {
    pub(super) const fn new(class: Class, reason: Reason, evidence: Evidence) -> Classification {
        Classification {
            class,
            reason,
            evidence,
            rule: None,
        }
    }
}

/// The bytes of a URL that decided its class; empty if nothing in it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    start: usize,
    end: usize,
}

impl Evidence {
    pub(super) const NONE: Evidence = Evidence { start: 0, end: 0 };

    pub(super) const fn new(start: usize, end: usize) -> Evidence {
        Evidence { start, end }
    }

    /// Where the bytes stand in the URL as it was given.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether nothing in the URL decided.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The bytes themselves, out of the URL that was classified; of another
    /// URL that is too short, none.
    #[must_use]
    pub fn of(self, url: &[u8]) -> &[u8] {
        url.get(self.range()).unwrap_or_default()
    }
}
