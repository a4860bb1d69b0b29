//! URLs: of endpoints, and of what the page itself asks for.

use serde::Serialize;
use url::Url;

use super::{
    limits::MAX_URL_CHARS,
    problem::{
        ProblemCode::{Insecure, InvalidValue},
        Problems,
    },
    reader::At,
    wording::quoted,
};

/// An absolute `https` (or `http`) URL, or a path such as `/status.json` on the
/// page's own origin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct PageUrl(
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = MAX_URL_CHARS), regex(pattern = r"^(https?://|/([^/]|$))"))
    )]
    String,
);

impl PageUrl {
    /// The URL as text, to be resolved against the page's own.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<PageUrl> {
        let want = "an https URL, or a path of the page's own origin such as \"/status.json\"";
        let text = at.text(want, MAX_URL_CHARS, problems)?;
        if !text.starts_with('/') {
            let url = absolute(at, text, want, problems)?;
            return Some(PageUrl(url.into()));
        }
        match on_own_origin(text) {
            Ok(()) => return Some(PageUrl(text.to_owned())),
            Err(why) => at.invalid(format!("{} {why}: write {want}", quoted(text)), problems),
        }
        None
    }
}

/// The URL of an endpoint: nothing after the path, as assets' paths are put
/// there.
pub(super) fn read_base(at: &At<'_>, problems: &mut Problems) -> Option<Url> {
    let want = "one such as \"https://cdn1.example.com\"";
    let text = at.text(want, MAX_URL_CHARS, problems)?;
    let url = absolute(at, text, want, problems)?;
    let superfluous = match (url.query(), url.fragment()) {
        (Some(_), _) => "query",
        (_, Some(_)) => "fragment",
        _ => return Some(url),
    };
    let text = quoted(text);
    at.invalid(
        format!("{text} has a {superfluous}, where assets' paths go: write {want}"),
        problems,
    );
    None
}

/// An http or https URL without credentials, for pages: https ones skip http.
pub(super) fn absolute(
    at: &At<'_>,
    text: &str,
    want: &str,
    problems: &mut Problems,
) -> Option<Url> {
    let url = of_web(at, text, want, "which every visitor could read", problems)?;
    if url.scheme() == "http" {
        problems.add(
            &at.path,
            Insecure,
            "is an http URL, which https pages skip: write https://",
        );
    }
    Some(url)
}

/// An http or https URL without credentials; `leak` says why they are refused.
pub(super) fn of_web(
    at: &At<'_>,
    text: &str,
    want: &str,
    leak: &str,
    problems: &mut Problems,
) -> Option<Url> {
    let why = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => "is not an absolute URL".to_owned(),
        Err(error) => format!("is not a URL ({error})"),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("has the scheme {}", quoted(url.scheme()))
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            // Not repeated in the message: it would end up in logs.
            problems.add(
                &at.path,
                InvalidValue,
                format!("has a user name or password, {leak}: write {want}"),
            );
            return None;
        }
        Ok(url) => return Some(url),
    };
    at.invalid(format!("{} {why}: write {want}", quoted(text)), problems);
    None
}

/// Whether a path stays on the origin that it is put on. Browsers read
/// backslashes as slashes, and leave out tabs and line ends.
pub(super) fn on_own_origin(path: &str) -> Result<(), &'static str> {
    if path.starts_with("//") {
        Err("names another origin")
    } else if path.contains('\\') {
        Err("has a backslash")
    } else if path.contains(|char: char| char.is_whitespace() || char.is_control()) {
        Err("has white space")
    } else {
        Ok(())
    }
}
