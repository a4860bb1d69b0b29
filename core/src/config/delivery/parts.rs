//! Parts of a profile that are objects of their own, or `false`.

use super::profile::on;
use crate::config::{
    limits::{CORS_MAX_AGE_S, HSTS_MAX_AGE_S, MAX_LIST, MAX_TEXT_CHARS, MIN_BYTES},
    problem::Problems,
    reader::At,
    wording::quoted,
};
use crate::delivery::{Coding, Compression, Cors, Hsts, OriginPattern, TagField, Tags};

pub(in crate::config) const CORS_FIELDS: &[&str] = &[
    "origins",
    "credentials",
    "methods",
    "requestHeaders",
    "expose",
    "maxAgeSeconds",
    "privateNetwork",
];
pub(in crate::config) const HSTS_FIELDS: &[&str] =
    &["maxAgeSeconds", "includeSubDomains", "preload"];
pub(in crate::config) const TAGS_FIELDS: &[&str] = &["fields", "keys"];
pub(in crate::config) const COMPRESSION_FIELDS: &[&str] = &["codings", "minBytes"];

/// The strings of an array, each with its place.
pub(super) fn texts<'v>(
    at: &At<'v>,
    want: &str,
    max_chars: usize,
    problems: &mut Problems,
) -> Vec<(At<'v>, &'v str)> {
    let items = at.items(
        &format!("an array of texts, each {want}"),
        MAX_LIST,
        problems,
    );
    items
        .unwrap_or_default()
        .into_iter()
        .filter_map(|item| {
            let text = item.text(want, max_chars, problems)?;
            Some((item, text))
        })
        .collect()
}

/// As [`texts`], without their places.
pub(super) fn names(at: &At<'_>, want: &str, problems: &mut Problems) -> Vec<String> {
    let texts = texts(at, want, MAX_TEXT_CHARS, problems);
    texts.iter().map(|(_, text)| (*text).to_owned()).collect()
}

/// Reads `cors` over what is in force without it. Without the origins there is
/// nothing to inherit, so they are asked for.
pub(super) fn cors(at: &At<'_>, base: Option<&Cors>, problems: &mut Problems) -> Option<Cors> {
    const WANT: &str = "an object such as {\"origins\": [\"https://www.example.com\"]}, or false";
    let object = on(at)?.strict_object(WANT, CORS_FIELDS, problems)?;
    let mut cors = base.cloned().unwrap_or_default();
    let want = "an origin such as \"https://www.example.com\" or \"https://*.example.com\"";
    let origins = match base {
        Some(_) => object.get("origins"),
        None => object.required("origins", &format!("an array with {want}"), problems),
    };
    if let Some(at) = origins {
        cors.origins = texts(&at, want, MAX_TEXT_CHARS, problems)
            .iter()
            .filter_map(|(at, text)| origin(at, text, want, problems))
            .collect();
    }
    for (name, want, list) in [
        ("methods", "a method such as \"GET\"", &mut cors.methods),
        (
            "requestHeaders",
            "a field name such as \"range\"",
            &mut cors.request_headers,
        ),
        ("expose", "a field name such as \"etag\"", &mut cors.expose),
    ] {
        if let Some(at) = object.get(name) {
            *list = names(&at, want, problems);
        }
    }
    let flag = |name, problems: &mut Problems| object.boolean(name, problems);
    cors.credentials = flag("credentials", problems).unwrap_or(cors.credentials);
    cors.private_network = flag("privateNetwork", problems).unwrap_or(cors.private_network);
    cors.max_age_secs = object
        .integer("maxAgeSeconds", CORS_MAX_AGE_S, problems)
        .unwrap_or(cors.max_age_secs);
    Some(cors)
}

fn origin(at: &At<'_>, text: &str, want: &str, problems: &mut Problems) -> Option<OriginPattern> {
    match text.parse() {
        Ok(origin) => Some(origin),
        Err(error) => {
            let text = quoted(text);
            at.invalid(format!("{text} {error}: write {want}"), problems);
            None
        }
    }
}

pub(super) fn hsts(at: &At<'_>, base: Option<Hsts>, problems: &mut Problems) -> Option<Hsts> {
    const WANT: &str = "an object such as {\"maxAgeSeconds\": 31536000}, or false";
    let object = on(at)?.strict_object(WANT, HSTS_FIELDS, problems)?;
    let mut hsts = base.unwrap_or_default();
    hsts.max_age_secs = object
        .integer("maxAgeSeconds", HSTS_MAX_AGE_S, problems)
        .unwrap_or(hsts.max_age_secs);
    hsts.include_sub_domains = object
        .boolean("includeSubDomains", problems)
        .unwrap_or(hsts.include_sub_domains);
    hsts.preload = object.boolean("preload", problems).unwrap_or(hsts.preload);
    Some(hsts)
}

pub(super) fn tags(at: &At<'_>, mut tags: Tags, problems: &mut Problems) -> Option<Tags> {
    const FIELDS: &[(&str, TagField)] = &[
        ("surrogate-key", TagField::SurrogateKey),
        ("cache-tag", TagField::CacheTag),
        ("edge-cache-tag", TagField::EdgeCacheTag),
    ];
    let want = "an object such as {\"keys\": [\"widget\"]}";
    let object = at.strict_object(want, TAGS_FIELDS, problems)?;
    if let Some(at) = object.get("fields") {
        let items = at.items(
            "an array such as [\"surrogate-key\"]",
            FIELDS.len(),
            problems,
        )?;
        tags.fields = items
            .iter()
            .filter_map(|item| item.choice(FIELDS, problems))
            .collect();
    }
    if let Some(at) = object.get("keys") {
        tags.keys = names(&at, "a key such as \"widget\"", problems);
    }
    Some(tags)
}

pub(super) fn compression(
    at: &At<'_>,
    mut compression: Compression,
    problems: &mut Problems,
) -> Option<Compression> {
    const CODINGS: &[(&str, Coding)] = &[
        ("br", Coding::Brotli),
        ("zstd", Coding::Zstd),
        ("gzip", Coding::Gzip),
    ];
    let Some(at) = on(at) else {
        return Some(Compression::off());
    };
    let want = "an object such as {\"codings\": [\"br\", \"gzip\"]}, or false";
    let object = at.strict_object(want, COMPRESSION_FIELDS, problems)?;
    if let Some(at) = object.get("codings") {
        let items = at.items(
            "an array such as [\"br\", \"gzip\"]",
            CODINGS.len(),
            problems,
        )?;
        compression.codings = items
            .iter()
            .filter_map(|item| item.choice(CODINGS, problems))
            .collect();
    }
    compression.min_bytes = object
        .integer("minBytes", MIN_BYTES, problems)
        .unwrap_or(compression.min_bytes);
    Some(compression)
}
