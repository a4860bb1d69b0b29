//! What a refresh document changes about one endpoint.

use serde::Serialize;

use super::{
    document::Config,
    endpoint::EndpointState,
    limits::{self, MAX_ENDPOINTS},
    name::Label,
    problem::{
        ProblemCode::{DuplicateId, ForbiddenField, UnknownEndpoint},
        Problems,
    },
    reader::At,
    wording::did_you_mean,
};

/// What is said of a field outside a refresh document's reach.
pub(super) const FORBIDDEN: &str = "may not be changed by a refresh document: leave it out";

/// What changes about one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct EndpointChange {
    /// Its id in the configuration.
    pub id: Label,

    /// The share of visitors among endpoints of the same priority.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = limits::WEIGHT.min, max = limits::WEIGHT.max))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u16>,

    /// Endpoints of a lower number are used first.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = limits::PRIORITY.min, max = limits::PRIORITY.max))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u16>,

    /// Whether it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<EndpointState>,
}

impl EndpointChange {
    const FIELDS: &'static [&'static str] = &["id", "weight", "priority", "state"];

    pub(super) fn read_all(at: &At<'_>, problems: &mut Problems) -> Vec<EndpointChange> {
        let want = "an array such as [{\"id\": \"cdn1\", \"state\": \"drain\"}]";
        let mut changes: Vec<EndpointChange> = Vec::new();
        for item in at.items(want, MAX_ENDPOINTS, problems).unwrap_or_default() {
            let Some(change) = EndpointChange::read(&item, problems) else {
                continue;
            };
            if changes.iter().any(|other| other.id == change.id) {
                let message = format!("changes \"{}\" a second time: write one entry", change.id);
                problems.add(&format!("{}.id", item.path), DuplicateId, message);
            }
            changes.push(change);
        }
        changes
    }

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<EndpointChange> {
        let want = "an object such as {\"id\": \"cdn1\", \"state\": \"drain\"}";
        let object = at.object_or(want, Self::FIELDS, ForbiddenField, FORBIDDEN, problems)?;
        let want = "the id of an endpoint of the configuration";
        let id = object
            .required("id", want, problems)
            .and_then(|at| Label::read(&at, want, problems));
        let weight = object.integer("weight", limits::WEIGHT, problems);
        let priority = object.integer("priority", limits::PRIORITY, problems);
        let state = object
            .get("state")
            .and_then(|at| at.choice(EndpointState::WORDS, problems));
        Some(EndpointChange {
            id: id?,
            weight: weight.map(|weight| weight as u16),
            priority: priority.map(|priority| priority as u16),
            state,
        })
    }

    pub(super) fn apply(&self, index: usize, config: &mut Config, problems: &mut Problems) {
        let ids = config.endpoints.iter().map(|endpoint| endpoint.id.as_str());
        let meant = did_you_mean(self.id.as_str(), ids);
        let Some(endpoint) = config
            .endpoints
            .iter_mut()
            .find(|endpoint| endpoint.id == self.id)
        else {
            let message = format!("the configuration has no endpoint \"{}\"{meant}", self.id);
            problems.add(&format!("endpoints[{index}].id"), UnknownEndpoint, message);
            return;
        };
        endpoint.weight = self.weight.unwrap_or(endpoint.weight);
        endpoint.priority = self.priority.unwrap_or(endpoint.priority);
        endpoint.state = self.state.unwrap_or(endpoint.state);
    }
}
