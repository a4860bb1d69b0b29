//! What a shared library must be like, beyond its symbols, so that any program
//! can load it.

use super::build::abi;
use crate::problem::Problem;
use crate::process::Program;
use anyhow::{Context, Result};
use std::path::Path;

/// Whom it may need: the C library, its loader, and the compiler's own.
const NEEDED: &[&str] = &["libc.", "ld-", "libgcc_s."];

/// Fails unless the library is well-made; gives how many properties that are.
pub(crate) fn check(shared: &Path) -> Result<u64> {
    let text = Program::new("readelf")
        .args(["--wide", "--dynamic", "--program-headers"])
        .args([shared])
        .ask()
        .context("`readelf` can't read the shared library: install binutils")?;
    let (looked_at, wrong) = faults(&text, &format!("libhedgerow.so.{}", abi()));
    if wrong.is_empty() {
        return Ok(looked_at);
    }
    Err(Problem::new("the shared library is not as it should be")
        .at(wrong.join("\n"))
        .remedy("see how xtask/src/ffi/build.rs links it")
        .into())
}

/// The names in the dynamic section's entries of a kind.
fn named<'a>(text: &'a str, tag: &'a str) -> impl Iterator<Item = &'a str> {
    (text.lines().filter(move |line| line.contains(tag)))
        .filter_map(|line| line.split_once('[')?.1.split_once(']'))
        .map(|(name, _)| name)
}

/// How many properties were looked at, and what is wrong.
fn faults(text: &str, soname: &str) -> (u64, Vec<String>) {
    let segment =
        |name: &str| (text.lines()).find(|line| line.split_whitespace().next() == Some(name));
    let flag = |name: &str| {
        (text.lines().filter(|line| line.contains("(FLAGS")))
            .any(|line| line.split_whitespace().any(|word| word == name))
    };
    // Of a program header the flags stand before the alignment, which comes last.
    let executable_stack = segment("GNU_STACK").is_none_or(|line| {
        line.split_whitespace()
            .rev()
            .nth(1)
            .is_none_or(|flags| flags.contains('E'))
    });
    let stranger =
        named(text, "(NEEDED)").find(|name| !NEEDED.iter().any(|known| name.starts_with(known)));
    let properties = [
        (
            !named(text, "(SONAME)").eq([soname]),
            format!("it is not called {soname}"),
        ),
        (!flag("BIND_NOW"), "symbols are bound late".to_owned()),
        (
            segment("GNU_RELRO").is_none(),
            "its relocated data stays writable".to_owned(),
        ),
        (executable_stack, "it wants an executable stack".to_owned()),
        (
            text.contains("(TEXTREL)") || flag("TEXTREL"),
            "its code is relocated".to_owned(),
        ),
        (
            flag("STATIC_TLS"),
            "it can't be loaded late: its thread-local data is static".to_owned(),
        ),
        (
            text.contains("(RPATH)") || text.contains("(RUNPATH)"),
            "it has a path of this machine".to_owned(),
        ),
        (
            stranger.is_some(),
            format!("it needs {}", stranger.unwrap_or_default()),
        ),
    ];
    let looked_at = properties.len() as u64;
    let wrong = properties.into_iter().filter(|(is_wrong, _)| *is_wrong);
    (looked_at, wrong.map(|(_, what)| what).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
  GNU_STACK      0x000000 0x0 0x0 0x000000 0x000000 RW  0x10
  GNU_RELRO      0x1fc2f8 0x1 0x1 0x009d08 0x009d08 R   0x1
 0x0000000000000001 (NEEDED)             Shared library: [libgcc_s.so.1]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000000e (SONAME)             Library soname: [libx.so.1]
 0x000000000000001e (FLAGS)              BIND_NOW
 0x000000006ffffffb (FLAGS_1)            Flags: NOW
";

    fn wrong(text: &str) -> Vec<String> {
        faults(text, "libx.so.1").1
    }

    #[test]
    fn a_good_library_passes() {
        assert_eq!(faults(GOOD, "libx.so.1"), (8, Vec::new()));
    }

    #[test]
    fn each_fault_is_told() {
        for (from, to, said) in [
            ("libx.so.1", "libx.so.2", "it is not called libx.so.1"),
            ("(SONAME)", "(OTHER)", "it is not called libx.so.1"),
            ("BIND_NOW", "", "symbols are bound late"),
            ("GNU_RELRO", "LOAD", "its relocated data stays writable"),
            ("RW  0x10", "RWE 0x10", "it wants an executable stack"),
            ("GNU_STACK", "LOAD", "it wants an executable stack"),
            ("BIND_NOW", "BIND_NOW TEXTREL", "its code is relocated"),
            (
                "BIND_NOW",
                "BIND_NOW STATIC_TLS",
                "it can't be loaded late: its thread-local data is static",
            ),
            (
                "(FLAGS_1)",
                "(RUNPATH) [x]\n (FLAGS_1)",
                "it has a path of this machine",
            ),
            ("libgcc_s.so.1", "libssl.so.3", "it needs libssl.so.3"),
        ] {
            assert_eq!(wrong(&GOOD.replace(from, to)), [said], "{from} → {to}");
        }
    }
}
