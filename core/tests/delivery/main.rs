//! What an asset's response says, from outside.

mod caching;
mod classes;
mod compression;
mod cors;
mod origins;
mod preflight;
mod properties;
mod rules;
mod security;
mod settings;
mod support;
mod tags;
mod timing;
mod validators;
mod vary;
