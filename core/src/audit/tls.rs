//! What was seen of a TLS handshake.

use crate::types::Timestamp;

/// What was seen of the TLS handshake with one of an endpoint's addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handshake {
    /// The address and port, for people and to tell servers apart.
    pub address: String,
    /// The name that was asked for (SNI), which the certificate must cover.
    pub server_name: String,
    /// Why the handshake failed, if it did for another reason than the
    /// certificate.
    pub failure: Option<String>,
    /// The version that both sides agreed on.
    pub version: Option<TlsVersion>,
    /// The protocol that was chosen by ALPN, such as `h2`.
    pub alpn: Option<String>,
    /// The certificates as they were sent, the leaf first.
    pub chain: Vec<Certificate>,
    /// Whether the chain leads to a trusted authority.
    pub trust: Trust,
    /// The OCSP response that was stapled.
    pub ocsp: Option<Ocsp>,
}

impl Handshake {
    /// A handshake of which nothing is known yet.
    #[must_use]
    pub fn new(address: impl Into<String>, server_name: impl Into<String>) -> Handshake {
        Handshake {
            address: address.into(),
            server_name: server_name.into(),
            ..Handshake::default()
        }
    }
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.0 or older.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl TlsVersion {
    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TlsVersion::Tls10 => "TLS 1.0",
            TlsVersion::Tls11 => "TLS 1.1",
            TlsVersion::Tls12 => "TLS 1.2",
            TlsVersion::Tls13 => "TLS 1.3",
        }
    }
}

/// Whether a chain leads to a trusted authority. Names and dates are not in
/// it: the audit compares them itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// That was not checked.
    #[default]
    Unchecked,
    /// It does.
    Anchored,
    /// The issuer is not known.
    UnknownIssuer,
    /// The verifier refused the chain for another reason.
    Refused(String),
}

/// A certificate, as far as an operator cares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// The subject's distinguished name.
    pub subject: String,
    /// The issuer's distinguished name.
    pub issuer: String,
    /// The DNS names and IP addresses that it is for.
    pub names: Vec<String>,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// SHA-256 of the whole.
    pub digest: [u8; 32],
    /// The authority's OCSP responder, if it names one.
    pub ocsp_responder: Option<String>,
    /// Whether it demands a stapled OCSP response (RFC 7633).
    pub must_staple: bool,
}

impl Certificate {
    /// Whether subject and issuer are the same.
    pub(super) fn is_self_issued(&self) -> bool {
        !self.subject.is_empty() && self.subject == self.issuer
    }

    /// Whether it is for `host` (RFC 6125 §6.4.3, RFC 9525 §6.3: a wildcard is
    /// the whole left-most label, and stands for one).
    pub(super) fn covers(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.names.iter().any(|name| {
            name.eq_ignore_ascii_case(host)
                || match (name.strip_prefix("*."), host.split_once('.')) {
                    (Some(parent), Some((label, rest))) => {
                        !label.is_empty()
                            && parent.contains('.')
                            && rest.eq_ignore_ascii_case(parent)
                    }
                    _ => false,
                }
        })
    }
}

/// A stapled OCSP response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ocsp {
    /// What it says of the certificate.
    pub status: OcspStatus,
    /// Until when it may be relied on.
    pub next_update: Option<Timestamp>,
}

impl Ocsp {
    /// A response with this status.
    #[must_use]
    pub const fn new(status: OcspStatus, next_update: Option<Timestamp>) -> Ocsp {
        Ocsp {
            status,
            next_update,
        }
    }
}

/// What an OCSP response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OcspStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked,
    /// The responder does not know the certificate.
    Unknown,
    /// The response can't be read, or is an error.
    Unreadable,
}
