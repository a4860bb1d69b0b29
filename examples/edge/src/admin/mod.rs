//! The operator's listener: what is seen of the proxy, and what can be changed
//! while it runs.
//!
//! | module | what |
//! |---|---|
//! | [`guard`] | who may ask, and who may change something |
//! | [`route`] | which request is which, and its answer |
//! | [`fields`] | a request's JSON body, read strictly |
//! | [`change`] | carries a change out, and writes it down |
//! | [`state`] | everything as JSON |
//! | [`page`] | the same for people |
//! | [`problem`] | why not (RFC 9457) |

mod change;
mod changes;
mod fields;
mod guard;
mod page;
mod problem;
mod route;
mod state;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use arc_swap::ArcSwap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

pub(crate) use self::{
    changes::Changes,
    guard::{Guard, read_token},
};
use crate::app::App;

/// Operators, scrapers and probes; more at once are none.
const CONNECTIONS: usize = 64;
const MOST_HEAD: usize = 16 * 1024;
const HEAD: Duration = Duration::from_secs(5);
/// For all requests of one connection, so that none is held for ever.
const CONNECTION: Duration = Duration::from_secs(300);

/// Binds the listener.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    let listener =
        listener.with_context(|| format!("cannot listen on {address} for the operator"))?;
    info!(address = %listener.local_addr()?, "admin listening");
    Ok(listener)
}

/// Answers until the task is aborted, which ends its connections too: nobody
/// is let on by a document that no longer holds.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>, guard: Arc<ArcSwap<Guard>>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        // It fails only if the semaphore is closed, which it never is.
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (app, guard) = (Arc::clone(&app), Arc::clone(&guard));
        connections.spawn(async move {
            let _slot = slot;
            let served = connection(stream, peer, app, guard);
            if tokio::time::timeout(CONNECTION, served).await.is_err() {
                debug!(%peer, "admin connection closed");
            }
        });
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    guard: Arc<ArcSwap<Guard>>,
) {
    let service = service_fn(move |request| {
        let (app, guard) = (Arc::clone(&app), guard.load_full());
        async move { Ok::<_, Infallible>(route::answer(&app, &guard, peer, request).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MOST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        debug!(%error, "admin connection ended");
    }
}
