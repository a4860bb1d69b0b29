//! What the proxy takes from its clients.

use crate::config::{limits, problem::Problems, reader::At};

/// The most that a client may send or hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's head; upstreams' responses have the same.
    pub header_bytes: u32,
    /// Header lines of a request; upstreams' responses have the same.
    pub header_lines: u32,
    /// Connections at once, over all listeners. Above it, new ones wait to be
    /// accepted.
    pub connections: u32,
    /// Connections at once that speak another protocol, such as WebSocket,
    /// after an upgrade; each has an upstream's to itself. Above it, upgrades
    /// are refused.
    pub upgrades: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            header_bytes: 64 * 1024,
            header_lines: 100,
            connections: 16_384,
            upgrades: 4_096,
        }
    }
}

impl Limits {
    pub(super) const FIELDS: &'static [&'static str] =
        &["headerBytes", "headerLines", "connections", "upgrades"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Limits> {
        let object = at.strict_object(
            "an object such as {\"connections\": 16384}",
            Self::FIELDS,
            problems,
        )?;
        let default = Limits::default();
        let mut number =
            |name, bounds, default| object.integer(name, bounds, problems).unwrap_or(default);
        Some(Limits {
            header_bytes: number("headerBytes", limits::HEADER_BYTES, default.header_bytes),
            header_lines: number("headerLines", limits::HEADER_LINES, default.header_lines),
            connections: number("connections", limits::CONNECTIONS, default.connections),
            upgrades: number("upgrades", limits::UPGRADES, default.upgrades),
        })
    }
}
