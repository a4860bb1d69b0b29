//! Endpoints: what they are, which may be used, in which order, how they fare.
//!
//! An endpoint is known by its [`EndpointId`](crate::types::EndpointId) alone;
//! URLs belong to whoever carries a decision out. A race needs [`order()`],
//! which gives the candidates, and [`HealthTable`], which remembers. A proxy
//! has more to decide, with the feature `pool`: `pool` picks endpoints,
//! `affinity` keeps sessions where they are, `monitor` watches them, `visitors`
//! tells where visitors are.

#[cfg(feature = "pool")]
pub mod affinity;
mod endpoint;
mod health;
mod latency;
#[cfg(feature = "pool")]
pub mod monitor;
mod order;
#[cfg(feature = "pool")]
pub mod pool;
mod residency;
#[cfg(feature = "pool")]
pub mod visitors;

pub(crate) use self::order::{UNUSED, order_by, rank};
pub use self::{
    endpoint::{Endpoint, EndpointState},
    health::{EndpointHealth, HealthSettings, HealthTable, Observation},
    latency::Latency,
    order::{exclusion, order},
    residency::Residency,
};
