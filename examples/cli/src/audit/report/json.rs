//! JSON of our own.

use super::names;
use hedgerow::audit::{Finding, Observations, Report, Severity};
use serde_json::{Value, json};

/// Counts up when a field changes its meaning; new fields may come at any time.
const VERSION: u32 = 1;

pub(super) fn document(seen: &Observations, report: &Report, unfinished: usize) -> Value {
    let endpoints: Vec<Value> = seen
        .endpoints
        .iter()
        .map(|endpoint| json!({ "name": endpoint.name, "url": endpoint.url }))
        .collect();
    let findings: Vec<Value> = report.findings.iter().map(|it| finding(seen, it)).collect();
    json!({
        "version": VERSION,
        "time": seen.now.as_secs(),
        "pageOrigin": seen.page_origin,
        "endpoints": endpoints,
        "requests": super::super::count(seen),
        "unfinished": unfinished,
        "summary": {
            "error": report.count(Severity::Error),
            "warning": report.count(Severity::Warning),
            "note": report.count(Severity::Note),
            "dropped": report.dropped,
        },
        "findings": findings,
    })
}

fn finding(seen: &Observations, finding: &Finding) -> Value {
    json!({
        "id": finding.id.as_str(),
        "code": finding.id.code(),
        "severity": finding.severity.as_str(),
        "endpoints": names(seen, finding),
        "url": finding.url,
        "description": finding.id.description(),
        "evidence": finding.evidence,
        "remedy": finding.remedy,
    })
}
