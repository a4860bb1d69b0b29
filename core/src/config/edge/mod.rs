//! The section `edge`: what a proxy needs, and no page is ever given.
//!
//! The page's [`Config`](super::Config) passes over it, so nothing of it can
//! end up in what a browser gets. An edge that serves no page of its own needs
//! only this section; where the document has the page's fields too, they are
//! checked along with it.

mod admin;
mod affinity;
mod document;
mod health;
mod host;
mod limits;
mod listener;
mod route;
mod store;
mod timeouts;
mod upstream;
mod validate;

pub use self::{
    admin::{Admin, Token, TokenSource},
    affinity::Affinity,
    document::{Edge, ParsedEdge},
    health::HealthCheck,
    host::{HostName, PathPrefix},
    limits::Limits,
    listener::{Listener, TlsFiles},
    route::{Caching, Route},
    store::{Cookies, Store},
    timeouts::Timeouts,
    upstream::{Upstream, UpstreamEndpoint},
};
