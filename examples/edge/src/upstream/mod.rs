//! The upstreams' side: endpoints, their connections and their health.

mod connect;
mod endpoint;
mod pool;
mod request_body;
mod tls;

pub(crate) use self::{
    endpoint::{AttemptError, Endpoint},
    pool::Upstream,
    request_body::{AttemptBody, ClientBody},
};
