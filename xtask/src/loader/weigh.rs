//! What the built files weigh, and whether that is too much.

use crate::problem::Problem;
use crate::ui::{self, thousands};
use anyhow::{Context, Result, anyhow};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A file (or part) and the most it may weigh.
struct Budget {
    name: &'static str,
    measure: &'static str,
    bytes: u64,
}

const BUDGETS: &[Budget] = &[
    Budget {
        name: "hedgerow.js",
        measure: "brotli",
        bytes: 14_336,
    },
    Budget {
        name: BEFORE_DOWNLOAD,
        measure: "brotli",
        bytes: 3_072,
    },
    Budget {
        name: "hedgerow.snippet.js",
        measure: "raw",
        bytes: 700,
    },
];

/// The part of the shim that runs before the first download starts.
const BEFORE_DOWNLOAD: &str = "before the first download";

/// Prints the tables and holds the budgets.
pub(crate) fn report(file: &Path) -> Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let report: Value = serde_json::from_str(&text)?;
    sizes("Files in wasm-loader/dist", list(&report, "files")?)?;
    sizes("Where the bytes of hedgerow.js go", list(&report, "parts")?)?;

    ui::heading("Integrity (for the tag that loads the file)");
    for file in list(&report, "files")? {
        if let Some(hash) = file["integrity"].as_str() {
            ui::note(&format!("{:<20} {hash}", text_of(file, "name")?));
        }
    }
    ui::heading("Content-Security-Policy for a page that uses it");
    ui::note("script-src  <host of hedgerow.js> <each endpoint> 'wasm-unsafe-eval'");
    ui::note("connect-src <each endpoint> <host of refresh and report>");
    ui::note("require-trusted-types-for 'script'; trusted-types hedgerow");
    ui::note(
        "(without 'wasm-unsafe-eval' or connect-src it still loads, by the plain JavaScript way)",
    );
    budgets(&report)
}

fn sizes(heading: &str, entries: &[Value]) -> Result<()> {
    ui::heading(heading);
    let mut rows = Vec::new();
    for entry in entries {
        let mut row = vec![text_of(entry, "name")?.to_owned()];
        row.extend(
            ["raw", "gzip", "brotli"]
                .map(|key| entry[key].as_u64().map_or(String::new(), thousands)),
        );
        rows.push(row);
    }
    ui::table(&["", "raw", "gzip", "brotli"], &rows);
    Ok(())
}

fn budgets(report: &Value) -> Result<()> {
    ui::heading("Budgets");
    let mut over = Vec::new();
    let mut rows = Vec::new();
    for budget in BUDGETS {
        let size = size(report, budget)?;
        let verdict = if size > budget.bytes { "OVER" } else { "held" };
        rows.push(vec![
            format!("{}, {}", budget.name, budget.measure),
            thousands(size),
            thousands(budget.bytes),
            verdict.to_owned(),
        ]);
        if size > budget.bytes {
            over.push(format!(
                "{}: {} bytes over",
                budget.name,
                thousands(size - budget.bytes)
            ));
        }
    }
    ui::table(&["", "bytes", "allowed", ""], &rows);
    if over.is_empty() {
        return Ok(());
    }
    let remedy = "the table above tells where the bytes go; \
                  `cargo xtask loader --functions 40` lists the largest Rust functions";
    Err(Problem::new("the loader is over its budget")
        .at(over.join("\n"))
        .remedy(remedy)
        .into())
}

fn size(report: &Value, budget: &Budget) -> Result<u64> {
    let entries = list(report, "files")?.iter().chain(list(report, "parts")?);
    entries
        .filter(|entry| entry["name"] == budget.name)
        .find_map(|entry| entry[budget.measure].as_u64())
        .ok_or_else(|| anyhow!("the build did not measure {}", budget.name))
}

fn list<'a>(report: &'a Value, key: &str) -> Result<&'a [Value]> {
    let list = report[key].as_array().map(Vec::as_slice);
    list.ok_or_else(|| anyhow!("the build's report has no {key}"))
}

fn text_of<'a>(entry: &'a Value, key: &str) -> Result<&'a str> {
    entry[key]
        .as_str()
        .ok_or_else(|| anyhow!("the build's report has an entry without {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(loader: u64) -> Value {
        json!({
            "files": [
                {"name": "hedgerow.js", "raw": 40_000, "gzip": 15_000, "brotli": loader},
                {"name": "hedgerow.snippet.js", "raw": 700, "gzip": 400, "brotli": 300},
            ],
            "parts": [{"name": BEFORE_DOWNLOAD, "raw": 9_000, "gzip": 3_300, "brotli": 3_072}],
        })
    }

    #[test]
    fn a_budget_may_be_used_up_but_not_passed() {
        assert!(budgets(&report(14_336)).is_ok());
        let error = budgets(&report(14_337)).unwrap_err().to_string();
        assert!(error.contains("hedgerow.js: 1 bytes over"), "{error}");
    }

    #[test]
    fn what_was_not_measured_is_no_pass() {
        assert!(budgets(&json!({"files": [], "parts": []})).is_err());
    }
}
