//! Two CDNs as they should be, and what can be wrong with them.
//!
//! The same world is asked by the pure tests of the engine and, over real
//! sockets, by those of the command line.

mod healthy;
mod http;
mod odd;
mod scenario;
mod table;

pub(crate) use self::healthy::{
    ASSETS, CONFIGURATION, ENTRY, FALLBACK, FONT, HEALTH, PAGE_ORIGIN, VERSIONED, answer,
};
pub(crate) use self::http::{Ask, Reply};
pub(crate) use self::odd::ODD;
pub(crate) use self::scenario::{Kind, Scenario};
pub(crate) use self::table::SCENARIOS;
