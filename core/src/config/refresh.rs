//! The remote document that changes a configuration during an incident.

use serde::Serialize;
use serde_json::Value;

use super::{
    document::Config,
    endpoint_change::{EndpointChange, FORBIDDEN},
    error::RefreshError,
    hedge::Hedge,
    limits,
    name::Label,
    parse,
    problem::{
        ProblemCode::{ForbiddenField, Older, WidensFence},
        Problems,
    },
    reader::At,
    surge::Surge,
    validate::validate,
};

/// Changes that a remote document asks for: timeouts, hedging, weights,
/// priorities, states, a narrower fence, surge.
///
/// It can bring in neither a host nor code: a document that names an asset, an
/// origin, a hash, a function to call, a fallback or a place to report to is
/// refused as a whole, and so is one with a field unknown here.
///
/// # Example
///
/// ```
/// use hedgerow::config::{Config, EndpointState, RefreshDocument};
///
/// let config = Config::from_json(
///     r#"{"asset": "/loader.js", "endpoints": [
///         {"id": "cdn1", "url": "https://cdn1.example.com"},
///         {"id": "cdn2", "url": "https://cdn2.example.com"}]}"#,
/// )?
/// .config;
/// let refresh = RefreshDocument::from_json(
///     r#"{"version": 2, "endpoints": [{"id": "cdn1", "state": "drain"}]}"#,
/// )?;
/// let changed = refresh.apply(&config)?;
/// assert_eq!(changed.endpoints[0].state, EndpointState::Drain);
///
/// let refused = RefreshDocument::from_json(
///     r#"{"version": 3, "endpoints": [{"id": "cdn1", "url": "https://evil.example"}]}"#,
/// );
/// assert_eq!(refused.unwrap_err().problems()[0].path(), "endpoints[0].url");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        title = "Hedgerow refresh document",
        description = "What may change during an incident, without a new page.",
        transform = super::schema::add_schema_field
    )
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct RefreshDocument {
    /// Counts up with each change. It must be newer than the configuration.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = limits::VERSION.min, max = limits::VERSION.max))
    )]
    pub version: u32,

    /// The deadline of one attempt.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = limits::TIMEOUT_MS.min, max = limits::TIMEOUT_MS.max))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u32>,

    /// The deadline of the whole load.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = limits::TOTAL_TIMEOUT_MS.min, max = limits::TOTAL_TIMEOUT_MS.max))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_timeout_ms: Option<u32>,

    /// When a second endpoint is asked beside the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hedge_ms: Option<Hedge>,

    /// Changes to endpoints of the configuration, by their ids.
    #[cfg_attr(feature = "schema", schemars(default, length(max = limits::MAX_ENDPOINTS)))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<EndpointChange>,

    /// A fence within the configuration's own.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = limits::MAX_REGIONS)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_regions: Option<Vec<Label>>,

    /// Load is being shed: which tier is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surge: Option<Surge>,
}

impl RefreshDocument {
    const FIELDS: &'static [&'static str] = &[
        "$schema",
        "version",
        "timeoutMs",
        "totalTimeoutMs",
        "hedgeMs",
        "endpoints",
        "allowedRegions",
        "surge",
    ];

    /// Reads a refresh document.
    ///
    /// # Errors
    ///
    /// All that is wrong with it; fields that it may not have are named.
    pub fn from_json(text: &str) -> Result<RefreshDocument, RefreshError> {
        parse::text(text)
            .map_err(RefreshError::new)
            .and_then(|value| RefreshDocument::from_value(&value))
    }

    /// Reads a refresh document that has been parsed as JSON already.
    ///
    /// # Errors
    ///
    /// As [`RefreshDocument::from_json`].
    pub fn from_value(value: &Value) -> Result<RefreshDocument, RefreshError> {
        let mut problems = Problems::default();
        match RefreshDocument::read(&At::root(value), &mut problems) {
            Some(document) if !problems.has_errors() => Ok(document),
            _ => Err(RefreshError::new(problems)),
        }
    }

    fn read(root: &At<'_>, problems: &mut Problems) -> Option<RefreshDocument> {
        let object = root.object_or(
            "an object, {\"version\": …}",
            Self::FIELDS,
            ForbiddenField,
            FORBIDDEN,
            problems,
        )?;
        let version = object
            .required("version", "a whole number that counts up", problems)
            .and_then(|at| at.integer(limits::VERSION, problems));
        let document = RefreshDocument {
            version: version.unwrap_or(0),
            timeout_ms: object.integer("timeoutMs", limits::TIMEOUT_MS, problems),
            total_timeout_ms: object.integer("totalTimeoutMs", limits::TOTAL_TIMEOUT_MS, problems),
            hedge_ms: object
                .get("hedgeMs")
                .and_then(|at| Hedge::read(&at, problems)),
            endpoints: object
                .get("endpoints")
                .map(|at| EndpointChange::read_all(&at, problems))
                .unwrap_or_default(),
            allowed_regions: object
                .get("allowedRegions")
                .and_then(|at| parse::regions(&at, problems)),
            surge: object
                .get("surge")
                .and_then(|at| Surge::read(&at, problems)),
        };
        Some(document)
    }

    /// The configuration with these changes, all of them or none.
    ///
    /// `config` is the page's own, not one that was changed before: a fence
    /// narrowed by one document may be let out by the next, up to the page's.
    ///
    /// # Errors
    ///
    /// The document is not newer than `config`, names an endpoint or a region that
    /// `config` does not have, or would leave a configuration that is refused,
    /// such as one without an active endpoint.
    pub fn apply(&self, config: &Config) -> Result<Config, RefreshError> {
        let mut problems = Problems::default();
        let mut changed = config.clone();
        if self.version <= config.version {
            let message = format!(
                "{} is not newer than {} in force",
                self.version, config.version
            );
            problems.add("version", Older, message);
        }
        changed.version = self.version;
        changed.timeout_ms = self.timeout_ms.unwrap_or(config.timeout_ms);
        changed.total_timeout_ms = self.total_timeout_ms.unwrap_or(config.total_timeout_ms);
        changed.hedge_ms = self.hedge_ms.unwrap_or(config.hedge_ms);
        for (index, change) in self.endpoints.iter().enumerate() {
            change.apply(index, &mut changed, &mut problems);
        }
        if let Some(narrower) = &self.allowed_regions {
            let fence = config.allowed_regions.as_ref();
            for (index, region) in narrower.iter().enumerate() {
                if fence.is_some_and(|fence| !fence.contains(region)) {
                    let message =
                        format!("\"{region}\" is outside the configuration's own `allowedRegions`");
                    problems.add(&format!("allowedRegions[{index}]"), WidensFence, message);
                }
            }
            changed.allowed_regions = Some(narrower.clone());
        }
        changed.surge = self.surge.clone().unwrap_or_else(|| config.surge.clone());
        validate(&changed, &mut problems);
        if problems.has_errors() {
            return Err(RefreshError::new(problems));
        }
        Ok(changed)
    }
}
