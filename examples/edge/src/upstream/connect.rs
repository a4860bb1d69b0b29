//! Opens connections to one endpoint, whatever the request's own host is.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::stats::{Open, Stats};

/// Where connections go.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    pub(super) target: Arc<Target>,
}

#[derive(Debug)]
pub(super) struct Target {
    /// As the resolver takes it.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    /// For the name, TCP and TLS together.
    pub(super) timeout: Duration,
    pub(super) stats: Arc<Stats>,
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<EndpointStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let target = Arc::clone(&self.target);
        Box::pin(async move {
            tokio::time::timeout(target.timeout, target.open())
                .await
                .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
                .map(TokioIo::new)
        })
    }
}

impl Target {
    async fn open(&self) -> io::Result<EndpointStream> {
        let began = Instant::now();
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let dial = began.elapsed();
        // Small requests must not wait for an acknowledgement.
        tcp.set_nodelay(true)?;
        let (stream, tls) = match &self.tls {
            None => (Stream::Plain(tcp), None),
            Some((config, name)) => {
                let connector = TlsConnector::from(Arc::clone(config));
                let stream = connector.connect(name.clone(), tcp).await?;
                let tls = began.elapsed().saturating_sub(dial);
                (Stream::Tls(Box::new(stream)), Some(tls))
            }
        };
        Ok(EndpointStream {
            stream,
            used: Used::new(Opened { dial, tls }),
            _open: self.stats.open(),
        })
    }
}

/// How long it took to open a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    /// The name and TCP.
    pub(crate) dial: Duration,
    pub(crate) tls: Option<Duration>,
}

/// Whether a connection has brought a response before.
#[derive(Clone, Debug)]
pub(super) struct Used(Arc<(AtomicBool, Opened)>);

impl Used {
    fn new(opened: Opened) -> Used {
        Used(Arc::new((AtomicBool::new(false), opened)))
    }

    /// Marks it; how it was opened, unless it was marked before.
    pub(super) fn mark(&self) -> Option<Opened> {
        let (marked, opened) = &*self.0;
        (!marked.swap(true, Ordering::AcqRel)).then_some(*opened)
    }

    pub(super) fn is_marked(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }
}

/// A connection to an endpoint.
#[derive(Debug)]
pub(super) struct EndpointStream {
    stream: Stream,
    used: Used,
    _open: Open,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for EndpointStream {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.used.clone())
    }
}

impl AsyncRead for EndpointStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for EndpointStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Stream::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
