//! The operator's listener: what is seen of the proxy, and what can be changed
//! while it runs.
//!
//! | module | what |
//! |---|---|
//! | [`places`] | who may hold a connection |
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
mod places;
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
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

use self::places::{Place, Places};
pub(crate) use self::{
    changes::Changes,
    guard::{Guard, read_token},
};
use crate::app::App;

const MOST_HEAD: usize = 16 * 1024;
const HEAD: Duration = Duration::from_secs(5);
/// For the first request of a connection and its answer, unless it is an
/// operator's.
const STRANGER: Duration = Duration::from_secs(10);
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
    let places = Places::default();
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some((place, made_way)) = places.enter(peer.ip()) else {
            debug!(%peer, "operators have all admin connections");
            continue;
        };
        let place = Arc::new(place);
        let (app, guard) = (Arc::clone(&app), Arc::clone(&guard));
        connections.spawn(async move {
            tokio::select! {
                () = connection(stream, peer, app, guard, Arc::clone(&place)) => {}
                () = overdue(&place) => debug!(%peer, "admin connection closed"),
                _ = made_way => debug!(%peer, "admin connection made way for another"),
            }
        });
    }
}

/// Ends once a connection has had its time.
async fn overdue(place: &Place) {
    tokio::time::sleep(STRANGER).await;
    if place.is_operator() {
        tokio::time::sleep(CONNECTION - STRANGER).await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    guard: Arc<ArcSwap<Guard>>,
    place: Arc<Place>,
) {
    let service = service_fn(move |request| {
        let (app, guard) = (Arc::clone(&app), guard.load_full());
        let place = Arc::clone(&place);
        async move { Ok::<_, Infallible>(route::answer(&app, &guard, &place, peer, request).await) }
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
