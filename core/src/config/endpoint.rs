//! Endpoints: the CDNs that serve the same assets.

use serde::Serialize;
use url::Url;

use super::{
    address,
    asset::AssetPath,
    limits::{self, MAX_ENDPOINTS},
    name::Label,
    problem::{
        ProblemCode::{DuplicateId, NoEndpoint},
        Problems,
    },
    reader::At,
};
use crate::cdn;

/// A CDN, or another place that serves all the assets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = super::schema::without_priority_default))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Endpoint {
    /// Names the endpoint in events, reports and refresh documents.
    pub id: Label,

    /// Where the assets' paths go: an https URL, which may have a path of its
    /// own. An http endpoint is skipped on https pages.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", length(max = super::limits::MAX_URL_CHARS), regex(pattern = r"^https?://[^?#]+$"), extend("format" = "uri"))
    )]
    pub url: Url,

    /// Endpoints of a lower number are used first. Where no endpoint of the
    /// document has a `priority` or a `weight`, each has its position: the
    /// first is the primary.
    #[cfg_attr(
        feature = "schema",
        schemars(default, range(min = limits::PRIORITY.min, max = limits::PRIORITY.max))
    )]
    pub priority: u16,

    /// The share of visitors among endpoints of the same priority. At 0 it
    /// comes after all others.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_weight", range(min = limits::WEIGHT.min, max = limits::WEIGHT.max))
    )]
    pub weight: u16,

    /// The region in which it keeps data, as `visitorRegion` and
    /// `allowedRegions` name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Label>,

    /// Whether it takes part.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub state: EndpointState,

    /// What a background probe asks for, and expects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthCheck>,
}

/// Whether an endpoint takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EndpointState {
    /// It serves.
    #[default]
    Active,
    /// Nothing new is started there, what runs may end.
    Drain,
    /// Nothing is started there.
    Down,
}

impl EndpointState {
    pub(super) const WORDS: &'static [(&'static str, EndpointState)] = &[
        ("active", EndpointState::Active),
        ("drain", EndpointState::Drain),
        ("down", EndpointState::Down),
    ];
}

/// How an endpoint's health is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct HealthCheck {
    /// A path that answers at every moment, such as `/health.txt`.
    pub path: AssetPath,

    /// The status that means healthy.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_status", range(min = limits::HEALTH_STATUS.min, max = limits::HEALTH_STATUS.max))
    )]
    pub status: u16,

    /// How long to wait between two probes.
    #[cfg_attr(
        feature = "schema",
        schemars(default = "default_interval", range(min = limits::HEALTH_INTERVAL_S.min, max = limits::HEALTH_INTERVAL_S.max))
    )]
    pub interval_seconds: u32,
}

fn default_weight() -> u16 {
    cdn::Endpoint::DEFAULT_WEIGHT
}

fn default_status() -> u16 {
    200
}

fn default_interval() -> u32 {
    30
}

impl Endpoint {
    /// The URL of an asset at this endpoint: the path goes behind the
    /// endpoint's own.
    #[must_use]
    pub fn join(&self, path: &AssetPath) -> Url {
        let (path, query) = match path.as_str().split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path.as_str(), None),
        };
        let mut url = self.url.clone();
        let base = self.url.path().trim_end_matches('/');
        url.set_path(&format!("{base}/{}", path.trim_start_matches('/')));
        url.set_query(query);
        url
    }
}

/// Reads the list. Where some are broken it is shorter than the document's.
pub(super) fn read_all(at: &At<'_>, problems: &mut Problems) -> Vec<Endpoint> {
    let want = "an array such as [{\"id\": \"cdn1\", \"url\": \"https://cdn1.example.com\"}]";
    let Some(items) = at.items(want, MAX_ENDPOINTS, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.add(&at.path, NoEndpoint, format!("is empty: write {want}"));
    }
    let drafts: Vec<Draft> = items
        .iter()
        .filter_map(|item| Draft::read(item, problems))
        .collect();
    report_duplicates(&drafts, problems);
    let bare = drafts
        .iter()
        .all(|draft| draft.priority.is_none() && draft.weight.is_none());
    drafts
        .into_iter()
        .zip(0..)
        .filter_map(|(draft, position)| draft.finish(if bare { position } else { 0 }))
        .collect()
}

fn report_duplicates(drafts: &[Draft], problems: &mut Problems) {
    for (index, draft) in drafts.iter().enumerate() {
        let earlier = drafts[..index]
            .iter()
            .find(|other| draft.id.is_some() && other.id == draft.id);
        if let (Some(other), Some(id)) = (earlier, &draft.id) {
            let message = format!("\"{id}\" is the id of {} too: write another", other.path);
            problems.add(&format!("{}.id", draft.path), DuplicateId, message);
        }
    }
}

/// An endpoint as far as it could be read.
struct Draft {
    path: String,
    id: Option<Label>,
    url: Option<Url>,
    priority: Option<u16>,
    weight: Option<u16>,
    region: Option<Label>,
    state: EndpointState,
    health: Option<HealthCheck>,
}

impl Draft {
    const FIELDS: &'static [&'static str] = &[
        "id", "url", "priority", "weight", "region", "state", "health",
    ];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Draft> {
        let want = "an object such as {\"id\": \"cdn1\", \"url\": \"https://cdn1.example.com\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
        let id = "a short name such as \"cdn1\"";
        let url = "one such as \"https://cdn1.example.com\"";
        Some(Draft {
            path: at.path.clone(),
            id: object
                .required("id", id, problems)
                .and_then(|at| Label::read(&at, id, problems)),
            url: object
                .required("url", url, problems)
                .and_then(|at| address::read_base(&at, problems)),
            priority: object
                .integer("priority", limits::PRIORITY, problems)
                .map(|priority| priority as u16),
            weight: object
                .integer("weight", limits::WEIGHT, problems)
                .map(|weight| weight as u16),
            region: object
                .get("region")
                .and_then(|at| Label::read(&at, "a short name such as \"eu\"", problems)),
            state: object
                .get("state")
                .and_then(|at| at.choice(EndpointState::WORDS, problems))
                .unwrap_or_default(),
            health: object
                .get("health")
                .and_then(|at| HealthCheck::read(&at, problems)),
        })
    }

    fn finish(self, priority: u16) -> Option<Endpoint> {
        Some(Endpoint {
            id: self.id?,
            url: self.url?,
            priority: self.priority.unwrap_or(priority),
            weight: self.weight.unwrap_or_else(default_weight),
            region: self.region,
            state: self.state,
            health: self.health,
        })
    }
}

impl HealthCheck {
    const FIELDS: &'static [&'static str] = &["path", "status", "intervalSeconds"];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<HealthCheck> {
        let object = at.object(
            "an object such as {\"path\": \"/health.txt\"}",
            Self::FIELDS,
            problems,
        )?;
        let want = "a path such as \"/health.txt\"";
        let path = object
            .required("path", want, problems)
            .and_then(|at| AssetPath::read(&at, want, problems));
        let status = object.integer("status", limits::HEALTH_STATUS, problems);
        let interval = object.integer("intervalSeconds", limits::HEALTH_INTERVAL_S, problems);
        Some(HealthCheck {
            path: path?,
            status: status.map_or_else(default_status, |status| status as u16),
            interval_seconds: interval.unwrap_or_else(default_interval),
        })
    }
}
