//! Whether C can do what Rust can.
//!
//! `ffi/coverage.toml` says of each public operation of the engine what it is
//! in the header, or why C does without it, and of each function of the header
//! that is no operation's what it is there for. An operation that nobody
//! thought of, a name that is no more, and a function without a purpose fail.

use super::declaration::Header;
use super::operations;
use crate::paths;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    /// An operation, and what it is in the header: functions, types, fields.
    covered: BTreeMap<String, String>,
    /// An operation, or all that begin like it (`*`), and why C does without.
    exempt: BTreeMap<String, String>,
    /// A function of the header, or all that end like it (`*`), that is C's
    /// own, and why.
    own: BTreeMap<String, String>,
}

/// How much was looked at, and what is wrong.
pub(crate) fn check() -> Result<(u64, Vec<String>)> {
    let path = paths::root().join("ffi/coverage.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let coverage: Coverage = toml::from_str(&text).context("ffi/coverage.toml")?;
    let operations = operations::of_crate(&paths::root().join("core/src"))?;
    let header = Header::read()?;
    let names: BTreeSet<&str> = header.words().collect();
    let functions = header
        .functions
        .iter()
        .map(|function| function.name.as_str());
    let functions: Vec<&str> = functions.collect();
    let wrong = compare(&coverage, &operations, &names, &functions);
    Ok(((operations.len() + functions.len()) as u64, wrong))
}

fn compare(
    coverage: &Coverage,
    operations: &BTreeSet<String>,
    names: &BTreeSet<&str>,
    functions: &[&str],
) -> Vec<String> {
    let mut wrong = Vec::new();
    let begins = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    for operation in operations {
        let covered = coverage.covered.contains_key(operation);
        let exempt = coverage
            .exempt
            .keys()
            .any(|pattern| begins(pattern, operation));
        if !covered && !exempt {
            wrong.push(format!("{operation} has no place in the C library"));
        }
    }
    for (operation, symbols) in &coverage.covered {
        if !operations.contains(operation) {
            wrong.push(format!("{operation} is covered, but is no operation"));
        }
        for name in symbols.split([' ', '.']) {
            if !names.contains(name) {
                wrong.push(format!(
                    "{operation} is to be {name}, which the header does not have"
                ));
            }
        }
    }
    for (pattern, why) in &coverage.exempt {
        if !operations
            .iter()
            .any(|operation| begins(pattern, operation))
        {
            wrong.push(format!("{pattern} is exempt, but is no operation"));
        }
        if why.len() < 10 {
            wrong.push(format!("{pattern} is exempt without a reason"));
        }
    }
    let used: BTreeSet<&str> = (coverage.covered.values())
        .flat_map(|symbols| symbols.split([' ', '.']))
        .collect();
    let ends = |pattern: &str, name: &str| match pattern.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => name == pattern,
    };
    for function in functions {
        let own = coverage.own.keys().any(|pattern| ends(pattern, function));
        if !used.contains(function) && !own {
            wrong.push(format!(
                "{function} is no operation's, and nobody says why it is there"
            ));
        }
    }
    for pattern in coverage.own.keys() {
        if !functions.iter().any(|function| ends(pattern, function)) {
            wrong.push(format!(
                "{pattern} is C's own, but the header does not have it"
            ));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(covered: &[(&str, &str)], exempt: &[(&str, &str)]) -> Coverage {
        let table = |rows: &[(&str, &str)]| {
            rows.iter()
                .map(|(name, what)| ((*name).to_owned(), (*what).to_owned()))
                .collect()
        };
        Coverage {
            covered: table(covered),
            exempt: table(exempt),
            own: table(&[("*_free", "frees what C holds")]),
        }
    }

    fn wrong(coverage: &Coverage, operations: &[&str]) -> Vec<String> {
        let operations = operations.iter().map(|name| (*name).to_owned()).collect();
        let functions = ["hedgerow_a_new", "hedgerow_a_free"];
        compare(
            coverage,
            &operations,
            &functions.into_iter().collect(),
            &functions,
        )
    }

    #[test]
    fn what_is_covered_or_exempt_passes() {
        let all = coverage(
            &[("m::A::new", "hedgerow_a_new")],
            &[("m::B::*", "C has no use for it")],
        );
        assert_eq!(wrong(&all, &["m::A::new", "m::B::x"]), [""; 0]);
    }

    #[test]
    fn what_nobody_thought_of_fails() {
        let all = coverage(&[("m::A::new", "hedgerow_a_new")], &[]);
        assert_eq!(wrong(&all, &["m::A::new", "m::A::more"]).len(), 1);
        assert_eq!(wrong(&all, &[]).len(), 1, "a covered name that is no more");
        let gone = coverage(&[("m::A::new", "hedgerow_b_new")], &[]);
        assert_eq!(
            wrong(&gone, &["m::A::new"]).len(),
            2,
            "a symbol that is none"
        );
    }
}
