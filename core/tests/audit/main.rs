//! The audit: every finding by a world that shows it, and nothing else.

mod complete;
mod endpoints;
mod hostile;
mod pure;
mod scenarios;
mod world;
