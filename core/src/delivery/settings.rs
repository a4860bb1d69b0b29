//! What the operator decides.

use crate::asset::Glob;
use crate::cache::name;

use super::compression::Compression;
use super::cors::Cors;
use super::error::SettingsError;
use super::security::{Hsts, ResourcePolicy, Timing};
use super::tags::Tags;
use super::validators::ETagRule;

/// The most rules. They are looked through in their order.
const MAX_RULES: usize = 256;
/// The longest `Cache-Control`.
const MAX_TEXT: usize = 512;

/// Where a response's lifetime comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// From the class of its URL.
    #[default]
    ByClass,
    /// One year, for a URL without a version whose owner vouches that it never
    /// changes: `public, max-age=31536000`.
    Pinned,
    /// These directives.
    Text(String),
}

/// What an upstream's own `no-store` and `private` count for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UpstreamRule {
    /// They stand.
    #[default]
    Respect,
    /// They are replaced, too: for an upstream that puts `no-store` on its
    /// static assets, and so sends every visitor to itself.
    Ignore,
}

/// What becomes of a cookie that comes with an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieRule {
    /// It makes the response one client's own.
    #[default]
    Personal,
    /// It is taken away, where the class is one of assets: for load balancers
    /// that mark each response. Those of pages and of what is unknown stay.
    Strip,
}

/// How the assets of one part of a site are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// `Cache-Control`.
    pub cache_control: Policy,
    /// `CDN-Cache-Control`.
    pub cdn_cache_control: Policy,
    /// Whether the upstream may forbid storing and sharing.
    pub upstream: UpstreamRule,
    /// What becomes of `Set-Cookie`.
    pub cookies: CookieRule,
    /// For how many seconds a 404 or 410 is kept. An asset that was missed a
    /// moment before it was deployed is missing for as long.
    pub missing_secs: u32,
    /// Who may read across origins; `None` leaves it to the upstream.
    pub cors: Option<Cors>,
    /// `Timing-Allow-Origin`.
    pub timing: Timing,
    /// `Cross-Origin-Resource-Policy` of assets, unless the upstream gives
    /// one; `None` leaves it to the upstream.
    pub resource_policy: Option<ResourcePolicy>,
    /// `Strict-Transport-Security`; `None` leaves it to the upstream.
    pub hsts: Option<Hsts>,
    /// Whether `X-Content-Type-Options: nosniff` is sent.
    pub nosniff: bool,
    /// `Surrogate-Key` and its kin.
    pub tags: Tags,
    /// What becomes of `ETag`.
    pub etag: ETagRule,
    /// Names that are taken out of the upstream's `Vary`, where its content
    /// does not really depend on them: `user-agent` splits a cache into
    /// thousands.
    pub ignored_vary: Vec<String>,
    /// What is compressed.
    pub compression: Compression,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            cache_control: Policy::ByClass,
            cdn_cache_control: Policy::ByClass,
            upstream: UpstreamRule::Respect,
            cookies: CookieRule::Personal,
            missing_secs: 0,
            cors: None,
            timing: Timing::AsCors,
            resource_policy: Some(ResourcePolicy::CrossOrigin),
            hsts: Some(Hsts::default()),
            nosniff: true,
            tags: Tags::default(),
            etag: ETagRule::PerContent,
            ignored_vary: Vec::new(),
            compression: Compression::default(),
        }
    }
}

impl Profile {
    /// The longest time that a 404 or 410 is kept, in seconds: five minutes.
    pub const MAX_MISSING_SECS: u32 = 300;

    fn check(&self, found: &mut Vec<SettingsError>) {
        for (field, policy) in [
            ("cacheControl", &self.cache_control),
            ("cdnCacheControl", &self.cdn_cache_control),
        ] {
            if let Policy::Text(text) = policy
                && !is_directives(text)
            {
                found.push(SettingsError::new(
                    field,
                    "is no list of directives: write one such as \"public, max-age=3600\"",
                ));
            }
        }
        if self.missing_secs > Profile::MAX_MISSING_SECS {
            found.push(SettingsError::new(
                "missingSeconds",
                format!(
                    "{} is too long for an asset that is deployed a moment later: write {} at most",
                    self.missing_secs,
                    Profile::MAX_MISSING_SECS
                ),
            ));
        }
        if let Some(cors) = &self.cors {
            cors.check(found);
        }
        if let Some(hsts) = self.hsts {
            hsts.check(found);
        }
        self.tags.check(found);
        self.compression.check(found);
        let is_name = |name: &String| name == "*" || name::is_token(name.as_bytes());
        if !self.ignored_vary.iter().all(is_name) {
            found.push(SettingsError::new(
                "ignoredVary",
                "has what is no field name: write names such as \"user-agent\"",
            ));
        }
    }
}

/// Whether a text can be sent as a list of directives.
fn is_directives(text: &str) -> bool {
    let is_directive = |member: &[u8]| {
        let name = member.split(|&byte| byte == b'=').next();
        name.is_some_and(name::is_token)
    };
    text.len() <= MAX_TEXT
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && crate::cache::list::members(text.as_bytes()).all(is_directive)
        && crate::cache::list::members(text.as_bytes())
            .next()
            .is_some()
}

/// A profile of what matches a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The pattern, as [`Glob`] reads it.
    pub pattern: String,
    /// How what matches is delivered: all of it, nothing is inherited.
    pub profile: Profile,
}

impl Rule {
    /// A rule.
    #[must_use]
    pub fn new(pattern: impl Into<String>, profile: Profile) -> Rule {
        Rule {
            pattern: pattern.into(),
            profile,
        }
    }
}

/// How a site's assets are delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// How everything is delivered that no rule is for.
    pub profile: Profile,
    /// Rules, of which the first that matches decides.
    pub rules: Vec<Rule>,
}

impl Settings {
    /// This profile for everything.
    #[must_use]
    pub fn new(profile: Profile) -> Settings {
        Settings {
            profile,
            rules: Vec::new(),
        }
    }

    /// Adds a rule after those that are there.
    #[must_use]
    pub fn with_rule(mut self, pattern: impl Into<String>, profile: Profile) -> Settings {
        self.rules.push(Rule::new(pattern, profile));
        self
    }

    /// All that is wrong, each with its field; empty if nothing is.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingsError> {
        let mut found = Vec::new();
        self.profile.check(&mut found);
        if self.rules.len() > MAX_RULES {
            found.push(SettingsError::new(
                "rules",
                format!("has {} rules: write {MAX_RULES} at most", self.rules.len()),
            ));
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let path = format!("rules[{index}]");
            let mut own = Vec::new();
            if let Err(error) = Glob::new(&rule.pattern) {
                own.push(SettingsError::new("match", error.to_string()));
            }
            rule.profile.check(&mut own);
            // What a rule repeats of the common profile is told there.
            own.retain(|error| !found.contains(error));
            found.extend(own.into_iter().map(|error| error.within(&path)));
        }
        found
    }
}
