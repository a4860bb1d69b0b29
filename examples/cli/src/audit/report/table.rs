//! For people.

use super::names;
use hedgerow::audit::{Finding, Observations, Report, Severity};
use hedgerow::types::EndpointId;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(super) fn document(seen: &Observations, report: &Report, is_coloured: bool) -> String {
    let paint = Paint(is_coloured);
    let mut out = String::new();
    let mut heading = None;
    for group in groups(report) {
        let endpoints = &group[0].endpoints;
        if heading != Some(endpoints) {
            if heading.is_some() {
                out.push('\n');
            }
            out.push_str(&title(seen, group[0], paint));
            heading = Some(endpoints);
        }
        write_group(&mut out, &group, paint);
    }
    if !report.findings.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(seen, report, paint));
    out
}

/// The same finding at several assets of an endpoint is told once, with all the
/// places. The endpoint with the worst finding comes first, and its worst
/// first.
fn groups(report: &Report) -> Vec<Vec<&Finding>> {
    let mut by_key: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    let mut worst: BTreeMap<&[EndpointId], Severity> = BTreeMap::new();
    for finding in &report.findings {
        let key = (&finding.endpoints, finding.id, &finding.remedy);
        by_key.entry(key).or_default().push(finding);
        let worst = worst.entry(&finding.endpoints).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
    }
    let mut groups: Vec<_> = by_key.into_values().collect();
    groups.sort_by_key(|group| {
        let first = group[0];
        let endpoints = &*first.endpoints;
        (
            Reverse(worst.get(endpoints).copied()),
            endpoints.len() == 1,
            endpoints,
            Reverse(first.severity),
            first.id,
        )
    });
    groups
}

fn title(seen: &Observations, finding: &Finding, paint: Paint) -> String {
    let names = names(seen, finding);
    match (names.as_slice(), finding.endpoints.as_slice()) {
        ([name], [id]) => {
            let url = &seen.endpoints[id.index()].url;
            format!("{}  {}\n", paint.bold(name), paint.dim(url))
        }
        (names, _) => format!("{}\n", paint.bold(&names.join(" and "))),
    }
}

fn write_group(out: &mut String, group: &[&Finding], paint: Paint) {
    const INDENT: &str = "            ";
    let first = group[0];
    // Writing to a string can't fail.
    let _ = writeln!(
        out,
        "\n  {} {}  {}",
        paint.severity(first.severity),
        paint.bold(first.id.as_str()),
        first.id.description()
    );
    let is_seen_alike = group.iter().all(|other| other.evidence == first.evidence);
    for finding in group {
        let _ = writeln!(out, "          {}", finding.url);
        if !is_seen_alike {
            let _ = writeln!(out, "{INDENT}{}", paint.dim(&finding.evidence));
        }
    }
    if is_seen_alike {
        let _ = writeln!(out, "{INDENT}{}", paint.dim(&first.evidence));
    }
    for (at, line) in wrapped(&first.remedy, 80).iter().enumerate() {
        let mark = if at == 0 { "→" } else { " " };
        let _ = writeln!(out, "          {mark} {line}");
    }
}

fn summary(seen: &Observations, report: &Report, paint: Paint) -> String {
    let plural = |count: usize, one: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {one}{s}")
    };
    let assets = seen
        .endpoints
        .iter()
        .map(|endpoint| endpoint.visits.len())
        .max()
        .unwrap_or(0);
    let verdict = if report.findings.is_empty() {
        "nothing found".to_owned()
    } else {
        [Severity::Error, Severity::Warning, Severity::Note]
            .map(|severity| plural(report.count(severity), severity.as_str()))
            .join(", ")
    };
    let dropped = match report.dropped {
        0 => String::new(),
        count => format!(" ({count} more were not kept)"),
    };
    format!(
        "{}{dropped}  {}\n",
        paint.bold(&verdict),
        paint.dim(&format!(
            "({}, {}, {})",
            plural(seen.endpoints.len(), "endpoint"),
            plural(assets, "asset"),
            plural(super::super::count(seen), "request")
        ))
    )
}

/// The text in lines of so many letters, broken at blanks.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// All equally wide.
    fn severity(self, severity: Severity) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "33",
            _ => "36",
        };
        self.with(code, &format!("{:<7}", severity.as_str()))
    }
}
