//! Settings, compiled once, and what they make of one URL.

use crate::asset::{self, Classification, Glob};
use crate::types::{Headers, Reason};

use super::caching::Rules;
use super::compression::Compressed;
use super::cors::{self, Allowed, Preflight};
use super::edits::{Editor, Edits};
use super::error::SettingsError;
use super::exchange::Exchange;
use super::policy;
use super::security::{CompiledHsts, ResourcePolicy, Timing};
use super::settings::{Profile, Settings};
use super::validators;

/// What a site delivers, and how.
#[derive(Clone, Debug)]
pub struct Delivery {
    classes: asset::Rules,
    base: Compiled,
    rules: Box<[(Glob, Compiled)]>,
}

/// A profile, with what is sent of it ready-made.
#[derive(Clone, Debug)]
struct Compiled {
    profile: Profile,
    cors: Option<cors::Compiled>,
    hsts: Option<CompiledHsts>,
    missing: String,
}

impl Compiled {
    fn new(profile: &Profile) -> Compiled {
        Compiled {
            cors: profile.cors.as_ref().map(cors::Compiled::new),
            hsts: profile.hsts.map(CompiledHsts::new),
            missing: match profile.missing_secs {
                0 => policy::ASK.to_owned(),
                secs => format!("max-age={secs}"),
            },
            profile: profile.clone(),
        }
    }
}

impl Delivery {
    /// Compiles the settings; `classes` are the user's own rules of what is
    /// what.
    ///
    /// # Errors
    ///
    /// The first of [`Settings::problems`].
    pub fn new(settings: &Settings, classes: asset::Rules) -> Result<Delivery, SettingsError> {
        if let Some(first) = settings.problems().into_iter().next() {
            return Err(first);
        }
        let rule = |rule: &super::Rule| {
            let glob = Glob::new(&rule.pattern).ok()?;
            Some((glob, Compiled::new(&rule.profile)))
        };
        Ok(Delivery {
            classes,
            base: Compiled::new(&settings.profile),
            rules: settings.rules.iter().filter_map(rule).collect(),
        })
    }

    /// What becomes of a URL, absolute or from its path on. It allocates
    /// nothing.
    #[must_use]
    pub fn plan<'a, U: AsRef<[u8]> + ?Sized>(&'a self, url: &'a U) -> Plan<'a> {
        let matches = |(glob, _): &(Glob, Compiled)| glob.matches(url);
        let rule = self.rules.iter().position(matches);
        let url = url.as_ref();
        Plan {
            classification: asset::classify(url, &self.classes),
            compiled: rule.map_or(&self.base, |index| &self.rules[index].1),
            rule,
            url,
        }
    }
}

/// What becomes of one URL.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    classification: Classification,
    compiled: &'a Compiled,
    rule: Option<usize>,
    url: &'a [u8],
}

/// What [`Plan::shared`] changes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharedFields<'a> {
    /// The changes.
    pub edits: Edits<'a>,
    /// Why the response lasts as long as it does.
    pub caching: Reason,
    /// What became of its `ETag`, if it has one.
    pub validator: Option<Reason>,
}

/// What [`Plan::client`] changes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientFields<'a> {
    /// The changes.
    pub edits: Edits<'a>,
    /// Who may read the response; `None` if that is the upstream's to say.
    pub cors: Option<Reason>,
}

/// What [`Plan::fields`] changes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fields<'a> {
    /// The changes.
    pub edits: Edits<'a>,
    /// As [`SharedFields::caching`].
    pub caching: Reason,
    /// As [`SharedFields::validator`].
    pub validator: Option<Reason>,
    /// As [`ClientFields::cors`].
    pub cors: Option<Reason>,
}

impl<'a> Plan<'a> {
    /// What the URL is, and why.
    #[must_use]
    pub const fn classification(&self) -> Classification {
        self.classification
    }

    /// The index of the rule whose profile is in force; `None` for the common
    /// one.
    #[must_use]
    pub const fn rule(&self) -> Option<usize> {
        self.rule
    }

    /// The profile in force.
    #[must_use]
    pub const fn profile(&self) -> &'a Profile {
        &self.compiled.profile
    }

    /// The `Cache-Control` of the asset when it is there.
    #[must_use]
    pub fn cache_control(&self) -> &'a str {
        self.caching().cache_control()
    }

    /// Its `CDN-Cache-Control`, if it has one.
    #[must_use]
    pub fn cdn_cache_control(&self) -> Option<&'a str> {
        self.caching().cdn_cache_control()
    }

    fn caching(&self) -> Rules<'a> {
        let profile = self.profile();
        Rules {
            class: self.classification.class,
            policy: &profile.cache_control,
            cdn_policy: &profile.cdn_cache_control,
            upstream: profile.upstream,
            cookies: profile.cookies,
            missing: &self.compiled.missing,
            url: self.url,
        }
    }

    /// The fields that are the same for every client: how long the response
    /// lasts, by which keys it is purged, its validators, and what a browser
    /// may make of it. A cache applies them to what its upstream sends, before
    /// it stores: to whole responses, parts, and those that say "not
    /// modified". Of the last, one that does not say what it confirms gets no
    /// lifetime: what is stored, which may be a page in the asset's place,
    /// keeps its own.
    #[must_use]
    pub fn shared<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> SharedFields<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let mut editor = Editor::new(exchange.response);
        let (caching, validator) = self.write_shared(&mut editor, exchange);
        SharedFields {
            edits: editor.finish(),
            caching,
            validator,
        }
    }

    fn write_shared<Q, R>(
        &self,
        editor: &mut Editor<'a, R>,
        exchange: &Exchange<'a, Q, R>,
    ) -> (Reason, Option<Reason>)
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let profile = self.profile();
        let response = exchange.response;
        let caching = self.caching().write(editor, exchange);
        let validator = validators::write(editor, exchange, profile.etag);
        let class = self.classification.class;
        if exchange.is_retrieval() && exchange.status >= 200 {
            profile.tags.write(editor, response, class.as_str());
        }
        if profile.nosniff {
            editor.set("x-content-type-options", &b"nosniff"[..]);
        }
        if let Some(policy) = profile.resource_policy
            && ResourcePolicy::is_for(class)
        {
            editor.set_missing("cross-origin-resource-policy", policy.as_str());
        }
        editor.ignore_vary(&profile.ignored_vary);
        // Two things that upstreams forget, after which a cache gives one
        // client what is another's (RFC 9110 §12.5.5).
        if exchange.has("content-encoding") {
            editor.vary_by("Accept-Encoding");
        }
        let names_one = |allowed: &[u8]| allowed.trim_ascii() != b"*";
        let mut allowed = response.field_values("access-control-allow-origin");
        if self.compiled.cors.is_none() && allowed.any(names_one) {
            editor.vary_by("Origin");
        }
        (caching, validator)
    }

    /// The fields that depend on who asks, and how: CORS, and what may be sent
    /// over TLS only. They are applied to what is sent, never to what is
    /// stored; so what is stored serves every origin.
    #[must_use]
    pub fn client<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> ClientFields<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let mut editor = Editor::new(exchange.response);
        let cors = self.write_client(&mut editor, exchange);
        ClientFields {
            edits: editor.finish(),
            cors,
        }
    }

    fn write_client<Q, R>(
        &self,
        editor: &mut Editor<'a, R>,
        exchange: &Exchange<'a, Q, R>,
    ) -> Option<Reason>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let allowed = self.compiled.cors.as_ref().map(|cors| {
            let allowed = cors.allowed(exchange.request);
            cors.write(editor, allowed);
            allowed
        });
        self.write_timing(editor, allowed);
        if let Some(hsts) = &self.compiled.hsts {
            hsts.write(editor, exchange.response, exchange.secure);
        }
        allowed.map(Allowed::reason)
    }

    fn write_timing<R: Headers + ?Sized>(
        &self,
        editor: &mut Editor<'a, R>,
        allowed: Option<Allowed<'a>>,
    ) {
        const NAME: &str = "timing-allow-origin";
        match (self.profile().timing, allowed) {
            (Timing::All, _) | (Timing::AsCors, Some(Allowed::All)) => {
                editor.set(NAME, &b"*"[..]);
            }
            (Timing::AsCors, Some(Allowed::Origin(origin))) => editor.set(NAME, origin),
            (Timing::AsCors, Some(Allowed::No(_))) => editor.remove(NAME),
            (Timing::AsCors, None) | (Timing::Upstream, _) => {}
        }
    }

    /// Both [`Plan::shared`] and [`Plan::client`], for a server that stores
    /// nothing.
    #[must_use]
    pub fn fields<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> Fields<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let mut editor = Editor::new(exchange.response);
        let (caching, validator) = self.write_shared(&mut editor, exchange);
        let cors = self.write_client(&mut editor, exchange);
        Fields {
            edits: editor.finish(),
            caching,
            validator,
            cors,
        }
    }

    /// The answer to a CORS preflight; `None` if the request is none, or if
    /// CORS is left to the upstream.
    #[must_use]
    pub fn preflight<Q: Headers + ?Sized>(
        &self,
        method: &str,
        request: &'a Q,
    ) -> Option<Preflight<'a>> {
        let cors = self.compiled.cors.as_ref()?;
        cors::is_preflight(method, request).then(|| cors.preflight(request))
    }

    /// Whether the response is compressed for this client. It is asked last:
    /// it looks at the fields as they are to be sent.
    #[must_use]
    pub fn compress<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> Compressed<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let path = path_of(self.url);
        self.profile().compression.decide(exchange, path)
    }
}

/// A URL without its query and fragment. Few answers depend on it, which is why
/// no plan looks for it.
pub(super) fn path_of(url: &[u8]) -> &[u8] {
    let end = url.iter().position(|byte| matches!(byte, b'?' | b'#'));
    &url[..end.unwrap_or(url.len())]
}
