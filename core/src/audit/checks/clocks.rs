//! Date and Age.

use crate::asset::Class;
use crate::audit::collect::Collector;
use crate::audit::view::{View, directives, lifetime, line};
use crate::audit::{FindingId, Response};
use crate::cache::date;
use crate::types::Headers as _;

/// What a clock may be wrong by, in seconds. Five minutes are what TLS and
/// Kerberos forgive, too.
const MAX_SKEW: u64 = 300;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    check_date(view, out, response);
    if let Some(age) = check_age(view, out, response)
        && view.class != Class::HealthCheck
    {
        stale(view, out, response, age);
    }
}

fn check_date(view: &View<'_>, out: &mut Collector, response: &Response) {
    let now = view.seen.now;
    let sent = response.field("date");
    let Some(at) = sent.and_then(|text| date::parse(text, now)) else {
        view.found(out, FindingId::DateMissing, line(response, "Date"));
        return;
    };
    // A cache may leave the origin's Date, which then is as old as Age says,
    // and one that hides its Age serves what is old: only the future is proof.
    if at > now.plus_secs(MAX_SKEW) {
        let ahead = at.as_secs() - now.as_secs();
        let evidence = format!("{}, {ahead} s ahead", line(response, "Date"));
        view.found_at_endpoint(out, FindingId::DateSkewed, evidence);
    }
}

fn check_age(view: &View<'_>, out: &mut Collector, response: &Response) -> Option<u64> {
    let mut lines = response.fields.field_values("age");
    let first = lines.next()?;
    let age = core::str::from_utf8(first.trim_ascii())
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok());
    if age.is_none() || lines.next().is_some() {
        view.found(out, FindingId::AgeInvalid, line(response, "Age"));
        return None;
    }
    age
}

/// RFC 9111 §4.2.3: the browser counts the age that the CDN says.
fn stale(view: &View<'_>, out: &mut Collector, response: &Response, age: u64) {
    let secs = lifetime(response, false, view.seen.now);
    // What may be served stale meanwhile (RFC 5861) is served rightly.
    let said = directives(response);
    let grace = [said.stale_while_revalidate, said.stale_if_error]
        .iter()
        .filter_map(|delta| delta.secs())
        .max()
        .unwrap_or(0);
    if secs > 0 && age > secs.saturating_add(grace.into()) {
        let evidence = format!("Age: {age}, {}", line(response, "Cache-Control"));
        view.found(out, FindingId::ServedStale, evidence);
    }
}
