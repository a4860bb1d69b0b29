//! One endpoint: its address, its connections, and how a request goes there.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hedgerow::config::edge::{Limits, UpstreamEndpoint};
use hedgerow::types::Reason;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::connect::{Connector, Target, Used};
use super::fault::Faults;
use super::shut::Shut;
use super::{AttemptBody, Stats};
use crate::proxy::Switch;

/// Shorter than what servers keep connections open for, so that few requests
/// meet a closed one.
const IDLE: Duration = Duration::from_secs(25);
const IDLE_CONNECTIONS: usize = 256;

/// An endpoint that requests can be sent to.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: Arc<str>,
    pub(crate) host: HeaderValue,
    authority: String,
    url: Box<str>,
    /// The URL's own path, without its last slash.
    base: String,
    client: Client<Connector, AttemptBody>,
    pub(crate) stats: Arc<Stats>,
    pub(super) shut: Shut,
    /// What a drill puts before it.
    pub(super) faults: Arc<Faults>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttemptError {
    pub(crate) reason: Reason,
    /// Whether the endpoint may have seen any of the request.
    pub(crate) sent: bool,
    /// What the sockets, TLS or HTTP said of it.
    pub(crate) text: Box<str>,
}

impl Endpoint {
    /// An endpoint; what was counted of `before`, which has the same name, goes
    /// on.
    pub(crate) fn new(
        plain: &UpstreamEndpoint,
        tls: &Arc<ClientConfig>,
        connect_timeout: Duration,
        limits: &Limits,
        before: Option<&Endpoint>,
    ) -> Result<Endpoint> {
        let url = &plain.url;
        let host = url.host_str().context("the URL has no host")?;
        // As the resolver and TLS take an IPv6 address.
        let bare = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let port = url.port_or_known_default().context("the URL has no port")?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let tls = match url.scheme() {
            "https" => {
                let name = plain.sni.as_ref().map_or(bare.as_str(), |sni| sni.as_str());
                let name = ServerName::try_from(name.to_owned())
                    .with_context(|| format!("{name} is no name that a certificate can have"))?;
                Some((Arc::clone(tls), name))
            }
            _ => None,
        };
        let stats = before.map(|before| Arc::clone(&before.stats));
        let stats = stats.unwrap_or_default();
        let shut = before.map(|before| before.shut.clone()).unwrap_or_default();
        let faults = before.map(|before| Arc::clone(&before.faults));
        let target = Target {
            stats: Arc::clone(&stats),
            host: bare,
            port,
            tls,
            timeout: connect_timeout,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .http1_max_buf_size(limits.header_bytes as usize)
            .http1_max_headers(limits.header_lines as usize)
            .set_host(false)
            .build(Connector {
                target: Arc::new(target),
            });
        let named = plain
            .host
            .as_ref()
            .map_or(authority.as_str(), |host| host.as_str());
        Ok(Endpoint {
            id: plain.id.as_str().into(),
            host: HeaderValue::from_str(named)?,
            base: url.path().trim_end_matches('/').to_owned(),
            url: url.as_str().into(),
            authority,
            client,
            stats,
            shut,
            faults: faults.unwrap_or_default(),
        })
    }

    /// Whether both have the same name and stand at the same place.
    pub(super) fn is(&self, other: &Endpoint) -> bool {
        self.id == other.id && self.url == other.url
    }

    /// Waits until nobody may use it: it is down or in maintenance, or those
    /// who could stay while it was drained have to go.
    pub(crate) async fn shut(&self) {
        self.shut.wait().await;
    }

    /// Sends a request whose URI is a path and query. Ends with the response's
    /// head.
    pub(crate) async fn send(
        &self,
        mut request: Request<AttemptBody>,
    ) -> Result<Response<Incoming>, AttemptError> {
        self.faults.meet().await?;
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let uri = Uri::builder()
            .scheme("http")
            .authority(self.authority.as_str())
            .path_and_query(format!("{}{path}", self.base))
            .build()
            .map_err(|error| AttemptError {
                reason: Reason::NetworkError,
                sent: false,
                text: error.to_string().into(),
            })?;
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_11;
        let asked = Switch::asked(request.headers());
        let again = is_repeatable(&request).then(|| copy(&request));
        let mut result = self.client.request(request).await;
        // A kept connection may be closed by the endpoint just when a request
        // goes out on it, which says nothing of the endpoint's health
        // (RFC 9112 §9.3.1).
        if let (Err(error), Some(again)) = (&result, again)
            && met_closed_connection(error)
        {
            result = self.client.request(again).await;
        }
        let mut response = result.map_err(|error| AttemptError {
            reason: reason(&error),
            sent: !error.is_connect(),
            text: text(&error),
        })?;
        if let Some(used) = response.extensions().get::<Used>() {
            match used.mark() {
                Some(opened) => drop(response.extensions_mut().insert(opened)),
                None => self.stats.reused.add(1),
            }
        }
        self.stats.answered(response.status().as_u16());
        if !is_understood(&response, asked.as_ref()) || !is_length_plain(response.headers_mut()) {
            return Err(AttemptError {
                reason: Reason::WrongContent,
                sent: true,
                text: "the answer is to another question".into(),
            });
        }
        if response.headers().contains_key(TRANSFER_ENCODING) {
            // RFC 9112 §6.3: the length that counts is that of the chunks.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        Ok(response)
    }
}

/// Whether it answers what was asked: no other protocol than this one
/// (RFC 9110 §15.2.2), and no transfer coding but the chunks, the only one that
/// is taken off (RFC 9112 §6.1).
fn is_understood(response: &Response<Incoming>, asked: Option<&Switch>) -> bool {
    let mut codings = response.headers().get_all(TRANSFER_ENCODING).iter();
    let coded = codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    !coded
        && (response.status() != StatusCode::SWITCHING_PROTOCOLS
            || asked.is_some_and(|asked| asked.is_answered(response.headers())))
}

/// Whether the length that is declared is one number, as which it goes on:
/// RFC 9112 §6.3 takes what is said twice alike for once.
fn is_length_plain(headers: &mut HeaderMap) -> bool {
    let lines = headers.get_all(CONTENT_LENGTH).iter();
    let mut members = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let Some(first) = members.next() else {
        return true;
    };
    let number = |member: &[u8]| {
        let digits = member.trim_ascii();
        let plain = digits.iter().all(u8::is_ascii_digit);
        let text = str::from_utf8(digits).ok().filter(|_| plain)?;
        text.parse::<u64>().ok()
    };
    let length = number(first);
    let alike = length.is_some() && members.all(|member| number(member) == length);
    if let Some(length) = length.filter(|_| alike) {
        headers.insert(CONTENT_LENGTH, length.into());
    }
    alike
}

fn is_repeatable(request: &Request<AttemptBody>) -> bool {
    request.method().is_idempotent() && request.body().is_end_stream()
}

/// The same request, without body.
fn copy(request: &Request<AttemptBody>) -> Request<AttemptBody> {
    let mut copy = Request::new(AttemptBody::new(None));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    copy
}

/// Whether a connection that had brought a response before was closed.
fn met_closed_connection(error: &hyper_util::client::legacy::Error) -> bool {
    let closed = error
        .source()
        .and_then(|cause| cause.downcast_ref::<hyper::Error>())
        .is_some_and(|cause| cause.is_incomplete_message() || cause.is_closed() || is_reset(cause));
    let Some(connected) = error.connect_info().filter(|_| closed) else {
        return false;
    };
    let mut extras = http::Extensions::new();
    connected.get_extras(&mut extras);
    extras.get::<Used>().is_some_and(Used::is_marked)
}

fn is_reset(error: &hyper::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionReset};
    let io = error
        .source()
        .and_then(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| matches!(io.kind(), BrokenPipe | ConnectionReset))
}

/// What is behind an error, from its cause on.
fn text(error: &hyper_util::client::legacy::Error) -> Box<str> {
    let mut said: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_said = cause.to_string();
        // Some repeat their cause's words.
        if said
            .last()
            .is_none_or(|before| !before.ends_with(&cause_said))
        {
            said.push(cause_said);
        }
        source = cause.source();
    }
    said.join(": ").into()
}

fn reason(error: &hyper_util::client::legacy::Error) -> Reason {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::TimedOut
        {
            return Reason::Timeout;
        }
        source = cause.source();
    }
    Reason::NetworkError
}
