//! Host names and path prefixes.

use std::fmt;

use crate::config::{
    address::on_own_origin, limits::MAX_URL_CHARS, problem::Problems, reader::At, wording::quoted,
};

/// A host name, or an address, without a port; in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostName(String);

impl HostName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<HostName> {
        let want = "a host name such as \"www.example.com\", without scheme, port and path";
        let text = at.text(want, 255, problems)?;
        match url::Host::parse(text) {
            Ok(host) => Some(HostName(host.to_string())),
            Err(error) => {
                let text = quoted(text);
                at.invalid(
                    format!("{text} is no host name ({error}): write {want}"),
                    problems,
                );
                None
            }
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The beginning of a path. It ends between segments: `/a` fits `/a` and
/// `/a/b`, not `/ab`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// The prefix of every path.
    #[must_use]
    pub fn root() -> PathPrefix {
        PathPrefix("/".to_owned())
    }

    /// The prefix as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `path` begins with it.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        path.strip_prefix(&self.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.0.ends_with('/'))
    }

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<PathPrefix> {
        let want = "the beginning of a path such as \"/assets/\"";
        let text = at.text(want, MAX_URL_CHARS, problems)?;
        let why = if !text.starts_with('/') {
            "does not begin with a slash"
        } else if let Err(why) = on_own_origin(text) {
            why
        } else if text.contains(['?', '#']) {
            "has a query or a fragment"
        } else {
            return Some(PathPrefix(text.to_owned()));
        };
        at.invalid(format!("{} {why}: write {want}", quoted(text)), problems);
        None
    }
}

impl fmt::Display for PathPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_between_segments() {
        let fits = |prefix: &str, path: &str| PathPrefix(prefix.to_owned()).fits(path);
        assert!(fits("/", "/anything") && fits("/a", "/a") && fits("/a", "/a/b"));
        assert!(fits("/a/", "/a/b"));
        assert!(!fits("/a", "/ab") && !fits("/a/", "/a") && !fits("/a", "/"));
    }
}
