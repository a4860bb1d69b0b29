//! What a probe asks for, and what must come back.

use crate::types::Reason;

/// An HTTP health check: the path to ask for, and the answer of an endpoint
/// that is well.
///
/// Redirects are answers as they stand, since a login page is no sign of
/// health.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::monitor::Check;
/// use hedgerow::types::Reason;
///
/// let check = Check::new("/cobrowse/health")?.with_body(b"OK");
/// assert_eq!(check.judge(200, b"status: OK"), Ok(()));
/// assert_eq!(check.judge(302, b"OK"), Err(Reason::HttpStatus));
/// assert_eq!(check.judge(200, b"starting"), Err(Reason::WrongContent));
/// # Ok::<(), hedgerow::cdn::monitor::CheckError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    path: Box<str>,
    statuses: (u16, u16),
    body: Box<[u8]>,
}

/// The path is none that a request can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckError(());

impl core::fmt::Display for CheckError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the path of a check begins with a slash and is of visible ASCII characters")
    }
}

impl core::error::Error for CheckError {}

impl Check {
    /// No more of an answer's body has to be read, in bytes.
    pub const MOST_BODY: usize = 64 * 1024;

    /// A check that asks for `path` and expects 200, whatever the body.
    ///
    /// # Errors
    ///
    /// [`CheckError`] if `path` is none.
    pub fn new(path: &str) -> Result<Check, CheckError> {
        let visible = path.bytes().all(|byte| byte.is_ascii_graphic());
        if !path.starts_with('/') || !visible {
            return Err(CheckError(()));
        }
        Ok(Check {
            path: path.into(),
            statuses: (200, 200),
            body: Box::default(),
        })
    }

    /// Expects a status from `first` to `last`.
    #[must_use]
    pub const fn with_statuses(mut self, first: u16, last: u16) -> Check {
        self.statuses = (first, last);
        self
    }

    /// Expects these bytes somewhere in the body's first
    /// [`Check::MOST_BODY`].
    #[must_use]
    pub fn with_body(mut self, body: &[u8]) -> Check {
        self.body = body.into();
        self
    }

    /// What to ask for: a path, perhaps with a query.
    #[must_use]
    pub const fn path(&self) -> &str {
        &self.path
    }

    /// Whether the body has to be read.
    #[must_use]
    pub const fn needs_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Whether an answer is that of an endpoint that is well.
    ///
    /// # Errors
    ///
    /// Why it is not: [`Reason::HttpStatus`] or [`Reason::WrongContent`].
    pub fn judge(&self, status: u16, body: &[u8]) -> Result<(), Reason> {
        if !(self.statuses.0..=self.statuses.1).contains(&status) {
            return Err(Reason::HttpStatus);
        }
        let body = &body[..body.len().min(Check::MOST_BODY)];
        let found = !self.needs_body()
            || body
                .windows(self.body.len())
                .any(|part| *part == *self.body);
        if found {
            Ok(())
        } else {
            Err(Reason::WrongContent)
        }
    }
}
