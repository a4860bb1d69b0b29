//! The findings, written for people and for pipelines.

mod json;
mod junit;
mod sarif;
mod table;

use super::args::{Args, Color};
use anyhow::Result;
use hedgerow::audit::{Observations, Report};
use std::io::{IsTerminal as _, stdout};

/// The report in the format that was asked for. Some assets the audit may have
/// had no time for.
pub(super) fn write(
    args: &Args,
    seen: &Observations,
    report: &Report,
    unfinished: usize,
) -> Result<String> {
    let format = args.format;
    Ok(if format.json {
        serde_json::to_string_pretty(&json::document(seen, report, unfinished))? + "\n"
    } else if format.sarif {
        serde_json::to_string_pretty(&sarif::document(seen, report, unfinished == 0))? + "\n"
    } else if format.junit {
        junit::document(seen, report)
    } else {
        let is_coloured = match args.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org
            Color::Auto => {
                stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
            }
        };
        table::document(seen, report, is_coloured)
    })
}

/// The names of a finding's endpoints.
fn names<'a>(seen: &'a Observations, finding: &hedgerow::audit::Finding) -> Vec<&'a str> {
    finding
        .endpoints
        .iter()
        .filter_map(|id| seen.endpoints.get(id.index()))
        .map(|endpoint| endpoint.name.as_str())
        .collect()
}
