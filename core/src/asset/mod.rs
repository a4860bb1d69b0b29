//! What an asset is, told from its URL.
//!
//! [`classify`] names the [`Class`] of a URL, a reference or a path, with the
//! reason and the bytes that decided. It allocates nothing and looks at nothing
//! but the URL.
//!
//! The error that matters is to call something immutable that may change: a
//! visitor's browser keeps it for a year, and no purge reaches it there. So
//! what is not clearly a hash or an exact version is none.

mod class;
mod classification;
mod classify;
mod directories;
mod extension;
mod fingerprint;
mod glob;
mod names;
mod query;
mod rules;
mod scan;
mod target;
mod token;
mod version;

pub use self::{
    class::Class,
    classification::{Classification, Evidence},
    classify::classify,
    glob::{Glob, GlobError},
    rules::{Rule, RuleError, RuleList, Rules, Settings},
};
