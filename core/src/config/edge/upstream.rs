//! What the proxy forwards to.

use std::path::PathBuf;

use url::Url;

use super::{affinity::Affinity, health::HealthCheck, host::HostName, listener::read_file};
use crate::{
    cdn::{self, affinity, monitor::MonitorSettings, pool::Member},
    config::{
        address,
        endpoint::EndpointState,
        hedge::Hedge,
        limits::{self, MAX_ENDPOINTS, MAX_UPSTREAMS, MAX_URL_CHARS},
        name::Label,
        problem::{
            ProblemCode::{DuplicateId, NoEndpoint},
            Problems,
        },
        reader::{At, Object},
        wording::quoted,
    },
    failover::{Candidate, RaceSettings},
    types::{Duration, EndpointId},
};

/// Endpoints that serve the same resources, and how long each may take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upstream {
    /// Names the upstream in routes, logs and metrics.
    pub id: Label,
    /// Where requests go.
    pub endpoints: Vec<UpstreamEndpoint>,
    /// A PEM file with the certificate authorities that its https endpoints
    /// are checked against, in place of the public ones.
    pub ca: Option<PathBuf>,
    /// How long opening a connection may take, TLS included.
    pub connect_timeout_ms: u32,
    /// How long one attempt may take to its response head, if another can
    /// stand in.
    pub timeout_ms: u32,
    /// How long all attempts together may take to a response head.
    pub total_timeout_ms: u32,
    /// How long a body may stand still.
    pub body_timeout_ms: u32,
    /// When a second endpoint is asked beside a silent first.
    pub hedge_ms: Hedge,
    /// Where requests say which endpoint has their session.
    pub affinity: Option<Affinity>,
    /// How endpoints are probed; not given, requests alone tell how they are.
    pub health: Option<HealthCheck>,
}

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
    /// What cookies and URLs call it; not given, its `id`.
    pub node: Option<Label>,
}

pub(super) const WANT_LIST: &str = "an array such as [{\"id\": \"origin\", \"endpoints\": \
     [{\"id\": \"a\", \"url\": \"https://a.example.com\"}]}]";
const WANT_ENDPOINTS: &str =
    "an array such as [{\"id\": \"a\", \"url\": \"https://a.example.com\"}]";

/// One round trip across an ocean for TCP, one for TLS, and one lost packet.
const CONNECT_TIMEOUT_MS: u32 = 2_000;
const BODY_TIMEOUT_MS: u32 = 15_000;

pub(super) fn read_all(at: &At<'_>, problems: &mut Problems) -> Vec<Upstream> {
    let Some(items) = at.items(WANT_LIST, MAX_UPSTREAMS, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.add(&at.path, NoEndpoint, format!("is empty: write {WANT_LIST}"));
    }
    let read = |item| Upstream::read(item, problems);
    let upstreams: Vec<Upstream> = items.iter().filter_map(read).collect();
    report_duplicates(
        &at.path,
        upstreams.iter().map(|upstream| &upstream.id),
        problems,
    );
    upstreams
}

/// Says which ids were given before. Where broken items were left out, the
/// index may be lower than the document's; the id is named all the same.
fn report_duplicates<'a>(
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

impl Upstream {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "endpoints",
        "ca",
        "connectTimeoutMs",
        "timeoutMs",
        "totalTimeoutMs",
        "bodyTimeoutMs",
        "hedgeMs",
        "affinity",
        "health",
    ];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Upstream> {
        let object = at.object(
            "an object such as {\"id\": …, \"endpoints\": […]}",
            Self::FIELDS,
            problems,
        )?;
        let id = read_id(&object, "a short name such as \"origin\"", problems);
        let endpoints = object
            .required("endpoints", WANT_ENDPOINTS, problems)
            .map(|at| read_endpoints(&at, problems));
        let ca = match object.get("ca") {
            // Without its own authorities it would trust others.
            Some(at) => Some(read_file(&at, "a PEM file such as \"ca.pem\"", problems)?),
            None => None,
        };
        let timeout =
            |name, problems: &mut Problems| object.integer(name, limits::EDGE_TIMEOUT_MS, problems);
        Some(Upstream {
            ca,
            connect_timeout_ms: timeout("connectTimeoutMs", problems).unwrap_or(CONNECT_TIMEOUT_MS),
            timeout_ms: timeout("timeoutMs", problems)
                .unwrap_or(Candidate::DEFAULT_ATTEMPT_TIMEOUT.as_millis() as u32),
            total_timeout_ms: timeout("totalTimeoutMs", problems)
                .unwrap_or(RaceSettings::proxy().total_timeout.as_millis() as u32),
            body_timeout_ms: timeout("bodyTimeoutMs", problems).unwrap_or(BODY_TIMEOUT_MS),
            hedge_ms: object
                .get("hedgeMs")
                .and_then(|at| Hedge::read(&at, problems))
                .unwrap_or_default(),
            affinity: object
                .get("affinity")
                .and_then(|at| Affinity::read(&at, problems)),
            health: object
                .get("health")
                .and_then(|at| HealthCheck::read(&at, problems)),
            id: id?,
            endpoints: endpoints?,
        })
    }

    /// The endpoints as the engine knows them: by their position.
    #[must_use]
    pub fn cdn_endpoints(&self) -> Vec<cdn::Endpoint> {
        let plain = |(endpoint, index): (&UpstreamEndpoint, u16)| {
            cdn::Endpoint::new(EndpointId::new(index))
                .with_priority(endpoint.priority)
                .with_weight(endpoint.weight)
                .with_state(endpoint.state.into())
        };
        self.endpoints.iter().zip(0..).map(plain).collect()
    }

    /// The endpoints as members of a pool, by the names of their ids.
    #[must_use]
    pub fn members(&self) -> Vec<Member> {
        let plain = self.cdn_endpoints().into_iter().zip(&self.endpoints);
        plain
            .map(|(plain, endpoint)| Member::new(plain).with_name(endpoint.id.as_str()))
            .collect()
    }

    /// Which request belongs to which endpoint.
    #[must_use]
    pub fn stickiness(&self) -> Option<affinity::Affinity> {
        let plain = self.affinity.as_ref()?;
        let mut sticky = affinity::Affinity::new(plain.mode);
        if let Some(name) = &plain.query {
            sticky = sticky.with_query(name);
        }
        if let Some(name) = &plain.header {
            sticky = sticky.with_field(name);
        }
        if let Some(name) = &plain.cookie {
            sticky = sticky.with_cookie(name);
        }
        let nodes = self.endpoints.iter().zip(0..);
        Some(nodes.fold(sticky, |sticky, (endpoint, id)| {
            let name = endpoint.node.as_ref().unwrap_or(&endpoint.id);
            sticky.with_node(name.as_str(), EndpointId::new(id))
        }))
    }

    /// How its endpoints are watched.
    #[must_use]
    pub fn monitor_settings(&self) -> MonitorSettings {
        let probing = self.health.as_ref().map(|health| health.probing.clone());
        MonitorSettings::default().with_probing(probing)
    }

    /// What the section says of a whole race.
    #[must_use]
    pub fn race_settings(&self) -> RaceSettings {
        let base = RaceSettings::proxy();
        let hedges = match self.hedge_ms {
            Hedge::Off => 0,
            Hedge::Auto | Hedge::AfterMs(_) => base.max_hedges,
        };
        base.with_total_timeout(Duration::from_millis(self.total_timeout_ms.into()))
            .with_max_hedges(hedges)
    }
}

fn read_id(object: &Object<'_>, want: &str, problems: &mut Problems) -> Option<Label> {
    object
        .required("id", want, problems)
        .and_then(|at| Label::read(&at, want, problems))
}

fn read_endpoints(at: &At<'_>, problems: &mut Problems) -> Vec<UpstreamEndpoint> {
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
            UpstreamEndpoint::read(item, if bare { position } else { 0 }, problems)
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
    const FIELDS: &'static [&'static str] = &[
        "id", "url", "host", "sni", "priority", "weight", "state", "node",
    ];

    fn read(at: &At<'_>, position: u16, problems: &mut Problems) -> Option<UpstreamEndpoint> {
        let want = "an object such as {\"id\": \"a\", \"url\": \"https://a.example.com\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
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
