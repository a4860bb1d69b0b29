//! Writes what other languages need of the engine's tables: for the browser side
//! the reasons, the schema of the configuration, and both as TypeScript; for C
//! the header.
//!
//! With `--check` it writes nothing, and fails if a file differs.

#![forbid(unsafe_code)]

mod block;
mod header;
mod reasons;
mod types;

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// A file, and what makes it of what it holds now.
type Generated = (&'static str, fn(&str) -> Result<String>);

const GENERATED: &[Generated] = &[
    ("wasm-loader/js/reasons.js", |_| Ok(reasons::javascript())),
    ("wasm-loader/config.schema.json", |_| {
        Ok(hedgerow::config::json_schema())
    }),
    ("wasm-loader/hedgerow.d.ts", declarations),
    ("ffi/include/hedgerow.h", |_| {
        header::write(&root().join("ffi"))
    }),
];

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => bail!("unknown argument {other}; there is only --check"),
    };
    let mut drifted = 0;
    for (name, generate) in GENERATED {
        let path = root().join(name);
        let found = fs::read_to_string(&path).unwrap_or_default();
        let wanted = generate(&found).with_context(|| format!("cannot generate {name}"))?;
        if found == wanted {
            println!("  {name}: as generated");
        } else if check {
            drifted += 1;
            println!("  {name}: DIFFERS{}", first_difference(&found, &wanted));
        } else {
            fs::write(&path, wanted).with_context(|| format!("cannot write {name}"))?;
            println!("  {name}: written");
        }
    }
    if drifted > 0 {
        println!(
            "{drifted} generated files differ: run `cargo xtask codegen` and commit the result"
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn declarations(found: &str) -> Result<String> {
    let text = block::replace(found, "reasons", &reasons::typescript())?;
    block::replace(
        &text,
        "config",
        &types::typescript(&hedgerow::config::json_schema())?,
    )
}

fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Where two texts part, for a person.
fn first_difference(found: &str, wanted: &str) -> String {
    let lines = wanted
        .lines()
        .zip(found.lines().chain(std::iter::repeat("(nothing)")));
    match lines
        .enumerate()
        .find(|(_, (wanted, found))| wanted != found)
    {
        Some((at, (wanted, found))) => {
            format!(
                " from line {}\n    has:    {found}\n    wanted: {wanted}",
                at + 1
            )
        }
        None => String::from(" after its end"),
    }
}
