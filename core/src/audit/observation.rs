//! What was seen of the endpoints.

use super::{Exchange, Handshake};
use crate::types::Timestamp;

/// Everything that was seen, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observations {
    /// When the audit took place.
    pub now: Timestamp,
    /// The origin of the page that loads the assets, as a browser would send
    /// it: `https://www.example.com`. Without one nothing is said of CORS.
    pub page_origin: Option<String>,
    /// Whether the endpoints are all that there are, so that their number
    /// means something.
    pub is_whole_row: bool,
    /// The endpoints, in the order of the configuration.
    pub endpoints: Vec<Endpoint>,
}

impl Observations {
    /// Nothing has been seen yet, at this time.
    #[must_use]
    pub fn new(now: Timestamp) -> Observations {
        Observations {
            now,
            ..Observations::default()
        }
    }
}

/// An endpoint, and what was seen of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// What people call it.
    pub name: String,
    /// Its base URL, as configured: `https://cdn1.example.com`.
    pub url: String,
    /// The region it is in, if that is known.
    pub region: Option<String>,
    /// How long its DNS record may be cached, in seconds, if that is known.
    pub dns_ttl_secs: Option<u32>,
    /// The TLS handshakes: one for each address, so that the PoPs can be
    /// compared.
    pub handshakes: Vec<Handshake>,
    /// The assets that were asked for.
    pub visits: Vec<Visit>,
}

impl Endpoint {
    /// An endpoint of which nothing has been seen.
    #[must_use]
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Endpoint {
        Endpoint {
            name: name.into(),
            url: url.into(),
            ..Endpoint::default()
        }
    }

    /// Whether it is asked over TLS.
    pub(super) fn is_https(&self) -> bool {
        starts_with_scheme(&self.url, "https")
    }
}

/// One asset at one endpoint, and every request that was made for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visit {
    /// The path and query behind the endpoint's URL. It is what makes an asset
    /// the same at all endpoints, and what it is classified by.
    pub path: String,
    /// The URL that was asked for.
    pub url: String,
    /// Whether the body fits the integrity that is configured; `None` where
    /// none is.
    pub integrity: Option<bool>,
    /// The requests and what came of them.
    pub exchanges: Vec<Exchange>,
}

impl Visit {
    /// An asset that has not been asked for yet.
    #[must_use]
    pub fn new(path: impl Into<String>, url: impl Into<String>) -> Visit {
        Visit {
            path: path.into(),
            url: url.into(),
            ..Visit::default()
        }
    }
}

/// Whether `url` has this scheme, in any case.
pub(super) fn starts_with_scheme(url: &str, scheme: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(found, _)| found.eq_ignore_ascii_case(scheme))
}

/// Host and port of an absolute URL, without user information.
pub(super) fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &rest[..end];
    Some(
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host),
    )
}

/// The host of an absolute URL, without its port.
pub(super) fn host(url: &str) -> Option<&str> {
    let authority = authority(url)?;
    if let Some(end) = authority.find(']') {
        return authority.get(..=end);
    }
    Some(
        authority
            .split_once(':')
            .map_or(authority, |(host, _)| host),
    )
}
