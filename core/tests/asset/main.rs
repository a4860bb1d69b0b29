//! What an asset is, one behaviour a file.

mod conventions;
mod encoding;
mod evidence;
mod globs;
mod hostile;
mod paths;
mod properties;
mod rules;

use hedgerow::asset::{Class, Rules, classify};

/// The class by the usual names and no rules.
fn class(url: impl AsRef<[u8]>) -> Class {
    classify(url.as_ref(), &Rules::default()).class
}

/// The lines of a table: a word, a tab, the rest. Empty lines and those with a
/// `#` in front are for people.
fn rows(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("a tab"))
}
