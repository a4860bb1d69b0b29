//! `check(what is written, which problems are found)`.

use hedgerow::config::{Config, Parsed, Problem};
use serde_json::{Value, json};

/// A document without a problem.
pub(crate) fn base() -> Value {
    json!({
        "asset": "/loader.js",
        "endpoints": [
            {"id": "a", "url": "https://a.example"},
            {"id": "b", "url": "https://b.example"}
        ]
    })
}

/// [`base`] with these top-level fields in place of its own.
pub(crate) fn with(fields: Value) -> Value {
    let mut document = base();
    let Value::Object(fields) = fields else {
        panic!("fields are given as an object");
    };
    for (name, value) in fields {
        document[name] = value;
    }
    document
}

/// [`base`] with one endpoint more.
pub(crate) fn with_endpoint(endpoint: Value) -> Value {
    let mut document = base();
    document["endpoints"].as_array_mut().unwrap().push(endpoint);
    document
}

pub(crate) fn problems(document: &Value) -> Vec<Problem> {
    match Config::from_json(&document.to_string()) {
        Ok(parsed) => parsed.warnings.into_vec(),
        Err(error) => error.problems().to_vec(),
    }
}

/// `code path` of each problem.
pub(crate) fn codes(problems: &[Problem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| format!("{} {}", problem.code().as_str(), problem.path()))
        .collect()
}

/// The document has exactly these problems, each as `code path`.
#[track_caller]
pub(crate) fn check(document: &Value, expected: &[&str]) {
    let found = problems(document);
    assert_eq!(codes(&found), expected, "{document}\n{found:#?}");
}

/// The document's only problem reads so.
#[track_caller]
pub(crate) fn check_message(document: &Value, expected: &str) {
    let found = problems(document);
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(messages, [expected], "{document}");
}

#[track_caller]
pub(crate) fn config(document: &Value) -> Config {
    parsed(document).config
}

#[track_caller]
pub(crate) fn parsed(document: &Value) -> Parsed {
    Config::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}
