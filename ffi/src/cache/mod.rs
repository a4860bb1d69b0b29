//! The HTTP cache: what may be stored, what may answer, how to ask again.

mod answer;
mod decision;
mod freshen;
mod message;
mod policy;
mod settings;
mod status;
mod store;

pub(crate) use self::message::{request, response};
pub use self::{
    answer::*, decision::*, freshen::*, message::*, policy::*, settings::*, status::*, store::*,
};
