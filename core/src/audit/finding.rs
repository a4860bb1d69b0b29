//! What was found.

use super::{FindingId, Severity};
use crate::types::EndpointId;

/// Something that should be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub id: FindingId,
    /// How bad it is.
    pub severity: Severity,
    /// The endpoints, by their positions: one, or all between which something
    /// differs.
    pub endpoints: Vec<EndpointId>,
    /// Where it was seen.
    pub url: String,
    /// What was seen: the field as sent, the certificate's date.
    /// [`EVIDENCE_BYTES`](super::EVIDENCE_BYTES) at most, and printable: what
    /// a server sends may have been made to deceive a terminal.
    pub evidence: String,
    /// What to do, made for this case where the right value is known.
    pub remedy: String,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings: by endpoint, URL and number. What is between endpoints
    /// comes first.
    pub findings: Vec<Finding>,
    /// How many more there were than [`MAX_FINDINGS`](super::MAX_FINDINGS).
    pub dropped: usize,
}

impl Report {
    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How many are as bad as this.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }
}
