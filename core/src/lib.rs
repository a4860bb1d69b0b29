//! Hedgerow keeps web assets arriving when a CDN fails.
#![forbid(unsafe_code)]

pub mod cdn;
#[cfg(feature = "config")]
pub mod config;
pub mod failover;
pub mod load;
pub mod types;
