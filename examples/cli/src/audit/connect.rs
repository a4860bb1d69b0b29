//! Connections: DNS, TCP, TLS that reports what it sees instead of refusing.

use super::args::Network;
use super::clock;
use super::ocsp;
use super::x509;
use anyhow::{Context as _, Result, ensure};
use hedgerow::audit::{Failure, FailureKind, Handshake, TlsVersion, Trust};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, ProtocolVersion, RootCertStore,
    SignatureScheme,
};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

/// How many addresses of one endpoint are looked at.
const ADDRESSES: usize = 4;

/// Opens connections.
#[derive(Debug)]
pub(super) struct Connector {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
    resolve: Vec<(String, SocketAddr)>,
    wait: Duration,
    /// When all must have ended.
    end: Instant,
}

impl Connector {
    pub(super) fn new(network: &Network, end: Instant) -> Result<Connector> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Arc::new(roots(network.ca.as_deref())?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .context("--ca")?;
        Ok(Connector {
            provider,
            verifier,
            resolve: network.resolve.clone(),
            wait: network.timeout,
            end,
        })
    }

    /// When the next step is given up.
    fn deadline(&self) -> Instant {
        (clock::now() + self.wait).min(self.end)
    }

    /// The addresses of a URL's host.
    pub(super) async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Failure> {
        let given = self.given(url);
        if !given.is_empty() {
            return Ok(given);
        }
        let host = url.host_str().unwrap_or_default();
        let name = name(url);
        let failure = |text: String| Failure::new(FailureKind::NameNotResolved, text);
        let found = timeout_at(self.deadline(), lookup_host(&name))
            .await
            .map_err(|_| failure(format!("no answer from DNS for {host}")))?
            .map_err(|error| failure(format!("{host}: {error}")))?;
        let mut addresses: Vec<SocketAddr> = found.collect();
        addresses.dedup();
        addresses.truncate(ADDRESSES);
        if addresses.is_empty() {
            return Err(failure(format!("{host} has no address")));
        }
        Ok(addresses)
    }

    /// The addresses that the command line gives for a URL's host.
    fn given(&self, url: &Url) -> Vec<SocketAddr> {
        let name = name(url);
        self.resolve
            .iter()
            .filter(|(known, _)| *known == name)
            .map(|(_, address)| *address)
            .collect()
    }

    /// Whether the command line says where a URL's host is.
    pub(super) fn is_given(&self, url: &Url) -> bool {
        !self.given(url).is_empty()
    }

    pub(super) async fn tcp(&self, address: SocketAddr) -> Result<TcpStream, Failure> {
        match timeout_at(self.deadline(), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => {
                let text = format!("{address}: {error}");
                Err(Failure::new(FailureKind::Connection, text))
            }
            Err(_) => {
                let text = format!("{address}: no connection within {:?}", self.wait);
                Err(Failure::new(FailureKind::TimedOut, text))
            }
        }
    }

    /// Makes a TLS connection, whatever the certificate, and says what was
    /// seen of it.
    pub(super) async fn tls(
        &self,
        address: SocketAddr,
        url: &Url,
    ) -> Result<(Handshake, Result<TlsStream<TcpStream>, Failure>), Failure> {
        let stream = self.tcp(address).await?;
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let mut handshake = Handshake::new(address.to_string(), host);
        let recorder = Arc::new(Recorder {
            inner: self.verifier.clone(),
            seen: Mutex::default(),
        });
        let name = match ServerName::try_from(host.to_owned()) {
            Ok(name) => name,
            Err(error) => {
                let failure = Failure::new(FailureKind::Tls, format!("{host}: {error}"));
                handshake.failure = Some(failure.text.clone());
                return Ok((handshake, Err(failure)));
            }
        };
        let config = match self.config(recorder.clone()) {
            Ok(config) => config,
            Err(error) => return Err(Failure::new(FailureKind::Tls, error.to_string())),
        };
        let handshaking = TlsConnector::from(config).connect(name, stream);
        let connected = timeout_at(self.deadline(), handshaking).await;
        recorder.tell(&mut handshake);
        let failed = |text: String| (Failure::new(FailureKind::Tls, text.clone()), Some(text));
        let (failure, text) = match connected {
            Ok(Ok(stream)) => {
                let (_, session) = stream.get_ref();
                handshake.version = session.protocol_version().and_then(version);
                handshake.alpn = session
                    .alpn_protocol()
                    .map(|protocol| String::from_utf8_lossy(protocol).into_owned());
                return Ok((handshake, Ok(stream)));
            }
            Ok(Err(error)) => failed(error.to_string()),
            Err(_) => failed(format!("no handshake within {:?}", self.wait)),
        };
        handshake.failure = text;
        Ok((handshake, Err(failure)))
    }

    fn config(&self, recorder: Arc<Recorder>) -> Result<Arc<ClientConfig>, rustls::Error> {
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(recorder)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A resumed session shows no certificate.
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Arc::new(config))
    }
}

/// Host and port, as the command line names them.
fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    format!("{host}:{port}")
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(file) = ca else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let shown = file.display();
    let authorities = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot read the authorities {shown}"))?;
    ensure!(
        !authorities.is_empty(),
        "there is no certificate in {shown}"
    );
    for authority in authorities {
        roots
            .add(authority)
            .with_context(|| format!("{shown} has a certificate that is no authority"))?;
    }
    Ok(roots)
}

fn version(version: ProtocolVersion) -> Option<TlsVersion> {
    match version {
        ProtocolVersion::TLSv1_3 => Some(TlsVersion::Tls13),
        ProtocolVersion::TLSv1_2 => Some(TlsVersion::Tls12),
        _ => None,
    }
}

/// Lets every certificate pass, and keeps what a browser would have said. What
/// is fetched over such a connection is only looked at.
#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    ocsp: Vec<u8>,
    trust: Trust,
}

impl Recorder {
    fn tell(&self, handshake: &mut Handshake) {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(seen) = &*seen else {
            return;
        };
        handshake.chain = seen.chain.iter().map(|der| x509::read(der)).collect();
        handshake.ocsp = (!seen.ocsp.is_empty()).then(|| ocsp::read(&seen.ocsp));
        handshake.trust = seen.trust.clone();
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let trust = match verdict {
            Ok(_) => Trust::Anchored,
            Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                Trust::UnknownIssuer
            }
            Err(error) => Trust::Refused(error.to_string()),
        };
        let chain = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|certificate| certificate.clone().into_owned())
            .collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen {
            chain,
            ocsp: ocsp_response.to_vec(),
            trust,
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
