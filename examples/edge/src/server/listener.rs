//! Listeners, and how a new configuration replaces them without losing a
//! connection.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use arc_swap::ArcSwapOption;
use hedgerow::config::edge::{Edge, Listener};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tracing::{debug, info, warn};

use super::{connection, state::ConnectionState, tls};
use crate::app::App;

const BACKLOG: u32 = 4096;
/// After an `accept` that failed for want of file descriptors or memory.
const BREATH: Duration = Duration::from_millis(50);

/// What listens now.
#[derive(Debug)]
pub(crate) struct Listeners {
    running: HashMap<SocketAddr, Running>,
    slots: Arc<Semaphore>,
    most: u32,
    /// Told to end: the connections, as soon as their requests have.
    stop: watch::Sender<bool>,
    /// Told to end at once.
    cut: watch::Sender<bool>,
}

#[derive(Debug)]
struct Running {
    tls: Arc<ArcSwapOption<ServerConfig>>,
    /// Dropped, it ends the accepting.
    _accepting: watch::Sender<()>,
}

/// What will listen: everything that can fail has been done.
#[derive(Debug)]
pub(crate) struct Plan {
    listeners: Vec<(SocketAddr, Option<Arc<ServerConfig>>, Option<TcpListener>)>,
}

impl Listeners {
    pub(crate) fn new(connections: u32) -> Listeners {
        Listeners {
            running: HashMap::new(),
            slots: Arc::new(Semaphore::new(connections as usize)),
            most: connections,
            stop: watch::Sender::new(false),
            cut: watch::Sender::new(false),
        }
    }

    /// Reads certificates and binds what is not bound yet.
    pub(crate) fn plan(&self, edge: &Edge) -> Result<Plan> {
        let prepare = |listener: &Listener| {
            let address = listener.address;
            let tls = listener.tls.as_ref().map(tls::load).transpose()?;
            let bound = if self.running.contains_key(&address) {
                None
            } else {
                Some(bind(address).with_context(|| format!("cannot listen on {address}"))?)
            };
            Ok((address, tls, bound))
        };
        let listeners: Result<_> = edge.listen.iter().map(prepare).collect();
        Ok(Plan {
            listeners: listeners?,
        })
    }

    /// Reads certificates, and nothing else.
    pub(crate) fn check(edge: &Edge) -> Result<()> {
        let mut files = edge
            .listen
            .iter()
            .filter_map(|listener| listener.tls.as_ref());
        files.try_for_each(|files| tls::load(files).map(drop))
    }

    /// Begins what is new, goes on with what stays, ends accepting on the rest.
    /// Connections of an ended listener go on.
    pub(crate) fn apply(&mut self, plan: Plan, app: &Arc<App>) {
        let wanted: Vec<SocketAddr> = plan
            .listeners
            .iter()
            .map(|(address, ..)| *address)
            .collect();
        self.running.retain(|address, _| wanted.contains(address));
        for (address, tls, bound) in plan.listeners {
            if let Some(running) = self.running.get(&address) {
                running.tls.store(tls);
            } else if let Some(listener) = bound {
                let (accepting, ended) = watch::channel(());
                let acceptor = Acceptor {
                    tls: Arc::new(ArcSwapOption::new(tls)),
                    slots: Arc::clone(&self.slots),
                    stop: self.stop.subscribe(),
                    cut: self.cut.subscribe(),
                    app: Arc::clone(app),
                };
                let shown = listener.local_addr().unwrap_or(address);
                info!(address = %shown, tls = acceptor.tls.load().is_some(), "listening");
                let running = Running {
                    tls: Arc::clone(&acceptor.tls),
                    _accepting: accepting,
                };
                self.running.insert(address, running);
                tokio::spawn(acceptor.run(listener, ended));
            }
        }
    }

    /// Lets so many connections be open at once. Where they are more already,
    /// the next ones wait until they are not.
    pub(crate) fn resize(&mut self, connections: u32) {
        let (before, now) = (self.most, connections);
        self.most = connections;
        if now > before {
            self.slots.add_permits((now - before) as usize);
        } else if now < before {
            let slots = Arc::clone(&self.slots);
            tokio::spawn(async move {
                // It fails only if the semaphore is closed, which it never is.
                if let Ok(taken) = slots.acquire_many(before - now).await {
                    taken.forget();
                }
            });
        }
    }

    /// Accepts nothing more, and waits until every connection has ended.
    pub(crate) async fn drain(&mut self) {
        self.running.clear();
        self.stop.send_replace(true);
        // It fails only if the semaphore is closed, which it never is.
        let _ = self.slots.acquire_many(self.most).await;
    }

    /// Ends the connections as they are, before anything that they wait for
    /// is: else they might tell their clients of that.
    pub(crate) async fn cut(&mut self) {
        self.cut.send_replace(true);
        let _ = self.slots.acquire_many(self.most).await;
    }

    /// Connections now.
    pub(crate) fn connections(&self) -> usize {
        (self.most as usize).saturating_sub(self.slots.available_permits())
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

struct Acceptor {
    tls: Arc<ArcSwapOption<ServerConfig>>,
    slots: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
    cut: watch::Receiver<bool>,
    app: Arc<App>,
}

impl Acceptor {
    async fn run(self, listener: TcpListener, mut ended: watch::Receiver<()>) {
        loop {
            // The slot first: what can't be served stays in the backlog.
            let next = async {
                let slot = Arc::clone(&self.slots).acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                next = next => next,
                _ = ended.changed() => return,
            };
            match (slot, accepted) {
                (Ok(slot), Ok((stream, peer))) => self.begin(stream, peer, slot),
                (_, Err(error)) => {
                    // A connection that is gone again is nobody's trouble.
                    if error.kind() != io::ErrorKind::ConnectionAborted {
                        warn!(%error, "cannot accept");
                        tokio::time::sleep(BREATH).await;
                    }
                }
                (Err(_), _) => return,
            }
        }
    }

    fn begin(&self, stream: TcpStream, peer: SocketAddr, slot: OwnedSemaphorePermit) {
        let tls = self.tls.load_full();
        let (app, stop) = (Arc::clone(&self.app), self.stop.clone());
        let mut cut = self.cut.clone();
        let counted = Arc::clone(&self.app);
        let serving = async move {
            // Small responses must not wait for the client's acknowledgement.
            let _ = stream.set_nodelay(true);
            let state = ConnectionState::new(app.clock, peer.ip(), tls.is_some());
            let state = Arc::new(state);
            let Some(tls) = tls else {
                return connection::serve(stream, state, app, stop).await;
            };
            let allowed = Duration::from_millis(app.site.load().timeouts.header_ms.into());
            let handshake = TlsAcceptor::from(tls).accept(stream);
            match tokio::time::timeout(allowed, handshake).await {
                Ok(Ok(stream)) => connection::serve(stream, state, app, stop).await,
                Ok(Err(error)) => debug!(peer = %peer, %error, "no TLS"),
                Err(_) => debug!(peer = %peer, "TLS took too long"),
            }
        };
        tokio::spawn(async move {
            let _slot = slot;
            counted.metrics.connections.rise();
            tokio::select! {
                () = serving => {}
                _ = cut.wait_for(|cut| *cut) => {}
            }
            counted.metrics.connections.fall();
        });
    }
}
