//! Patterns of paths, matched in time linear in the path.

mod automaton;
mod expand;
mod token;

use core::fmt;

use self::automaton::Automaton;
use super::target::Target;

/// One compiled pattern of paths.
///
/// | pattern | matches |
/// |---|---|
/// | `*` | any characters but `/` |
/// | `**` | any characters |
/// | `**/` | any directories, or none |
/// | `?` | one character but `/` |
/// | `[a-z_]`, `[!0-9]` | one byte of a set, or none of it, as with `[^0-9]`; never `/` |
/// | `{js,css}` | one of several, which may be nested |
/// | `\*` | the character itself |
///
/// A pattern that starts with `/` matches whole paths; any other matches from
/// the start of any segment, as if it began with `/**/`. Case counts.
///
/// Patterns see the path only, after percent-decoding (an encoded `/` stays
/// encoded), without scheme, host, query and fragment. They may be encoded
/// themselves, as `/caf%C3%A9/*`. Dot segments are not resolved.
///
/// Matching takes time linear in the path, whatever the pattern.
///
/// # Example
///
/// ```
/// use hedgerow::asset::Glob;
///
/// let glob = Glob::new("/widgets/**/*.{js,css}")?;
/// assert!(glob.matches("https://cdn.example.com/widgets/chat/v2/main.js?x=1"));
/// assert!(!glob.matches("/widgets/chat/logo.png"));
/// # Ok::<(), hedgerow::asset::GlobError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Glob {
    alternatives: Box<[Automaton]>,
}

impl Glob {
    /// The longest pattern, in bytes.
    pub const MAX_BYTES: usize = 1024;
    /// The most alternatives that the braces of a pattern may make.
    pub const MAX_ALTERNATIVES: usize = 64;

    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// When the pattern is empty, broken, or too large.
    pub fn new(pattern: &str) -> Result<Glob, GlobError> {
        if pattern.is_empty() {
            return Err(GlobError::Empty);
        }
        if pattern.len() > Glob::MAX_BYTES {
            return Err(GlobError::TooLong);
        }
        let alternatives = expand::expand(pattern.as_bytes())?
            .iter()
            .map(|plain| Automaton::compile(&token::parse(plain)?))
            .collect::<Result<_, _>>()?;
        Ok(Glob { alternatives })
    }

    /// Whether the path of this URL matches.
    #[must_use]
    pub fn matches<U: AsRef<[u8]> + ?Sized>(&self, url: &U) -> bool {
        self.matches_target(&Target::parse(url.as_ref()))
    }

    pub(crate) fn matches_target(&self, target: &Target<'_>) -> bool {
        let ends = target.ends();
        self.alternatives
            .iter()
            .any(|one| ends.is_none_or(|ends| one.may_match(ends)) && one.matches(target))
    }
}

/// Why a pattern was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GlobError {
    /// There is no pattern.
    Empty,
    /// The pattern is longer than [`Glob::MAX_BYTES`], or what stands between
    /// its first and its last wildcard is longer than 126 characters.
    TooLong,
    /// Its braces make more than [`Glob::MAX_ALTERNATIVES`].
    TooManyAlternatives,
    /// A `{` or `}` has no partner.
    Brace,
    /// A `[` has no `]`, or its set is empty or runs backwards.
    Set,
    /// A `\` ends the pattern.
    Escape,
}

impl GlobError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            GlobError::Empty => 1,
            GlobError::TooLong => 2,
            GlobError::TooManyAlternatives => 3,
            GlobError::Brace => 4,
            GlobError::Set => 5,
            GlobError::Escape => 6,
        }
    }
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GlobError::Empty => "the pattern is empty",
            GlobError::TooLong => "the pattern is too long",
            GlobError::TooManyAlternatives => "the braces make too many alternatives",
            GlobError::Brace => "a brace has no partner",
            GlobError::Set => "a set in square brackets is not closed, empty or backwards",
            GlobError::Escape => "a backslash ends the pattern",
        })
    }
}

impl core::error::Error for GlobError {}
