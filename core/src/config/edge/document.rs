//! The section as a whole.

use serde_json::Value;

use super::{
    admin::Admin,
    limits::Limits,
    listener::{self, Listener},
    region::Regions,
    route::{self, Route},
    store::Store,
    timeouts::Timeouts,
    upstream::{self, Upstream},
    validate::validate,
    visitors::Visitors,
};
#[cfg(feature = "delivery")]
use crate::config::delivery::{self, DeliveryConfig};
use crate::config::{
    error::ConfigError,
    name::Label,
    parse,
    problem::{Problem, Problems},
    reader::At,
};

/// How a proxy serves: where it listens, which route goes to which upstream,
/// what it keeps and how long it waits.
///
/// # Example
///
/// ```
/// use hedgerow::config::edge::Edge;
///
/// let parsed = Edge::from_json(
///     r#"{"edge": {
///         "listen": ["127.0.0.1:8080"],
///         "upstreams": [{"id": "origin", "endpoints": [
///             {"id": "a", "url": "https://a.example.com"},
///             {"id": "b", "url": "http://10.0.0.7:8000", "host": "www.example.com"}]}],
///         "routes": [{"upstream": "origin"}]
///     }}"#,
/// )?;
/// let edge = parsed.edge;
/// assert_eq!(edge.routes[0].path.as_str(), "/");
/// assert_eq!(edge.upstreams[0].endpoints[1].priority, 1);
/// # Ok::<(), hedgerow::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge {
    /// How the proxy calls itself in `Via` and `Cache-Status`.
    pub name: Label,
    /// Where it listens for visitors.
    pub listen: Vec<Listener>,
    /// Where it answers its operator.
    pub admin: Option<Admin>,
    /// What it forwards to.
    pub upstreams: Vec<Upstream>,
    /// Which request goes to which upstream; the first that fits is taken.
    pub routes: Vec<Route>,
    /// How visitors' regions are told; not given, nobody's is known.
    pub visitors: Option<Visitors>,
    /// What it keeps.
    pub store: Store,
    /// How long it waits for its clients.
    pub timeouts: Timeouts,
    /// What it takes from its clients.
    pub limits: Limits,
    /// The document's sections `classes` and `delivery`.
    #[cfg(feature = "delivery")]
    pub delivery: DeliveryConfig,
}

/// The section, and what its author should know about the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParsedEdge {
    /// The section.
    pub edge: Edge,
    /// What will not do what it seems to, and what a page passes over.
    pub warnings: Box<[Problem]>,
}

impl Edge {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "name",
        "listen",
        "admin",
        "upstreams",
        "routes",
        "visitors",
        "store",
        "timeouts",
        "limits",
    ];

    /// Fields of the document that say nothing of a page.
    const SHARED: &'static [&'static str] = &["$schema", "version", "edge", "classes", "delivery"];

    /// Takes the sections over. With one for delivery, all routes apply it that
    /// do not say otherwise.
    #[cfg(feature = "delivery")]
    fn delivered_by(mut self, sections: DeliveryConfig) -> Edge {
        for route in &mut self.routes {
            route.delivery = route.delivery && sections.delivery.is_some();
        }
        self.delivery = sections;
        self
    }

    /// Reads the section out of a document.
    ///
    /// # Errors
    ///
    /// All that is wrong with the document, each with the field's path and
    /// what to write instead.
    pub fn from_json(text: &str) -> Result<ParsedEdge, ConfigError> {
        parse::text(text)
            .and_then(|value| read_document(&value))
            .map_err(ConfigError::new)
    }
}

const WANT: &str = "an object such as {\"listen\": […], \"upstreams\": […], \"routes\": […]}";

fn read_document(document: &Value) -> Result<ParsedEdge, Problems> {
    let mut problems = Problems::default();
    let root = At::root(document);
    let Some(object) =
        root.strict_object("an object, {\"edge\": {…}}", parse::FIELDS, &mut problems)
    else {
        return Err(problems);
    };
    let edge = object
        .required("edge", WANT, &mut problems)
        .and_then(|at| read(&at, &mut problems));
    #[cfg(feature = "delivery")]
    let edge = {
        let sections = delivery::read(&object, &mut problems);
        edge.map(|edge| edge.delivered_by(sections))
    };
    let of_a_page = |name: &&&str| !Edge::SHARED.contains(name);
    if parse::FIELDS
        .iter()
        .filter(of_a_page)
        .any(|name| object.get(name).is_some())
    {
        parse::read_page(&object, &mut problems);
    }
    match edge {
        Some(edge) if !problems.has_errors() => Ok(ParsedEdge {
            edge,
            warnings: problems.into_kept(),
        }),
        _ => Err(problems),
    }
}

fn read(at: &At<'_>, problems: &mut Problems) -> Option<Edge> {
    let object = at.strict_object(WANT, Edge::FIELDS, problems)?;
    let listen = object
        .required("listen", listener::WANT_LIST, problems)
        .map(|at| listener::read_all(&at, problems))
        .unwrap_or_default();
    let mut regions = Regions::default();
    let upstreams = object
        .required("upstreams", upstream::WANT_LIST, problems)
        .map(|at| upstream::read_all(&at, &mut regions, problems))
        .unwrap_or_default();
    let routes = object
        .required("routes", route::WANT_LIST, problems)
        .map(|at| route::read_all(&at, problems))
        .unwrap_or_default();
    let name = match object.get("name") {
        Some(at) => Label::read(&at, "a short name such as \"edge-fra1\"", problems)?,
        None => Label::constant("hedgerow"),
    };
    let edge = Edge {
        name,
        listen,
        admin: object
            .get("admin")
            .and_then(|at| Admin::read(&at, problems)),
        upstreams,
        routes,
        visitors: object
            .get("visitors")
            .and_then(|at| Visitors::read(&at, &mut regions, problems)),
        store: object
            .get("store")
            .and_then(|at| Store::read(&at, problems))
            .unwrap_or_default(),
        timeouts: object
            .get("timeouts")
            .and_then(|at| Timeouts::read(&at, problems))
            .unwrap_or_default(),
        limits: object
            .get("limits")
            .and_then(|at| Limits::read(&at, problems))
            .unwrap_or_default(),
        #[cfg(feature = "delivery")]
        delivery: DeliveryConfig::default(),
    };
    validate(&edge, problems);
    Some(edge)
}
