//! What a monitor knows of one endpoint, for people.

use super::record::{Ejection, Record};
use crate::cdn::{Latency, pool::Health};
use crate::types::Instant;

/// What is known of one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What the witnesses say.
    pub health: Health,
    /// Since when it is ejected, and when a request may try it, if it is
    /// ejected.
    pub ejected: Option<(Instant, Instant)>,
    /// How often the ejection was doubled.
    pub relapses: u32,
    /// Requests that failed in a row.
    pub failures: u32,
    /// Requests in the window that decides about ejections.
    pub requests: u64,
    /// How many of these succeeded, in percent; 100 if there were none.
    pub success_percent: u64,
    /// How long requests take.
    pub latency: Latency,
    /// When the next probe is due; `None` if there are no probes, or one is
    /// under way.
    pub next_probe: Option<Instant>,
    /// Probes that passed in a row.
    pub probe_passes: u32,
    /// Probes that failed in a row.
    pub probe_failures: u32,
    /// How long probes take.
    pub probe_latency: Latency,
}

impl Report {
    pub(super) fn of(record: &Record, probed: bool) -> Report {
        let (requests, success_percent) = record.window.rate();
        Report {
            health: record.health(),
            ejected: match record.ejection {
                Ejection::None => None,
                Ejection::Out { at, until } | Ejection::Trial { at, until } => Some((at, until)),
            },
            relapses: record.relapses,
            failures: record.failures,
            requests,
            success_percent,
            latency: record.latency,
            next_probe: (probed && record.in_flight.is_none()).then_some(record.next_probe),
            probe_passes: record.probe_passes,
            probe_failures: record.probe_failures,
            probe_latency: record.probe_latency,
        }
    }
}
