//! Certificates for tests, right and wrong ones.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName,
    DnType, IsCa, KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_rustls::TlsAcceptor;

pub(crate) const HOSTS: &[&str] = &["*.example.com"];

/// An authority, and its file.
pub(crate) struct Authority {
    pub(crate) issuer: CertifiedIssuer<'static, KeyPair>,
    pub(crate) file: PathBuf,
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = named(name);
    params
}

impl Authority {
    pub(crate) fn new() -> Authority {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hedgerow-audit-ca-{}-{count}.pem", std::process::id());
        let file = std::env::temp_dir().join(name);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(authority("Root CA"), key).unwrap();
        std::fs::write(&file, issuer.pem()).unwrap();
        Authority { issuer, file }
    }

    /// An authority below this one.
    pub(crate) fn intermediate(&self) -> CertifiedIssuer<'static, KeyPair> {
        let key = KeyPair::generate().unwrap();
        CertifiedIssuer::signed_by(authority("Issuing CA"), key, &self.issuer).unwrap()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // A file that is left behind hurts nobody.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// How a server presents itself.
pub(crate) struct Identity {
    pub(crate) params: CertificateParams,
    /// What is sent after the leaf.
    pub(crate) more: Vec<CertificateDer<'static>>,
    pub(crate) versions: &'static [&'static rustls::SupportedProtocolVersion],
    pub(crate) protocols: Vec<Vec<u8>>,
    pub(crate) ocsp: Option<Vec<u8>>,
}

impl Identity {
    /// As it should be.
    pub(crate) fn new() -> Identity {
        let names: Vec<String> = HOSTS.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = named("widget.example.com");
        Identity {
            params,
            more: Vec::new(),
            versions: rustls::ALL_VERSIONS,
            protocols: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            ocsp: None,
        }
    }

    /// Names an OCSP responder (RFC 5280 §4.2.2.1).
    pub(crate) fn with_responder(mut self) -> Identity {
        let uri = b"http://ocsp.example.com";
        let mut access = vec![0x30, uri.len() as u8 + 12, 0x06, 8];
        access.extend([0x2b, 6, 1, 5, 5, 7, 0x30, 1, 0x86, uri.len() as u8]);
        access.extend(uri);
        let mut content = vec![0x30, access.len() as u8];
        content.extend(access);
        let oid = [1, 3, 6, 1, 5, 5, 7, 1, 1];
        let extension = CustomExtension::from_oid_content(&oid, content);
        self.params.custom_extensions.push(extension);
        self
    }

    /// Demands stapling (RFC 7633).
    pub(crate) fn with_must_staple(mut self) -> Identity {
        let oid = [1, 3, 6, 1, 5, 5, 7, 1, 24];
        let content = vec![0x30, 3, 2, 1, 5];
        let extension = CustomExtension::from_oid_content(&oid, content);
        self.params.custom_extensions.push(extension);
        self
    }

    /// Signed by this authority, or by itself.
    pub(crate) fn acceptor(
        self,
        issuer: Option<&CertifiedIssuer<'static, KeyPair>>,
    ) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let leaf = match issuer {
            Some(issuer) => self.params.signed_by(&key, issuer).unwrap(),
            None => self.params.self_signed(&key).unwrap(),
        };
        let mut chain = vec![leaf.der().clone()];
        chain.extend(self.more);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = provider.key_provider.load_private_key(der).unwrap();
        let mut certified = CertifiedKey::new(chain, signing);
        certified.ocsp = self.ocsp;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(self.versions)
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
        config.alpn_protocols = self.protocols;
        TlsAcceptor::from(Arc::new(config))
    }
}

/// An OCSP response about one certificate (RFC 6960 §4.2.1): its status and
/// until when, as a GeneralizedTime. Nothing else in it is right.
pub(crate) fn ocsp(is_revoked: bool, next_update: &str) -> Vec<u8> {
    let time = |text: &str| tagged(0x18, text.as_bytes());
    let status = if is_revoked {
        tagged(0xa1, &time("20200101000000Z"))
    } else {
        vec![0x80, 0]
    };
    let single = [
        tagged(0x30, &[]),
        status,
        time("20200101000000Z"),
        tagged(0xa0, &time(next_update)),
    ];
    let responses = tagged(0x30, &tagged(0x30, &single.concat()));
    let data = [
        tagged(0xa2, &tagged(4, b"key")),
        time("20200101000000Z"),
        responses,
    ];
    let basic = tagged(0x30, &tagged(0x30, &data.concat()));
    let typed = [
        tagged(6, &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1]),
        tagged(4, &basic),
    ];
    let response = [
        tagged(10, &[0]),
        tagged(0xa0, &tagged(0x30, &typed.concat())),
    ];
    tagged(0x30, &response.concat())
}

/// DER: a tag, a length in as few bytes as it needs, the content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=127 => out.push(short as u8),
        long @ 128..=255 => out.extend([0x81, long as u8]),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend(content);
    out
}
