//! Fields that tell a browser what it may assume.

use crate::asset::Class;
use crate::cache::list;
use crate::types::Headers;

use super::edits::Editor;
use super::error::SettingsError;

/// One year, which the guides ask of `Strict-Transport-Security` at least, and
/// preload lists too.
const YEAR: u32 = 31_536_000;

/// `Strict-Transport-Security` (RFC 6797).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hsts {
    /// For how many seconds a browser asks this host over TLS only; one year
    /// at least, or 0 to take an earlier policy back (RFC 6797 §6.1.1).
    pub max_age_secs: u32,
    /// Whether that holds for the hosts below this one, too.
    pub include_sub_domains: bool,
    /// Whether the host may be put on the browsers' own list.
    pub preload: bool,
}

impl Default for Hsts {
    /// One year, and the hosts below.
    fn default() -> Hsts {
        Hsts {
            max_age_secs: YEAR,
            include_sub_domains: true,
            preload: false,
        }
    }
}

impl Hsts {
    /// A policy of so many seconds, for the hosts below as well.
    #[must_use]
    pub fn new(max_age_secs: u32) -> Hsts {
        Hsts {
            max_age_secs,
            ..Hsts::default()
        }
    }

    pub(super) fn check(self, found: &mut Vec<SettingsError>) {
        if (1..YEAR).contains(&self.max_age_secs) {
            found.push(SettingsError::new(
                "hsts.maxAgeSeconds",
                format!(
                    "{} is less than one year: write {YEAR} at least, or 0 to take an earlier \
                     policy back",
                    self.max_age_secs
                ),
            ));
        }
        if self.preload && (!self.include_sub_domains || self.max_age_secs < YEAR) {
            found.push(SettingsError::new(
                "hsts.preload",
                "the browsers' lists take only what is for one year at least and includes \
                 subdomains: write both, or leave `preload` out",
            ));
        }
    }

    fn line(self) -> String {
        let mut line = format!("max-age={}", self.max_age_secs);
        if self.include_sub_domains {
            line.push_str("; includeSubDomains");
        }
        if self.preload {
            line.push_str("; preload");
        }
        line
    }

    /// Whether an upstream's own policy asks for as much as this one.
    fn is_covered_by(self, line: &[u8]) -> bool {
        let (mut max_age, mut sub_domains, mut preload) = (None, false, false);
        for directive in line.split(|&byte| byte == b';').map(list::trim) {
            let value = directive
                .get(..8)
                .filter(|name| name.eq_ignore_ascii_case(b"max-age="));
            if value.is_some() {
                // Browsers ignore a policy with two (RFC 6797 §6.1).
                if max_age.is_some() {
                    return false;
                }
                let digits = directive[8..].trim_ascii();
                let digits = digits.strip_prefix(b"\"").unwrap_or(digits);
                let digits = digits.strip_suffix(b"\"").unwrap_or(digits);
                let number = core::str::from_utf8(digits).ok();
                max_age = Some(number.and_then(|digits| digits.parse().ok()).unwrap_or(0));
            }
            sub_domains |= directive.eq_ignore_ascii_case(b"includesubdomains");
            preload |= directive.eq_ignore_ascii_case(b"preload");
        }
        self.max_age_secs > 0
            && max_age >= Some(u64::from(self.max_age_secs))
            && (sub_domains || !self.include_sub_domains)
            && (preload || !self.preload)
    }
}

/// [`Hsts`], as it is sent.
#[derive(Clone, Debug)]
pub(super) struct CompiledHsts {
    settings: Hsts,
    line: String,
}

impl CompiledHsts {
    pub(super) fn new(settings: Hsts) -> CompiledHsts {
        CompiledHsts {
            line: settings.line(),
            settings,
        }
    }

    /// Writes the policy over a secure connection. Over another one nobody's
    /// is sent (RFC 6797 §7.2).
    pub(super) fn write<'a, R: Headers + ?Sized>(
        &'a self,
        editor: &mut Editor<'a, R>,
        response: &R,
        secure: bool,
    ) {
        const NAME: &str = "strict-transport-security";
        if !secure {
            editor.remove(NAME);
            return;
        }
        let mut lines = response.field_values(NAME);
        match (lines.next(), lines.next()) {
            (Some(own), None) if self.settings.is_covered_by(own) => {}
            _ => editor.set(NAME, self.line.as_bytes()),
        }
    }
}

/// Which pages may embed a response without CORS
/// (`Cross-Origin-Resource-Policy`, Fetch standard).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResourcePolicy {
    /// All of them. A widget is made for other sites' pages, and those that
    /// require `Cross-Origin-Embedder-Policy` would else not get it.
    #[default]
    CrossOrigin,
    /// Those of the same site.
    SameSite,
    /// Those of the same origin.
    SameOrigin,
}

impl ResourcePolicy {
    /// The field's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ResourcePolicy::CrossOrigin => "cross-origin",
            ResourcePolicy::SameSite => "same-site",
            ResourcePolicy::SameOrigin => "same-origin",
        }
    }

    /// Whether the field is written for a class by itself: pages and what is
    /// unknown may be somebody's own.
    pub(super) const fn is_for(class: Class) -> bool {
        !matches!(class, Class::Document | Class::Other)
    }
}

/// Who may measure how a response was loaded (`Timing-Allow-Origin`, Resource
/// Timing §4.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Timing {
    /// Whoever may read it. A script of another origin that is loaded without
    /// `crossorigin` sends no `Origin`, and then nobody may.
    #[default]
    AsCors,
    /// Everybody: what can be learned is whether and how quickly it came.
    All,
    /// As the upstream says.
    Upstream,
}
