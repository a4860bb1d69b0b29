//! What to ask, and how.

use super::Response;
use crate::asset::Class;

/// Why a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Probe {
    /// GET as a page makes it, without compression: what everything else is
    /// compared with.
    Get,
    /// The same again, to see whether it comes from a cache now.
    Again,
    /// With compression, as browsers ask.
    Encoded,
    /// Without an Origin.
    NoOrigin,
    /// With an Origin that nobody can have allowed.
    OtherOrigin,
    /// With the validators of the first answer.
    Conditional,
    /// For the first bytes.
    Range,
    /// HEAD.
    Head,
    /// The CORS preflight.
    Preflight,
    /// For an asset beside it that does not exist.
    Missing,
    /// For its source map.
    SourceMap,
    /// Over plain http.
    PlainHttp,
}

/// A request to make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProbeRequest {
    /// The method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
    /// The fields, names in lower case. `host`, `user-agent` and what belongs
    /// to the connection are the client's.
    pub fields: Vec<(&'static str, String)>,
}

/// The origin of [`Probe::OtherOrigin`]: RFC 6761 §6.4 keeps its name from
/// ever being anybody's.
pub(super) const OTHER_ORIGIN: &str = "https://hedgerow-audit.invalid";

/// The bytes that [`Probe::Range`] asks for.
pub(super) const RANGE_BYTES: u64 = 64;

impl Probe {
    /// Every probe.
    pub const ALL: &'static [Probe] = &[
        Probe::Get,
        Probe::Again,
        Probe::Encoded,
        Probe::NoOrigin,
        Probe::OtherOrigin,
        Probe::Conditional,
        Probe::Range,
        Probe::Head,
        Probe::Preflight,
        Probe::Missing,
        Probe::SourceMap,
        Probe::PlainHttp,
    ];

    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Probe::Get => "get",
            Probe::Again => "again",
            Probe::Encoded => "encoded",
            Probe::NoOrigin => "no_origin",
            Probe::OtherOrigin => "other_origin",
            Probe::Conditional => "conditional",
            Probe::Range => "range",
            Probe::Head => "head",
            Probe::Preflight => "preflight",
            Probe::Missing => "missing",
            Probe::SourceMap => "source_map",
            Probe::PlainHttp => "plain_http",
        }
    }

    /// The request to make for the asset of `class` at `url`, an absolute URL,
    /// from a page of this origin; `None` if there is no use in it.
    ///
    /// [`Probe::Get`] comes first: `first` is its response, and the others are
    /// asked only if that has the status 200.
    ///
    /// # Example
    ///
    /// ```
    /// use hedgerow::asset::Class;
    /// use hedgerow::audit::Probe;
    ///
    /// let url = "https://cdn1.example.com/app.js?b=2";
    /// let get = Probe::Get.request(Class::EntryPoint, url, None, None).expect("always");
    /// assert_eq!((get.method, get.url.as_str()), ("GET", url));
    /// assert_eq!(get.fields, [("accept", "*/*".into()), ("accept-encoding", "identity".into())]);
    /// assert_eq!(Probe::Range.request(Class::EntryPoint, url, None, None), None);
    /// ```
    #[must_use]
    pub fn request(
        self,
        class: Class,
        url: &str,
        page_origin: Option<&str>,
        first: Option<&Response>,
    ) -> Option<ProbeRequest> {
        if self != Probe::Get && first.is_none_or(|first| first.status != 200) {
            return None;
        }
        // A health path has no more to it than its status and its lifetime.
        if class == Class::HealthCheck && !matches!(self, Probe::Get | Probe::PlainHttp) {
            return None;
        }
        let mut request = ProbeRequest {
            method: "GET",
            url: url.to_owned(),
            fields: vec![("accept", "*/*".to_owned())],
        };
        let encoding = if self == Probe::Encoded {
            "gzip, br"
        } else {
            "identity"
        };
        request
            .fields
            .push(("accept-encoding", encoding.to_owned()));
        if let Some(origin) = page_origin {
            let origin = match self {
                Probe::NoOrigin => None,
                Probe::OtherOrigin => Some(OTHER_ORIGIN),
                _ => Some(origin),
            };
            request
                .fields
                .extend(origin.map(|origin| ("origin", origin.to_owned())));
        }
        match self {
            Probe::Get | Probe::Again | Probe::Encoded => {}
            Probe::NoOrigin | Probe::OtherOrigin => {
                page_origin?;
            }
            Probe::Conditional => request.fields.extend(conditions(first?)?),
            Probe::Range => {
                if first?.body.length <= RANGE_BYTES {
                    return None;
                }
                let last = RANGE_BYTES - 1;
                request.fields.push(("range", format!("bytes=0-{last}")));
            }
            Probe::Head => request.method = "HEAD",
            Probe::Preflight => {
                page_origin?;
                request.method = "OPTIONS";
                let method = ("access-control-request-method", "GET".to_owned());
                request.fields.push(method);
            }
            Probe::Missing => request.url = missing_sibling(url)?,
            Probe::SourceMap => {
                let path = url.split(['?', '#']).next().unwrap_or_default();
                if !(path.ends_with(".js") || path.ends_with(".mjs") || path.ends_with(".css")) {
                    return None;
                }
                request.url = format!("{path}.map");
            }
            Probe::PlainHttp => request.url = insecure(url)?,
        }
        Some(request)
    }
}

/// The conditions that the first answer allows, or `None` if it has no
/// validator. Both are sent, as browsers do.
fn conditions(first: &Response) -> Option<Vec<(&'static str, String)>> {
    let text = |name| {
        let value = first.field(name)?;
        String::from_utf8(value.to_vec()).ok()
    };
    let conditions: Vec<_> = [
        text("etag").map(|tag| ("if-none-match", tag)),
        text("last-modified").map(|date| ("if-modified-since", date)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!conditions.is_empty()).then_some(conditions)
}

/// A name in the same folder that nobody can have deployed.
fn missing_sibling(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let (folder, name) = path.rsplit_once('/')?;
    // The host alone is no path.
    (!folder.ends_with('/') && folder.contains("://") && !name.is_empty())
        .then(|| format!("{folder}/hedgerow-audit-does-not-exist-{name}"))
}

/// The same over http, where https is on its own port: nobody knows which one
/// would be http's else.
fn insecure(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let has_port = super::observation::authority(url)?
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()) && port != "443");
    if !scheme.eq_ignore_ascii_case("https") || has_port {
        return None;
    }
    Some(format!("http://{}", rest.replacen(":443/", "/", 1)))
}
