//! Where findings are gathered.

use std::collections::BTreeSet;

use super::{EVIDENCE_BYTES, Finding, FindingId, MAX_FINDINGS, Report, Severity};
use crate::types::EndpointId;

/// Gathers findings: each once, in bounds, printable. Where there are too many,
/// the worst stay.
#[derive(Debug, Default)]
pub(super) struct Collector {
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    notes: Vec<Finding>,
    /// Where what was found, for each endpoint.
    places: BTreeSet<(EndpointId, String, FindingId)>,
    dropped: usize,
}

impl Collector {
    /// Adds a finding of one endpoint.
    pub(super) fn add(
        &mut self,
        id: FindingId,
        endpoint: usize,
        url: &str,
        evidence: impl AsRef<str>,
    ) {
        self.add_with(id, &[endpoint], url, evidence.as_ref(), id.remedy());
    }

    /// Adds a finding that is about several endpoints, or has a remedy of its
    /// own. The same at the same place is found once: what comes first stays.
    pub(super) fn add_with(
        &mut self,
        id: FindingId,
        endpoints: &[usize],
        url: &str,
        evidence: &str,
        remedy: &str,
    ) {
        let endpoints: Vec<EndpointId> = endpoints.iter().map(|&at| id_of(at)).collect();
        let url = printable(url, URL_BYTES);
        let mut is_new = false;
        for &endpoint in &endpoints {
            is_new |= self.places.insert((endpoint, url.clone(), id));
        }
        if !is_new {
            return;
        }
        let severity = id.severity();
        if self.len() >= MAX_FINDINGS {
            self.dropped = self.dropped.saturating_add(1);
            if !self.drop_milder_than(severity) {
                return;
            }
        }
        self.of(severity).push(Finding {
            id,
            severity,
            endpoints,
            url,
            evidence: printable(evidence, EVIDENCE_BYTES),
            remedy: printable(remedy, EVIDENCE_BYTES),
        });
    }

    /// Whether one of `ids` was found at this endpoint and URL, so that what
    /// follows from it need not be told as well.
    pub(super) fn has_any(&self, endpoint: usize, url: &str, ids: &[FindingId]) -> bool {
        let mut place = (
            id_of(endpoint),
            printable(url, URL_BYTES),
            FindingId::NameNotResolved,
        );
        ids.iter().any(|&id| {
            place.2 = id;
            self.places.contains(&place)
        })
    }

    fn len(&self) -> usize {
        self.errors.len() + self.warnings.len() + self.notes.len()
    }

    fn of(&mut self, severity: Severity) -> &mut Vec<Finding> {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        }
    }

    /// Makes room for one finding, at the cost of one that is less bad; whether
    /// there was one.
    fn drop_milder_than(&mut self, severity: Severity) -> bool {
        [Severity::Note, Severity::Warning]
            .into_iter()
            .take_while(|&milder| milder < severity)
            .any(|milder| self.of(milder).pop().is_some())
    }

    pub(super) fn into_report(self) -> Report {
        let mut findings = self.errors;
        findings.extend(self.warnings);
        findings.extend(self.notes);
        findings.sort_by(|a, b| {
            let place = |finding: &Finding| {
                let shared = finding.endpoints.len() != 1;
                (!shared, finding.endpoints.first().copied())
            };
            (place(a), &a.url, a.id).cmp(&(place(b), &b.url, b.id))
        });
        Report {
            findings,
            dropped: self.dropped,
        }
    }
}

/// What lies beyond has no id of its own; no configuration has as many.
fn id_of(endpoint: usize) -> EndpointId {
    EndpointId::new(u16::try_from(endpoint).unwrap_or(u16::MAX))
}

/// How long a URL is at most, in bytes: as long as every server must take one
/// (RFC 9110 §4.1). Two that differ behind that are one place.
const URL_BYTES: usize = 8_000;

/// `text` without control characters, and not longer than `limit` bytes.
fn printable(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if out.len() + letter.len_utf8() > limit - "…".len() {
            out.push('…');
            break;
        }
        out.push(if is_deceptive(letter) {
            '\u{fffd}'
        } else {
            letter
        });
    }
    out
}

/// Control characters, and those that turn the direction of writing.
fn is_deceptive(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
