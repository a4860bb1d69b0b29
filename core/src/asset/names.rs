//! What a file's name says it is.

use crate::types::Reason;

use super::Class;
use super::extension::{Kind, Name};

/// The reason of a class that a name alone decides.
#[inline]
pub(super) fn reason(class: Class) -> Reason {
    REASONS[usize::from(class.code())]
}

/// By the number of the class: a table, since nobody can guess the next class.
static REASONS: [Reason; Class::ALL.len() + 1] = {
    let mut reasons = [Reason::NoVersion; Class::ALL.len() + 1];
    let mut index = 0;
    while index < Class::ALL.len() {
        let class = Class::ALL[index];
        reasons[class.code() as usize] = match class {
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
        };
        index += 1;
    }
    reasons
};

/// The class of a file with this name, if its name is one that has a role of
/// its own.
pub(super) fn role(name: &Name<'_>) -> Option<Class> {
    // Before the kind, since hardly any name is known.
    let class = match known(name.stem) {
        Some(class) => class,
        None if is_sprockets_manifest(name) => Class::Manifest,
        None => return None,
    };
    let json = || name.extension.eq_ignore_ascii_case(b"json");
    let fits = match (class, name.kind) {
        _ if name.map => false,
        (_, Kind::Font | Kind::Media | Kind::Archive | Kind::Unknown) => false,
        (Class::HealthCheck, kind) => matches!(kind, Kind::Page | Kind::Data),
        (Class::FallbackPage, kind) => kind == Kind::Page,
        (Class::ServiceWorker, kind) => kind == Kind::Code,
        (Class::Manifest, _) => json(),
        (_, kind) => kind != Kind::Page || name.extension.is_empty(),
    };
    fits.then_some(class)
}

/// The class of a file without a role, by its kind.
#[inline]
pub(super) fn by_kind(name: &Name<'_>) -> Class {
    if name.map {
        return Class::SourceMap;
    }
    if name.kind == Kind::Unknown && matches!(name.extension, b"webmanifest" | b"appcache") {
        return Class::Manifest;
    }
    BY_KIND[name.kind as usize]
}

/// The class of each kind of file: a table, since nobody can guess the next kind.
static BY_KIND: [Class; Kind::COUNT] = {
    let mut classes = [Class::Other; Kind::COUNT];
    classes[Kind::Page as usize] = Class::Document;
    classes[Kind::Code as usize] = Class::EntryPoint;
    classes
};

/// Whether it is the manifest of Sprockets, whose name carries a random number
/// that says nothing of its content.
pub(super) fn is_sprockets_manifest(name: &Name<'_>) -> bool {
    // Hardly any name starts with a dot, whereas nobody can guess how long it is.
    name.stem.first() == Some(&b'.') && name.stem.starts_with(b".sprockets-manifest-")
}

/// The role that a name has, in a file of a kind that fits.
fn known(stem: &[u8]) -> Option<Class> {
    let (first, last) = (*stem.first()? & 31, *stem.last()? & 31);
    let (lengths, lasts) = ENDS[usize::from(first)];
    if lengths >> stem.len().min(63) & u64::from(lasts >> last) & 1 == 0 {
        return None;
    }
    KNOWN
        .iter()
        .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(stem))
        .map(|(_, class)| *class)
}

const KNOWN: [(&str, Class); 35] = [
    ("app-config", Class::Configuration),
    ("appsettings", Class::Configuration),
    ("asset-manifest", Class::Manifest),
    ("build-manifest", Class::Manifest),
    ("config", Class::Configuration),
    ("configuration", Class::Configuration),
    ("entrypoints", Class::Manifest),
    ("env", Class::Configuration),
    ("env-config", Class::Configuration),
    ("fallback", Class::FallbackPage),
    ("firebase-messaging-sw", Class::ServiceWorker),
    ("health", Class::HealthCheck),
    ("healthz", Class::HealthCheck),
    ("healthcheck", Class::HealthCheck),
    ("health-check", Class::HealthCheck),
    ("health_check", Class::HealthCheck),
    ("importmap", Class::Manifest),
    ("livez", Class::HealthCheck),
    ("maintenance", Class::FallbackPage),
    ("manifest", Class::Manifest),
    ("mix-manifest", Class::Manifest),
    ("ngsw", Class::Manifest),
    ("ngsw-worker", Class::ServiceWorker),
    ("offline", Class::FallbackPage),
    ("OneSignalSDKWorker", Class::ServiceWorker),
    ("readyz", Class::HealthCheck),
    ("rev-manifest", Class::Manifest),
    ("runtime-config", Class::Configuration),
    ("sw", Class::ServiceWorker),
    ("service-worker", Class::ServiceWorker),
    ("service_worker", Class::ServiceWorker),
    ("serviceworker", Class::ServiceWorker),
    ("safety-worker", Class::ServiceWorker),
    ("settings", Class::Configuration),
    ("support-fallback", Class::FallbackPage),
];

/// For each first letter, by its last five bits, a bit for each length and one for
/// each last letter of the names that start with it. Hardly any other name has
/// all three.
static ENDS: [(u64, u32); 32] = {
    let mut ends = [(0, 0); 32];
    let mut index = 0;
    while index < KNOWN.len() {
        let name = KNOWN[index].0.as_bytes();
        let (lengths, lasts) = &mut ends[(name[0] & 31) as usize];
        *lengths |= 1 << name.len();
        *lasts |= 1 << (name[name.len() - 1] & 31);
        index += 1;
    }
    ends
};
