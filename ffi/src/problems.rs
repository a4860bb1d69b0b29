//! What is wrong with a document, where, and what to write instead.

use hedgerow::config::{ConfigError, Problem, ProblemCode, Severity};

use crate::boundary::{call, free, new_handle, object, out, shared};
use crate::error::Detail;
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;

/// What was found in a document: errors and warnings, in the order of finding.
/// Immutable; any number of threads may read it.
pub struct hedgerow_problems(());
object!(hedgerow_problems, Vec<Found>, b"PROB");

/// A problem, with its text in one piece.
#[derive(Debug)]
pub(crate) struct Found {
    code: ProblemCode,
    severity: Severity,
    path: String,
    message: String,
}

/// Whether a problem keeps the document from being used.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_problem_severity {
    /// The document is refused.
    HEDGEROW_PROBLEM_ERROR = 1,
    /// The document is used, and this part of it probably does not do what its
    /// author meant.
    HEDGEROW_PROBLEM_WARNING = 2,
}

/// A problem of a document. Its texts live as long as the list that it is in.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_problem {
    /// The number of its kind, HEDGEROW_PROBLEM_SYNTAX and its siblings.
    pub code: u32,
    /// A `hedgerow_problem_severity`.
    pub severity: u32,
    /// Where it is, such as `endpoints[0].url`; empty for the whole document.
    pub path: hedgerow_str,
    /// What is wrong, and what to write instead.
    pub message: hedgerow_str,
}

impl Found {
    fn of(problem: &Problem) -> Found {
        Found {
            code: problem.code(),
            severity: problem.severity(),
            path: problem.path().to_owned(),
            message: problem.message().to_owned(),
        }
    }
}

/// A list for C, unless C wants none.
pub(crate) fn list(problems: &[Problem]) -> *mut hedgerow_problems {
    new_handle(problems.iter().map(Found::of).collect())
}

/// The detail of a document that was refused.
pub(crate) fn refused(error: &ConfigError) -> Detail {
    Detail {
        code: error.code().code().into(),
        ..Detail::new(error)
    }
}

/// Frees a list; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_problems_free(
    problems: *mut hedgerow_problems,
) -> hedgerow_status {
    free!(problems)
}

/// How many problems there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_problems_count(
    problems: *const hedgerow_problems,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let problems = shared!(problems)?;
        out!(count)?.put(problems.len());
        Ok(())
    })
}

/// The problem at a position. HEDGEROW_UNKNOWN: there are fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_problems_get(
    problems: *const hedgerow_problems,
    position: usize,
    problem: *mut hedgerow_problem,
) -> hedgerow_status {
    call(|| {
        let problems = shared!(problems)?;
        let problem = out!(problem)?;
        let found = problems.get(position).ok_or(HEDGEROW_UNKNOWN)?;
        problem.put(hedgerow_problem {
            code: found.code.code().into(),
            severity: match found.severity {
                Severity::Error => 1,
                _ => 2,
            },
            path: hedgerow_str::of(found.path.as_bytes()),
            message: hedgerow_str::of(found.message.as_bytes()),
        });
        Ok(())
    })
}

/// The stable name of a problem's kind, such as `missing_field`. The text lives
/// as long as the program. HEDGEROW_INVALID_ARGUMENT: no such kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_problem_name(
    code: u32,
    name: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let name = out!(name)?;
        let known = ProblemCode::ALL
            .iter()
            .find(|known| u32::from(known.code()) == code);
        name.put(hedgerow_str::lasting(
            known.ok_or(HEDGEROW_INVALID_ARGUMENT)?.as_str(),
        ));
        Ok(())
    })
}
