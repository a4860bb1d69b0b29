//! The example documents are right.

use std::{fs, path::PathBuf};

use hedgerow::config::{Config, RefreshDocument};

/// Name and text of each document in a folder of the examples.
pub(crate) fn documents(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/configs")
        .join(folder);
    let documents: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    assert!(!documents.is_empty());
    documents
}

#[test]
fn examples_have_no_problem() {
    for (name, text) in documents(".") {
        let parsed = Config::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(*parsed.warnings, [], "{name}");
    }
}

#[test]
fn the_roles_of_the_example_are_swapped() {
    let document = |folder: &str, name: &str| {
        let found = documents(folder)
            .into_iter()
            .find(|(path, _)| path.ends_with(name));
        found.unwrap().1
    };
    let config = Config::from_json(&document(".", "primary-secondary.json"))
        .unwrap()
        .config;
    let refresh = RefreshDocument::from_json(&document("refresh", "swap-roles.json")).unwrap();
    let changed = refresh.apply(&config).unwrap();
    let priorities = changed.endpoints.iter().map(|endpoint| endpoint.priority);
    assert!(priorities.eq([1, 0]));
}
