//! From what an asset is to what its response says.
mod caching;
mod compression;
mod cors;
mod edits;
mod engine;
mod error;
mod exchange;
mod policy;
mod security;
mod settings;
mod tags;
mod validators;
mod word;

pub use self::{
    compression::{Coding, Compressed, Compression},
    cors::{Cors, OriginError, OriginPattern, Preflight},
    edits::{Edit, Edits},
    engine::{ClientFields, Delivery, Fields, Plan, SharedFields},
    error::SettingsError,
    exchange::Exchange,
    policy::{cache_control, cdn_cache_control},
    security::{Hsts, ResourcePolicy, Timing},
    settings::{CookieRule, Policy, Profile, Rule, Settings, UpstreamRule},
    tags::{TagField, Tags},
    validators::ETagRule,
};
