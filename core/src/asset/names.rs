//! What a file's name says it is.

use crate::types::Reason;

use super::Class;

/// The reason of a class that a name alone decides.
pub(super) const fn reason(class: Class) -> Reason {
    match class {
        Class::EntryPoint => Reason::ScriptOrStyle,
        Class::Configuration => Reason::ConfigurationName,
        Class::Document => Reason::DocumentName,
        Class::ServiceWorker => Reason::ServiceWorkerName,
        Class::Manifest => Reason::ManifestName,
        Class::SourceMap => Reason::SourceMapName,
        Class::HealthCheck => Reason::HealthCheckName,
        Class::FallbackPage => Reason::FallbackPageName,
        Class::Fingerprinted | Class::Versioned | Class::MovingTag | Class::Other => {
            Reason::NoVersion
        }
    }
}

/// The class of a file of this name.
pub(super) fn class(name: &[u8]) -> Class {
    let (stem, extension) = match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) => (&name[..dot], &name[dot + 1..]),
        None => (name, &b""[..]),
    };
    let is = |names: &[&str]| {
        let same = |known: &&str| known.as_bytes().eq_ignore_ascii_case(stem);
        names.iter().any(same)
    };
    let ends = |extensions: &[&str]| {
        let same = |known: &&str| known.as_bytes().eq_ignore_ascii_case(extension);
        extensions.iter().any(same)
    };
    let script = ends(&["js", "mjs", "cjs"]);
    let page = ends(&["", "html", "htm", "xhtml"]);
    let data = ends(&["json", "json5", "yaml", "yml", "toml", "txt"]);
    if (page || data) && is(HEALTH_CHECKS) {
        Class::HealthCheck
    } else if page && is(FALLBACK_PAGES) {
        Class::FallbackPage
    } else if script && is(SERVICE_WORKERS) {
        Class::ServiceWorker
    } else if ends(&["webmanifest", "appcache"]) || ends(&["json"]) && is(MANIFESTS) {
        Class::Manifest
    } else if ends(&["map"]) {
        Class::SourceMap
    } else if (data || script || extension.is_empty()) && is(CONFIGURATIONS) {
        Class::Configuration
    } else if page || ends(&["php", "asp", "aspx", "jsp"]) {
        Class::Document
    } else if script || ends(&["css", "wasm"]) {
        Class::EntryPoint
    } else {
        Class::Other
    }
}

const HEALTH_CHECKS: &[&str] = &[
    "health",
    "healthz",
    "healthcheck",
    "health-check",
    "health_check",
    "livez",
    "readyz",
];

const FALLBACK_PAGES: &[&str] = &["fallback", "offline", "support-fallback", "maintenance"];

const SERVICE_WORKERS: &[&str] = &[
    "sw",
    "service-worker",
    "service_worker",
    "serviceworker",
    "ngsw-worker",
    "firebase-messaging-sw",
    "OneSignalSDKWorker",
];

const MANIFESTS: &[&str] = &["manifest", "asset-manifest", "ngsw", "importmap"];

const CONFIGURATIONS: &[&str] = &["config", "configuration", "settings", "appsettings", "env"];
