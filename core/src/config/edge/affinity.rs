//! Where requests say which node has their session.

use crate::cdn::affinity::Stickiness;
use crate::config::{
    limits::MAX_TEXT_CHARS,
    problem::{ProblemCode::MissingField, Problems},
    reader::{At, Object},
    wording::{is_token, quoted},
};

/// What an upstream's stickiness reads, the query first, then the field, then
/// the cookie. The first that names an endpoint's `node` decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affinity {
    /// A cookie, such as `gcbSessionServer`.
    pub cookie: Option<Box<str>>,
    /// A query parameter, such as `co-browse-node-id`.
    pub query: Option<Box<str>>,
    /// A request field.
    pub header: Option<Box<str>>,
    /// What becomes of a request whose endpoint can't serve it.
    pub mode: Stickiness,
}

const MODES: &[(&str, Stickiness)] = &[
    ("owner", Stickiness::Owner),
    ("prefer", Stickiness::Prefer),
    ("strict", Stickiness::Strict),
];

impl Affinity {
    pub(super) const FIELDS: &'static [&'static str] = &["cookie", "query", "header", "mode"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Affinity> {
        let want = "an object such as {\"cookie\": \"gcbSessionServer\"}";
        let object = at.strict_object(want, Self::FIELDS, problems)?;
        let name = |field: &str, problems: &mut Problems| read_name(&object, field, problems);
        let (cookie, query, header) = (
            name("cookie", problems),
            name("query", problems),
            name("header", problems),
        );
        let sources = ["cookie", "query", "header"];
        if sources.iter().all(|source| object.get(source).is_none()) {
            let message = "reads nothing: write `cookie`, `query` or `header`";
            problems.add(&at.path, MissingField, message);
        }
        Some(Affinity {
            cookie,
            query,
            header,
            mode: object
                .get("mode")
                .and_then(|at| at.choice(MODES, problems))
                .unwrap_or_default(),
        })
    }
}

fn read_name(object: &Object<'_>, field: &str, problems: &mut Problems) -> Option<Box<str>> {
    let at = object.get(field)?;
    let want = "a name such as \"gcbSessionServer\"";
    let text = at.text(want, MAX_TEXT_CHARS, problems)?;
    // RFC 6265 §4.1.1 takes it for cookies as well.
    if is_token(text) {
        return Some(text.into());
    }
    let text = quoted(text);
    at.invalid(
        format!("{text} has characters that no name has: write {want}"),
        problems,
    );
    None
}
