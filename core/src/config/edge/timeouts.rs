//! How long the proxy waits for its clients.

use crate::config::{limits, problem::Problems, reader::At};

/// How long clients may take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the head of a request, and for TLS before the first.
    pub header_ms: u32,
    /// Between two pieces of a request's body.
    pub body_ms: u32,
    /// Without taking any of the response.
    pub write_ms: u32,
    /// Between two requests of one connection.
    pub idle_ms: u32,
    /// Without a byte in either direction, after an upgrade.
    pub upgrade_idle_ms: u32,
    /// For requests under way, and connections after an upgrade, when the proxy ends; then they are cut.
    pub drain_ms: u32,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            header_ms: 10_000,
            body_ms: 15_000,
            write_ms: 30_000,
            idle_ms: 60_000,
            upgrade_idle_ms: 300_000,
            drain_ms: 30_000,
        }
    }
}

impl Timeouts {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "headerMs",
        "bodyMs",
        "writeMs",
        "idleMs",
        "upgradeIdleMs",
        "drainMs",
    ];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Timeouts> {
        let object = at.strict_object(
            "an object such as {\"headerMs\": 10000}",
            Self::FIELDS,
            problems,
        )?;
        let default = Timeouts::default();
        let mut ms = |name, default| {
            object
                .integer(name, limits::EDGE_TIMEOUT_MS, problems)
                .unwrap_or(default)
        };
        Some(Timeouts {
            header_ms: ms("headerMs", default.header_ms),
            body_ms: ms("bodyMs", default.body_ms),
            write_ms: ms("writeMs", default.write_ms),
            idle_ms: ms("idleMs", default.idle_ms),
            upgrade_idle_ms: ms("upgradeIdleMs", default.upgrade_idle_ms),
            drain_ms: ms("drainMs", default.drain_ms),
        })
    }
}
