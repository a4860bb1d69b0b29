//! One request, from its head to the end of its answer.

mod access;
mod along;
mod body;
mod coded;
mod complete;
mod delivery;
mod driver;
mod encode;
mod entry;
mod fill;
mod flow;
mod frames;
mod handshake;
mod inbound;
mod outbound;
mod path;
mod relay;
mod reply;
mod served;
mod trail;
mod trailers;
mod tunnel;
mod upgrade;

use std::sync::Arc;

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;

pub(crate) use self::body::{Body, BodyError};
pub(crate) use self::coded::Coders;
pub(crate) use self::trailers::passed_on;
pub(crate) use self::tunnel::Tunnel;
pub(crate) use self::upgrade::{Switch, Upgrades};
use self::{
    flow::Flow,
    inbound::{Inbound, Refusal},
    reply::Reply,
    served::Served,
};
use crate::app::App;
use crate::server::ConnectionState;

/// Answers a request. What goes wrong is an answer too. After some answers the
/// connection speaks another protocol, and goes on as a tunnel.
pub(crate) async fn handle(
    app: Arc<App>,
    connection: Arc<ConnectionState>,
    request: Request<Incoming>,
) -> (Response<Body>, Option<Tunnel>) {
    connection.begin();
    let mut served = Served::begin(&app, &connection, &request);
    let mut upgrading = None;
    let reply = match Inbound::read(&app, &connection, request) {
        Ok((inbound, body)) => {
            if inbound.takes_interim() {
                connection.interim.open();
            }
            let inbound = Arc::new(inbound);
            served.read(&inbound);
            upgrading = inbound.upgrade.is_some().then(|| Arc::clone(&inbound));
            let reply = match delivery::preflight(&app, &inbound) {
                Some(reply) => reply,
                None => {
                    let mut flow = Flow::new(&app, Arc::clone(&inbound), body);
                    match flow.at_once() {
                        Some(reply) => reply,
                        None => flow.boxed().await,
                    }
                }
            };
            connection.interim.close();
            let mut reply = delivery::finish(&app, &inbound, reply);
            if let Some(upgrade) = &inbound.upgrade
                && reply.switched.is_none()
            {
                upgrade.refuse(&mut reply);
            }
            reply
        }
        Err(refusal) => refuse(&app, &refusal),
    };
    served.note(&reply);
    let (response, switched) = reply.into_response(served);
    let tunnel = switched
        .zip(upgrading)
        .map(|((upstream, served), inbound)| Tunnel::new(&app, upstream, served, inbound));
    (response, tunnel)
}

fn refuse(app: &App, refusal: &Refusal) -> Reply {
    let site = app.site.load();
    let mut reply = Reply::plain(&site.name, refusal.status, refusal.why);
    if refusal.status == StatusCode::METHOD_NOT_ALLOWED || refusal.status == StatusCode::OK {
        entry::allow(&mut reply.headers);
    }
    if matches!(
        refusal.status,
        StatusCode::BAD_REQUEST | StatusCode::LENGTH_REQUIRED | StatusCode::NOT_IMPLEMENTED
    ) {
        // What comes behind such a request may be a part of it.
        let close = HeaderValue::from_static("close");
        reply.headers.insert(CONNECTION, close);
    }
    reply
}
