//! Strict-Transport-Security (RFC 6797).

use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{FindingId, Response};
use crate::types::Headers as _;

/// A year, as the preload list asks for, too.
const MIN_SECS: u64 = 31_536_000;

/// What the field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) struct Hsts {
    pub(in crate::audit) max_age: u64,
    pub(in crate::audit) with_subdomains: bool,
}

impl Hsts {
    /// RFC 6797 §6.1: the directives once each, `max-age` among them. Of
    /// several fields the first counts (§8.1).
    pub(in crate::audit) fn of(response: &Response) -> Option<Hsts> {
        let line = response
            .fields
            .field_values("strict-transport-security")
            .next()?;
        let line = core::str::from_utf8(line).ok()?;
        let (mut max_age, mut with_subdomains) = (None, false);
        for directive in line.split(';').map(str::trim) {
            let (name, value) = match directive.split_once('=') {
                Some((name, value)) => (name.trim_end(), Some(value.trim_start())),
                None => (directive, None),
            };
            if name.eq_ignore_ascii_case("max-age") {
                let digits = value?.trim_matches('"');
                let is_number =
                    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                if !is_number || max_age.is_some() {
                    return None;
                }
                // Too many digits are as good as for ever.
                max_age = Some(digits.parse().unwrap_or(u64::MAX));
            } else if name.eq_ignore_ascii_case("includeSubDomains") {
                with_subdomains = true;
            }
        }
        Some(Hsts {
            max_age: max_age?,
            with_subdomains,
        })
    }
}

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    // RFC 6797 §7.2: over http it must not be sent.
    if !view.endpoint.is_https() {
        return;
    }
    let evidence = format!(
        "{} at {}",
        line(response, "Strict-Transport-Security"),
        view.visit.path
    );
    let id = if response.field("strict-transport-security").is_none() {
        FindingId::HstsMissing
    } else {
        match Hsts::of(response) {
            None => FindingId::HstsInvalid,
            Some(hsts) if hsts.max_age < MIN_SECS => FindingId::HstsShort,
            Some(hsts) if !hsts.with_subdomains => FindingId::HstsWithoutSubdomains,
            Some(_) => return,
        }
    };
    view.found_at_endpoint(out, id, evidence);
}
