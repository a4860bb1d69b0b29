//! How an upstream's endpoints are probed.

use crate::cdn::monitor::{Check, Probing};
use crate::config::{
    limits::{self, MAX_TEXT_CHARS, MAX_URL_CHARS},
    problem::{ProblemCode::Conflict, Problems},
    reader::At,
};
use crate::types::Duration;

/// The probes of an upstream's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthCheck {
    /// What is asked for, and what must come back.
    pub check: Check,
    /// When, and how many decide.
    pub probing: Probing,
}

impl HealthCheck {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "path",
        "status",
        "body",
        "intervalMs",
        "fastIntervalMs",
        "timeoutMs",
        "fall",
        "rise",
    ];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<HealthCheck> {
        let want = "an object such as {\"path\": \"/health\"}";
        let object = at.strict_object(want, Self::FIELDS, problems)?;
        let want = "a path such as \"/health\"";
        let path = object.required("path", want, problems).and_then(|at| {
            let text = at.text(want, MAX_URL_CHARS, problems)?;
            let check = Check::new(text);
            if check.is_err() {
                at.invalid(format!("is no path of a URL: write {want}"), problems);
            }
            check.ok()
        });
        let status = object.integer("status", limits::HEALTH_STATUS, problems);
        let body = object.get("body").and_then(|at| {
            at.text(
                "a part of the body such as \"OK\"",
                MAX_TEXT_CHARS,
                problems,
            )
        });
        let default = Probing::default();
        let mut ms = |name, default: Duration| {
            let given = object.integer(name, limits::PROBE_MS, problems);
            given.map_or(default, |ms| Duration::from_millis(ms.into()))
        };
        let interval = ms("intervalMs", default.interval);
        let timeout = ms("timeoutMs", default.timeout.min(interval.percent(50)));
        let fast = ms("fastIntervalMs", default.fast_interval.min(interval));
        let mut times = |name, default| {
            let given = object.integer(name, limits::THRESHOLD, problems);
            given.unwrap_or(default)
        };
        let (fall, rise) = (times("fall", default.fall), times("rise", default.rise));
        let mut conflict = |field: &str, message: &str| {
            problems.add(&format!("{}.{field}", at.path), Conflict, message);
        };
        if timeout >= interval {
            conflict("timeoutMs", "is not below `intervalMs`: write less");
        }
        if fast > interval {
            conflict("fastIntervalMs", "is above `intervalMs`: write less");
        }
        let mut check = path?;
        if let Some(status) = status {
            check = check.with_statuses(status as u16, status as u16);
        }
        if let Some(body) = body {
            check = check.with_body(body.as_bytes());
        }
        Some(HealthCheck {
            check,
            probing: default
                .with_interval(interval, timeout)
                .with_fast_interval(fast)
                .with_thresholds(fall, rise),
        })
    }
}
