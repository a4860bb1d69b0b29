//! The suite's tests, and what their results mean.

use serde::Deserialize;
use std::fmt;

/// What the suite expects of a cache that fails the test.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// It does not conform.
    Required,
    /// It conforms, but could have reused a response.
    Optimal,
    /// Nothing: the test is a question.
    Check,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// Passed; as a check, answered with "yes".
    Passes,
    /// Failed; as a check, answered with "no".
    Fails,
    /// Something came between before it could show what it is about.
    Setup,
    /// The proxy sent a request twice.
    Retried,
    /// A test that it depends on has not passed, so it proves nothing.
    Untested,
    /// Only a private cache can be held to it, and this one is shared.
    Private,
}

/// A test as the driver reports it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Test {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) suite: String,
    pub(crate) kind: Kind,
    needs: Vec<String>,
    pub(crate) selected: bool,
    /// Whether only a private cache can be held to it.
    private: bool,
    result: Option<Raw>,
}

/// `true`, or the name of an error and its message.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Raw {
    Passed(bool),
    Error(String, Option<String>),
}

impl Test {
    /// The tests that must pass before this one proves anything.
    pub(super) fn needs(&self) -> &[String] {
        &self.needs
    }

    /// What came of it by itself.
    pub(super) fn outcome(&self) -> Outcome {
        match &self.result {
            Some(Raw::Passed(true)) => Outcome::Passes,
            Some(Raw::Error(name, message)) if name == "Setup" => match message.as_deref() {
                Some("retry") => Outcome::Retried,
                _ => Outcome::Setup,
            },
            None if self.private => Outcome::Private,
            None | Some(Raw::Passed(false) | Raw::Error(..)) => Outcome::Fails,
        }
    }

    /// What the suite had to say about it, if it has not passed.
    pub(super) fn message(&self) -> String {
        match &self.result {
            Some(Raw::Passed(_)) => String::new(),
            Some(Raw::Error(name, message)) => {
                let message = message.as_deref().unwrap_or_default();
                // The other names are of errors that were not expected to occur.
                match name.as_str() {
                    "Assertion" | "Setup" => message.to_owned(),
                    _ => format!("{name}: {message}"),
                }
            }
            None => String::from("the suite has no result for it"),
        }
    }
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Required, Self::Optimal, Self::Check];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Required => "required",
            Self::Optimal => "optimal",
            Self::Check => "check",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passes => "passes",
            Self::Fails => "fails",
            Self::Setup => "setup",
            Self::Retried => "retried",
            Self::Untested => "untested",
            Self::Private => "private",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(result: &str) -> Test {
        let json = format!(
            r#"{{"id": "a", "name": "A", "suite": "s", "kind": "required", "needs": [],
                "selected": true, "private": false, "result": {result}}}"#
        );
        serde_json::from_str(&json).expect("the driver's form")
    }

    #[test]
    fn only_true_passes() {
        let outcome = |result| test(result).outcome();
        assert_eq!(outcome("true"), Outcome::Passes);
        assert_eq!(outcome("null"), Outcome::Fails);
        assert_eq!(outcome("false"), Outcome::Fails);
        assert_eq!(outcome(r#"["Assertion", "from cache"]"#), Outcome::Fails);
        assert_eq!(outcome(r#"["Setup", "status is 500"]"#), Outcome::Setup);
        assert_eq!(outcome(r#"["Setup", "retry"]"#), Outcome::Retried);
        assert_eq!(outcome(r#"["FetchError", "timeout"]"#), Outcome::Fails);
        assert_eq!(outcome(r#"["TypeError", null]"#), Outcome::Fails);
    }

    #[test]
    fn an_error_of_another_kind_is_named() {
        let message = |result| test(result).message();
        assert_eq!(message("true"), "");
        assert_eq!(message(r#"["Assertion", "from cache"]"#), "from cache");
        let fetch = message(r#"["FetchError", "timeout"]"#);
        assert_eq!(fetch, "FetchError: timeout");
    }
}
