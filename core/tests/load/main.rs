//! A widget load, one behaviour to a file.

mod assets_in_order;
mod background;
mod early;
mod excuses;
mod gate;
mod hedging;
mod memory_learns;
mod memory_words;
mod not_ready;
mod one_asset_fails;
mod plan;
mod properties;
mod refresh;
#[path = "../support/remote.rs"]
mod remote;
mod script;
#[path = "../support/scripts.rs"]
mod scripts;
mod static_fallback;
