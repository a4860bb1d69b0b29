//! JUnit XML: each endpoint a suite, each URL a case, which fails by its
//! errors and warnings.

use super::names;
use hedgerow::audit::{Finding, Observations, Report, Severity};
use std::fmt::Write as _;

pub(super) fn document(seen: &Observations, report: &Report) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hedgerow audit\">\n",
    );
    for (at, endpoint) in seen.endpoints.iter().enumerate() {
        let mut urls = vec![endpoint.url.as_str()];
        urls.extend(endpoint.visits.iter().map(|visit| visit.url.as_str()));
        let first_of =
            |finding: &&Finding| finding.endpoints.first().is_some_and(|id| id.index() == at);
        let own: Vec<&Finding> = report.findings.iter().filter(first_of).collect();
        // Of a very long URL a finding has the start alone.
        for finding in &own {
            if !urls.contains(&finding.url.as_str()) {
                urls.push(&finding.url);
            }
        }
        let cases: Vec<String> = urls
            .iter()
            .map(|url| case(seen, &endpoint.name, url, &own))
            .collect();
        let failed = cases
            .iter()
            .filter(|case| case.contains("<failure"))
            .count();
        // Writing to a string can't fail.
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\">\n{}  </testsuite>",
            escaped(&endpoint.name),
            cases.len(),
            cases.concat()
        );
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(seen: &Observations, endpoint: &str, url: &str, own: &[&Finding]) -> String {
    let mut out = format!(
        "    <testcase classname=\"{}\" name=\"{}\">\n",
        escaped(endpoint),
        escaped(url)
    );
    let here = own.iter().copied().filter(|finding| finding.url == url);
    let (notes, faults): (Vec<&Finding>, Vec<&Finding>) =
        here.partition(|finding| finding.severity == Severity::Note);
    // A case has one failure at most.
    if let Some(worst) = faults.iter().max_by_key(|finding| finding.severity) {
        let told: Vec<String> = faults.iter().map(|finding| told(seen, finding)).collect();
        let _ = writeln!(
            out,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            worst.id,
            escaped(worst.id.description()),
            escaped(&told.join("\n"))
        );
    }
    if !notes.is_empty() {
        let told: Vec<String> = notes.iter().map(|finding| told(seen, finding)).collect();
        let _ = writeln!(
            out,
            "      <system-out>{}</system-out>",
            escaped(&told.join("\n"))
        );
    }
    out.push_str("    </testcase>\n");
    out
}

fn told(seen: &Observations, finding: &Finding) -> String {
    format!(
        "{} {} at {}: {} | {}",
        finding.severity,
        finding.id,
        names(seen, finding).join(", "),
        finding.evidence,
        finding.remedy
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            // XML 1.0 §2.2 has no place for the other control characters.
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}
