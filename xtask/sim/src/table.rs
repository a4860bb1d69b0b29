//! Figures as a table for people, and as JSON for programs.

use serde::Serialize;

use crate::cli::Cli;
use crate::play::Played;
use hedgerow_sim::figures::{Figures, Point};

const HEADER: [&str; 10] = [
    "policy",
    "answered",
    "bad",
    "assets+once+sessions",
    "p50",
    "p99",
    "p99.9",
    "load",
    "bad for",
    "back after",
];

/// Prints what the policies came to in one trace.
pub(crate) fn print(played: &[Played]) {
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(played.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..HEADER.len()).map(|at| width(at).unwrap_or(0)).collect();
    for row in &rows {
        let mut line = format!("  {:<width$}", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            line.push_str(&format!("  {cell:>width$}"));
        }
        println!("{line}");
    }
}

fn row(one: &Played) -> [String; HEADER.len()] {
    let figures = &one.figures;
    let seconds = |seconds: u64| format!("{seconds} s");
    [
        one.policy.name().to_owned(),
        share(figures.requests - figures.failed, figures.requests),
        share(figures.bad, figures.requests),
        figures.bad_by_kind.map(|count| count.to_string()).join("+"),
        time(figures.p50_ms),
        time(figures.p99_ms),
        time(figures.p999_ms),
        format!("{:.3}×", figures.load),
        seconds(figures.bad_seconds),
        figures.back_seconds.map_or_else(|| "–".to_owned(), seconds),
    ]
}

/// Down to one of a million, and never rounded up to all or down to none.
fn share(part: u64, of: u64) -> String {
    let percent = part as f64 * 100.0 / of.max(1) as f64;
    if part == of || part == 0 {
        format!("{percent:.0} %")
    } else {
        format!("{:.4} %", percent.clamp(0.0001, 99.9999))
    }
}

fn time(ms: Option<f64>) -> String {
    match ms {
        None => "failed".to_owned(),
        Some(ms) if ms < 100.0 => format!("{ms:.1} ms"),
        Some(ms) if ms < 1000.0 => format!("{ms:.0} ms"),
        Some(ms) => format!("{:.1} s", ms / 1000.0),
    }
}

/// All figures of a command.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    seed: u64,
    requests: u64,
    traces: Vec<Trace<'a>>,
}

#[derive(Debug, Serialize)]
struct Trace<'a> {
    name: &'a str,
    policies: Vec<One<'a>>,
}

#[derive(Debug, Serialize)]
struct One<'a> {
    policy: &'static str,
    figures: &'a Figures,
    /// Of all that happened, for Hedgerow; in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    timeline: &'a [Point],
}

/// The figures of everything that was played.
pub(crate) fn json<'a>(cli: &Cli, results: &'a [(&'a str, Vec<Played>)]) -> Document<'a> {
    let one = |one: &'a Played| One {
        policy: one.policy.name(),
        figures: &one.figures,
        digest: (one.digest != 0).then(|| format!("{:016x}", one.digest)),
        timeline: &one.timeline,
    };
    let trace = |(name, played): &'a (&'a str, Vec<Played>)| Trace {
        name,
        policies: played.iter().map(one).collect(),
    };
    Document {
        seed: cli.seed,
        requests: cli.requests,
        traces: results.iter().map(trace).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_to_all_or_none() {
        assert_eq!(share(1, 1), "100 %");
        assert_eq!(share(99_999_999, 100_000_000), "99.9999 %");
        assert_eq!(share(1, 100_000_000), "0.0001 %");
        assert_eq!(share(0, 7), "0 %");
        assert_eq!(share(1, 2), "50.0000 %");
    }

    #[test]
    fn times_have_three_figures() {
        let texts = [None, Some(12.34), Some(345.6), Some(3050.0)].map(time);
        assert_eq!(texts, ["failed", "12.3 ms", "346 ms", "3.0 s"]);
    }
}
