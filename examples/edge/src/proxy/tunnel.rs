//! A connection after an upgrade: bytes go through both ways, whatever they
//! mean, at the pace of whoever takes them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::Instant;
use tracing::debug;

use super::Inbound;
use super::frames::{Code, Frames};
use super::served::Served;
use super::upgrade::{Switched, Upgrade};
use crate::app::App;
use crate::upstream::Endpoint;

/// What is read at once; a side that takes nothing holds up so much.
const PIECE: usize = 8 * 1024;

/// In which a client takes the proxy's last word.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection that is to be joined with an upstream's. Where it never is, as
/// the client is gone, the record of the request ends with it.
#[derive(Debug)]
pub(crate) struct Tunnel {
    app: Arc<App>,
    switched: Switched,
    /// Has a place among the upgrades, and keeps it.
    inbound: Arc<Inbound>,
    served: Served,
}

impl Tunnel {
    pub(super) fn new(
        app: &Arc<App>,
        switched: Switched,
        mut served: Served,
        inbound: Arc<Inbound>,
    ) -> Tunnel {
        // Until both sides have ended it well.
        served.cut();
        Tunnel {
            app: Arc::clone(app),
            switched,
            served,
            inbound,
        }
    }

    /// Goes on until both sides have ended, one has failed, neither has sent
    /// anything for too long, or nobody may use the endpoint any more.
    pub(crate) async fn run(mut self, client: Upgraded) {
        let target = self.inbound.target();
        let Switched {
            upstream,
            endpoint,
            in_flight: _in_flight,
        } = self.switched;
        let upstream = match upstream.await {
            Ok(upstream) => upstream,
            Err(error) => return debug!(target, %error, "the upstream is gone after its 101"),
        };
        let idle = self.app.site.load().timeouts.upgrade_idle_ms;
        let (client, upstream) = (TokioIo::new(client), TokioIo::new(upstream));
        let mut join = Join::new(client, upstream, Duration::from_millis(idle.into()));
        if self
            .inbound
            .upgrade
            .as_ref()
            .is_some_and(Upgrade::is_websocket)
        {
            join.down.frames = Some(Frames::default());
        }
        let ended = tokio::select! {
            biased;
            ended = std::future::poll_fn(|cx| join.poll(cx)) => ended,
            code = no_longer(&self.app, &self.inbound, &endpoint) => Ok(Ended::Told(code)),
        };
        self.served.transferred(join.down.bytes, join.up.bytes);
        match ended {
            Ok(Ended::Both) => self.served.not_cut(),
            Ok(Ended::Told(code)) => {
                debug!(target, endpoint = &*endpoint.id, ?code, "tunnel ended");
                // Nothing more of it may reach the client.
                drop(join.upstream);
                if join.down.frames.is_some_and(|frames| frames.is_between()) {
                    // Who does not take it sees the end alone.
                    let _ = tokio::time::timeout(FAREWELL, say(join.client, code)).await;
                }
            }
            Ok(Ended::Idle) => debug!(target, "nothing came for too long after an upgrade"),
            Err(error) => debug!(target, %error, "cut after an upgrade"),
        }
    }
}

/// Waits until a tunnel may not go on: its endpoint is out of service, the
/// proxy ends, or a reload has taken the endpoint from this client.
async fn no_longer(app: &App, inbound: &Inbound, endpoint: &Endpoint) -> Code {
    let mut told = app.tunnels.subscribe();
    // A document may have taken over since the request was let go.
    told.mark_changed();
    let told = async move {
        // It fails only if the sender is gone, which the app has.
        while told.changed().await.is_ok() {
            if *told.borrow_and_update() {
                return Code::GoingAway;
            }
            let site = app.site.load();
            let stays = (inbound.upgrade.as_ref())
                .is_some_and(|upgrade| upgrade.may_stay(&site, inbound, endpoint));
            if !stays {
                break;
            }
        }
        Code::ServiceRestart
    };
    tokio::select! {
        () = endpoint.shut() => Code::ServiceRestart,
        code = told => code,
    }
}

/// Tells a client why, and waits until it has seen that: what it sends
/// meanwhile would else reset the connection, and take the news with it.
async fn say(mut client: impl AsyncRead + AsyncWrite + Unpin, code: Code) -> io::Result<()> {
    client.write_all(&code.frame()).await?;
    client.shutdown().await?;
    tokio::io::copy(&mut client, &mut tokio::io::sink()).await?;
    Ok(())
}

/// How a tunnel came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Both,
    Idle,
    /// The proxy ends it.
    Told(Code),
}

/// Two streams, each the other's continuation.
struct Join<C, U> {
    client: C,
    upstream: U,
    up: Pipe,
    down: Pipe,
    idle: Duration,
    /// When bytes last moved.
    moved: Instant,
    timer: Pin<Box<tokio::time::Sleep>>,
}

impl<C, U> Join<C, U>
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    fn new(client: C, upstream: U, idle: Duration) -> Join<C, U> {
        let now = Instant::now();
        Join {
            client,
            upstream,
            up: Pipe::default(),
            down: Pipe::default(),
            idle,
            moved: now,
            timer: Box::pin(tokio::time::sleep_until(now + idle)),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Ended>> {
        let before = (self.up.moves, self.down.moves);
        let up = self.up.poll(cx, &mut self.client, &mut self.upstream)?;
        let down = self.down.poll(cx, &mut self.upstream, &mut self.client)?;
        if up.is_ready() && down.is_ready() {
            return Poll::Ready(Ok(Ended::Both));
        }
        if before != (self.up.moves, self.down.moves) {
            self.moved = Instant::now();
        }
        // Looked at when it rings, and not set anew with each byte.
        while self.timer.as_mut().poll(cx).is_ready() {
            let until = self.moved + self.idle;
            if until <= Instant::now() {
                return Poll::Ready(Ok(Ended::Idle));
            }
            self.timer.as_mut().reset(until);
        }
        Poll::Pending
    }
}

/// One direction.
#[derive(Debug, Default)]
struct Pipe {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    state: State,
    /// Something was written that may not be out yet.
    unflushed: bool,
    bytes: u64,
    /// Where what was written stands in its frames, if it has any.
    frames: Option<Frames>,
    /// Counts reads and writes that moved something.
    moves: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// Nothing more comes; what came is on its way.
    Ending,
    Ended,
}

impl Pipe {
    /// Goes on as far as both sides let it; ready once the reader has ended,
    /// and the writer was told (RFC 9293 §3.6: the other direction goes on).
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> Poll<io::Result<()>>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        // So that one busy direction leaves the other, and the worker, alone.
        for _ in 0..16 {
            while self.start < self.end {
                let rest = &self.buffer[self.start..self.end];
                let count = ready!(Pin::new(&mut *writer).poll_write(cx, rest))?;
                if count == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                if let Some(frames) = &mut self.frames {
                    frames.follow(&rest[..count]);
                }
                self.start += count;
                self.bytes += count as u64;
                self.moves += 1;
                self.unflushed = true;
            }
            match self.state {
                State::Open => {
                    if self.buffer.is_empty() {
                        self.buffer = vec![0; PIECE].into();
                    }
                    let mut place = ReadBuf::new(&mut self.buffer);
                    match Pin::new(&mut *reader).poll_read(cx, &mut place)? {
                        Poll::Ready(()) => {
                            (self.start, self.end) = (0, place.filled().len());
                            self.moves += 1;
                            if self.end == 0 {
                                self.state = State::Ending;
                            }
                        }
                        Poll::Pending => {
                            if self.unflushed {
                                ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                                self.unflushed = false;
                            }
                            return Poll::Pending;
                        }
                    }
                }
                State::Ending => {
                    ready!(Pin::new(&mut *writer).poll_shutdown(cx))?;
                    self.state = State::Ended;
                }
                State::Ended => return Poll::Ready(Ok(())),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
