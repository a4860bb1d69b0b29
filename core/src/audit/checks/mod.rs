//! What is wrong with one endpoint, whatever the others do.

mod cache_control;
mod cache_control_syntax;
mod certificates;
mod clocks;
mod content;
mod cookies;
mod cors;
mod dependency;
mod edge_cache;
mod encoding;
mod hit;
mod hsts;
mod one_lifetime;
mod ranges;
mod reach;
mod redirects;
mod status;
mod tls;
mod transport;
mod types;
mod validators;
mod vary;

use super::collect::Collector;
use super::probe::OTHER_ORIGIN;
use super::view::View;
use super::{Endpoint, Settings};
use crate::types::Timestamp;

pub(super) use self::hsts::Hsts;
pub(super) use self::status::is_elsewhere;
pub(super) use self::types::canonical;

/// Everything about one asset at one endpoint.
pub(super) fn visit(view: &View<'_>, has_one_lifetime: bool, out: &mut Collector) {
    reach::check(view, out);
    redirects::check(view, out);
    status::check(view, out);
    content::check(view, out);
    if !has_one_lifetime {
        cache_control::check(view, out);
    }
    clocks::check(view, out);
    edge_cache::check(view, out);
    validators::check(view, out);
    ranges::check(view, out);
    vary::check(view, out);
    encoding::check(view, out);
    cors::check(view, out);
    cors::check_resource_policy(view, out);
    cookies::check(view, out);
    transport::check(view, out);
}

/// Everything about an endpoint that shows without an asset.
pub(super) fn endpoint(
    settings: &Settings,
    now: Timestamp,
    at: usize,
    endpoint: &Endpoint,
    out: &mut Collector,
) {
    transport::check_endpoint(at, endpoint, out);
    certificates::check(settings, now, at, endpoint, out);
    tls::check(now, at, endpoint, out);
}

/// Whether one Cache-Control stands on everything, which then is the finding.
pub(super) fn one_lifetime(views: &[View<'_>], out: &mut Collector) -> bool {
    one_lifetime::check(views, out)
}

fn other_origin() -> &'static [u8] {
    OTHER_ORIGIN.as_bytes()
}
