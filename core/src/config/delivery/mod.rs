//! The sections `classes` and `delivery`: what a site's assets are, and what
//! their responses say.
//!
//! A server's, as the section `edge` is: the page's
//! [`Config`](super::Config) passes over them.

pub(super) mod classes;
mod document;
pub(super) mod parts;
pub(super) mod profile;

pub(super) use self::document::read;
pub use self::document::{DeliveryConfig, DeliveryError, ParsedDelivery};
