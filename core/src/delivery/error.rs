//! What is wrong with settings.

use core::fmt;

/// A setting that contradicts another, or that can't be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    field: String,
    message: String,
}

impl SettingsError {
    pub(super) fn new(field: impl Into<String>, message: impl Into<String>) -> SettingsError {
        SettingsError {
            field: field.into(),
            message: message.into(),
        }
    }

    /// Where: a path such as `rules[2].cors.origins`, as the configuration
    /// document has it.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong, and what to write instead.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same within a part at `path`.
    pub(super) fn within(mut self, path: &str) -> SettingsError {
        self.field = format!("{path}.{}", self.field);
        self
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl core::error::Error for SettingsError {}
