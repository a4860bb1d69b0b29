//! What is wrong with the endpoints as they really are.
//!
//! [`audit()`] takes what was seen of the endpoints ([`Observations`]: TLS
//! handshakes, responses, redirects) and gives what should be changed
//! ([`Report`]): what, how bad, where, the evidence, what to do. It fetches
//! nothing; [`Probe`] says what to ask. `hedgerow audit` of `examples/cli` does
//! the asking.
//!
//! Observe one endpoint, and each finding is about it. Observe several with the
//! same assets, and what differs between them is found, too: the faults that
//! show only after a failover. One cause is told once. What follows from a
//! finding is left out, so a difference that a finding of one endpoint explains
//! is none.
//!
//! What is right comes from the modules that send it: the class of a URL from
//! [`asset`](crate::asset), its lifetime from [`delivery`](crate::delivery),
//! and what a cache makes of a response from [`cache`](crate::cache).
//!
//! # Bounds
//!
//! A report has [`MAX_FINDINGS`] at most, its texts [`EVIDENCE_BYTES`], and of a
//! body [`PREFIX_BYTES`] are looked at. Texts are printable: control characters
//! that a server sent never reach a terminal.
//!
//! # What the practice of CDNs warns of, and what finds it
//!
//! | Several CDNs | findings |
//! |---|---|
//! | `no-store` or no validators on static assets: every visitor asks the origin, up to 429 | [`NotStored`](FindingId::NotStored), [`NotShared`](FindingId::NotShared), [`ValidatorsMissing`](FindingId::ValidatorsMissing), [`ConditionalIgnored`](FindingId::ConditionalIgnored), [`RateLimited`](FindingId::RateLimited), [`NotCachedAtEdge`](FindingId::NotCachedAtEdge) |
//! | one CDN strips CORS, or answers for another origin | [`CorsMissing`](FindingId::CorsMissing), [`CorsRefused`](FindingId::CorsRefused), [`CorsSeveral`](FindingId::CorsSeveral), [`CorsVaryMissing`](FindingId::CorsVaryMissing), [`CorsDiffers`](FindingId::CorsDiffers) |
//! | the preflight fails after a failover | [`PreflightRefused`](FindingId::PreflightRefused) |
//! | mixed content: http, or a redirect to it | [`EndpointNotHttps`](FindingId::EndpointNotHttps), [`RedirectToHttp`](FindingId::RedirectToHttp), [`PlainHttpServed`](FindingId::PlainHttpServed) |
//! | flexible SSL between CDN and origin: redirects without end | [`RedirectLoop`](FindingId::RedirectLoop) |
//! | the health path answers 403, or redirects to a login | [`HealthNotOk`](FindingId::HealthNotOk), [`HealthCached`](FindingId::HealthCached), [`HealthLarge`](FindingId::HealthLarge) |
//! | configuration is cached longer than expected | [`ConfigurationCached`](FindingId::ConfigurationCached) |
//! | the second CDN's certificate is self-signed, for another name, or without its chain | [`CertificateSelfSigned`](FindingId::CertificateSelfSigned), [`CertificateNameMismatch`](FindingId::CertificateNameMismatch), [`CertificateChainIncomplete`](FindingId::CertificateChainIncomplete), [`CertificateChainDisordered`](FindingId::CertificateChainDisordered), [`CertificateUntrusted`](FindingId::CertificateUntrusted) |
//! | the second CDN does not answer when it is needed | [`NameNotResolved`](FindingId::NameNotResolved), [`ConnectionFailed`](FindingId::ConnectionFailed), [`TimedOut`](FindingId::TimedOut), [`AssetMissing`](FindingId::AssetMissing) |
//! | an entry point may be pinned for a year, on purpose | [`EntryPointPinned`](FindingId::EntryPointPinned), [`CorsWildcard`](FindingId::CorsWildcard) |
//!
//! | Several regions | findings |
//! |---|---|
//! | versioned: a year and immutable; entry points: a day, then asked about | [`VersionedCachedShort`](FindingId::VersionedCachedShort), [`VersionedNotImmutable`](FindingId::VersionedNotImmutable), [`EntryPointCachedLong`](FindingId::EntryPointCachedLong), [`EntryPointNotRevalidated`](FindingId::EntryPointNotRevalidated), [`ImmutableButChanging`](FindingId::ImmutableButChanging) |
//! | one global `max-age` for everything | [`OneLifetimeForAll`](FindingId::OneLifetimeForAll) |
//! | ETag and Last-Modified missing or inconsistent | [`ValidatorsMissing`](FindingId::ValidatorsMissing), [`EtagOfInode`](FindingId::EtagOfInode), [`EtagDiffers`](FindingId::EtagDiffers), [`LastModifiedDiffers`](FindingId::LastModifiedDiffers) |
//! | HTTP/2 and HTTP/3 at the edge | [`Http2NotOffered`](FindingId::Http2NotOffered), [`Http3NotAnnounced`](FindingId::Http3NotAnnounced) |
//! | a DNS record with a short life | [`DnsTtlLong`](FindingId::DnsTtlLong) |
//! | compression at origin and edge | [`CompressedTwice`](FindingId::CompressedTwice), [`CompressedInVain`](FindingId::CompressedInVain), [`NotCompressed`](FindingId::NotCompressed), [`EncodingUndeclared`](FindingId::EncodingUndeclared) |
//! | TLS 1.3, OCSP stapling | [`Tls13NotOffered`](FindingId::Tls13NotOffered), [`OcspNotStapled`](FindingId::OcspNotStapled), [`OcspMustStaple`](FindingId::OcspMustStaple), [`OcspStale`](FindingId::OcspStale) |
//! | HSTS for a year, subdomains included | [`HstsMissing`](FindingId::HstsMissing), [`HstsShort`](FindingId::HstsShort), [`HstsWithoutSubdomains`](FindingId::HstsWithoutSubdomains), [`HstsInvalid`](FindingId::HstsInvalid), [`HstsDiffers`](FindingId::HstsDiffers) |
//! | CORS by an allow-list, no wildcard | [`CorsWildcard`](FindingId::CorsWildcard), [`CorsWildcardCredentials`](FindingId::CorsWildcardCredentials), [`CorsReflectsAny`](FindingId::CorsReflectsAny), [`CorsReflectsCredentials`](FindingId::CorsReflectsCredentials) |
//! | an invalidation that reached one CDN and not the other | [`BodyDiffers`](FindingId::BodyDiffers), [`VariantsDiffer`](FindingId::VariantsDiffer), [`ServedStale`](FindingId::ServedStale) |
//! | a certificate is changed, and some PoPs have the old one | [`CertificateRotating`](FindingId::CertificateRotating), [`HandshakesDiffer`](FindingId::HandshakesDiffer), [`TlsHandshakeFailed`](FindingId::TlsHandshakeFailed), [`CertificateExpiring`](FindingId::CertificateExpiring) |
//!
//! | Peaks and failures | findings |
//! |---|---|
//! | the fallback page must be a HIT before the event | [`FallbackNotCached`](FindingId::FallbackNotCached), [`FallbackUnproven`](FindingId::FallbackUnproven) |
//! | it must depend on nothing | [`FallbackDepends`](FindingId::FallbackDepends) |
//! | who is overloaded must say when to come back | [`RetryAfterMissing`](FindingId::RetryAfterMissing) |
//! | two regions at least, both reachable, mirrored | [`SingleEndpoint`](FindingId::SingleEndpoint), [`SingleRegion`](FindingId::SingleRegion), [`SharedAddress`](FindingId::SharedAddress), [`CacheControlDiffers`](FindingId::CacheControlDiffers), [`VaryDiffers`](FindingId::VaryDiffers), [`ContentTypeDiffers`](FindingId::ContentTypeDiffers), [`EncodingDiffers`](FindingId::EncodingDiffers) |
//! | stickiness cookies of another site are rejected | [`CookieRejected`](FindingId::CookieRejected) |
//!
//! # What does not show from outside
//!
//! - How the CDN asks the origin: its protocol, `Host`, shield, cache key. What
//!   follows from a wrong one does: redirects, misses, errors.
//! - Which PoP another visitor gets, and where it stores: an audit sees the PoPs
//!   near whoever runs it. Run it in each region; the fence itself is
//!   [`cdn`](crate::cdn)'s.
//! - Weights, thresholds, surge tiers, playbooks, invalidation in stages,
//!   media paths, firewalls in front of agents: settings of other systems.
//! - How fast visitors are served: what one place measures once says little of
//!   others.
//! - TLS 1.0 and 1.1, which the client can't speak: whether they are offered
//!   beside newer ones.

mod checks;
mod collect;
mod compare;
mod exchange;
mod expected;
mod finding;
mod id;
mod observation;
mod probe;
mod run;
mod settings;
mod severity;
mod tls;
mod view;

pub use self::{
    exchange::{Body, BodyEnd, Exchange, Failure, FailureKind, Hop, Outcome, Response},
    finding::{Finding, Report},
    id::FindingId,
    observation::{Endpoint, Observations, Visit},
    probe::{Probe, ProbeRequest},
    run::audit,
    settings::Settings,
    severity::Severity,
    tls::{Certificate, Handshake, Ocsp, OcspStatus, TlsVersion, Trust},
};

/// How many findings a report has at most.
pub const MAX_FINDINGS: usize = 2_000;

/// How long a piece of evidence is at most, in bytes.
pub const EVIDENCE_BYTES: usize = 512;

/// How much of a body is looked at, in bytes.
pub const PREFIX_BYTES: usize = 64 * 1024;
