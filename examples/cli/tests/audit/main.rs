//! `hedgerow audit` against servers that misbehave, over TLS.

mod authority;
mod certificates;
mod command;
mod connections;
mod formats;
mod hostile;
mod server;
mod worlds;
// The engine's own tests ask the same world without a network.
#[path = "../../../../core/tests/audit/world/mod.rs"]
mod world;
