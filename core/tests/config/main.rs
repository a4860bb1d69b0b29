//! The configuration document, from outside.
#![cfg(feature = "config")]

mod arbitrary;
mod assets;
mod check;
#[cfg(feature = "delivery")]
mod delivery;
mod document;
mod edge;
mod edge_admin;
mod edge_regions;
#[cfg(feature = "delivery")]
mod edge_schema;
mod edge_upgrades;
mod examples;
mod fields;
mod property;
mod refresh;
mod rules;
#[cfg(feature = "schema")]
mod schema;
mod section;
mod settings;
#[cfg(any(feature = "delivery", feature = "schema"))]
mod subschema;
