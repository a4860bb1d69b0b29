//! What is wrong with a document, where, and what to write instead.

use std::fmt;

/// Whether a problem keeps the document from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The document is refused.
    Error,
    /// The document is used, and this part of it probably does not do what its
    /// author meant.
    Warning,
}

macro_rules! codes {
    ($($number:literal $name:ident $text:literal $severity:ident $doc:literal;)+) => {
        /// The kind of a [`Problem`]. Names and numbers are stable and never
        /// reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum ProblemCode {
            $(#[doc = $doc] $name = $number,)+
        }

        impl ProblemCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$name),+];

            /// The stable number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ProblemCode::$name => $text,)+
                }
            }

            /// Whether a problem of this kind is an error or a warning.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(ProblemCode::$name => Severity::$severity,)+
                }
            }
        }
    };
}

codes! {
    1 TooLarge "too_large" Error "The document is longer than [`MAX_DOCUMENT_BYTES`](super::MAX_DOCUMENT_BYTES).";
    2 Syntax "syntax" Error "The text is not JSON.";
    3 MissingField "missing_field" Error "A field without a default is not given.";
    4 WrongType "wrong_type" Error "A value is of another JSON type than the field takes.";
    5 OutOfRange "out_of_range" Error "A number lies outside the field's range.";
    6 InvalidValue "invalid_value" Error "A value of the right type means nothing here.";
    7 TooMany "too_many" Error "A list is longer than allowed.";
    8 Conflict "conflict" Error "Two fields contradict each other.";
    9 DuplicateId "duplicate_id" Error "Two endpoints have the same id.";
    10 NoEndpoint "no_endpoint" Error "No endpoint is left that may serve.";
    11 ForbiddenField "forbidden_field" Error "A refresh document names a field that it may not change, or what a proxy reads one that is not known: misspelt, it would do nothing.";
    12 UnknownEndpoint "unknown_endpoint" Error "A refresh document names an endpoint that the configuration does not have.";
    13 WidensFence "widens_fence" Error "A refresh document allows a region that the configuration does not.";
    14 Older "older" Error "A refresh document is not newer than the configuration.";
    101 UnknownField "unknown_field" Warning "A field that means nothing here was passed over.";
    102 Insecure "insecure" Warning "An http URL, of no use to an https page.";
    103 OutsideFence "outside_fence" Warning "An endpoint or a region that `allowedRegions` makes useless.";
    104 NoEffect "no_effect" Warning "A value that can never make a difference.";
    105 NoRedundancy "no_redundancy" Warning "There is nothing to fail over to.";
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    code: ProblemCode,
    message: String,
}

impl Problem {
    /// Where: a JSON path such as `endpoints[1].url`, empty for the document
    /// as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The kind of problem.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        self.code
    }

    /// Whether this keeps the document from being used.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// What is wrong, and what to write instead.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

/// How many errors, and how many warnings, are kept of one document. The two
/// are counted apart: a flood of unknown fields must not push an error out.
const KEPT: usize = 64;

/// Collects the problems of one document.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kept: Vec<Problem>,
    errors: usize,
    warnings: usize,
}

impl Problems {
    pub(super) fn add(&mut self, path: &str, code: ProblemCode, message: impl Into<String>) {
        let count = match code.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= KEPT {
            self.kept.push(Problem {
                path: path.to_owned(),
                code,
                message: message.into(),
            });
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether one of these top-level fields has an error: a rule over several
    /// fields would only repeat it in other words.
    pub(super) fn has_errors_in(&self, fields: &[&str]) -> bool {
        self.errors > KEPT
            || self.kept.iter().any(|problem| {
                problem.severity() == Severity::Error
                    && (problem.path.is_empty()
                        || fields.iter().any(|field| {
                            problem
                                .path
                                .strip_prefix(field)
                                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
                        }))
            })
    }

    /// The problems in the order they were found.
    pub(super) fn into_kept(self) -> Box<[Problem]> {
        self.kept.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_warnings_hides_no_error() {
        let mut problems = Problems::default();
        for _ in 0..10 * KEPT {
            problems.add("x", ProblemCode::UnknownField, "unknown");
        }
        problems.add("version", ProblemCode::WrongType, "wrong");
        assert!(problems.has_errors());
        let kept = problems.into_kept();
        assert_eq!(kept.len(), KEPT + 1);
        assert_eq!(kept[KEPT].path(), "version");
    }

    #[test]
    fn errors_are_found_by_their_top_level_field() {
        let mut problems = Problems::default();
        problems.add("endpoints[1].url", ProblemCode::InvalidValue, "bad");
        problems.add("ready", ProblemCode::UnknownField, "a warning only");
        assert!(problems.has_errors_in(&["endpoints"]));
        assert!(!problems.has_errors_in(&["endpoint", "ready"]));
    }
}
