//! Runs the program.

use crate::server::Row;
use crate::world::PAGE_ORIGIN;
use serde_json::Value;
use std::process::{Command, Output};

/// `hedgerow audit` with these arguments.
pub(crate) fn hedgerow(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .arg("audit")
        .args(arguments)
        .output()
        .unwrap()
}

/// The same, of a row, from the page's origin.
pub(crate) fn audit(row: &Row, arguments: &[&str]) -> Output {
    let ca = row.authority.file.to_str().unwrap();
    let mut all = vec!["--origin", PAGE_ORIGIN, "--ca", ca];
    for resolve in &row.resolve {
        all.extend(["--resolve", resolve]);
    }
    all.extend(arguments);
    hedgerow(&all)
}

/// The assets at both endpoints.
pub(crate) fn urls(assets: &[&str]) -> Vec<String> {
    let mut urls = vec!["https://cdn2.example.com".to_owned()];
    let first = assets
        .iter()
        .map(|path| format!("https://cdn1.example.com{path}"));
    urls.splice(0..0, first);
    urls
}

/// What is found there, each id once, by number; and all of it for people.
pub(crate) fn found(row: &Row, assets: &[&str], more: &[&str]) -> (Vec<String>, String) {
    let urls = urls(assets);
    let mut arguments: Vec<&str> = urls.iter().map(String::as_str).collect();
    arguments.extend(more);
    arguments.push("--json");
    let output = audit(row, &arguments);
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{shown}"));
    let findings = report["findings"].as_array().unwrap();
    let mut ids: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding["code"].as_u64().unwrap(),
                finding["id"].as_str().unwrap(),
            )
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let told: Vec<_> = findings
        .iter()
        .map(|finding| format!("    {}: {}", finding["id"], finding["evidence"]))
        .collect();
    let ids = ids.into_iter().map(|(_, id)| id.to_owned()).collect();
    (ids, told.join("\n"))
}
