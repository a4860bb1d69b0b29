//! Reads the document, field by field, and collects all that is wrong.

use serde_json::Value;

use super::{
    asset_list,
    document::{Config, Parsed, default_consent, default_timeout, default_total_timeout},
    endpoint,
    fallback::Fallback,
    hedge::Hedge,
    limits::{self, MAX_DOCUMENT_BYTES, MAX_REGIONS, MAX_STUBS, MAX_TEXT_CHARS},
    memory::Memory,
    name::{GlobalName, Label},
    problem::{
        ProblemCode::{NoEndpoint, Syntax, TooLarge},
        Problems,
    },
    reader::{At, Object},
    refresh_source::RefreshSource,
    report::ReportTarget,
    surge::{Session, Surge},
    validate::validate,
    wording::quoted,
};

pub(super) const FIELDS: &[&str] = &[
    "$schema",
    "version",
    "asset",
    "assets",
    "endpoints",
    "integrity",
    "crossOrigin",
    "type",
    "nonce",
    "ready",
    "readyTimeoutMs",
    "init",
    "timeoutMs",
    "totalTimeoutMs",
    "hedgeMs",
    "visitorRegion",
    "allowedRegions",
    "memory",
    "refresh",
    "surge",
    "stub",
    "session",
    "fallback",
    "report",
    "consent",
    "debug",
    // Servers' own sections, which `config::edge` and `config::delivery` read
    // and no page is given.
    "edge",
    "classes",
    "delivery",
];

pub(super) fn text(text: &str) -> Result<Value, Problems> {
    let mut problems = Problems::default();
    if text.len() > MAX_DOCUMENT_BYTES {
        let message = format!(
            "the document has {} bytes: at most {MAX_DOCUMENT_BYTES} are read",
            text.len()
        );
        problems.add("", TooLarge, message);
        return Err(problems);
    }
    serde_json::from_str(text).map_err(|error| {
        let message = format!(
            "not JSON, {error}: write names and strings in double quotes, \
             no comment, no comma before a closing bracket"
        );
        problems.add("", Syntax, message);
        problems
    })
}

pub(super) fn config(value: &Value) -> Result<Parsed, Problems> {
    let mut problems = Problems::default();
    match read(&At::root(value), &mut problems) {
        Some(config) if !problems.has_errors() => Ok(Parsed {
            config,
            warnings: problems.into_kept(),
        }),
        _ => Err(problems),
    }
}

fn read(root: &At<'_>, problems: &mut Problems) -> Option<Config> {
    let object = root.object(
        "an object, {\"asset\": …, \"endpoints\": […]}",
        FIELDS,
        problems,
    )?;
    read_page(&object, problems)
}

/// Reads what is a page's.
pub(super) fn read_page(object: &Object<'_>, problems: &mut Problems) -> Option<Config> {
    let endpoints = object
        .required(
            "endpoints",
            "an array such as [{\"id\": \"cdn1\", \"url\": \"https://cdn1.example.com\"}]",
            problems,
        )
        .map(|at| endpoint::read_all(&at, problems))
        .unwrap_or_default();
    let region = "a short name such as \"eu\"";
    let config = Config {
        version: object
            .integer("version", limits::VERSION, problems)
            .unwrap_or(0),
        assets: asset_list::read(object, &endpoints, problems),
        endpoints,
        nonce: object.get("nonce").and_then(|at| nonce(&at, problems)),
        ready: object
            .get("ready")
            .and_then(|at| GlobalName::read(&at, problems)),
        ready_timeout_ms: object
            .integer("readyTimeoutMs", limits::READY_TIMEOUT_MS, problems)
            .unwrap_or(0),
        init: object
            .get("init")
            .and_then(|at| GlobalName::read(&at, problems)),
        timeout_ms: object
            .integer("timeoutMs", limits::TIMEOUT_MS, problems)
            .unwrap_or_else(default_timeout),
        total_timeout_ms: object
            .integer("totalTimeoutMs", limits::TOTAL_TIMEOUT_MS, problems)
            .unwrap_or_else(default_total_timeout),
        hedge_ms: object
            .get("hedgeMs")
            .and_then(|at| Hedge::read(&at, problems))
            .unwrap_or_default(),
        visitor_region: object
            .get("visitorRegion")
            .and_then(|at| Label::read(&at, region, problems)),
        allowed_regions: object
            .get("allowedRegions")
            .and_then(|at| regions(&at, problems)),
        memory: object
            .get("memory")
            .and_then(|at| Memory::read(&at, problems))
            .unwrap_or_default(),
        refresh: object
            .get("refresh")
            .and_then(|at| RefreshSource::read(&at, problems)),
        surge: object
            .get("surge")
            .and_then(|at| Surge::read(&at, problems))
            .unwrap_or_default(),
        stub: object
            .get("stub")
            .map(|at| stub(&at, problems))
            .unwrap_or_default(),
        session: object
            .get("session")
            .and_then(|at| Session::read(&at, problems)),
        fallback: object
            .get("fallback")
            .and_then(|at| Fallback::read(&at, problems)),
        report: object
            .get("report")
            .and_then(|at| ReportTarget::read(&at, problems)),
        consent: object
            .boolean("consent", problems)
            .unwrap_or_else(default_consent),
        debug: object.boolean("debug", problems).unwrap_or(false),
    };
    validate(&config, problems);
    Some(config)
}

/// The fence. An empty one leaves nothing, so it is an error; it must never
/// read as "no fence".
pub(super) fn regions(at: &At<'_>, problems: &mut Problems) -> Option<Vec<Label>> {
    let want = "an array of regions such as [\"eu\"]";
    let items = at.items(want, MAX_REGIONS, problems)?;
    if items.is_empty() {
        let message = format!("allows no region: write {want}, or leave it out for all");
        problems.add(&at.path, NoEndpoint, message);
        return None;
    }
    let mut regions: Vec<Label> = Vec::with_capacity(items.len());
    for item in items {
        match Label::read(&item, "a short name such as \"eu\"", problems) {
            Some(region) if !regions.contains(&region) => regions.push(region),
            _ => {}
        }
    }
    Some(regions)
}

fn stub(at: &At<'_>, problems: &mut Problems) -> Vec<GlobalName> {
    at.items(
        "an array of globals such as [\"purecloud\"]",
        MAX_STUBS,
        problems,
    )
    .unwrap_or_default()
    .iter()
    .filter_map(|item| GlobalName::read(item, problems))
    .collect()
}

/// CSP's `base64-value`.
fn nonce(at: &At<'_>, problems: &mut Problems) -> Option<String> {
    let want = "the value of the page's CSP nonce, without 'nonce-' and quotes";
    let text = at.text(want, MAX_TEXT_CHARS, problems)?;
    let data = text
        .strip_suffix("==")
        .or(text.strip_suffix('='))
        .unwrap_or(text);
    let sound = !data.is_empty()
        && data
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte));
    if !sound {
        at.invalid(
            format!("{} is no nonce: write {want}", quoted(text)),
            problems,
        );
    }
    sound.then(|| text.to_owned())
}
