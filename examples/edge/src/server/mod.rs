//! The visitors' side: listeners, connections, and what they may take.

mod connection;
mod interim;
mod io;
mod listener;
mod state;
mod tls;

pub(crate) use self::{interim::Interim, listener::Listeners, state::ConnectionState};
