//! SARIF 2.1.0 (OASIS), as code scanning reads it.

use super::names;
use hedgerow::audit::{Finding, FindingId, Observations, Report};
use serde_json::{Map, Value, json};
use url::{Position, Url};

/// The log; `is_complete` says whether all was asked that should have been.
pub(super) fn document(seen: &Observations, report: &Report, is_complete: bool) -> Value {
    let rules: Vec<Value> = FindingId::ALL.iter().map(|id| rule(*id)).collect();
    let mut bases = Bases(Map::new());
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|it| result(seen, it, &mut bases))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "hedgerow",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{ "executionSuccessful": is_complete }],
            "originalUriBaseIds": bases.0,
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

fn result(seen: &Observations, finding: &Finding, bases: &mut Bases) -> Value {
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
        "locations": [{ "physicalLocation": {
            "artifactLocation": bases.location(&finding.url),
            // Viewers want a line, and all of it is meant.
            "region": { "startLine": 1 },
        }}],
        // What is seen may change from run to run; where it is does not.
        "partialFingerprints": {
            "findingAndPlace/v1": format!("{} {endpoints} {}", finding.id, finding.url),
        },
    })
}

/// The origins of what was found (§3.14.14). Code scanning refuses a log that
/// has an absolute URL for a place, since it looks for files below a checkout.
struct Bases(Map<String, Value>);

impl Bases {
    fn location(&mut self, url: &str) -> Value {
        let Ok(url) = Url::parse(url) else {
            return json!({ "uri": url });
        };
        let id = url.host_str().map_or_else(String::new, |host| {
            let id = format!("{}_{host}", url.scheme());
            url.port().map_or(id.clone(), |port| format!("{id}_{port}"))
        });
        let origin = format!("{}/", &url[..Position::BeforePath]);
        self.0.insert(id.clone(), json!({ "uri": origin }));
        let path = &url[Position::BeforePath..];
        // Without the dot, a second slash would start a host, and a colon end a
        // scheme (RFC 3986 §4.2).
        let uri = format!("./{}", path.strip_prefix('/').unwrap_or(path));
        json!({ "uri": uri, "uriBaseId": id })
    }
}
