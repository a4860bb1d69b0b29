//! The section `edge`: what a proxy needs, and no page is ever given.
//!
//! The page's [`Config`](super::Config) passes over it, so nothing of it can
//! end up in what a browser gets. An edge that serves no page of its own needs
//! only this section; where the document has the page's fields too, they are
//! checked along with it.

mod admin;
mod affinity;
mod document;
mod endpoint;
mod fences;
mod health;
mod host;
mod limits;
mod listener;
mod pick;
mod region;
mod route;
mod schema;
mod site;
mod store;
mod timeouts;
mod upstream;
mod validate;
mod visitors;

pub use self::{
    admin::{Admin, Token, TokenSource},
    affinity::Affinity,
    document::{Edge, ParsedEdge},
    endpoint::UpstreamEndpoint,
    health::HealthCheck,
    host::{HostName, PathPrefix},
    limits::Limits,
    listener::{Listener, TlsFiles},
    pick::Pick,
    region::Region,
    route::{Caching, Route},
    schema::json_schema,
    site::Site,
    store::{Cookies, Store},
    timeouts::Timeouts,
    upstream::Upstream,
    visitors::{VisitorRegion, Visitors},
};
