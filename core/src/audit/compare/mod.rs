//! What differs between endpoints that should be alike.

mod assets;
mod row;

pub(super) use self::{assets::assets, row::endpoints};
