//! TLS beside the certificates: version, protocols, stapling, and whether
//! every address of an endpoint offers the same.

use super::certificates::shown;
use crate::audit::collect::Collector;
use crate::audit::{Certificate, Endpoint, FindingId, Handshake, Ocsp, OcspStatus, TlsVersion};
use crate::types::Timestamp;

pub(super) fn check(now: Timestamp, at: usize, endpoint: &Endpoint, out: &mut Collector) {
    for handshake in &endpoint.handshakes {
        if let Some(failure) = &handshake.failure {
            let evidence = format!("{failure} ({})", handshake.address);
            out.add(FindingId::TlsHandshakeFailed, at, &endpoint.url, evidence);
            continue;
        }
        let mut found = |id: FindingId, evidence: &str| {
            let evidence = format!("{evidence} ({})", handshake.address);
            out.add(id, at, &endpoint.url, evidence);
        };
        if let Some(leaf) = handshake.chain.first()
            && let Some((id, evidence)) = stapling(now, leaf, handshake.ocsp)
            && !(id == FindingId::OcspNotStapled && is_stapled_elsewhere(endpoint))
        {
            found(id, &evidence);
        }
        // If the addresses differ, that is the finding.
        if is_mixed(endpoint) {
            continue;
        }
        if let Some(version) = handshake.version
            && version < TlsVersion::Tls13
        {
            found(FindingId::Tls13NotOffered, version.as_str());
        }
        if handshake.version.is_some() && handshake.alpn.as_deref() != Some("h2") {
            let chosen = match &handshake.alpn {
                Some(protocol) => format!("ALPN chose {protocol} of h2 and http/1.1"),
                None => "no ALPN".to_owned(),
            };
            found(FindingId::Http2NotOffered, &chosen);
        }
    }
    addresses(at, endpoint, out);
}

fn stapling(now: Timestamp, leaf: &Certificate, ocsp: Option<Ocsp>) -> Option<(FindingId, String)> {
    let Some(ocsp) = ocsp else {
        if leaf.must_staple {
            let evidence = format!("{} has must-staple", leaf.subject);
            return Some((FindingId::OcspMustStaple, evidence));
        }
        // Where the authority has no responder there is nothing to staple.
        let responder = leaf.ocsp_responder.as_ref()?;
        return Some((FindingId::OcspNotStapled, format!("responder {responder}")));
    };
    match (ocsp.status, ocsp.next_update) {
        (OcspStatus::Revoked, _) => Some((FindingId::CertificateRevoked, leaf.subject.clone())),
        (OcspStatus::Unreadable, _) => Some((
            FindingId::OcspStale,
            "the stapled response can't be read, or is an error".to_owned(),
        )),
        (OcspStatus::Unknown, _) => Some((
            FindingId::OcspStale,
            "the responder does not know the certificate".to_owned(),
        )),
        (OcspStatus::Good, Some(until)) if until < now => Some((
            FindingId::OcspStale,
            format!("outdated since {}", shown(until)),
        )),
        (OcspStatus::Good, _) => None,
    }
}

/// The handshakes that succeeded, and the first of them.
fn succeeded(endpoint: &Endpoint) -> Option<(&Handshake, impl Iterator<Item = &Handshake>)> {
    let mut all = endpoint
        .handshakes
        .iter()
        .filter(|handshake| handshake.failure.is_none());
    Some((all.next()?, all))
}

/// Whether the endpoint's addresses do not offer the same.
fn is_mixed(endpoint: &Endpoint) -> bool {
    succeeded(endpoint)
        .is_some_and(|(first, mut others)| others.any(|other| is_other_offer(first, other)))
}

fn is_other_offer(one: &Handshake, another: &Handshake) -> bool {
    one.version != another.version
        || one.alpn != another.alpn
        || is_stapled(one)
            .zip(is_stapled(another))
            .is_some_and(|(one, another)| one != another)
}

/// Whether there is a stapled OCSP response; `None` if there can be none, or if
/// its lack is told because the certificate demands it.
fn is_stapled(handshake: &Handshake) -> Option<bool> {
    let leaf = handshake.chain.first()?;
    leaf.ocsp_responder.as_ref()?;
    (!leaf.must_staple).then_some(handshake.ocsp.is_some())
}

/// Whether an address staples, so that it is a difference if another doesn't.
fn is_stapled_elsewhere(endpoint: &Endpoint) -> bool {
    endpoint
        .handshakes
        .iter()
        .any(|handshake| handshake.failure.is_none() && is_stapled(handshake) == Some(true))
}

fn addresses(at: usize, endpoint: &Endpoint, out: &mut Collector) {
    let Some((first, others)) = succeeded(endpoint) else {
        return;
    };
    for other in others {
        if is_other_offer(first, other) {
            let say = |handshake: &Handshake| {
                format!(
                    "{} {}{} at {}",
                    handshake.version.map_or("TLS", TlsVersion::as_str),
                    handshake.alpn.as_deref().unwrap_or("without ALPN"),
                    match is_stapled(handshake) {
                        Some(true) => ", stapled",
                        Some(false) => ", not stapled",
                        None => "",
                    },
                    handshake.address
                )
            };
            let evidence = format!("{} | {}", say(first), say(other));
            out.add(FindingId::HandshakesDiffer, at, &endpoint.url, evidence);
        }
        if let (Some(one), Some(another)) = (first.chain.first(), other.chain.first())
            && one.digest != another.digest
        {
            let say = |certificate: &Certificate, address: &str| {
                format!("until {} at {address}", shown(certificate.not_after))
            };
            let evidence = format!(
                "valid {}, {}",
                say(one, &first.address),
                say(another, &other.address)
            );
            out.add(FindingId::CertificateRotating, at, &endpoint.url, evidence);
        }
    }
}
