//! Asks the world without a network, as the command line does with one.

use hedgerow::asset::{Rules, classify};
use hedgerow::audit::{
    Body, BodyEnd, Certificate, Endpoint, Exchange, Failure, FailureKind, FindingId, Handshake,
    Hop, Observations, Outcome, Probe, ProbeRequest, Response, Settings, TlsVersion, Trust, Visit,
    audit,
};
use hedgerow::types::Timestamp;

use crate::world::{Ask, PAGE_ORIGIN, Reply};

pub(crate) const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

/// A server: what it replies at which endpoint.
pub(crate) type Server<'a> = &'a dyn Fn(&Ask<'_>) -> Reply;

/// What is seen of two endpoints that serve these assets.
pub(crate) fn observe(assets: &[&str], server: Server<'_>) -> Observations {
    let mut seen = Observations::new(Timestamp::from_secs(NOW));
    seen.page_origin = Some(PAGE_ORIGIN.to_owned());
    seen.is_whole_row = true;
    for (at, region) in ["eu", "us"].into_iter().enumerate() {
        let name = format!("cdn{}", at + 1);
        let host = format!("{name}.example.com");
        let mut endpoint = Endpoint::new(name, format!("https://{host}"));
        endpoint.region = Some(region.to_owned());
        endpoint.dns_ttl_secs = Some(60);
        endpoint
            .handshakes
            .push(handshake(&format!("192.0.2.{}:443", at + 1), &host));
        for path in assets {
            let url = format!("https://{host}{path}");
            endpoint.visits.push(visit(at, path, &url, server));
        }
        seen.endpoints.push(endpoint);
    }
    seen
}

/// A handshake in which all is well.
pub(crate) fn handshake(address: &str, host: &str) -> Handshake {
    let mut handshake = Handshake::new(address, host);
    handshake.version = Some(TlsVersion::Tls13);
    handshake.alpn = Some("h2".to_owned());
    handshake.trust = Trust::Anchored;
    let mut leaf = Certificate::default();
    leaf.subject = format!("CN={host}");
    leaf.issuer = "CN=Issuing CA".to_owned();
    leaf.names = vec!["*.example.com".to_owned()];
    leaf.not_before = Timestamp::from_secs(NOW - 30 * DAY);
    leaf.not_after = Timestamp::from_secs(NOW + 60 * DAY);
    leaf.digest = [1; 32];
    let mut issuer = Certificate::default();
    issuer.subject = leaf.issuer.clone();
    issuer.issuer = "CN=Root CA".to_owned();
    issuer.not_after = Timestamp::from_secs(NOW + 900 * DAY);
    handshake.chain = vec![leaf, issuer];
    handshake
}

fn visit(at: usize, path: &str, url: &str, server: Server<'_>) -> Visit {
    let class = classify(path, &Rules::default()).class;
    let mut visit = Visit::new(path, url);
    let request = |probe: Probe, url: &str, first: Option<&Response>| {
        probe.request(class, url, Some(PAGE_ORIGIN), first)
    };
    let get = request(Probe::Get, url, None).expect("is always asked");
    let (get, last) = follow(at, &get, server);
    let first = get.response().cloned();
    visit.exchanges.push(get);
    for &probe in Probe::ALL.iter().filter(|&&probe| probe != Probe::Get) {
        if let Some(request) = request(probe, &last, first.as_ref()) {
            let response = respond(at, &request, &request.url, server);
            visit
                .exchanges
                .push(Exchange::new(probe, Outcome::Response(response)));
        }
    }
    visit
}

/// Follows redirects; says where they led.
fn follow(at: usize, request: &ProbeRequest, server: Server<'_>) -> (Exchange, String) {
    const MOST: usize = 10;
    let mut url = request.url.clone();
    let mut hops = Vec::new();
    loop {
        let response = respond(at, request, &url, server);
        let location = response
            .fields
            .iter()
            .find(|(name, _)| name == "location")
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let Some(location) = location.filter(|_| (300..400).contains(&response.status)) else {
            let mut exchange = Exchange::new(Probe::Get, Outcome::Response(response));
            exchange.hops = hops;
            return (exchange, url);
        };
        let target = if location.starts_with('/') {
            let host_end = url[8..].find('/').map_or(url.len(), |end| end + 8);
            format!("{}{location}", &url[..host_end])
        } else {
            location
        };
        hops.push(Hop::new(&url, response.status, response.fields, &target));
        if hops.len() > MOST {
            let failure = Failure::new(FailureKind::RedirectLoop, "11 redirects");
            let mut exchange = Exchange::new(Probe::Get, Outcome::Failed(failure));
            exchange.hops = hops;
            return (exchange, url);
        }
        url = target;
    }
}

fn respond(at: usize, request: &ProbeRequest, url: &str, server: Server<'_>) -> Response {
    let fields: Vec<(String, String)> = request
        .fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let (scheme, rest) = url.split_once("://").expect("is absolute");
    let path = &rest[rest.find('/').expect("has a path")..];
    let reply = server(&Ask {
        endpoint: at,
        is_tls: scheme == "https",
        method: request.method,
        path,
        now: NOW,
        fields: &fields,
    });
    response(&reply)
}

/// What a client makes of a reply: it undoes what `Content-Encoding` names.
fn response(reply: &Reply) -> Response {
    let fields = reply
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
        .collect();
    let mut response = Response::new(reply.status, fields);
    let declared: Vec<&str> = reply
        .get("content-encoding")
        .map(|value| value.split(", ").collect())
        .unwrap_or_default();
    let mut left = reply.codings.clone();
    let is_decoded = declared
        .iter()
        .rev()
        .all(|coding| left.pop() == Some(coding));
    // As if compression halved it each time.
    let content = if left.is_empty() {
        reply.body.clone()
    } else {
        [b"\x1f\x8b\x08", reply.body.as_slice()].concat()
    };
    let mut body = Body::whole(&content, digest(&content));
    body.length = reply.body.len() as u64 >> reply.codings.len();
    if !is_decoded {
        (body.decoded_length, body.digest) = (None, None);
        body.prefix.clear();
    }
    if reply.is_cut {
        (body.end, body.digest) = (BodyEnd::Cut, None);
    }
    response.body = body;
    response
}

/// Tells bodies apart; what it is made of is the client's affair.
fn digest(content: &[u8]) -> [u8; 32] {
    let mut digest = [0u8; 32];
    for (at, byte) in content.iter().enumerate() {
        let place = &mut digest[at % 32];
        *place = place.rotate_left(3) ^ byte;
    }
    digest
}

/// The ids of what is found, each once.
pub(crate) fn found(settings: &Settings, seen: &Observations) -> Vec<FindingId> {
    let mut ids: Vec<_> = audit(settings, seen)
        .findings
        .iter()
        .map(|finding| finding.id)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
