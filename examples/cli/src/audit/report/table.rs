//! For people.

use super::names;
use hedgerow::audit::{Finding, Observations, Report, Severity};
use std::fmt::Write as _;

pub(super) fn document(seen: &Observations, report: &Report, is_coloured: bool) -> String {
    let paint = Paint(is_coloured);
    let mut out = String::new();
    let mut heading = String::new();
    for finding in &report.findings {
        let names = names(seen, finding);
        let next = match (names.as_slice(), finding.endpoints.as_slice()) {
            ([name], [id]) => {
                let url = &seen.endpoints[id.index()].url;
                format!("{}  {}", paint.bold(name), paint.dim(url))
            }
            (names, _) => paint.bold(&names.join(" and ")),
        };
        if next != heading {
            if !heading.is_empty() {
                out.push('\n');
            }
            out.push_str(&next);
            out.push('\n');
            heading = next;
        }
        write_finding(&mut out, finding, paint);
    }
    if !report.findings.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(seen, report, paint));
    out
}

fn write_finding(out: &mut String, finding: &Finding, paint: Paint) {
    let severity = paint.severity(finding.severity);
    // Writing to a string can't fail.
    let _ = writeln!(
        out,
        "\n  {severity} {}  {}",
        paint.bold(finding.id.as_str()),
        finding.id.description()
    );
    let _ = writeln!(out, "          {}  {}", paint.dim("at  "), finding.url);
    let _ = writeln!(out, "          {}  {}", paint.dim("seen"), finding.evidence);
    const INDENT: &str = "\n                ";
    let remedy = wrapped(&finding.remedy, 80).join(INDENT);
    let _ = writeln!(out, "          {}  {remedy}", paint.dim("do  "));
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
