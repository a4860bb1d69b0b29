//! The configuration document.

use serde::Serialize;
use serde_json::Value;

use super::{
    asset::Asset,
    endpoint::Endpoint,
    error::ConfigError,
    fallback::Fallback,
    hedge::Hedge,
    memory::Memory,
    name::{GlobalName, Label},
    parse,
    problem::Problem,
    refresh_source::RefreshSource,
    report::ReportTarget,
    surge::{Session, Surge},
};
use crate::failover::{Candidate, RaceSettings};

/// Configures how a page loads its assets, whichever CDN fails.
///
/// Made from the JSON document by [`Config::from_json`], with every default
/// filled in; serialized it is a document again, and reads as the same.
///
/// # Example
///
/// ```
/// use hedgerow::config::Config;
///
/// let parsed = Config::from_json(
///     r#"{
///         "asset": "/webmessaging/loader.js",
///         "endpoints": [
///             {"id": "cdn1", "url": "https://cdn1.example.com"},
///             {"id": "cdn2", "url": "https://cdn2.example.com"}
///         ],
///         "timeoutMS": 2000
///     }"#,
/// )?;
/// assert_eq!(parsed.config.endpoints[1].priority, 1);
/// assert_eq!(parsed.config.timeout_ms, 3000);
/// assert_eq!(
///     parsed.warnings[0].to_string(),
///     "timeoutMS: is not a field here and was passed over, did you mean \"timeoutMs\"?",
/// );
/// # Ok::<(), hedgerow::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        title = "Hedgerow configuration",
        description = "How a page loads its assets, whichever CDN fails.",
        transform = super::schema::add_shorthands
    )
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Counts up with each change; only a newer refresh document is taken over.
    #[cfg_attr(
        feature = "schema",
        schemars(default, range(min = super::limits::VERSION.min, max = super::limits::VERSION.max))
    )]
    pub version: u32,

    /// What to load, in the order of execution.
    #[cfg_attr(
        feature = "schema",
        schemars(length(min = 1, max = super::limits::MAX_ASSETS), schema_with = "super::schema::assets")
    )]
    pub assets: Vec<Asset>,

    /// The CDNs that serve all the assets under the same paths.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_ENDPOINTS)))]
    pub endpoints: Vec<Endpoint>,

    /// The page's CSP nonce, for the elements that are inserted.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = super::limits::MAX_TEXT_CHARS), regex(pattern = r"^[A-Za-z0-9+/_-]+={0,2}$"))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,

    /// The global that exists once the assets have really run, such as
    /// `purecloud`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<GlobalName>,

    /// How long to wait for `ready` after execution.
    #[cfg_attr(
        feature = "schema",
        schemars(default, range(min = super::limits::READY_TIMEOUT_MS.min, max = super::limits::READY_TIMEOUT_MS.max))
    )]
    pub ready_timeout_ms: u32,

    /// The global function to call once when all is loaded, such as
    /// `purecloud.init`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<GlobalName>,

    /// The deadline of one attempt.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_timeout", range(min = super::limits::TIMEOUT_MS.min, max = super::limits::TIMEOUT_MS.max))
    )]
    pub timeout_ms: u32,

    /// The deadline of the whole load.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_total_timeout", range(min = super::limits::TOTAL_TIMEOUT_MS.min, max = super::limits::TOTAL_TIMEOUT_MS.max))
    )]
    pub total_timeout_ms: u32,

    /// When a second endpoint is asked beside a first that has made no
    /// progress: `"auto"` follows the page's measured round trips, 0 is never.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub hedge_ms: Hedge,

    /// The visitor's region: its endpoints are preferred within a priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor_region: Option<Label>,

    /// The residency fence: endpoints of other regions, or of none, are never
    /// asked, even if everything else is down.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_REGIONS)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_regions: Option<Vec<Label>>,

    /// Where the health of endpoints is remembered between page views.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub memory: Memory,

    /// Where a remote document comes from that may change timeouts, weights
    /// and states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RefreshSource>,

    /// Load is being shed: which tier is in force.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub surge: Surge,

    /// Globals to define while load is shed, so that the page's own calls do
    /// not throw.
    #[cfg_attr(feature = "schema", schemars(default, length(max = super::limits::MAX_STUBS)))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stub: Vec<GlobalName>,

    /// What marks an open session, which goes on while load is shed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,

    /// What visitors get where the assets do not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,

    /// Where a report of each load is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportTarget>,

    /// Whether the visitor has agreed to storage and beacons. If not, there is
    /// neither until the page says otherwise.
    #[cfg_attr(feature = "schema", schemars(default = "default_consent"))]
    pub consent: bool,

    /// Whether every decision is written to the console.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub debug: bool,
}

pub(super) fn default_timeout() -> u32 {
    Candidate::DEFAULT_ATTEMPT_TIMEOUT.as_millis() as u32
}

pub(super) fn default_total_timeout() -> u32 {
    RaceSettings::browser().total_timeout.as_millis() as u32
}

pub(super) fn default_consent() -> bool {
    true
}

/// A configuration, and what its author should know about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The configuration.
    pub config: Config,
    /// What was passed over or will not do what it seems to.
    pub warnings: Box<[Problem]>,
}

impl Config {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each with the field's path and what to write
    /// instead.
    pub fn from_json(text: &str) -> Result<Parsed, ConfigError> {
        parse::text(text)
            .and_then(|value| parse::config(&value))
            .map_err(ConfigError::new)
    }

    /// Reads a document that has been parsed as JSON already.
    ///
    /// # Errors
    ///
    /// As [`Config::from_json`].
    pub fn from_value(value: &Value) -> Result<Parsed, ConfigError> {
        parse::config(value).map_err(ConfigError::new)
    }

    /// The configuration as a document, every default written out.
    #[must_use]
    pub fn to_value(&self) -> Value {
        // Nothing here can fail: all keys are strings, all numbers finite.
        serde_json::to_value(self).unwrap_or_default()
    }
}
