//! One connection of a client, from its first byte to its end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Request, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tracing::debug;

use super::io::ClientIo;
use super::state::{ConnectionState, Overdue};
use crate::app::App;
use crate::proxy::{self, Tunnel};
use hedgerow::config::edge::Limits;

/// hyper's own number, with which it needs no allocation for header lines.
const HYPER_HEADER_LINES: u32 = 100;
/// Streams of one HTTP/2 connection at once, as RFC 9113 §6.5.2 recommends at
/// least.
const STREAMS: u32 = 128;
const PING: std::time::Duration = std::time::Duration::from_secs(20);

/// For the last word of TLS.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(1);

const TIMED_OUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How connections are served.
fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    let mut http1 = builder.http1();
    // The connection's own state has the deadlines, which tell an idle
    // connection from a slow one.
    http1
        .header_read_timeout(None)
        .max_buf_size(limits.header_bytes as usize);
    if limits.header_lines != HYPER_HEADER_LINES {
        http1.max_headers(limits.header_lines as usize);
    }
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(limits.header_bytes)
        .max_concurrent_streams(STREAMS)
        .enable_connect_protocol()
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}

/// Serves a connection until it ends, is overdue, or `stop` is told and its
/// requests have ended. After an upgrade it has no requests, and goes on until
/// one side ends it.
pub(super) async fn serve<S>(
    stream: S,
    state: Arc<ConnectionState>,
    app: Arc<App>,
    stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let after = Arc::new(Mutex::new(None));
    speak(stream, state, app, stop, &after).await;
    let after = lock(&after).take();
    if let Some(after) = after {
        after.run().await;
    }
}

/// The part in which HTTP is spoken. What is to be done after it is left in
/// `after`.
async fn speak<S>(
    stream: S,
    state: Arc<ConnectionState>,
    app: Arc<App>,
    mut stop: watch::Receiver<bool>,
    after: &Arc<Mutex<Option<After>>>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(ClientIo::new(stream, Arc::clone(&state)));
    let service = {
        let (app, state) = (Arc::clone(&app), Arc::clone(&state));
        let after = Arc::clone(after);
        service_fn(move |mut request: Request<Incoming>| {
            let (app, state) = (Arc::clone(&app), Arc::clone(&state));
            let after = Arc::clone(&after);
            async move {
                let client = request.extensions_mut().remove::<OnUpgrade>();
                let is_stream = request.version() == Version::HTTP_2;
                let (response, tunnel) = proxy::handle(app, state, request).await;
                match (client, tunnel) {
                    // A stream ends, however its tunnel does, with its
                    // connection.
                    (Some(client), Some(tunnel)) if is_stream => {
                        let tunnel = Some(tunnel);
                        tokio::spawn(After { client, tunnel }.run());
                    }
                    (Some(client), tunnel) if !is_stream => {
                        *lock(&after) = Some(After { client, tunnel });
                    }
                    _ => {}
                }
                Ok::<_, Infallible>(response)
            }
        })
    };
    let (builder, timeouts) = {
        let site = app.site.load();
        (builder(&site.limits), site.timeouts)
    };
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    let mut check = pin!(tokio::time::sleep_until(tokio::time::Instant::now()));
    let mut ending = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    debug!(peer = %state.peer, %error, "connection ended");
                }
                return;
            }
            () = check.as_mut() => match state.check(&timeouts) {
                Ok(next) => check.as_mut().reset(app.clock.deadline(next)),
                Err(Overdue::Idle) if !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                    let soon = tokio::time::Instant::now() + std::time::Duration::from_millis(100);
                    check.as_mut().reset(soon);
                }
                Err(Overdue::Head) => {
                    debug!(peer = %state.peer, "request head took too long");
                    state.interim.refuse(TIMED_OUT);
                    // Once, so that the refusal gets out.
                    let once = std::future::poll_fn(|cx| {
                        let _ = connection.as_mut().poll(cx);
                        std::task::Poll::Ready(())
                    });
                    return once.await;
                }
                Err(overdue) => {
                    debug!(peer = %state.peer, ?overdue, "connection closed");
                    return;
                }
            },
            told = told_to(&mut stop), if !ending => {
                ending = true;
                if told {
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// What becomes of a connection after HTTP/1.1 on it has ended, if one of its
/// requests has asked for another protocol.
struct After {
    client: OnUpgrade,
    tunnel: Option<Tunnel>,
}

impl After {
    async fn run(self) {
        // It fails where nothing is left to go on with.
        let Ok(client) = self.client.await else {
            return;
        };
        match self.tunnel {
            Some(tunnel) => tunnel.run(client).await,
            None => {
                // hyper leaves this to whoever could have had the connection.
                let mut client = TokioIo::new(client);
                let _ = tokio::time::timeout(FAREWELL, client.shutdown()).await;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until it is told to end; `false`: nobody is left who could.
async fn told_to(stop: &mut watch::Receiver<bool>) -> bool {
    stop.wait_for(|stop| *stop).await.is_ok()
}
