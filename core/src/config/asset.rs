//! Assets: the files that a page needs, in the order of execution.

use std::fmt;

use serde::Serialize;

use super::{
    address::on_own_origin, integrity::Integrity, limits::MAX_URL_CHARS, problem::Problems,
    reader::At, wording::quoted,
};

/// A file that every endpoint serves under the same path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = super::schema::path_or_url))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Asset {
    /// The path at every endpoint. Instead of it, `url` takes the whole URL at
    /// one of the endpoints.
    pub path: AssetPath,

    /// What it is. Not given, the path tells (`.css`, `.mjs`), or else the
    /// document's own `type`.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub r#type: AssetType,

    /// The hashes of which its bytes must have one, whichever endpoint served
    /// them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Integrity>,

    /// How it is requested. With `integrity` or as a module it needs CORS, and
    /// `"anonymous"` is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_origin: Option<CrossOrigin>,

    /// Its size on the wire, as far as it is known: the hedge waits the longer
    /// on slow networks.
    #[cfg_attr(
        feature = "schema",
        schemars(range(min = super::limits::ASSET_BYTES.min, max = super::limits::ASSET_BYTES.max))
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
}

/// What an asset is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum AssetType {
    /// A classic script.
    #[default]
    Script,
    /// A JavaScript module.
    Module,
    /// A style sheet.
    Style,
}

impl AssetType {
    pub(super) const WORDS: &'static [(&'static str, AssetType)] = &[
        ("script", AssetType::Script),
        ("module", AssetType::Module),
        ("style", AssetType::Style),
    ];

    /// What a path says by its end, if anything.
    pub(super) fn of_path(path: &AssetPath) -> Option<AssetType> {
        let path = path.as_str();
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        match path.rsplit_once('.') {
            Some((_, "css")) => Some(AssetType::Style),
            Some((_, "mjs")) => Some(AssetType::Module),
            _ => None,
        }
    }
}

/// How an asset is requested across origins (HTML's CORS settings attribute).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CrossOrigin {
    /// With CORS and without cookies.
    Anonymous,
    /// With CORS and with cookies.
    UseCredentials,
}

impl CrossOrigin {
    pub(super) const WORDS: &'static [(&'static str, CrossOrigin)] = &[
        ("anonymous", CrossOrigin::Anonymous),
        ("use-credentials", CrossOrigin::UseCredentials),
    ];
}

/// A path below an endpoint's URL, with a query where one is needed. It cannot
/// leave the endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct AssetPath(
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(max = MAX_URL_CHARS),
            regex(pattern = r"^/?[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$")
        )
    )]
    String,
);

impl AssetPath {
    /// The path as text, beginning with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(at: &At<'_>, want: &str, problems: &mut Problems) -> Option<AssetPath> {
        let text = at.text(want, MAX_URL_CHARS, problems)?;
        AssetPath::new(text)
            .map_err(|why| at.invalid(format!("{} {why}: write {want}", quoted(text)), problems))
            .ok()
    }

    pub(super) fn new(text: &str) -> Result<AssetPath, &'static str> {
        on_own_origin(text)?;
        let path = text.split_once('?').map_or(text, |(path, _)| path);
        if text.contains('#') {
            Err("has a fragment")
        } else if !text.bytes().all(is_url_byte) || !escapes_are_whole(text) {
            Err("has characters that a URL writes as %-escapes")
        } else if path.trim_matches('/').is_empty() {
            Err("names no file")
        } else if path.split('/').any(is_dot_segment) {
            Err("has a . or .. in it")
        } else if path
            .split('/')
            .next()
            .is_some_and(|first| first.contains(':'))
        {
            Err("reads as a scheme")
        } else {
            Ok(AssetPath(format!("/{}", text.trim_start_matches('/'))))
        }
    }
}

impl fmt::Display for AssetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `pchar`, `/` and `?` of RFC 3986 §3.3 and §3.4.
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/?".contains(&byte)
}

fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes();
        digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

/// URL parsers resolve these, escaped or not.
fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}
