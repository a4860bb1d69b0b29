//! What the shared library exports, and what the header declares.
//!
//! `ffi/hedgerow.map` is the list that both are held against, and what gives
//! each symbol its version: a release adds its functions in a node of its own,
//! so that a program that needs them does not start with an older library.

use super::declaration::Header;
use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A symbol and its version.
type Symbols = BTreeMap<String, String>;

/// Fails unless library, list and header agree; gives the number of functions.
pub(crate) fn check(shared: &Path) -> Result<u64> {
    let listed = listed(&fs::read_to_string(paths::root().join("ffi/hedgerow.map"))?);
    let declared: Vec<String> = (Header::read()?.functions.into_iter())
        .map(|function| function.name)
        .collect();
    let exported = exported(shared)?;
    let mut wrong = Vec::new();
    for name in &declared {
        if !listed.contains_key(name) {
            wrong.push(format!(
                "{name} is in the header, but not in ffi/hedgerow.map"
            ));
        }
    }
    for (name, version) in &listed {
        if !declared.contains(name) {
            wrong.push(format!(
                "{name} is in ffi/hedgerow.map, but not in the header"
            ));
        }
        match exported.get(name) {
            Some(found) if found == version => {}
            Some(found) => wrong.push(format!("{name} has the version {found}, not {version}")),
            None => wrong.push(format!("{name} is not exported")),
        }
    }
    for name in exported.keys() {
        if !listed.contains_key(name) {
            wrong.push(format!("{name} is exported, but not in ffi/hedgerow.map"));
        }
    }
    if wrong.is_empty() {
        return Ok(declared.len() as u64);
    }
    Err(Problem::new("the symbols are not those of the list")
        .at(wrong.join("\n"))
        .remedy("add new functions to the newest version's node, and never take one away")
        .into())
}

/// The symbols of a linker's version script.
fn listed(map: &str) -> Symbols {
    let mut version = "";
    let mut symbols = Symbols::new();
    for line in map.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix('{') {
            version = name.trim();
        } else if let Some(name) = line.strip_suffix(';')
            && name.starts_with("hedgerow_")
        {
            symbols.insert(name.to_owned(), version.to_owned());
        }
    }
    symbols
}

fn exported(shared: &Path) -> Result<Symbols> {
    let text = Program::new("nm")
        .args(["--dynamic", "--defined-only", "--with-symbol-versions"])
        .args([shared])
        .ask()
        .context("`nm` can't read the shared library: install binutils")?;
    // Lines such as `0000000000014a40 T hedgerow_version@@HEDGEROW_0.1`; the
    // versions themselves are absolute symbols.
    let symbols = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (kind, name) = (words.next()?, words.next()?);
        (kind != "A").then(|| match name.split_once("@@") {
            Some((name, version)) => (name.to_owned(), version.to_owned()),
            None => (name.to_owned(), String::new()),
        })
    });
    Ok(symbols.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_gives_each_symbol_its_version() {
        let map = "A_1 {\n  global:\n    hedgerow_a;\n  local:\n    *;\n};\nA_2 {\n    hedgerow_b;\n} A_1;\n";
        let found = listed(map);
        let pairs: Vec<_> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(pairs, [("hedgerow_a", "A_1"), ("hedgerow_b", "A_2")]);
    }
}
