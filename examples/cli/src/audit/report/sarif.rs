//! SARIF 2.1.0 (OASIS), as code scanning reads it.

use super::names;
use hedgerow::audit::{Finding, FindingId, Observations, Report};
use serde_json::{Value, json};

pub(super) fn document(seen: &Observations, report: &Report) -> Value {
    let rules: Vec<Value> = FindingId::ALL.iter().map(|id| rule(*id)).collect();
    let results: Vec<Value> = report.findings.iter().map(|it| result(seen, it)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "hedgerow",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    })
}

fn rule(id: FindingId) -> Value {
    json!({
        "id": id.as_str(),
        "shortDescription": { "text": id.description() },
        "help": { "text": id.remedy() },
        "defaultConfiguration": { "level": id.severity().as_str() },
    })
}

fn result(seen: &Observations, finding: &Finding) -> Value {
    let endpoints = names(seen, finding).join(", ");
    let text = format!(
        "{endpoints}: {} {} {}",
        finding.id.description(),
        finding.evidence,
        finding.remedy
    );
    let index = FindingId::ALL.iter().position(|id| *id == finding.id);
    json!({
        "ruleId": finding.id.as_str(),
        "ruleIndex": index,
        "level": finding.severity.as_str(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": finding.url } } }],
        // What is seen may change from run to run; where it is does not.
        "partialFingerprints": {
            "findingAndPlace/v1": format!("{} {endpoints} {}", finding.id, finding.url),
        },
    })
}
