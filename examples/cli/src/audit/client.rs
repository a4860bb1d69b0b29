//! Requests over HTTP/1.1 and HTTP/2, each within its time.

use super::args::Network;
use super::body;
use super::clock;
use super::connect::Connector;
use super::dns;
use super::pace::Paced;
use anyhow::Result;
use bytes::Bytes;
use hedgerow::audit::{Failure, FailureKind, Handshake, ProbeRequest, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::header::{HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

const AGENT: &str = concat!("hedgerow-audit/", env!("CARGO_PKG_VERSION"));

/// Makes requests, one after the other, and keeps the connection between them.
#[derive(Debug)]
pub(super) struct Client {
    connector: Connector,
    wait: Duration,
    /// When all must have ended.
    end: Instant,
    max_body: usize,
    kept: Option<(String, Connection)>,
}

/// A response, and whether its body fits the integrity that was given.
pub(super) type Answer = (Response, Option<bool>);

/// A connection, which ends when it is dropped: a server that never stops
/// sending would keep its task going, and from the others' turn.
#[derive(Debug)]
struct Connection {
    sender: Sender,
    task: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
enum Sender {
    H1(http1::SendRequest<Empty<Bytes>>),
    H2(http2::SendRequest<Empty<Bytes>>),
}

impl Client {
    pub(super) fn new(network: &Network) -> Result<Client> {
        let end = clock::now() + network.max_time;
        Ok(Client {
            connector: Connector::new(network, end)?,
            wait: network.timeout,
            end,
            max_body: network.max_body,
            kept: None,
        })
    }

    /// Whether the audit's own time is over, so that what fails now is no fault
    /// of the endpoint.
    pub(super) fn is_over(&self) -> bool {
        clock::now() >= self.end
    }

    /// A TLS handshake with each of the addresses of an endpoint. If none
    /// answers, the requests tell; and one may be out of reach from here, as
    /// IPv6 often is, unless another of its family answers.
    pub(super) async fn handshakes(&self, url: &Url) -> Vec<Handshake> {
        let mut seen = Vec::new();
        let mut answering = Vec::new();
        let mut silent = Vec::new();
        if url.scheme() != "https" {
            return seen;
        }
        for address in self.connector.addresses(url).await.unwrap_or_default() {
            let met = self.connector.tls(address, url).await;
            if self.is_over() {
                break;
            }
            match met {
                Ok((handshake, _)) => {
                    seen.push(handshake);
                    answering.push(address);
                }
                Err(failure) => silent.push((address, failure)),
            }
        }
        for (address, failure) in silent {
            let is_near = |other: &SocketAddr| other.is_ipv4() == address.is_ipv4();
            if answering.iter().any(is_near) && !self.is_over() {
                let host = url.host_str().unwrap_or_default();
                let mut handshake = Handshake::new(address.to_string(), host);
                handshake.failure = Some(failure.text);
                seen.push(handshake);
            }
        }
        seen
    }

    /// How long the DNS record of an endpoint may be cached, in seconds.
    pub(super) async fn dns_ttl(&self, url: &Url) -> Option<u32> {
        match url.host()? {
            Host::Domain(host) if !self.connector.is_given(url) => dns::ttl(host, self.end).await,
            _ => None,
        }
    }

    /// Asks `url` what `request` asks. Redirects are not followed.
    pub(super) async fn ask(
        &mut self,
        request: &ProbeRequest,
        url: &Url,
        integrity: Option<&str>,
    ) -> Result<Answer, Failure> {
        let origin = url.origin().ascii_serialization();
        let kept = self.kept.take().filter(|(known, _)| *known == origin);
        if let Some((_, connection)) = kept {
            // A server may end a connection at any time; a new one then tells.
            match self.ask_over(connection, request, url, integrity).await {
                Err(failure) if failure.kind == FailureKind::Connection => {}
                done => return done,
            }
        }
        let connection = self.connect(url).await?;
        self.ask_over(connection, request, url, integrity).await
    }

    async fn connect(&self, url: &Url) -> Result<Connection, Failure> {
        let mut last = Failure::new(FailureKind::Connection, "there is no address");
        for address in self.connector.addresses(url).await? {
            if self.is_over() {
                return Err(out_of_time());
            }
            match self.connect_to(address, url).await {
                Ok(connection) => return Ok(connection),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    async fn connect_to(&self, address: SocketAddr, url: &Url) -> Result<Connection, Failure> {
        if url.scheme() != "https" {
            return h1(self.connector.tcp(address).await?).await;
        }
        let (handshake, stream) = self.connector.tls(address, url).await?;
        if handshake.alpn.as_deref() == Some("h2") {
            h2(stream?).await
        } else {
            h1(stream?).await
        }
    }

    async fn ask_over(
        &mut self,
        mut connection: Connection,
        request: &ProbeRequest,
        url: &Url,
        integrity: Option<&str>,
    ) -> Result<Answer, Failure> {
        let is_h2 = matches!(connection.sender, Sender::H2(_));
        let message = message(request, url, is_h2)?;
        let deadline = (clock::now() + self.wait).min(self.end);
        let answered = timeout_at(deadline, async {
            match &mut connection.sender {
                Sender::H1(sender) => {
                    sender.ready().await?;
                    sender.send_request(message).await
                }
                Sender::H2(sender) => {
                    sender.ready().await?;
                    sender.send_request(message).await
                }
            }
        })
        .await;
        let response: hyper::Response<Incoming> = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(failure(&error)),
            Err(_) if self.is_over() => return Err(out_of_time()),
            Err(_) => {
                let text = format!("no response within {:?}", self.wait);
                return Err(Failure::new(FailureKind::TimedOut, text));
            }
        };
        let (head, content) = response.into_parts();
        let fields: Vec<_> = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let mut response = Response::new(head.status.as_u16(), fields);
        let read = body::read(content, self.max_body, self.wait, self.end).await;
        let is_reusable = read.is_whole;
        let (body, fits) = read.into_body(&response.fields, integrity);
        response.body = body;
        if is_reusable {
            self.kept = Some((url.origin().ascii_serialization(), connection));
        }
        Ok((response, fits))
    }
}

fn message(
    request: &ProbeRequest,
    url: &Url,
    is_h2: bool,
) -> Result<hyper::Request<Empty<Bytes>>, Failure> {
    let failed = |text: String| Failure::new(FailureKind::Protocol, text);
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let target = if is_h2 {
        format!("{}://{authority}{target}", url.scheme())
    } else {
        target.to_owned()
    };
    let mut message = hyper::Request::builder()
        .method(request.method)
        .uri(target)
        .header(USER_AGENT, AGENT);
    if !is_h2 {
        message = message.header(HOST, authority);
    }
    for (name, value) in &request.fields {
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|error| failed(format!("{name}: {error}")))?;
        message = message.header(HeaderName::from_static(name), value);
    }
    message
        .body(Empty::new())
        .map_err(|error| failed(error.to_string()))
}

/// How long a response's head may be, in bytes.
const MAX_HEAD: usize = 64 << 10;

async fn h1<S>(stream: S) -> Result<Connection, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(Paced::new(stream)))
        .await
        .map_err(|error| failure(&error))?;
    // What goes wrong with it is told to the request, too.
    let task = tokio::spawn(async { connection.await.ok() });
    Ok(Connection {
        sender: Sender::H1(sender),
        task: task.abort_handle(),
    })
}

async fn h2<S>(stream: S) -> Result<Connection, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(Paced::new(stream)))
            .await
            .map_err(|error| failure(&error))?;
    let task = tokio::spawn(async { connection.await.ok() });
    Ok(Connection {
        sender: Sender::H2(sender),
        task: task.abort_handle(),
    })
}

fn failure(error: &hyper::Error) -> Failure {
    let kind = if error.is_parse() {
        FailureKind::Protocol
    } else if error.is_timeout() {
        FailureKind::TimedOut
    } else {
        FailureKind::Connection
    };
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    Failure::new(kind, format!("{error}{}", cause.unwrap_or_default()))
}

fn out_of_time() -> Failure {
    Failure::new(FailureKind::TimedOut, "the audit's own time was over")
}
