//! What the user says of the site's own assets.

use core::fmt;

use super::{Class, Glob, GlobError, target::Target};

/// One rule of the user's: what matches the pattern is of the class.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The pattern, as [`Glob`] reads it.
    pub pattern: String,
    /// The class of what matches.
    pub class: Class,
}

impl Rule {
    /// A rule.
    #[must_use]
    pub fn new(pattern: impl Into<String>, class: Class) -> Rule {
        Rule {
            pattern: pattern.into(),
            class,
        }
    }
}

/// The plain settings of the classification.
///
/// # Example
///
/// ```
/// use hedgerow::asset::{self, Class, Rules, Settings};
///
/// let settings = Settings::new()
///     .with_rule("/legacy/*.js", Class::Other)
///     .with_health_check("/cobrowse/health");
/// let rules = Rules::compile(&settings)?;
/// assert_eq!(asset::classify("/cobrowse/health", &rules).class, Class::HealthCheck);
/// # Ok::<(), hedgerow::asset::RuleError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Rules, of which the first that matches decides, before anything else.
    pub rules: Vec<Rule>,
    /// Patterns of health checks, beside the usual names.
    pub health_checks: Vec<String>,
    /// Patterns of fallback pages, beside the usual names.
    pub fallback_pages: Vec<String>,
    /// Patterns of configuration, beside the usual names.
    pub configuration: Vec<String>,
}

impl Settings {
    /// No rules, and the usual names.
    #[must_use]
    pub fn new() -> Settings {
        Settings::default()
    }

    /// Adds a rule after those that are there.
    #[must_use]
    pub fn with_rule(mut self, pattern: impl Into<String>, class: Class) -> Settings {
        self.rules.push(Rule::new(pattern, class));
        self
    }

    /// Adds a pattern of health checks.
    #[must_use]
    pub fn with_health_check(mut self, pattern: impl Into<String>) -> Settings {
        self.health_checks.push(pattern.into());
        self
    }

    /// Adds a pattern of fallback pages.
    #[must_use]
    pub fn with_fallback_page(mut self, pattern: impl Into<String>) -> Settings {
        self.fallback_pages.push(pattern.into());
        self
    }

    /// Adds a pattern of configuration.
    #[must_use]
    pub fn with_configuration(mut self, pattern: impl Into<String>) -> Settings {
        self.configuration.push(pattern.into());
        self
    }
}

/// The settings, compiled once for any number of classifications.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Box<[(Glob, Class)]>,
    names: Box<[(Glob, Class)]>,
}

impl Rules {
    /// Compiles the settings.
    ///
    /// # Errors
    ///
    /// When a pattern is refused; the error says which.
    pub fn compile(settings: &Settings) -> Result<Rules, RuleError> {
        let compile = |list: RuleList, patterns: &mut dyn Iterator<Item = (&String, Class)>| {
            patterns
                .enumerate()
                .map(|(index, (pattern, class))| match Glob::new(pattern) {
                    Ok(glob) => Ok((glob, class)),
                    Err(error) => Err(RuleError { list, index, error }),
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let own = &mut settings
            .rules
            .iter()
            .map(|rule| (&rule.pattern, rule.class));
        let rules = compile(RuleList::Rules, own)?;
        let mut names = Vec::new();
        for (list, patterns, class) in [
            (
                RuleList::HealthChecks,
                &settings.health_checks,
                Class::HealthCheck,
            ),
            (
                RuleList::FallbackPages,
                &settings.fallback_pages,
                Class::FallbackPage,
            ),
            (
                RuleList::Configuration,
                &settings.configuration,
                Class::Configuration,
            ),
        ] {
            let patterns = &mut patterns.iter().map(|pattern| (pattern, class));
            names.extend(compile(list, patterns)?);
        }
        Ok(Rules {
            rules: rules.into(),
            names: names.into(),
        })
    }

    /// Whether the user has said nothing.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.names.is_empty()
    }

    /// The user's rule that decides, with its index.
    pub(super) fn rule(&self, target: &Target<'_>) -> Option<(u32, Class)> {
        let matches = |(glob, _): &(Glob, Class)| glob.matches_target(target);
        let index = self.rules.iter().position(matches)?;
        // No document is large enough for more rules.
        Some((
            u32::try_from(index).unwrap_or(u32::MAX),
            self.rules[index].1,
        ))
    }

    /// The class whose names the user has added this one to.
    pub(super) fn named(&self, target: &Target<'_>) -> Option<Class> {
        let named = self
            .names
            .iter()
            .find(|(glob, _)| glob.matches_target(target));
        named.map(|(_, class)| *class)
    }
}

/// The list of the [`Settings`] that a refused pattern stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleList {
    /// [`Settings::rules`]
    Rules,
    /// [`Settings::health_checks`]
    HealthChecks,
    /// [`Settings::fallback_pages`]
    FallbackPages,
    /// [`Settings::configuration`]
    Configuration,
}

/// A pattern of the [`Settings`] was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleError {
    /// The list that the pattern stands in.
    pub list: RuleList,
    /// Its index there.
    pub index: usize,
    /// What is wrong with it.
    pub error: GlobError,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = match self.list {
            RuleList::Rules => "rules",
            RuleList::HealthChecks => "health checks",
            RuleList::FallbackPages => "fallback pages",
            RuleList::Configuration => "configuration",
        };
        write!(f, "pattern {} of the {list} was refused", self.index)
    }
}

impl core::error::Error for RuleError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
