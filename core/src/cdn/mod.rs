//! Endpoints: what they are, which may be used, in which order, how they fare.
//!
//! An endpoint is known by its [`EndpointId`](crate::types::EndpointId) alone;
//! URLs belong to whoever carries a decision out. Selection, active health and
//! stickiness for proxies are still to come; what stands here is what a race
//! needs: [`order`] gives the candidates, [`HealthTable`] remembers.

mod endpoint;
mod health;
mod latency;
mod order;
mod residency;

pub use self::{
    endpoint::{Endpoint, EndpointState},
    health::{EndpointHealth, HealthSettings, HealthTable, Observation},
    latency::Latency,
    order::{UNUSED, exclusion, order, order_by, rank},
    residency::Residency,
};
