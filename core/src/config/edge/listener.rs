//! Where the proxy listens.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{
    limits::{MAX_FILE_CHARS, MAX_LISTENERS},
    problem::{ProblemCode::MissingField, Problems},
    reader::{At, Object},
    wording::quoted,
};

/// A listener for visitors. Both HTTP/1.1 and HTTP/2 are spoken on each: by
/// ALPN over TLS, by prior knowledge (RFC 9113 §3.3) without.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listener {
    /// The address and port.
    pub address: SocketAddr,
    /// With these, TLS is spoken; without, plain HTTP.
    pub tls: Option<TlsFiles>,
}

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsFiles {
    /// The certificate, followed by its intermediates.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

pub(super) const WANT_LIST: &str = "an array of addresses such as [\"0.0.0.0:8080\"]";

pub(super) fn read_all(at: &At<'_>, problems: &mut Problems) -> Vec<Listener> {
    let Some(items) = at.items(WANT_LIST, MAX_LISTENERS, problems) else {
        return Vec::new();
    };
    if items.is_empty() {
        let message = format!("is empty: write {WANT_LIST}");
        problems.add(&at.path, MissingField, message);
    }
    items
        .iter()
        .filter_map(|item| Listener::read(item, problems))
        .collect()
}

/// An address and port, as numbers: a name could come to mean another address
/// while the proxy runs.
pub(super) fn read_address(at: &At<'_>, problems: &mut Problems) -> Option<SocketAddr> {
    let want = "an address and port such as \"127.0.0.1:8080\" or \"[::]:8080\"";
    let text = at.text(want, 64, problems)?;
    let address = text.parse().ok();
    if address.is_none() {
        let text = quoted(text);
        at.invalid(
            format!("{text} is no address and port: write {want}"),
            problems,
        );
    }
    address
}

/// The path of a file.
pub(super) fn read_file(at: &At<'_>, want: &str, problems: &mut Problems) -> Option<PathBuf> {
    at.text(want, MAX_FILE_CHARS, problems).map(PathBuf::from)
}

impl Listener {
    pub(super) const FIELDS: &'static [&'static str] = &["address", "tls"];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<Listener> {
        if at.value.is_string() {
            return Some(Listener {
                address: read_address(at, problems)?,
                tls: None,
            });
        }
        let object = at.strict_object(
            "an address such as \"0.0.0.0:8080\", or an object such as {\"address\": \
             \"0.0.0.0:8443\", \"tls\": {\"certificate\": \"site.pem\", \"key\": \"site.key\"}}",
            Self::FIELDS,
            problems,
        )?;
        let address = object
            .required("address", "one such as \"0.0.0.0:8443\"", problems)
            .and_then(|at| read_address(&at, problems));
        let tls = match object.get("tls") {
            // A listener meant for TLS never falls back to plain text.
            Some(at) => Some(TlsFiles::read(&at, problems)?),
            None => None,
        };
        Some(Listener {
            address: address?,
            tls,
        })
    }
}

impl TlsFiles {
    pub(super) const FIELDS: &'static [&'static str] = &["certificate", "key"];

    fn read(at: &At<'_>, problems: &mut Problems) -> Option<TlsFiles> {
        let object = at.strict_object(
            "an object such as {\"certificate\": \"site.pem\", \"key\": \"site.key\"}",
            Self::FIELDS,
            problems,
        )?;
        let file = |object: &Object<'_>, name: &str, want: &str, problems: &mut Problems| {
            object
                .required(name, want, problems)
                .and_then(|at| read_file(&at, want, problems))
        };
        let certificate = file(
            &object,
            "certificate",
            "a PEM file such as \"site.pem\"",
            problems,
        );
        let key = file(&object, "key", "a PEM file such as \"site.key\"", problems);
        Some(TlsFiles {
            certificate: certificate?,
            key: key?,
        })
    }
}
