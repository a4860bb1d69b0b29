//! The upstreams' side: endpoints, their connections and their health.

mod choice;
mod connect;
mod endpoint;
mod pool;
mod probe;
mod request_body;
mod tls;
mod watch;

pub(crate) use self::{
    endpoint::{AttemptError, Endpoint},
    pool::Upstream,
    request_body::{AttemptBody, ClientBody},
};
