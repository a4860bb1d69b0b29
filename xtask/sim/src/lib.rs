//! Whole fleets in virtual time: proxies, clients and endpoints under every
//! kind of outage.
#![forbid(unsafe_code)]

pub mod bug;
pub mod check;
pub mod endpoint;
pub mod figures;
pub mod hist;
pub mod latency;
pub mod log;
pub mod policy;
pub mod proxy;
pub mod run;
pub mod stage;
pub mod tally;
pub mod trace;
pub mod wheel;
pub mod world;
