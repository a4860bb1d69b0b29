//! Who may read a response from another origin (Fetch standard, "CORS
//! protocol").

mod origin;
mod preflight;
mod response;

use crate::cache::name;

use super::error::SettingsError;

pub use self::origin::{OriginError, OriginPattern};
pub use self::preflight::Preflight;
pub(super) use self::preflight::is_preflight;
pub(super) use self::response::Allowed;

/// Which other origins may read responses.
///
/// A list of origins is what the guides ask for; `*` is an explicit override,
/// and never goes together with credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cors {
    /// The origins that may read. Empty: none.
    pub origins: Vec<OriginPattern>,
    /// Whether they may send cookies and client certificates along, and read
    /// what they get for it.
    pub credentials: bool,
    /// The methods that a preflight is told, in upper case.
    pub methods: Vec<String>,
    /// The request fields that a preflight is told, beyond those that need
    /// none.
    pub request_headers: Vec<String>,
    /// The response fields that scripts may read, beyond `Cache-Control`,
    /// `Content-Language`, `Content-Length`, `Content-Type`, `Expires`,
    /// `Last-Modified` and `Pragma`.
    pub expose: Vec<String>,
    /// For how many seconds a preflight holds. Chromium takes 7,200 at most.
    pub max_age_secs: u32,
    /// Whether public pages may ask a server in a private network (Private
    /// Network Access).
    pub private_network: bool,
}

impl Default for Cors {
    /// No origin; what it takes to read assets, and nothing else.
    fn default() -> Cors {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Cors {
            origins: Vec::new(),
            credentials: false,
            methods: owned(&["GET", "HEAD"]),
            // What a script needs to revalidate, resume or bypass a cache.
            request_headers: owned(&[
                "cache-control",
                "if-modified-since",
                "if-none-match",
                "if-range",
                "range",
            ]),
            expose: Vec::new(),
            max_age_secs: 7_200,
            private_network: false,
        }
    }
}

impl Cors {
    /// These origins, the rest by default.
    #[must_use]
    pub fn new(origins: Vec<OriginPattern>) -> Cors {
        Cors {
            origins,
            ..Cors::default()
        }
    }

    /// Whether every origin is allowed.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.origins.iter().any(OriginPattern::is_any)
    }

    /// What does not fit together, each with its field.
    pub(super) fn check(&self, found: &mut Vec<SettingsError>) {
        let mut add = |field, message: &str| found.push(SettingsError::new(field, message));
        if self.is_public() && self.credentials {
            add(
                "cors.origins",
                "\"*\" lets every site act with its visitors' cookies, and browsers refuse it \
                 together with `credentials`: name the origins",
            );
        }
        if self.is_public() && self.origins.len() > 1 {
            add(
                "cors.origins",
                "\"*\" covers all the others: write it alone, or leave it out",
            );
        }
        if self.credentials && self.origins.iter().any(OriginPattern::is_null) {
            add(
                "cors.origins",
                "\"null\" is the origin of every sandboxed frame, whoever wrote it: leave it out, \
                 or leave `credentials` out",
            );
        }
        for (field, names) in [
            ("cors.methods", &self.methods),
            ("cors.requestHeaders", &self.request_headers),
            ("cors.expose", &self.expose),
        ] {
            if names.iter().any(|name| name == "*") {
                // It is a wildcard without credentials, and a name with them.
                add(field, "\"*\" is not taken here: write the names");
            } else if !names.iter().all(|name| name::is_token(name.as_bytes())) {
                add(field, "has what is no name: write one such as \"etag\"");
            }
        }
    }
}

/// [`Cors`], with its lists as they are sent.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    settings: Cors,
    methods: String,
    request_headers: String,
    expose: String,
    max_age: String,
}

impl Compiled {
    pub(super) fn new(settings: &Cors) -> Compiled {
        Compiled {
            methods: settings.methods.join(", "),
            request_headers: settings.request_headers.join(", "),
            expose: settings.expose.join(", "),
            max_age: settings.max_age_secs.to_string(),
            settings: settings.clone(),
        }
    }
}
