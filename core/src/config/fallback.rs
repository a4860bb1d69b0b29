//! What stands in for the assets.

use serde::Serialize;

use super::{
    address::PageUrl,
    limits::{MAX_HTML_CHARS, MAX_TEXT_CHARS},
    problem::{
        ProblemCode::{Conflict, MissingField},
        Problems,
    },
    reader::At,
};

/// What visitors get where the assets do not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fallback {
    /// Markup that stands in the document itself.
    Html {
        /// The markup.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_HTML_CHARS)))]
        html: String,
        /// The CSS selector of the element that receives it; the end of the
        /// body where not given.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TEXT_CHARS)))]
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
    /// A page of its own.
    Url {
        /// Its URL.
        url: PageUrl,
        /// The CSS selector of the element that receives it; the end of the
        /// body where not given.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TEXT_CHARS)))]
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
}

impl Fallback {
    const FIELDS: &'static [&'static str] = &["html", "url", "target"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Fallback> {
        let want =
            "an object such as {\"html\": \"<p>Call us.</p>\"} or {\"url\": \"/chat-closed.html\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
        let target = object.get("target").and_then(|at| {
            at.text("a CSS selector such as \"#chat\"", MAX_TEXT_CHARS, problems)
                .map(str::to_owned)
        });
        match (object.get("html"), object.get("url")) {
            (Some(html), None) => {
                let html = html
                    .text("the markup to show", MAX_HTML_CHARS, problems)?
                    .to_owned();
                Some(Fallback::Html { html, target })
            }
            (None, Some(url)) => {
                let url = PageUrl::read(&url, problems)?;
                Some(Fallback::Url { url, target })
            }
            (None, None) => {
                let message = format!("has nothing to show: write {want}");
                problems.add(&at.path, MissingField, message);
                None
            }
            (Some(_), Some(_)) => {
                let message = "has both `html` and `url`: leave one of them out";
                problems.add(&at.path, Conflict, message);
                None
            }
        }
    }
}
