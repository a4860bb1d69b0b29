//! Names: of endpoints and regions, and of the page's globals.

use std::fmt;

use serde::Serialize;

use super::{limits::MAX_TEXT_CHARS, problem::Problems, reader::At, wording::quoted};

/// The id of an endpoint or the name of a region: 1 to 64 of the characters
/// `A-Z a-z 0-9 . _ -`. Case counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Label(
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[A-Za-z0-9._-]{1,64}$"))
    )]
    String,
);

impl Label {
    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A label that is one in the source already.
    pub(super) fn constant(text: &'static str) -> Label {
        Label(text.to_owned())
    }

    pub(super) fn read(at: &At<'_>, want: &str, problems: &mut Problems) -> Option<Label> {
        let text = at.text(want, 64, problems)?;
        if text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        {
            return Some(Label(text.to_owned()));
        }
        let text = quoted(text);
        at.invalid(
            format!("{text} has characters other than A-Z a-z 0-9 . _ -: write {want}"),
            problems,
        );
        None
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of something reachable from `window`: identifiers with dots
/// between them, such as `purecloud.init`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct GlobalName(
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(min = 1, max = MAX_TEXT_CHARS),
            regex(pattern = r"^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$")
        )
    )]
    String,
);

impl GlobalName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<GlobalName> {
        let want = "the name of a global such as \"purecloud\" or \"purecloud.init\"";
        let text = at.text(want, MAX_TEXT_CHARS, problems)?;
        if let Some(call) = text.strip_suffix("()") {
            at.invalid(
                format!("is a call: write the name alone, {}", quoted(call)),
                problems,
            );
        } else if !text.split('.').all(is_identifier) {
            at.invalid(
                format!("{} is no such name: write {want}", quoted(text)),
                problems,
            );
        } else if let Some(word) = text.split('.').find(|word| RESERVED.contains(word)) {
            // They exist on every object, so they prove nothing, and a stub
            // of theirs would reach every object of the page.
            at.invalid(
                format!("\"{word}\" belongs to every object: write {want}"),
                problems,
            );
        } else {
            return Some(GlobalName(text.to_owned()));
        }
        None
    }
}

impl fmt::Display for GlobalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const RESERVED: [&str; 3] = ["__proto__", "constructor", "prototype"];

fn is_identifier(word: &str) -> bool {
    let mut chars = word.chars();
    chars
        .next()
        .is_some_and(|first| first.is_alphabetic() || "_$".contains(first))
        && chars.all(|char| char.is_alphanumeric() || "_$".contains(char))
}
