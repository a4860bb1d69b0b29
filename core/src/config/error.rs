//! Why a document was refused.

use std::fmt;

use super::problem::{Problem, ProblemCode, Problems, Severity};

macro_rules! error {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub struct $name {
            problems: Box<[Problem]>,
        }

        impl $name {
            pub(super) fn new(problems: Problems) -> $name {
                $name { problems: problems.into_kept() }
            }

            /// The kind of the first error.
            #[must_use]
            pub fn code(&self) -> ProblemCode {
                self.errors().next().map_or(ProblemCode::InvalidValue, Problem::code)
            }

            /// Everything that was found, warnings too, in the order of
            /// finding. A hostile document's list is cut short.
            #[must_use]
            pub fn problems(&self) -> &[Problem] {
                &self.problems
            }

            /// The problems for which the document was refused.
            pub fn errors(&self) -> impl Iterator<Item = &Problem> {
                self.problems
                    .iter()
                    .filter(|problem| problem.severity() == Severity::Error)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($what)?;
                for (index, problem) in self.errors().enumerate() {
                    write!(f, "{} {problem}", if index == 0 { ":" } else { ";" })?;
                }
                Ok(())
            }
        }
    };
}

error! {
    /// A configuration document was refused.
    ///
    /// # Example
    ///
    /// ```
    /// use hedgerow::config::{Config, ProblemCode};
    ///
    /// let error = Config::from_json(r#"{"asset": "/loader.js", "endpoints": [{"id": "a", "url": "cdn.example.com"}]}"#)
    ///     .unwrap_err();
    /// assert_eq!(error.code(), ProblemCode::InvalidValue);
    /// assert_eq!(
    ///     error.to_string(),
    ///     "configuration refused: endpoints[0].url: \"cdn.example.com\" is not an absolute URL: \
    ///      write one such as \"https://cdn1.example.com\"",
    /// );
    /// ```
    ConfigError, "configuration refused"
}

error! {
    /// A refresh document was refused: it is broken, older than what is in
    /// force, or asks for what it may not change. The configuration in force
    /// stays.
    RefreshError, "refresh refused"
}
