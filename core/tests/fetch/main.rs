//! One request of a proxy, told with a virtual clock. One behaviour a file.
#![cfg(feature = "cache")]

mod bad_answers;
mod collapsing;
mod conditions;
mod failover;
mod lookup;
mod misuse;
mod once_only;
mod properties;
mod resume;
mod script;
#[path = "../support/scripts.rs"]
mod scripts;
