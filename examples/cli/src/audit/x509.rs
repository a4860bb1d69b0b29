//! Certificates, as the audit wants to know them.

use hedgerow::audit::Certificate;
use hedgerow::types::Timestamp;
use ring::digest::{SHA256, digest};
use std::net::IpAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer as _;

/// RFC 7633: the TLS feature extension, by which a certificate demands
/// stapling.
const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
/// RFC 6960 §4.2.2.1: the access method of OCSP.
const OCSP: &str = "1.3.6.1.5.5.7.48.1";

/// Reads a certificate; one that can't be read has its digest alone.
pub(super) fn read(der: &[u8]) -> Certificate {
    let mut read = Certificate::default();
    if let Ok(sha) = digest(&SHA256, der).as_ref().try_into() {
        read.digest = sha;
    }
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return read;
    };
    read.subject = parsed.subject().to_string();
    read.issuer = parsed.issuer().to_string();
    let at = |time: i64| Timestamp::from_secs(u64::try_from(time).unwrap_or(0));
    read.not_before = at(parsed.validity().not_before.timestamp());
    read.not_after = at(parsed.validity().not_after.timestamp());
    for extension in parsed.extensions() {
        read.must_staple |= extension.oid.to_id_string() == TLS_FEATURE;
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                read.names = names.general_names.iter().filter_map(name).collect();
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                let responder = access
                    .accessdescs
                    .iter()
                    .find(|one| one.access_method.to_id_string() == OCSP);
                if let Some(GeneralName::URI(uri)) = responder.map(|one| &one.access_location) {
                    read.ocsp_responder = Some((*uri).to_owned());
                }
            }
            _ => {}
        }
    }
    read
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four: Result<[u8; 4], _> = (*bytes).try_into();
            let sixteen: Result<[u8; 16], _> = (*bytes).try_into();
            let address = match (four, sixteen) {
                (Ok(four), _) => IpAddr::from(four),
                (_, Ok(sixteen)) => IpAddr::from(sixteen),
                _ => return None,
            };
            Some(address.to_string())
        }
        _ => None,
    }
}
