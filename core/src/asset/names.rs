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
#[inline(always)]
pub(super) fn role(path: &[u8], name: &Name) -> Option<Class> {
    let stem = &path[name.at..name.stem_end];
    // Before the kind, since hardly any name is known.
    if !may_be_known(stem) {
        return None;
    }
    let class = known(stem)?;
    let fits = match (class, name.kind) {
        _ if name.map => false,
        (_, Kind::Font | Kind::Media | Kind::Archive | Kind::Unknown) => false,
        (Class::HealthCheck, kind) => matches!(kind, Kind::Page | Kind::Data),
        (Class::FallbackPage, kind) => kind == Kind::Page,
        (Class::ServiceWorker, kind) => kind == Kind::Code,
        (Class::Manifest, _) => name.is_json(),
        (_, kind) => kind != Kind::Page || name.is_bare(),
    };
    fits.then_some(class)
}

/// The class of a file without a role, by its kind.
#[inline(always)]
pub(super) fn by_kind(path: &[u8], name: &Name) -> Class {
    match name.kind {
        _ if name.map => Class::SourceMap,
        Kind::Unknown if name.is_web_manifest(path) => Class::Manifest,
        kind => BY_KIND[kind as usize],
    }
}

/// The class of each kind of file: a table, since nobody can guess the next kind.
static BY_KIND: [Class; Kind::COUNT] = {
    let mut classes = [Class::Other; Kind::COUNT];
    classes[Kind::Page as usize] = Class::Document;
    classes[Kind::Code as usize] = Class::EntryPoint;
    classes
};

/// Whether it starts like the manifest of Sprockets, whose name carries a random
/// number that says nothing of its content.
#[inline(always)]
pub(super) fn is_sprockets_manifest(stem: &[u8]) -> bool {
    // Hardly any name starts with a dot, whereas nobody can guess how long it is.
    stem.first() == Some(&b'.') && stem.starts_with(b".sprockets-manifest-")
}

/// Whether a name may have a role, by its ends.
#[inline(always)]
fn may_be_known(stem: &[u8]) -> bool {
    let [first, .., last] = stem else {
        return false;
    };
    let (lengths, lasts) = ENDS[usize::from(first & 31)];
    // None that is known is as long as the bits of a word.
    let length = lengths.wrapping_shr(stem.len() as u32);
    length & u64::from(lasts.wrapping_shr(u32::from(*last))) & 1 != 0 || *first == b'.'
}

/// The role that a name has, in a file of a kind that fits.
#[inline(never)]
fn known(stem: &[u8]) -> Option<Class> {
    if is_sprockets_manifest(stem) {
        return Some(Class::Manifest);
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
