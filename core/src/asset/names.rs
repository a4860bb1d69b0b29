//! What a file's name says it is.

use crate::types::Reason;

use super::Class;
use super::extension::{Kind, Name};

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

/// The class of a file with this name, if its name is one that has a role of
/// its own.
pub(super) fn role(name: &Name<'_>) -> Option<Class> {
    let is = |names: &[&str]| {
        names
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(name.stem))
    };
    match name.kind {
        Kind::Page if is(HEALTH_CHECKS) => Some(Class::HealthCheck),
        Kind::Page if is(FALLBACK_PAGES) => Some(Class::FallbackPage),
        Kind::Page if name.extension.is_empty() && is(CONFIGURATIONS) => Some(Class::Configuration),
        Kind::Data if is(HEALTH_CHECKS) => Some(Class::HealthCheck),
        Kind::Data if is_manifest(name) => Some(Class::Manifest),
        Kind::Data if is(CONFIGURATIONS) => Some(Class::Configuration),
        Kind::Code if name.map => None,
        Kind::Code if is(SERVICE_WORKERS) => Some(Class::ServiceWorker),
        Kind::Code if is(CONFIGURATIONS) => Some(Class::Configuration),
        _ => None,
    }
}

/// The class of a file without a role, by its kind.
pub(super) fn by_kind(name: &Name<'_>) -> Class {
    match name.kind {
        _ if name.map => Class::SourceMap,
        Kind::Page => Class::Document,
        Kind::Code => Class::EntryPoint,
        Kind::Unknown if matches!(name.extension, b"webmanifest" | b"appcache") => Class::Manifest,
        Kind::Font | Kind::Media | Kind::Data | Kind::Archive | Kind::Unknown => Class::Other,
    }
}

fn is_manifest(name: &Name<'_>) -> bool {
    name.extension.eq_ignore_ascii_case(b"json")
        && (is_sprockets_manifest(name)
            || MANIFESTS
                .iter()
                .any(|known| known.as_bytes().eq_ignore_ascii_case(name.stem)))
}

/// Whether it is the manifest of Sprockets, whose name carries a random number
/// that says nothing of its content.
pub(super) fn is_sprockets_manifest(name: &Name<'_>) -> bool {
    name.stem.starts_with(b".sprockets-manifest-")
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
    "safety-worker",
    "firebase-messaging-sw",
    "OneSignalSDKWorker",
];

const MANIFESTS: &[&str] = &[
    "manifest",
    "asset-manifest",
    "build-manifest",
    "rev-manifest",
    "mix-manifest",
    "ngsw",
    "importmap",
    "entrypoints",
];

const CONFIGURATIONS: &[&str] = &[
    "config",
    "configuration",
    "settings",
    "appsettings",
    "env",
    "env-config",
    "runtime-config",
    "app-config",
];
