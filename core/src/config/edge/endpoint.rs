//! One endpoint of an upstream.

use url::Url;

use super::{
    host::HostName,
    region::{Region, Regions},
};
use crate::{
    cdn,
    config::{
        address,
        endpoint::EndpointState,
        limits::{self, MAX_ENDPOINTS, MAX_URL_CHARS},
        name::Label,
        problem::{
            ProblemCode::{DuplicateId, NoEndpoint},
            Problems,
        },
        reader::{At, Object},
        wording::quoted,
    },
};

/// One place that serves an upstream's resources.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpstreamEndpoint {
    /// Names the endpoint in logs and metrics.
    pub id: Label,
    /// Where requests' paths go: http or https, with a path of its own if need
    /// be. Certificates are always verified.
    pub url: Url,
    /// The `Host` that it is asked for; not given, that of its URL.
    pub host: Option<HostName>,
    /// The name that its certificate must have, and that is sent as SNI; not
    /// given, that of its URL.
    pub sni: Option<HostName>,
    /// Endpoints of a lower number are used first. Where none has a `priority`
    /// or a `weight`, each has its position.
    pub priority: u16,
    /// The share of requests among endpoints of the same priority.
    pub weight: u16,
    /// Whether it takes part.
    pub state: EndpointState,
    /// Where it keeps data, as `sites` and `visitors` name it.
    pub region: Option<Region>,
    /// What cookies and URLs call it; not given, its `id`.
    pub node: Option<Label>,
}

pub(super) const WANT_ENDPOINTS: &str =
    "an array such as [{\"id\": \"a\", \"url\": \"https://a.example.com\"}]";

pub(super) fn read_id(object: &Object<'_>, want: &str, problems: &mut Problems) -> Option<Label> {
    object
        .required("id", want, problems)
        .and_then(|at| Label::read(&at, want, problems))
}

/// Says which ids were given before. Where broken items were left out, the
/// index may be lower than the document's; the id is named all the same.
pub(super) fn report_duplicates<'a>(
    path: &str,
    ids: impl Iterator<Item = &'a Label>,
    problems: &mut Problems,
) {
    let mut seen: Vec<&Label> = Vec::new();
    for (index, id) in ids.enumerate() {
        if seen.contains(&id) {
            let message = format!("\"{id}\" is the id of another too: write each id once");
            problems.add(&format!("{path}[{index}].id"), DuplicateId, message);
        }
        seen.push(id);
    }
}

pub(super) fn read_endpoints(
    at: &At<'_>,
    regions: &mut Regions,
    problems: &mut Problems,
) -> Vec<UpstreamEndpoint> {
    let Some(items) = at.items(WANT_ENDPOINTS, MAX_ENDPOINTS, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.add(
            &at.path,
            NoEndpoint,
            format!("is empty: write {WANT_ENDPOINTS}"),
        );
    }
    let ranked = |item: &At<'_>| {
        ["priority", "weight"]
            .iter()
            .any(|name| item.value.get(name).is_some())
    };
    let bare = !items.iter().any(ranked);
    let endpoints: Vec<UpstreamEndpoint> = items
        .iter()
        .zip(0..)
        .filter_map(|(item, position)| {
            let position = if bare { position } else { 0 };
            UpstreamEndpoint::read(item, position, regions, problems)
        })
        .collect();
    report_duplicates(
        &at.path,
        endpoints.iter().map(|endpoint| &endpoint.id),
        problems,
    );
    endpoints
}

impl UpstreamEndpoint {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "id", "url", "host", "sni", "priority", "weight", "state", "region", "node",
    ];

    fn read(
        at: &At<'_>,
        position: u16,
        regions: &mut Regions,
        problems: &mut Problems,
    ) -> Option<UpstreamEndpoint> {
        let want = "an object such as {\"id\": \"a\", \"url\": \"https://a.example.com\"}";
        let object = at.strict_object(want, Self::FIELDS, problems)?;
        let id = read_id(&object, "a short name such as \"a\"", problems);
        let url = object
            .required("url", WANT_URL, problems)
            .and_then(|at| read_url(&at, problems));
        let name = |field: &str, problems: &mut Problems| {
            object.get(field).map(|at| HostName::read(&at, problems))
        };
        let (host, sni) = (name("host", problems), name("sni", problems));
        let priority = object.integer("priority", limits::PRIORITY, problems);
        let weight = object.integer("weight", limits::WEIGHT, problems);
        Some(UpstreamEndpoint {
            id: id?,
            url: url?,
            // A name that can't be read must not become the URL's own.
            host: host.map_or(Some(None), |name| name.map(Some))?,
            sni: sni.map_or(Some(None), |name| name.map(Some))?,
            priority: priority.map_or(position, |priority| priority as u16),
            weight: weight.map_or(cdn::Endpoint::DEFAULT_WEIGHT, |weight| weight as u16),
            state: object
                .get("state")
                .and_then(|at| at.choice(EndpointState::WORDS, problems))
                .unwrap_or_default(),
            region: object
                .get("region")
                .and_then(|at| regions.read(&at, problems)),
            node: object
                .get("node")
                .and_then(|at| Label::read(&at, "a name such as \"CB_Server_1\"", problems)),
        })
    }
}

const WANT_URL: &str = "one such as \"https://a.example.com\" or \"http://10.0.0.7:8000\"";

fn read_url(at: &At<'_>, problems: &mut Problems) -> Option<Url> {
    let text = at.text(WANT_URL, MAX_URL_CHARS, problems)?;
    let url = address::of_web(
        at,
        text,
        WANT_URL,
        "which the proxy does not send",
        problems,
    )?;
    if url.query().is_none() && url.fragment().is_none() {
        return Some(url);
    }
    let text = quoted(text);
    let message =
        format!("{text} has more than a path, behind which requests' go: write {WANT_URL}");
    at.invalid(message, problems);
    None
}
