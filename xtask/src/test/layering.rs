//! Imports inside the engine go one way.

use super::check::{Check, Outcome};
use crate::paths;
use crate::stamp::files_under;
use anyhow::{Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(crate) const CHECKS: &[Check] = &[Check {
    name: "layering",
    holds: "each of the engine's modules imports only those below it, and no face knows another",
    quick: true,
    run,
}];

/// Each module with the ones right below it; what is below those it may use too.
const BELOW: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("asset", &["types"]),
    ("cache", &["types"]),
    ("cdn", &["types"]),
    ("surge", &["types"]),
    ("delivery", &["asset", "cache"]),
    ("rollout", &["asset"]),
    ("audit", &["cache", "delivery", "asset"]),
    ("failover", &["cdn"]),
    ("session", &["cdn"]),
    ("fetch", &["cache", "failover"]),
    ("load", &["failover", "surge"]),
    (
        "config",
        &[
            "asset", "audit", "cache", "delivery", "fetch", "load", "rollout", "session",
        ],
    ),
    // The umbrella over every module's own error, which no module uses itself.
    ("error", &["config"]),
];

/// What the engine may not know of.
const FACES: &[&str] = &[
    "hedgerow_loader",
    "hedgerow_ffi",
    "wasm_bindgen",
    "web_sys",
    "js_sys",
];

/// The faces, and what each may not know of the others.
const APART: &[(&str, &[&str])] = &[
    ("wasm-loader/src", &["hedgerow_ffi"]),
    (
        "ffi/src",
        &["hedgerow_loader", "wasm_bindgen", "web_sys", "js_sys"],
    ),
];

fn run() -> Result<Outcome> {
    let source = paths::root().join("core").join("src");
    let is_rust = |path: &Path| path.is_dir() || path.extension().is_some_and(|end| end == "rs");
    let mut files = files_under(&source, &is_rust)?;
    ensure!(
        !files.is_empty(),
        "there is no source in {}",
        source.display()
    );
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file)?;
        let parts: Vec<String> = file
            .strip_prefix(&source)?
            .components()
            .map(|part| {
                part.as_os_str()
                    .to_string_lossy()
                    .trim_end_matches(".rs")
                    .to_owned()
            })
            .collect();
        for what in violations(&parts, &text) {
            wrong.push(format!("{}: {what}", paths::shown(file)));
        }
    }
    for (face, others) in APART {
        for file in files_under(&paths::root().join(face), &is_rust)? {
            let text = fs::read_to_string(&file)?;
            for other in others.iter().filter(|other| text.contains(**other)) {
                wrong.push(format!(
                    "{}: uses {other}, another face's",
                    paths::shown(&file)
                ));
            }
            files.push(file);
        }
    }
    Ok(Outcome::of(
        files.len() as u64,
        &wrong,
        "move what is shared down, usually to `types`",
    ))
}

/// What is wrong with the file at the module path `parts`.
fn violations(parts: &[String], text: &str) -> Vec<String> {
    let own = parts[0].as_str();
    let code: String = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut wrong: Vec<String> = FACES
        .iter()
        .filter(|face| code.contains(**face))
        .map(|face| format!("uses {face}, but the engine knows no face"))
        .collect();
    // The crate's root re-exports from every module.
    if own == "lib" {
        return wrong;
    }
    if !BELOW.iter().any(|(name, _)| *name == own) {
        wrong.push(format!(
            "the module {own} has no place in the layering: give it one"
        ));
        return wrong;
    }
    let allowed = all_below(own);
    for used in modules_used(parts, &code) {
        if used != own && !allowed.contains(used.as_str()) {
            wrong.push(format!("{own} imports {used}, which is not below it"));
        }
    }
    wrong
}

fn all_below(module: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![module];
    while let Some(next) = open.pop() {
        for below in BELOW
            .iter()
            .filter(|(name, _)| *name == next)
            .flat_map(|(_, below)| *below)
        {
            if found.insert(*below) {
                open.push(below);
            }
        }
    }
    found
}

/// The crate's modules that `code` names, by `crate::` or by enough `super::`.
fn modules_used(parts: &[String], code: &str) -> BTreeSet<String> {
    let depth = parts.len() - usize::from(parts.last().is_some_and(|last| last == "mod"));
    let to_root = "super::".repeat(depth);
    let mut names = BTreeSet::new();
    for prefix in ["crate::", &to_root] {
        for (at, _) in code.match_indices(prefix) {
            let rest = &code[at + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(group) => names.extend(group_heads(group)),
                None => {
                    names.insert(identifier(rest));
                }
            }
        }
    }
    names.retain(|name| BELOW.iter().any(|(module, _)| module == name));
    names
}

/// The first name of each entry of a `{…}` group.
fn group_heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut fresh) = (0, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && !letter.is_whitespace() => {
                heads.push(identifier(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: usize) {
        let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        let found = violations(&parts, text);
        assert_eq!(found.len(), expected, "{path}: {text}: {found:?}");
    }

    #[test]
    fn imports_from_below_are_fine() {
        check(
            "load/plan",
            "use crate::cdn::Endpoint; use crate::{failover::Race, types::Reason};",
            0,
        );
        check("failover/race", "use super::attempt::Attempt;", 0);
        check("types/time", "/// Used by `crate::load`.\nstruct T;", 0);
    }

    #[test]
    fn imports_from_above_or_beside_are_not() {
        check("types/time", "use crate::cdn::Endpoint;", 1);
        check("cdn/order", "fn f() { crate::failover::race() }", 1);
        check(
            "failover/race",
            "use crate::{\n    types::{Reason, Scope},\n    load::Load,\n};",
            1,
        );
        check("cdn/order", "use super::super::failover::Race;", 1);
        check("surge/mod", "use super::cdn::Endpoint;", 1);
    }

    #[test]
    fn a_module_without_a_place_is_told() {
        check("misc/mod", "", 1);
    }

    #[test]
    fn the_engine_knows_no_face() {
        check("load/mod", "use wasm_bindgen::prelude::*;", 1);
    }
}
