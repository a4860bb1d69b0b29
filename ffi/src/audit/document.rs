//! What was seen of endpoints, as a JSON document.

use hedgerow::audit::{
    Body, BodyEnd, Certificate, Endpoint, Exchange, Failure, FailureKind, Handshake, Hop,
    Observations, Ocsp, OcspStatus, Outcome, Probe, Response, TlsVersion, Trust, Visit,
};
use hedgerow::types::Timestamp;
use serde::Deserialize;

/// Reads a document.
pub(super) fn read(text: &str, now: u64) -> Result<Observations, serde_json::Error> {
    let document: Document = serde_json::from_str(text)?;
    let mut seen = Observations::new(Timestamp::from_secs(now));
    seen.page_origin = document.page_origin;
    seen.is_whole_row = document.whole_row;
    seen.endpoints = document
        .endpoints
        .into_iter()
        .map(SeenEndpoint::plain)
        .collect();
    Ok(seen)
}

type Fields = Vec<(String, String)>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    page_origin: Option<String>,
    #[serde(default)]
    whole_row: bool,
    endpoints: Vec<SeenEndpoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenEndpoint {
    name: String,
    url: String,
    region: Option<String>,
    dns_ttl_secs: Option<u32>,
    #[serde(default)]
    handshakes: Vec<SeenHandshake>,
    #[serde(default)]
    visits: Vec<SeenVisit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenVisit {
    path: String,
    url: String,
    integrity: Option<bool>,
    #[serde(default)]
    exchanges: Vec<SeenExchange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenExchange {
    probe: String,
    #[serde(default)]
    hops: Vec<SeenHop>,
    outcome: SeenOutcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum SeenOutcome {
    Response(SeenResponse),
    Failure(SeenFailure),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenHop {
    url: String,
    status: u16,
    fields: Fields,
    target: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenResponse {
    status: u16,
    fields: Fields,
    body: Option<SeenBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenBody {
    length: u64,
    decoded_length: Option<u64>,
    digest: Option<Digest>,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    end: SeenEnd,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeenEnd {
    #[default]
    Whole,
    Cut,
    TooLong,
    TimedOut,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenFailure {
    kind: SeenFailureKind,
    #[serde(default)]
    text: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeenFailureKind {
    NameNotResolved,
    Connection,
    Tls,
    TimedOut,
    Protocol,
    RedirectLoop,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenHandshake {
    address: String,
    server_name: String,
    failure: Option<String>,
    version: Option<SeenVersion>,
    alpn: Option<String>,
    #[serde(default)]
    chain: Vec<SeenCertificate>,
    #[serde(default)]
    trust: SeenTrust,
    ocsp: Option<SeenOcsp>,
}

#[derive(Clone, Copy, Deserialize)]
enum SeenVersion {
    #[serde(rename = "1.0")]
    Tls10,
    #[serde(rename = "1.1")]
    Tls11,
    #[serde(rename = "1.2")]
    Tls12,
    #[serde(rename = "1.3")]
    Tls13,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeenTrust {
    #[default]
    Unchecked,
    Anchored,
    UnknownIssuer,
    Refused(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenCertificate {
    subject: String,
    issuer: String,
    #[serde(default)]
    names: Vec<String>,
    not_before: u64,
    not_after: u64,
    digest: Digest,
    ocsp_responder: Option<String>,
    #[serde(default)]
    must_staple: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SeenOcsp {
    status: SeenOcspStatus,
    next_update: Option<u64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SeenOcspStatus {
    Good,
    Revoked,
    Unknown,
    Unreadable,
}

/// A SHA-256, as 64 hexadecimal digits.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Digest([u8; 32]);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Digest, &'static str> {
        let mut bytes = [0; 32];
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err("a digest is 64 hexadecimal digits");
        };
        if pairs.len() != bytes.len() {
            return Err("a digest is 64 hexadecimal digits");
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                return Err("a digest is 64 hexadecimal digits");
            };
            *byte = (high << 4 | low) as u8;
        }
        Ok(Digest(bytes))
    }
}

fn bytes(fields: Fields) -> Vec<(String, Vec<u8>)> {
    let field = |(name, value): (String, String)| (name, value.into_bytes());
    fields.into_iter().map(field).collect()
}

impl SeenEndpoint {
    fn plain(self) -> Endpoint {
        let mut endpoint = Endpoint::new(self.name, self.url);
        endpoint.region = self.region;
        endpoint.dns_ttl_secs = self.dns_ttl_secs;
        endpoint.handshakes = self
            .handshakes
            .into_iter()
            .map(SeenHandshake::plain)
            .collect();
        endpoint.visits = self.visits.into_iter().map(SeenVisit::plain).collect();
        endpoint
    }
}

impl SeenVisit {
    fn plain(self) -> Visit {
        let mut visit = Visit::new(self.path, self.url);
        visit.integrity = self.integrity;
        visit.exchanges = self
            .exchanges
            .into_iter()
            .filter_map(SeenExchange::plain)
            .collect();
        visit
    }
}

impl SeenExchange {
    /// `None` of a probe that this release does not know.
    fn plain(self) -> Option<Exchange> {
        let probe = Probe::ALL
            .iter()
            .find(|probe| probe.as_str() == self.probe)?;
        let outcome = match self.outcome {
            SeenOutcome::Response(response) => Outcome::Response(response.plain()),
            SeenOutcome::Failure(failure) => Outcome::Failed(failure.plain()),
        };
        let mut exchange = Exchange::new(*probe, outcome);
        let hop = |hop: SeenHop| Hop::new(hop.url, hop.status, bytes(hop.fields), hop.target);
        exchange.hops = self.hops.into_iter().map(hop).collect();
        Some(exchange)
    }
}

impl SeenResponse {
    fn plain(self) -> Response {
        let mut response = Response::new(self.status, bytes(self.fields));
        if let Some(seen) = self.body {
            let mut body = Body::default();
            body.length = seen.length;
            body.decoded_length = seen.decoded_length;
            body.digest = seen.digest.map(|digest| digest.0);
            body.prefix = seen.prefix.into_bytes();
            body.end = match seen.end {
                SeenEnd::Whole => BodyEnd::Whole,
                SeenEnd::Cut => BodyEnd::Cut,
                SeenEnd::TooLong => BodyEnd::TooLong,
                SeenEnd::TimedOut => BodyEnd::TimedOut,
            };
            response.body = body;
        }
        response
    }
}

impl SeenFailure {
    fn plain(self) -> Failure {
        let kind = match self.kind {
            SeenFailureKind::NameNotResolved => FailureKind::NameNotResolved,
            SeenFailureKind::Connection => FailureKind::Connection,
            SeenFailureKind::Tls => FailureKind::Tls,
            SeenFailureKind::TimedOut => FailureKind::TimedOut,
            SeenFailureKind::Protocol => FailureKind::Protocol,
            SeenFailureKind::RedirectLoop => FailureKind::RedirectLoop,
        };
        Failure::new(kind, self.text)
    }
}

impl SeenHandshake {
    fn plain(self) -> Handshake {
        let mut handshake = Handshake::new(self.address, self.server_name);
        handshake.failure = self.failure;
        handshake.version = self.version.map(|version| match version {
            SeenVersion::Tls10 => TlsVersion::Tls10,
            SeenVersion::Tls11 => TlsVersion::Tls11,
            SeenVersion::Tls12 => TlsVersion::Tls12,
            SeenVersion::Tls13 => TlsVersion::Tls13,
        });
        handshake.alpn = self.alpn;
        handshake.chain = self.chain.into_iter().map(SeenCertificate::plain).collect();
        handshake.trust = match self.trust {
            SeenTrust::Unchecked => Trust::Unchecked,
            SeenTrust::Anchored => Trust::Anchored,
            SeenTrust::UnknownIssuer => Trust::UnknownIssuer,
            SeenTrust::Refused(why) => Trust::Refused(why),
        };
        handshake.ocsp = self.ocsp.map(|seen| {
            let status = match seen.status {
                SeenOcspStatus::Good => OcspStatus::Good,
                SeenOcspStatus::Revoked => OcspStatus::Revoked,
                SeenOcspStatus::Unknown => OcspStatus::Unknown,
                SeenOcspStatus::Unreadable => OcspStatus::Unreadable,
            };
            Ocsp::new(status, seen.next_update.map(Timestamp::from_secs))
        });
        handshake
    }
}

impl SeenCertificate {
    fn plain(self) -> Certificate {
        let mut certificate = Certificate::default();
        certificate.subject = self.subject;
        certificate.issuer = self.issuer;
        certificate.names = self.names;
        certificate.not_before = Timestamp::from_secs(self.not_before);
        certificate.not_after = Timestamp::from_secs(self.not_after);
        certificate.digest = self.digest.0;
        certificate.ocsp_responder = self.ocsp_responder;
        certificate.must_staple = self.must_staple;
        certificate
    }
}
