//! Plain values that every other module speaks in.
//!
//! This module imports nothing of the crate. Time is an argument everywhere
//! ([`Instant`], [`Timestamp`]), randomness is a seed ([`Rng`]), parties are
//! small integers ([`EndpointId`], [`AttemptId`], [`AssetId`], [`RegionId`]),
//! every decision carries a [`Reason`], and the fields of a message are seen
//! through [`Headers`].

mod headers;
mod id;
mod queue;
mod reason;
mod rng;
mod time;

pub(crate) use self::queue::Queue;
pub use self::{
    headers::Headers,
    id::{AssetId, AttemptId, EndpointId, RegionId, RegionSet},
    reason::{Reason, Scope},
    rng::Rng,
    time::{Duration, Instant, Timestamp},
};
