//! Reads `asset` or `assets`, with the fields that speak for all of them.

use serde::Serialize;
use url::Url;

use super::{
    address,
    asset::{Asset, AssetPath, AssetType, CrossOrigin},
    endpoint::Endpoint,
    integrity::Integrity,
    limits::{self, MAX_ASSETS},
    problem::{
        ProblemCode::{Conflict, MissingField},
        Problems,
    },
    reader::{At, Object},
};

const WANT: &str = "a path such as \"/webmessaging/loader.js\"";

/// What a script is, where neither its own `type` nor its path says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) enum ScriptType {
    /// A classic script.
    #[default]
    Classic,
    /// A JavaScript module.
    Module,
}

impl ScriptType {
    const WORDS: &'static [(&'static str, ScriptType)] = &[
        ("classic", ScriptType::Classic),
        ("module", ScriptType::Module),
    ];
}

/// An entry of the document, as far as it could be read.
struct Draft {
    path: String,
    source: Option<Source>,
    r#type: Option<AssetType>,
    integrity: Option<Integrity>,
    cross_origin: Option<CrossOrigin>,
    bytes: Option<u32>,
}

enum Source {
    Path(AssetPath),
    /// At one of the endpoints; stands at this path of the document.
    Url(Url, String),
}

/// Reads all assets. Where some are broken the list is shorter than the
/// document's.
pub(super) fn read(
    document: &Object<'_>,
    endpoints: &[Endpoint],
    problems: &mut Problems,
) -> Vec<Asset> {
    let integrity = document
        .get("integrity")
        .and_then(|at| Integrity::read(&at, problems));
    let cross_origin = document
        .get("crossOrigin")
        .and_then(|at| at.choice(CrossOrigin::WORDS, problems));
    let script = document
        .get("type")
        .and_then(|at| at.choice(ScriptType::WORDS, problems))
        .unwrap_or_default();
    let drafts = drafts(document, problems);
    if integrity.is_some() && drafts.len() > 1 {
        let message = "cannot be right for several assets: write it in each of `assets`";
        problems.add("integrity", Conflict, message);
    }
    let mut assets: Vec<Asset> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let at = draft.path;
        let Some(path) = draft
            .source
            .and_then(|source| source.resolve(endpoints, problems))
        else {
            continue;
        };
        if assets.iter().any(|other| other.path == path) {
            let message =
                format!("{path} is in the list already: an asset runs once, leave this out");
            problems.add(&at, Conflict, message);
        }
        let r#type = draft
            .r#type
            .or_else(|| AssetType::of_path(&path))
            .unwrap_or(match script {
                ScriptType::Classic => AssetType::Script,
                ScriptType::Module => AssetType::Module,
            });
        let integrity = draft.integrity.or_else(|| integrity.clone());
        let needs_cors = integrity.is_some() || r#type == AssetType::Module;
        assets.push(Asset {
            path,
            r#type,
            integrity,
            cross_origin: draft
                .cross_origin
                .or(cross_origin)
                .or(needs_cors.then_some(CrossOrigin::Anonymous)),
            bytes: draft.bytes,
        });
    }
    assets
}

fn drafts(document: &Object<'_>, problems: &mut Problems) -> Vec<Draft> {
    match (document.get("asset"), document.get("assets")) {
        (None, None) => {
            let message = format!("is missing: write {WANT}, or several paths in `assets`");
            problems.add("asset", MissingField, message);
            Vec::new()
        }
        (Some(asset), None) => Draft::read(&asset, problems).into_iter().collect(),
        (None, Some(assets)) => {
            let want = "an array of paths such as [\"/widget.css\", \"/widget.js\"]";
            let items = assets.items(want, MAX_ASSETS, problems).unwrap_or_default();
            if items.is_empty() && assets.value.is_array() {
                problems.add(
                    &assets.path,
                    MissingField,
                    format!("is empty: write {want}"),
                );
            }
            items
                .iter()
                .filter_map(|item| Draft::read(item, problems))
                .collect()
        }
        (Some(_), Some(_)) => {
            problems.add(
                "asset",
                Conflict,
                "stands beside `assets`: move it into that list",
            );
            Vec::new()
        }
    }
}

impl Draft {
    const FIELDS: &'static [&'static str] =
        &["path", "url", "type", "integrity", "crossOrigin", "bytes"];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Draft> {
        if at.value.is_string() {
            return Some(Draft {
                path: at.path.clone(),
                source: Source::read(at, problems),
                r#type: None,
                integrity: None,
                cross_origin: None,
                bytes: None,
            });
        }
        let want = "a path such as \"/loader.js\", or an object such as {\"path\": \"/loader.js\"}";
        let object = at.object(want, Self::FIELDS, problems)?;
        let source = match (object.get("path"), object.get("url")) {
            (Some(path), None) => AssetPath::read(&path, WANT, problems).map(Source::Path),
            (None, Some(url)) => Source::read(&url, problems),
            (None, None) => {
                object.required("path", WANT, problems);
                None
            }
            (Some(_), Some(url)) => {
                problems.add(
                    &url.path,
                    Conflict,
                    "stands beside `path`: leave one of them out",
                );
                None
            }
        };
        Some(Draft {
            path: at.path.clone(),
            source,
            r#type: object
                .get("type")
                .and_then(|at| at.choice(AssetType::WORDS, problems)),
            integrity: object
                .get("integrity")
                .and_then(|at| Integrity::read(&at, problems)),
            cross_origin: object
                .get("crossOrigin")
                .and_then(|at| at.choice(CrossOrigin::WORDS, problems)),
            bytes: object.integer("bytes", limits::ASSET_BYTES, problems),
        })
    }
}

impl Source {
    /// A path, or a URL.
    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Source> {
        match at.value.as_str() {
            Some(text) if text.contains("://") => {
                let url = at.text(WANT, limits::MAX_URL_CHARS, problems)?;
                let url = address::absolute(at, url, WANT, problems)?;
                Some(Source::Url(url, at.path.clone()))
            }
            _ => AssetPath::read(at, WANT, problems).map(Source::Path),
        }
    }

    /// The path behind the endpoint whose URL this is. A URL elsewhere could
    /// neither fail over nor be held to the fence.
    fn resolve(self, endpoints: &[Endpoint], problems: &mut Problems) -> Option<AssetPath> {
        let (url, at) = match self {
            Source::Path(path) => return Some(path),
            Source::Url(url, at) => (url, at),
        };
        let rest = endpoints.iter().find_map(|endpoint| {
            let base = endpoint.url.as_str().trim_end_matches('/');
            let rest = url.as_str().strip_prefix(base)?;
            rest.starts_with('/').then_some(rest)
        });
        let path = rest.map(AssetPath::new);
        let why = match path {
            Some(Ok(path)) => return Some(path),
            Some(Err(why)) => why,
            None if problems.has_errors_in(&["endpoints"]) => return None,
            None => "is at none of the endpoints",
        };
        let message = format!("{why}: write {WANT}, and hosts as `endpoints`");
        problems.add(&at, super::problem::ProblemCode::InvalidValue, message);
        None
    }
}
