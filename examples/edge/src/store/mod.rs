//! What is kept: whole responses, and those that are still coming.

mod coded;
mod flight;
mod kept;
mod object;
mod room;
mod spool;
mod table;

pub(crate) use self::{
    coded::{Coded, Codings},
    flight::{Flights, Joined, Landing, Lead, Seat},
    kept::Kept,
    object::{Object, StoredBody},
    room::Room,
    spool::{Reader, Spool},
    table::{Store, Variants},
};
