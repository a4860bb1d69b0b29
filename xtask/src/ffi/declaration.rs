//! The functions that the header declares, with their parameters.

use crate::paths;
use anyhow::{Context, Result, ensure};
use std::fs;

/// A function of the header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Its comment.
    pub(crate) comment: String,
}

/// A parameter: what it is called, and what it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The type without `struct`, `const` and stars, such as `hedgerow_race`.
    pub(crate) base: String,
    pub(crate) stars: usize,
    /// What it points to is not changed.
    pub(crate) is_const: bool,
}

/// What the header has.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) functions: Vec<Function>,
    text: String,
}

impl Header {
    pub(crate) fn read() -> Result<Header> {
        let path = paths::root().join("ffi/include/hedgerow.h");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let functions = functions(&text)?;
        ensure!(!functions.is_empty(), "the header declares no function");
        Ok(Header { functions, text })
    }

    /// Every word of it, of code and comments alike.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
    }

    /// Whether programs know a type by pointers only.
    pub(crate) fn is_opaque(&self, name: &str) -> bool {
        self.text
            .contains(&format!("\ntypedef struct {name} {name};\n"))
    }
}

fn functions(text: &str) -> Result<Vec<Function>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\nhedgerow_status hedgerow_") {
        let declared = &rest[at + "\nhedgerow_status ".len()..];
        let end = declared
            .find(");")
            .context("a declaration without an end")?;
        let (name, parameters) = declared[..end]
            .split_once('(')
            .context("a declaration without parameters")?;
        let comment = rest[..at].rfind("/**").map_or("", |from| &rest[from..at]);
        found.push(Function {
            name: name.to_owned(),
            parameters: parameters.split(',').map(parameter).collect(),
            comment: comment.to_owned(),
        });
        rest = &declared[end..];
    }
    Ok(found)
}

fn parameter(text: &str) -> Parameter {
    let words = text.replace('*', " * ");
    let mut words: Vec<&str> = words.split_whitespace().collect();
    let name = words.pop().unwrap_or_default().to_owned();
    let stars = words.iter().filter(|word| **word == "*").count();
    let base = words
        .iter()
        .find(|word| !["const", "struct", "*"].contains(word));
    Parameter {
        name,
        base: (*base.unwrap_or(&"")).to_owned(),
        stars,
        is_const: words.first() == Some(&"const"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_read_with_its_comment() {
        let text = "\n/**\n * About it. May be NULL.\n */\nhedgerow_status hedgerow_a_b(const struct hedgerow_a *a,\n    const char *name,\n    hedgerow_c **made);\n";
        let found = functions(text).expect("it is one");
        assert_eq!(found[0].name, "hedgerow_a_b");
        assert!(found[0].comment.contains("May be NULL"));
        let plain: Vec<_> = found[0]
            .parameters
            .iter()
            .map(|p| (p.name.as_str(), p.base.as_str(), p.stars, p.is_const))
            .collect();
        assert_eq!(
            plain,
            [
                ("a", "hedgerow_a", 1, true),
                ("name", "char", 1, true),
                ("made", "hedgerow_c", 2, false),
            ]
        );
    }
}
