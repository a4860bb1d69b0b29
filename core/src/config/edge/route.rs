//! Which request goes to which upstream.

use super::host::{HostName, PathPrefix};
use crate::config::{
    limits::{self, MAX_PROTOCOLS, MAX_ROUTES, MAX_TEXT_CHARS},
    name::Label,
    problem::{ProblemCode::MissingField, Problems},
    reader::At,
    wording::{is_token, quoted},
};

/// A route: the requests that it takes, and what becomes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The host that it is for; not given, every host.
    pub host: Option<HostName>,
    /// What paths begin with.
    pub path: PathPrefix,
    /// The upstream's id.
    pub upstream: Label,
    /// Whether responses are kept.
    pub cache: Caching,
    /// Whether a silent endpoint may be hedged.
    pub hedge: bool,
    /// How long all attempts of one request may take to a response head, in
    /// milliseconds, if that is less than its upstream's `totalTimeoutMs`.
    pub deadline_ms: Option<u32>,
    /// Whether responses get the fields of the document's section `delivery`;
    /// without that section, no.
    pub delivery: bool,
    /// The protocols, in lower case, that requests may upgrade their connection
    /// to (RFC 9110 §7.8); for WebSocket alone, if nothing is said.
    pub upgrades: Vec<Box<str>>,
}

/// Whether responses are kept, and by whose word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caching {
    /// As RFC 9111 has it, for a cache that many visitors share.
    #[default]
    Shared,
    /// As [`Caching::Shared`], but without the guess that a response which
    /// says nothing stays fresh for a while (RFC 9111 §4.2.2).
    Explicit,
    /// As RFC 9111 has it, for the cache of one user alone, who also gets from
    /// it what is `private`. Never for a proxy that others use too.
    Private,
    /// Never.
    Off,
}

impl Caching {
    const WORDS: &'static [(&'static str, Caching)] = &[
        ("shared", Caching::Shared),
        ("explicit", Caching::Explicit),
        ("private", Caching::Private),
        ("off", Caching::Off),
    ];
}

pub(super) const WANT_LIST: &str = "an array such as [{\"path\": \"/\", \"upstream\": \"origin\"}]";

pub(super) fn read_all(at: &At<'_>, problems: &mut Problems) -> Vec<Route> {
    let Some(items) = at.items(WANT_LIST, MAX_ROUTES, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.add(
            &at.path,
            MissingField,
            format!("is empty: write {WANT_LIST}"),
        );
    }
    items
        .iter()
        .filter_map(|item| Route::read(item, problems))
        .collect()
}

impl Route {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "host",
        "path",
        "upstream",
        "cache",
        "hedge",
        "deadlineMs",
        "delivery",
        "upgrades",
    ];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Route> {
        let object = at.strict_object(
            "an object such as {\"path\": \"/\", \"upstream\": \"origin\"}",
            Self::FIELDS,
            problems,
        )?;
        let want = "the id of an upstream such as \"origin\"";
        let upstream = object
            .required("upstream", want, problems)
            .and_then(|at| Label::read(&at, want, problems));
        let host = match object.get("host") {
            // A route for one host must not become one for every host.
            Some(at) => Some(HostName::read(&at, problems)?),
            None => None,
        };
        let path = match object.get("path") {
            Some(at) => PathPrefix::read(&at, problems)?,
            None => PathPrefix::root(),
        };
        Some(Route {
            host,
            path,
            cache: object
                .get("cache")
                .and_then(|at| at.choice(Caching::WORDS, problems))
                .unwrap_or_default(),
            hedge: object.boolean("hedge", problems).unwrap_or(true),
            deadline_ms: object.integer("deadlineMs", limits::EDGE_TIMEOUT_MS, problems),
            delivery: object.boolean("delivery", problems).unwrap_or(true),
            upgrades: match object.get("upgrades") {
                Some(at) => read_upgrades(&at, problems),
                None => vec!["websocket".into()],
            },
            upstream: upstream?,
        })
    }

    /// Whether the route takes a request for this host (in lower case, without
    /// port) and path.
    #[must_use]
    pub fn fits(&self, host: &str, path: &str) -> bool {
        self.host.as_ref().is_none_or(|own| own.as_str() == host) && self.path.fits(path)
    }
}

fn read_upgrades(at: &At<'_>, problems: &mut Problems) -> Vec<Box<str>> {
    let want = "an array of protocols such as [\"websocket\"], or [] for none";
    let items = at.items(want, MAX_PROTOCOLS, problems).unwrap_or_default();
    let read = |item: &At<'_>| {
        let want = "a protocol such as \"websocket\"";
        let text = item.text(want, MAX_TEXT_CHARS, problems)?;
        let name = text.to_ascii_lowercase();
        if name == "h2c" {
            // RFC 9113 §3.1 has taken it back, and requests behind it would be
            // out of the proxy's sight.
            let message = "is no protocol to upgrade to any more: clients speak HTTP/2 at once";
            item.invalid(message, problems);
            return None;
        }
        // RFC 9110 §7.8: a name, and maybe a slash and a version.
        let mut parts = name.splitn(2, '/');
        if parts.all(is_token) {
            return Some(name.into());
        }
        let text = quoted(text);
        item.invalid(format!("{text} is no protocol: write {want}"), problems);
        None
    };
    items.iter().filter_map(read).collect()
}
