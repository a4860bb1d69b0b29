//! The surge gate: whether a page may load the widget at all.

use crate::types::Reason;

/// How much of the widget an overloaded contact centre lets its pages load.
///
/// Tiers 1 and 2 happen behind the widget (bot containment, queue capacity)
/// and don't concern a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// The widget loads.
    #[default]
    Normal = 0,
    /// Tier 3: not for new sessions; one that is open goes on.
    Suppress = 3,
    /// Tier 4: only the static fallback is shown.
    Static = 4,
}

impl Tier {
    /// The tier with this number: 0 to 2 normal, 3 suppress, 4 static.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Tier> {
        match number {
            0..=2 => Some(Tier::Normal),
            3 => Some(Tier::Suppress),
            4 => Some(Tier::Static),
            _ => None,
        }
    }

    /// The number: 0, 3 or 4.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
}

/// Why the widget must not load at `tier`, or `None` if it may.
#[must_use]
pub const fn gate(tier: Tier, session_open: bool) -> Option<Reason> {
    match (tier, session_open) {
        (Tier::Normal, _) | (Tier::Suppress, true) => None,
        (Tier::Suppress, false) => Some(Reason::SurgeSuppressed),
        (Tier::Static, _) => Some(Reason::StaticFallback),
    }
}
