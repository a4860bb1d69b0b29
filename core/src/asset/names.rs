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
    if matches!(
        name.kind,
        Kind::Font | Kind::Media | Kind::Archive | Kind::Unknown
    ) || name.map
    {
        return None;
    }
    let json = name.extension.eq_ignore_ascii_case(b"json");
    if json && is_sprockets_manifest(name) {
        return Some(Class::Manifest);
    }
    let class = known(name.stem)?;
    let fits = match class {
        Class::HealthCheck => matches!(name.kind, Kind::Page | Kind::Data),
        Class::FallbackPage => name.kind == Kind::Page,
        Class::ServiceWorker => name.kind == Kind::Code,
        Class::Manifest => json,
        _ => name.kind != Kind::Page || name.extension.is_empty(),
    };
    fits.then_some(class)
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

/// Whether it is the manifest of Sprockets, whose name carries a random number
/// that says nothing of its content.
pub(super) fn is_sprockets_manifest(name: &Name<'_>) -> bool {
    name.stem.starts_with(b".sprockets-manifest-")
}

/// The role that a name has, in a file of a kind that fits, by its first letter.
fn known(stem: &[u8]) -> Option<Class> {
    use Class::{Configuration, FallbackPage, HealthCheck, Manifest, ServiceWorker};
    let names: &[(&str, Class)] = match stem.first()?.to_ascii_lowercase() {
        b'a' => &[
            ("app-config", Configuration),
            ("appsettings", Configuration),
            ("asset-manifest", Manifest),
        ],
        b'b' => &[("build-manifest", Manifest)],
        b'c' => &[("config", Configuration), ("configuration", Configuration)],
        b'e' => &[
            ("entrypoints", Manifest),
            ("env", Configuration),
            ("env-config", Configuration),
        ],
        b'f' => &[
            ("fallback", FallbackPage),
            ("firebase-messaging-sw", ServiceWorker),
        ],
        b'h' => &[
            ("health", HealthCheck),
            ("healthz", HealthCheck),
            ("healthcheck", HealthCheck),
            ("health-check", HealthCheck),
            ("health_check", HealthCheck),
        ],
        b'i' => &[("importmap", Manifest)],
        b'l' => &[("livez", HealthCheck)],
        b'm' => &[
            ("maintenance", FallbackPage),
            ("manifest", Manifest),
            ("mix-manifest", Manifest),
        ],
        b'n' => &[("ngsw", Manifest), ("ngsw-worker", ServiceWorker)],
        b'o' => &[
            ("offline", FallbackPage),
            ("OneSignalSDKWorker", ServiceWorker),
        ],
        b'r' => &[
            ("readyz", HealthCheck),
            ("rev-manifest", Manifest),
            ("runtime-config", Configuration),
        ],
        b's' => &[
            ("sw", ServiceWorker),
            ("service-worker", ServiceWorker),
            ("service_worker", ServiceWorker),
            ("serviceworker", ServiceWorker),
            ("safety-worker", ServiceWorker),
            ("settings", Configuration),
            ("support-fallback", FallbackPage),
        ],
        _ => return None,
    };
    names
        .iter()
        .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(stem))
        .map(|(_, class)| *class)
}
