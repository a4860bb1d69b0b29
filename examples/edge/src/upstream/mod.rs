//! The upstreams' side: endpoints, their connections and their health.

mod change;
mod choice;
mod connect;
mod drill;
mod endpoint;
mod fault;
mod overrides;
mod pool;
mod probe;
mod request_body;
mod seen;
mod shut;
mod stats;
mod tls;
mod watch;
mod zones;

pub(crate) use self::{
    change::{Change, Refused},
    choice::Requester,
    connect::Opened,
    drill::{Drill, Mode},
    endpoint::{AttemptError, Endpoint},
    fault::Fault,
    overrides::{Note, Order, State, Swap},
    pool::Upstream,
    request_body::{AttemptBody, ClientBody},
    seen::Seen,
    stats::{InFlight, Stats},
    zones::Zones,
};
