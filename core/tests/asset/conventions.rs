//! What builders, frameworks and package hosts document.

use hedgerow::asset::Class;

use crate::{class, rows};

#[test]
fn every_url_has_its_class() {
    let mut wrong = Vec::new();
    for (name, url) in rows(include_str!("../data/asset-conventions.tsv")) {
        let expected = Class::from_name(name).expect("a class");
        let found = class(url);
        if found != expected {
            wrong.push(format!("{url} is {expected}, but was taken for {found}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A table that has lost a class no longer shows what that class is.
#[test]
fn every_class_has_a_url() {
    for expected in Class::ALL {
        let shown = |(name, _)| Class::from_name(name) == Some(*expected);
        let table = include_str!("../data/asset-conventions.tsv");
        assert!(rows(table).any(shown), "{expected}");
    }
}
