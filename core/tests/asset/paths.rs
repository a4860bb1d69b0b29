//! Paths of real, published builds.

use crate::{class, rows};

/// The error that matters is to call immutable what may change.
#[test]
fn none_is_falsely_immutable_and_few_are_missed() {
    let (mut right, mut falsely, mut missed) = (0, Vec::new(), Vec::new());
    for (label, path) in rows(include_str!("../data/asset-paths.tsv")) {
        match (label, class(path).is_immutable()) {
            ("immutable", true) => right += 1,
            ("immutable", false) => missed.push(path),
            ("changes", true) => falsely.push(path),
            ("changes", false) => {}
            _ => panic!("the label {label}"),
        }
    }
    let errors = falsely.len() + missed.len();
    let f1 = 2.0 * f64::from(right) / (2.0 * f64::from(right) + errors as f64);
    println!("F1 {f1:.4}, falsely immutable {}", falsely.len());
    assert!(falsely.is_empty(), "{falsely:#?}");
    assert!(f1 >= 0.985, "F1 {f1}; missed {missed:#?}");
}
