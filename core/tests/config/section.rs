//! The proxy's section, one field at a time.

use hedgerow::config::Problem;
use hedgerow::config::edge::Edge;
use serde_json::{Value, json};

use crate::check::codes;

/// A section without a problem.
pub(crate) fn section() -> Value {
    json!({
        "listen": ["127.0.0.1:8080"],
        "upstreams": [{"id": "origin", "endpoints": [
            {"id": "a", "url": "https://a.example"},
            {"id": "b", "url": "http://b.example:8000/base"}
        ]}],
        "routes": [{"upstream": "origin"}]
    })
}

/// [`section`] with `value` at a path such as `/upstreams/0/timeoutMs`.
pub(crate) fn with(path: &str, value: Value) -> Value {
    let mut section = section();
    let (parent, name) = path.rsplit_once('/').unwrap();
    section.pointer_mut(parent).unwrap()[name] = value;
    section
}

fn problems(section: &Value) -> Vec<Problem> {
    match Edge::from_json(&json!({"edge": section}).to_string()) {
        Ok(parsed) => parsed.warnings.into_vec(),
        Err(error) => error.problems().to_vec(),
    }
}

#[track_caller]
pub(crate) fn check(section: &Value, expected: &[&str]) {
    let found = problems(section);
    assert_eq!(codes(&found), expected, "{section}\n{found:#?}");
}

#[track_caller]
pub(crate) fn check_message(section: &Value, expected: &str) {
    let found = problems(section);
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(messages, [expected]);
}

#[track_caller]
pub(crate) fn edge(section: &Value) -> Edge {
    let parsed = Edge::from_json(&json!({"edge": section}).to_string());
    parsed.unwrap_or_else(|error| panic!("{error}")).edge
}
