//! What is kept: whole responses, and those that are still coming.

mod flight;
mod object;
mod spool;
mod table;

pub(crate) use self::{
    flight::{Flights, Joined, Landing, Lead, Seat},
    object::{Object, StoredBody},
    spool::{Reader, Spool},
    table::{Store, Variants},
};
