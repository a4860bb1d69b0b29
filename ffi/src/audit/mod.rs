//! What is wrong with real endpoints.
//!
//! What was seen of them has more parts than a C program wants to fill structs
//! with, and is collected once, so it comes as a document (`document.rs`).

mod document;

use core::ffi::c_char;

use hedgerow::asset::Rules;
use hedgerow::audit::{self, FindingId, Settings, Severity};
use serde_json::json;

use crate::boundary::{Outcome, call, free, new_handle, object, out, shared, text};
use crate::classify::hedgerow_rules;
use crate::error::{Detail, hedgerow_error, told};
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;

/// What an audit has found. Immutable; any number of threads may read it.
pub struct hedgerow_findings(());
object!(hedgerow_findings, Findings, b"FIND");

/// The findings, one by one and as one document.
#[derive(Debug)]
pub(crate) struct Findings {
    all: Vec<audit::Finding>,
    json: String,
}

/// How bad a finding is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_severity {
    /// Worth knowing.
    HEDGEROW_SEVERITY_NOTE = 1,
    /// Will cost something some day.
    HEDGEROW_SEVERITY_WARNING = 2,
    /// Breaks failover, or may break it any time.
    HEDGEROW_SEVERITY_ERROR = 3,
}

/// Something that should be changed. Its texts live as long as the findings.
/// The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_finding {
    /// Its stable number, HEDGEROW_FINDING_… of the header.
    pub code: u32,
    /// A `hedgerow_severity`.
    pub severity: u32,
    /// Its stable name.
    pub name: hedgerow_str,
    /// Where it was seen.
    pub url: hedgerow_str,
    /// What was seen.
    pub evidence: hedgerow_str,
    /// What to do.
    pub remedy: hedgerow_str,
    /// How many endpoints it is about; `hedgerow_findings_endpoint` names them.
    pub endpoint_count: usize,
}

fn severity(severity: Severity) -> u32 {
    match severity {
        Severity::Note => 1,
        Severity::Warning => 2,
        _ => 3,
    }
}

/// Audits endpoints by what was seen of them: a JSON document, described in
/// the library's README. `now` is in seconds since 1970. `rules` may be NULL
/// for none. Free the findings with `hedgerow_findings_free`.
///
/// `error` may be NULL. HEDGEROW_INVALID_CONFIG: the document is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_audit(
    observations: *const c_char,
    observations_len: usize,
    now: u64,
    rules: *const hedgerow_rules,
    findings: *mut *mut hedgerow_findings,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let observations = text!(observations, observations_len)?;
        let rules = if rules.is_null() {
            Rules::default()
        } else {
            shared!(rules)?.clone()
        };
        let findings = out!(findings)?;
        let seen = document::read(observations, now).map_err(Detail::new)?;
        let report = audit::audit(&Settings::new().with_rules(rules), &seen);
        let json = json!({ "findings": report.findings.iter().map(as_json).collect::<Vec<_>>() });
        findings.put(new_handle(Findings {
            all: report.findings,
            json: json.to_string(),
        }));
        Ok(())
    })
}

fn as_json(finding: &audit::Finding) -> serde_json::Value {
    let endpoints: Vec<u16> = finding.endpoints.iter().map(|id| id.get()).collect();
    json!({
        "id": finding.id.as_str(),
        "code": finding.id.code(),
        "severity": finding.severity.as_str(),
        "endpoints": endpoints,
        "url": finding.url,
        "evidence": finding.evidence,
        "remedy": finding.remedy,
    })
}

/// Frees findings; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_findings_free(
    findings: *mut hedgerow_findings,
) -> hedgerow_status {
    free!(findings)
}

/// How many findings there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_findings_count(
    findings: *const hedgerow_findings,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let findings = shared!(findings)?;
        out!(count)?.put(findings.all.len());
        Ok(())
    })
}

/// The finding at a position. HEDGEROW_UNKNOWN: there are fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_findings_get(
    findings: *const hedgerow_findings,
    position: usize,
    finding: *mut hedgerow_finding,
) -> hedgerow_status {
    call(|| {
        let findings = shared!(findings)?;
        let finding = out!(finding)?;
        let found = at(&findings, position)?;
        finding.put(hedgerow_finding {
            code: found.id.code().into(),
            severity: severity(found.severity),
            name: hedgerow_str::lasting(found.id.as_str()),
            url: hedgerow_str::of(found.url.as_bytes()),
            evidence: hedgerow_str::of(found.evidence.as_bytes()),
            remedy: hedgerow_str::of(found.remedy.as_bytes()),
            endpoint_count: found.endpoints.len(),
        });
        Ok(())
    })
}

fn at(findings: &Findings, position: usize) -> Outcome<&audit::Finding> {
    findings.all.get(position).ok_or(HEDGEROW_UNKNOWN)
}

/// One of the endpoints that a finding is about, by its position in the
/// document. HEDGEROW_UNKNOWN: there are fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_findings_endpoint(
    findings: *const hedgerow_findings,
    position: usize,
    which: usize,
    endpoint: *mut u16,
) -> hedgerow_status {
    call(|| {
        let findings = shared!(findings)?;
        let endpoint = out!(endpoint)?;
        let found = at(&findings, position)?.endpoints.get(which);
        endpoint.put(found.ok_or(HEDGEROW_UNKNOWN)?.get());
        Ok(())
    })
}

/// All findings as one JSON document, which lives as long as they do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_findings_json(
    findings: *const hedgerow_findings,
    json: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let findings = shared!(findings)?;
        out!(json)?.put(hedgerow_str::of(findings.json.as_bytes()));
        Ok(())
    })
}

/// What a finding with this number is about in general, and what usually helps.
/// The texts live as long as the program. HEDGEROW_INVALID_ARGUMENT: no such
/// number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_finding_describe(
    code: u32,
    name: *mut hedgerow_str,
    description: *mut hedgerow_str,
    remedy: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let (name, description, remedy) = (out!(name)?, out!(description)?, out!(remedy)?);
        let code = u16::try_from(code).ok();
        let id = code
            .and_then(FindingId::from_code)
            .ok_or(HEDGEROW_INVALID_ARGUMENT)?;
        name.put(hedgerow_str::lasting(id.as_str()));
        description.put(hedgerow_str::lasting(id.description()));
        remedy.put(hedgerow_str::lasting(id.remedy()));
        Ok(())
    })
}
