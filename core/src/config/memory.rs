//! Memory between page views.

use serde::Serialize;

use super::{limits, problem::Problems, reader::At};
use crate::load::LoadSettings;

/// Where the health of endpoints is remembered between page views.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Memory {
    /// The browser's storage.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub storage: Storage,

    /// How long a demotion holds.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_ttl", range(min = limits::MEMORY_TTL_S.min, max = limits::MEMORY_TTL_S.max))
    )]
    pub ttl_seconds: u32,
}

fn default_ttl() -> u32 {
    LoadSettings::DEFAULT_MEMORY_TTL_SECS
}

impl Default for Memory {
    fn default() -> Memory {
        Memory {
            storage: Storage::default(),
            ttl_seconds: default_ttl(),
        }
    }
}

/// A storage of the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Storage {
    /// `localStorage`: all tabs, until the time is over.
    #[default]
    Local,
    /// `sessionStorage`: this tab.
    Session,
    /// Nothing is remembered.
    None,
}

impl Memory {
    const FIELDS: &'static [&'static str] = &["storage", "ttlSeconds"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Memory> {
        let words = [
            ("local", Storage::Local),
            ("session", Storage::Session),
            ("none", Storage::None),
        ];
        let object = at.object(
            "an object such as {\"storage\": \"session\"}",
            Self::FIELDS,
            problems,
        )?;
        let storage = object
            .get("storage")
            .and_then(|at| at.choice(&words, problems));
        let ttl = object.integer("ttlSeconds", limits::MEMORY_TTL_S, problems);
        Some(Memory {
            storage: storage.unwrap_or_default(),
            ttl_seconds: ttl.unwrap_or_else(default_ttl),
        })
    }
}
