//! The one JSON document that configures the engine and the browser loader.
//!
//! [`Config::from_json`] reads it, fills in every default and reports *all*
//! that is wrong: an error names the field by its path, says what is wrong and
//! what to write instead. A page's fields that mean nothing are reported
//! and passed over, as a page is to load whatever can be loaded; in what a proxy
//! reads they are errors, as a misspelt fence would stand open. Input may be hostile: sizes are bounded, and nothing panics.
//!
//! [`RefreshDocument`] is the remote document that may change some of it during
//! an incident, and never more than that.
//!
//! This module reads and assembles. What a setting *does* is said by the module
//! that owns it; [`Config::load_settings`] hands the plain settings over. URLs
//! are parsed here and nowhere else in the crate: the engine knows endpoints by
//! number.

mod address;
mod asset;
mod asset_list;
#[cfg(feature = "delivery")]
mod delivery;
mod document;
pub mod edge;
mod endpoint;
mod endpoint_change;
mod error;
mod fallback;
mod hedge;
mod integrity;
mod limits;
mod memory;
mod name;
mod parse;
mod problem;
mod reader;
mod refresh;
mod refresh_source;
mod report;
#[cfg(feature = "schema")]
mod schema;
mod settings;
mod surge;
mod validate;
mod wording;

#[cfg(feature = "delivery")]
pub use self::delivery::{DeliveryConfig, DeliveryError, ParsedDelivery};
#[cfg(feature = "schema")]
pub use self::schema::{json_schema, refresh_json_schema};
pub use self::{
    address::PageUrl,
    asset::{Asset, AssetPath, AssetType, CrossOrigin},
    document::{Config, Parsed},
    endpoint::{Endpoint, EndpointState, HealthCheck},
    endpoint_change::EndpointChange,
    error::{ConfigError, RefreshError},
    fallback::Fallback,
    hedge::Hedge,
    integrity::Integrity,
    limits::{MAX_ASSETS, MAX_DOCUMENT_BYTES, MAX_ENDPOINTS, MAX_REGIONS},
    memory::{Memory, Storage},
    name::{GlobalName, Label},
    problem::{Problem, ProblemCode, Severity},
    refresh::RefreshDocument,
    refresh_source::RefreshSource,
    report::ReportTarget,
    surge::{Session, Surge},
};
