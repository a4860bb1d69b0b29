//! What the proxy forwards to.

use std::path::PathBuf;

use super::{
    affinity::Affinity,
    endpoint::{UpstreamEndpoint, WANT_ENDPOINTS, read_endpoints, read_id, report_duplicates},
    health::HealthCheck,
    listener::read_file,
    pick::Pick,
    region::Regions,
    site::Site,
};
use crate::{
    cdn::{
        self, affinity,
        monitor::MonitorSettings,
        pool::{Member, PoolSettings, Sites},
    },
    config::{
        hedge::Hedge,
        limits::{self, MAX_UPSTREAMS},
        name::Label,
        problem::{ProblemCode::NoEndpoint, Problems},
        reader::At,
    },
    failover::{Candidate, RaceSettings},
    types::{Duration, EndpointId, RegionId},
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
    /// Which of the endpoints in use a request goes to.
    pub pick: Pick,
    /// How much of a tier must be available, in percent of its weight. While it
    /// has less, the next joins in; at 0 only when nothing of it is.
    pub enough_percent: u8,
    /// Over how long the share of an endpoint grows that has come back, in
    /// milliseconds; 0 is at once.
    pub slow_start_ms: u32,
    /// What visitors may use by where they are, and in which order; without any,
    /// all may use all.
    pub sites: Vec<Site>,
    /// Where requests say which endpoint has their session.
    pub affinity: Option<Affinity>,
    /// How endpoints are probed; not given, requests alone tell how they are.
    pub health: Option<HealthCheck>,
}

pub(super) const WANT_LIST: &str = "an array such as [{\"id\": \"origin\", \"endpoints\": \
     [{\"id\": \"a\", \"url\": \"https://a.example.com\"}]}]";
/// One round trip across an ocean for TCP, one for TLS, and one lost packet.
const CONNECT_TIMEOUT_MS: u32 = 2_000;
const BODY_TIMEOUT_MS: u32 = 15_000;

pub(super) fn read_all(
    at: &At<'_>,
    regions: &mut Regions,
    problems: &mut Problems,
) -> Vec<Upstream> {
    let Some(items) = at.items(WANT_LIST, MAX_UPSTREAMS, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.add(&at.path, NoEndpoint, format!("is empty: write {WANT_LIST}"));
    }
    let read = |item| Upstream::read(item, regions, problems);
    let upstreams: Vec<Upstream> = items.iter().filter_map(read).collect();
    report_duplicates(
        &at.path,
        upstreams.iter().map(|upstream| &upstream.id),
        problems,
    );
    upstreams
}

impl Upstream {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "id",
        "endpoints",
        "ca",
        "connectTimeoutMs",
        "timeoutMs",
        "totalTimeoutMs",
        "bodyTimeoutMs",
        "hedgeMs",
        "pick",
        "enoughPercent",
        "slowStartMs",
        "sites",
        "affinity",
        "health",
    ];

    fn read(at: &At<'_>, regions: &mut Regions, problems: &mut Problems) -> Option<Upstream> {
        let object = at.strict_object(
            "an object such as {\"id\": …, \"endpoints\": […]}",
            Self::FIELDS,
            problems,
        )?;
        let id = read_id(&object, "a short name such as \"origin\"", problems);
        let endpoints = object
            .required("endpoints", WANT_ENDPOINTS, problems)
            .map(|at| read_endpoints(&at, regions, problems));
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
            pick: object
                .get("pick")
                .and_then(|at| Pick::read(&at, problems))
                .unwrap_or_default(),
            enough_percent: object
                .integer("enoughPercent", limits::PERCENT, problems)
                .unwrap_or(0) as u8,
            slow_start_ms: object
                .integer("slowStartMs", limits::SLOW_START_MS, problems)
                .unwrap_or(0),
            sites: object
                .get("sites")
                .map(|at| Site::read_all(&at, regions, problems))
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
                .with_region(endpoint.region.as_ref().map(|region| region.id))
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

    /// What visitors may use, and in which order.
    #[must_use]
    pub fn pool_sites(&self) -> Sites {
        let add = |sites, site: &Site| site.add_to(sites);
        self.sites.iter().fold(Sites::default(), add)
    }

    /// How requests are shared out.
    #[must_use]
    pub fn pool_settings(&self) -> PoolSettings {
        PoolSettings::default()
            .with_enough_percent(self.enough_percent)
            .with_slow_start(Duration::from_millis(self.slow_start_ms.into()))
    }

    /// The names of the regions that may serve a visitor, in order and with `+`
    /// between them, `*` where all may and `!` where none may. It depends on
    /// names alone, so that what is stored by it keeps its meaning when the
    /// document changes.
    #[must_use]
    pub fn zone(&self, visitor: Option<RegionId>) -> String {
        let Some(allowed) = self.pool_sites().residency(visitor).allowed() else {
            return "*".to_owned();
        };
        let fences = self.sites.iter().filter_map(|site| site.allowed.as_ref());
        let mut names: Vec<&str> = fences
            .flatten()
            .filter(|region| allowed.contains(region.id))
            .map(|region| region.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return "!".to_owned();
        }
        names.join("+")
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
