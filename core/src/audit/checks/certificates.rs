//! Certificates: for this name, in time, with the whole chain.

use crate::audit::collect::Collector;
use crate::audit::{Certificate, Endpoint, FindingId, Handshake, Settings, Trust};
use crate::cache::date;
use crate::types::Timestamp;

pub(super) fn check(
    settings: &Settings,
    now: Timestamp,
    at: usize,
    endpoint: &Endpoint,
    out: &mut Collector,
) {
    for handshake in &endpoint.handshakes {
        if let Some(leaf) = handshake.chain.first() {
            Chain {
                settings,
                now,
                at,
                url: &endpoint.url,
                handshake,
                leaf,
            }
            .check(out);
        }
    }
}

struct Chain<'a> {
    settings: &'a Settings,
    now: Timestamp,
    at: usize,
    url: &'a str,
    handshake: &'a Handshake,
    leaf: &'a Certificate,
}

impl Chain<'_> {
    fn check(&self, out: &mut Collector) {
        let has_fault = self.dates(out) | self.name(out);
        self.order(out);
        self.trust(out, has_fault);
    }

    fn found(&self, out: &mut Collector, id: FindingId, evidence: &str) {
        let evidence = format!("{evidence} ({})", self.handshake.address);
        out.add(id, self.at, self.url, evidence);
    }

    fn dates(&self, out: &mut Collector) -> bool {
        let now = self.now;
        for (place, certificate) in self.handshake.chain.iter().enumerate() {
            let name = &certificate.subject;
            if now > certificate.not_after {
                let evidence = format!("{name} expired on {}", shown(certificate.not_after));
                // Verifiers pass over what they don't need, as an authority's
                // certificate by an older one.
                if place > 0 && self.handshake.trust == Trust::Anchored {
                    let evidence = format!("{evidence}, and is not needed");
                    self.found(out, FindingId::CertificateChainDisordered, &evidence);
                    continue;
                }
                self.found(out, FindingId::CertificateExpired, &evidence);
                return true;
            }
            if now < certificate.not_before {
                let evidence = format!("{name} is valid from {}", shown(certificate.not_before));
                self.found(out, FindingId::CertificateNotYetValid, &evidence);
                return true;
            }
        }
        let lifetime = seconds(self.leaf.not_before, self.leaf.not_after);
        let left = seconds(now, self.leaf.not_after);
        // A certificate for a few days is renewed at two thirds of its life.
        if left < self.settings.expiring_secs.min(lifetime / 3) {
            let evidence = format!(
                "{} expires on {}, in {} days",
                self.leaf.subject,
                shown(self.leaf.not_after),
                left / 86_400
            );
            self.found(out, FindingId::CertificateExpiring, &evidence);
        }
        false
    }

    fn name(&self, out: &mut Collector) -> bool {
        let wanted = &self.handshake.server_name;
        let fits = wanted.is_empty() || self.leaf.covers(wanted);
        if !fits {
            let evidence = format!("{wanted} is not among {}", names(self.leaf));
            self.found(out, FindingId::CertificateNameMismatch, &evidence);
        }
        !fits
    }

    fn order(&self, out: &mut Collector) {
        for pair in self.handshake.chain.windows(2) {
            if pair[0].issuer != pair[1].subject {
                let evidence = format!(
                    "{} is issued by {}, but {} follows",
                    pair[0].subject, pair[0].issuer, pair[1].subject
                );
                self.found(out, FindingId::CertificateChainDisordered, &evidence);
                return;
            }
        }
    }

    /// A verifier stops at the first fault, so what it refuses may be what is
    /// told already.
    fn trust(&self, out: &mut Collector, has_fault: bool) {
        match &self.handshake.trust {
            Trust::Unchecked | Trust::Anchored => {}
            Trust::Refused(_) if has_fault => {}
            _ if self.leaf.is_self_issued() => {
                let evidence = format!("{} is its own issuer", self.leaf.subject);
                self.found(out, FindingId::CertificateSelfSigned, &evidence);
            }
            Trust::UnknownIssuer if self.handshake.chain.len() == 1 => {
                let evidence = format!(
                    "only {} was sent, not its issuer {}",
                    self.leaf.subject, self.leaf.issuer
                );
                self.found(out, FindingId::CertificateChainIncomplete, &evidence);
            }
            Trust::UnknownIssuer => {
                let last = self.handshake.chain.last().unwrap_or(self.leaf);
                let evidence = format!("{} is issued by {}", last.subject, last.issuer);
                self.found(out, FindingId::CertificateUntrusted, &evidence);
            }
            Trust::Refused(text) => self.found(out, FindingId::CertificateUntrusted, text),
        }
    }
}

/// The first few names of a certificate.
fn names(certificate: &Certificate) -> String {
    const SHOWN: usize = 8;
    let mut text = certificate
        .names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match certificate.names.len() {
        0 => text.push_str("no names"),
        count if count > SHOWN => text.push_str(&format!(" and {} more", count - SHOWN)),
        _ => {}
    }
    text
}

fn seconds(from: Timestamp, until: Timestamp) -> u64 {
    until.as_secs().saturating_sub(from.as_secs())
}

pub(super) fn shown(at: Timestamp) -> String {
    String::from_utf8_lossy(&date::format(at)).into_owned()
}
