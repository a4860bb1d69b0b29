//! What is wrong with the endpoints as they really are.

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
