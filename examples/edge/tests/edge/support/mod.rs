//! Real sockets on the loopback: scripted origins, the proxy as it is built,
//! and a client that sees every byte.

mod client;
mod edge;
pub(crate) mod http2;
mod operator;
mod origin;
mod patience;
mod tls;

pub(crate) use self::{
    client::{Client, Response, UPGRADE, connect, decoded, exchange},
    edge::{Edge, config, hedged, one_route},
    operator::Operator,
    origin::{Asked, Origin, Step, close, ok, respond, stall, switch},
    patience::{run, run_beside, until, within},
    tls::Authority,
};
