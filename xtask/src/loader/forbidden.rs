//! Code that must not reach the browser: JSON, IDNA tables and float formatting
//! each cost more than the whole engine may.

use crate::problem::Problem;
use anyhow::Result;

/// Parts of function names, and what they give away.
const FORBIDDEN: &[(&str, &str)] = &[
    ("serde_json", "JSON parsing in Rust"),
    ("idna", "IDNA tables"),
    ("icu_", "Unicode tables"),
    ("unicode_normalization", "Unicode tables"),
    ("core::fmt::float", "float formatting"),
    ("flt2dec", "float formatting"),
    ("grisu", "float formatting"),
    ("dragon", "float formatting"),
    ("dec2flt", "float parsing"),
    ("ryu", "float formatting"),
    ("zmij", "float formatting"),
];

/// Says which forbidden code is linked, by its functions' names.
///
/// # Errors
///
/// When there is any.
pub(crate) fn check(functions: &[(String, u64)]) -> Result<()> {
    let found: Vec<String> = functions
        .iter()
        .filter_map(|(name, _)| {
            let (_, what) = FORBIDDEN
                .iter()
                .find(|(part, _)| contains_word(name, part))?;
            Some(format!("{what}: {name}"))
        })
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let remedy = "let JavaScript parse and format, and pass plain numbers to Rust; \
                  `cargo xtask loader --functions 40` shows the largest functions";
    let problem = Problem::new("the WASM links code that must not be in it");
    Err(problem.at(found.join("\n")).remedy(remedy).into())
}

/// Whether `part` stands in `name` where a word begins.
fn contains_word(name: &str, part: &str) -> bool {
    name.match_indices(part)
        .any(|(at, _)| !name[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> bool {
        check(&[(String::from("boot"), 1), (String::from(name), 1)]).is_err()
    }

    #[test]
    fn forbidden_code_is_found_by_name() {
        assert!(refused(
            "core::num::flt2dec::strategy::grisu::format_shortest_opt"
        ));
        assert!(refused("<f64 as core::fmt::float::Float>::fmt"));
        assert!(refused("core::fmt::float::float_to_decimal_common_exact"));
        assert!(refused("serde_json::de::from_str"));
        assert!(refused("idna::uts46::Uts46::process"));
    }

    #[test]
    fn a_word_that_only_ends_alike_is_not_meant() {
        assert!(!refused("hedgerow::load::guardianidna"));
        assert!(!refused("hedgerow::failover::race::Race::poll"));
    }
}
