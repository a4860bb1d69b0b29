//! Where refresh documents come from.

use serde::Serialize;

use super::{address::PageUrl, limits, problem::Problems, reader::At};

/// Where a remote document comes from that may change timeouts, weights and
/// states.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct RefreshSource {
    /// Its URL.
    pub url: PageUrl,

    /// How old the last one may be before it is asked for again.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_refresh", range(min = limits::REFRESH_INTERVAL_S.min, max = limits::REFRESH_INTERVAL_S.max))
    )]
    pub interval_seconds: u32,
}

fn default_refresh() -> u32 {
    300
}

impl RefreshSource {
    const FIELDS: &'static [&'static str] = &["url", "intervalSeconds"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<RefreshSource> {
        let want = "an object such as {\"url\": \"https://static.example.com/refresh.json\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
        let url = object
            .required("url", "where the refresh document is", problems)
            .and_then(|at| PageUrl::read(&at, problems));
        let interval = object.integer("intervalSeconds", limits::REFRESH_INTERVAL_S, problems);
        Some(RefreshSource {
            url: url?,
            interval_seconds: interval.unwrap_or_else(default_refresh),
        })
    }
}
