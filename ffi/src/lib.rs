//! The C library: [`hedgerow`] behind `hedgerow.h`.
//!
//! It decides nothing. Each file is the face of one concept of the engine, and
//! turns C's numbers, pointers and structs into the engine's values and back.
//! What holds for every function stands in the contract, `README.md` beside
//! this crate; how pointers are checked and panics caught, in `boundary.rs`.
//!
//! The header is written by `cargo xtask codegen`. Names here are those of the
//! header, and so are the comments.
#![deny(unsafe_op_in_unsafe_fn)]
#![deny(missing_docs)]
#![expect(
    non_camel_case_types,
    reason = "the names are C's, so that whoever reads the header finds them here"
)]
#![expect(
    clippy::missing_safety_doc,
    reason = "all functions have the one contract of README.md"
)]

// The header has them in this order: first what all others need.
mod error;
mod reason;
mod status;
mod text;
mod version;

mod affinity;
mod audit;
mod boundary;
mod budget;
mod cache;
mod check;
mod classify;
mod config;
mod delivery;
mod edge;
mod fence;
mod fetch;
mod health;
mod lines;
mod log;
mod monitor;
mod monitor_export;
mod monitor_report;
mod observation;
mod order;
mod pool;
mod problems;
mod race;
mod race_output;
mod race_settings;
mod settings;
mod sites;
mod snapshot;
mod values;
mod visitors;

pub use self::{
    affinity::*,
    audit::*,
    budget::*,
    cache::*,
    check::*,
    classify::*,
    config::*,
    delivery::*,
    edge::*,
    error::hedgerow_error,
    fence::*,
    fetch::*,
    health::*,
    lines::*,
    log::*,
    monitor::*,
    monitor_export::*,
    monitor_report::*,
    observation::*,
    order::*,
    pool::*,
    problems::*,
    race::*,
    race_output::*,
    race_settings::*,
    reason::{
        hedgerow_reason_at, hedgerow_reason_description, hedgerow_reason_find, hedgerow_reason_name,
    },
    sites::*,
    snapshot::*,
    status::{hedgerow_status, hedgerow_status_message, hedgerow_status_name},
    text::{hedgerow_field, hedgerow_str},
    values::{HEDGEROW_MOST_ENDPOINTS, HEDGEROW_NEVER, HEDGEROW_NO_ATTEMPT, HEDGEROW_NO_ENDPOINT},
    version::*,
    visitors::*,
};
