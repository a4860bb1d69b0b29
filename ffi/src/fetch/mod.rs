//! One request of a proxy, from looking into the store to the answer.

mod machine;
mod output;
mod resume;

pub use self::{machine::*, output::*, resume::*};
