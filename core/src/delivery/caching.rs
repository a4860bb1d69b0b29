//! How long a response lasts: what its class says, unless the response is not
//! what its URL promises.

use std::borrow::Cow;

use crate::asset::Class;
use crate::types::{Headers, Reason};

use super::edits::Editor;
use super::engine::path_of;
use super::exchange::Exchange;
use super::policy::{self, ASK, NEVER, PERSONAL, PINNED};
use super::settings::{CookieRule, Policy, UpstreamRule};
use super::word::{self, Forbids, TARGETED};

/// What decides about a response, beside the response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) class: Class,
    pub(super) policy: &'a Policy,
    pub(super) cdn_policy: &'a Policy,
    pub(super) upstream: UpstreamRule,
    pub(super) cookies: CookieRule,
    /// The `Cache-Control` of what is not there.
    pub(super) missing: &'a str,
    pub(super) url: &'a [u8],
}

/// What becomes of `Cache-Control`.
#[derive(Clone, Copy, Debug)]
enum Verdict<'a> {
    /// The upstream's stays.
    Keep(Reason),
    /// It has this value, and no targeted field beside it.
    Write(&'a str, Reason),
    /// It has the value that the class or a rule gives.
    Policy(Reason),
    /// It has none, so that what is stored lasts as it did.
    AsStored,
}

impl<'a> Rules<'a> {
    /// The `Cache-Control` of an asset that is served as its class wants.
    pub(super) fn cache_control(&self) -> &'a str {
        match self.policy {
            Policy::ByClass => policy::cache_control(self.class),
            Policy::Pinned => PINNED,
            Policy::Text(text) => text,
        }
    }

    /// The `CDN-Cache-Control` of such an asset.
    pub(super) fn cdn_cache_control(&self) -> Option<&'a str> {
        match (self.cdn_policy, self.policy) {
            (Policy::Text(text), _) => Some(text),
            (Policy::Pinned, _) => Some(PINNED),
            (Policy::ByClass, Policy::ByClass) => policy::cdn_cache_control(self.class),
            // What a rule says is meant for every cache.
            (Policy::ByClass, _) => None,
        }
    }

    /// Writes the fields that say how long the response lasts.
    pub(super) fn write<Q, R>(
        &self,
        editor: &mut Editor<'a, R>,
        exchange: &Exchange<'a, Q, R>,
    ) -> Reason
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        // Interim responses are nobody's asset.
        if exchange.status < 200 {
            return Reason::UpstreamPolicy;
        }
        if self.strips_cookies(exchange) {
            editor.remove("set-cookie");
        }
        let verdict = self.restrained(exchange, self.verdict(exchange));
        // Leftovers of HTTP/1.0 that say something else to whoever still
        // reads them (RFC 9111 §5.3, §5.4).
        editor.remove("expires");
        editor.remove("pragma");
        match verdict {
            Verdict::Keep(reason) => {
                self.keep(editor, exchange);
                reason
            }
            Verdict::AsStored => {
                editor.remove("cache-control");
                TARGETED.iter().for_each(|name| editor.remove(name));
                Reason::AsStored
            }
            Verdict::Write(value, reason) => {
                editor.set("cache-control", self.untransformed(exchange, value));
                TARGETED.iter().for_each(|name| editor.remove(name));
                reason
            }
            Verdict::Policy(reason) => {
                let value = self.untransformed(exchange, self.cache_control());
                editor.set("cache-control", value);
                let cdn = self.cdn_cache_control();
                for name in TARGETED {
                    match cdn {
                        Some(cdn) if name == "cdn-cache-control" => {
                            editor.set(name, self.untransformed(exchange, cdn));
                        }
                        _ => editor.remove(name),
                    }
                }
                reason
            }
        }
    }

    /// What the response is, and what follows from it, as if its upstream
    /// forbade nothing.
    fn verdict<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> Verdict<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        if self.is_personal(exchange) {
            return Verdict::Write(PERSONAL, Reason::PersonalResponse);
        }
        if !exchange.is_retrieval() {
            return self.modestly(exchange, Reason::UnsafeMethod);
        }
        match exchange.status {
            // Its own word is for what is there (RFC 9111 §4.2.2 would let
            // a cache guess for these two).
            404 | 410 => Verdict::Write(self.missing, Reason::ErrorResponse),
            400.. => Verdict::Write(NEVER, Reason::ErrorResponse),
            // Where a tag points to is all that its URL has to say.
            300..=399 if exchange.status != 304 && self.points_elsewhere() => {
                Verdict::Policy(Reason::ClassPolicy)
            }
            300..=399 if exchange.status != 304 => match self.class {
                Class::Document | Class::Other => self.modestly(exchange, Reason::RedirectResponse),
                _ => Verdict::Write(ASK, Reason::RedirectResponse),
            },
            _ if !exchange.is_representation() => self.modestly(exchange, Reason::UnusualStatus),
            // What is stored may be a page in the asset's place, and this does
            // not say; the asset's word would keep that page for a year.
            304 if self.has_substitutes() && !exchange.has("content-type") => Verdict::AsStored,
            _ if self.is_substitute(exchange) => Verdict::Write(ASK, Reason::SubstituteResponse),
            _ if *self.policy != Policy::ByClass => Verdict::Policy(Reason::RulePolicy),
            _ if self.is_unknown(exchange) => self.modestly(exchange, Reason::UpstreamPolicy),
            _ => Verdict::Policy(Reason::ClassPolicy),
        }
    }

    /// The value, with the one directive that is not about time: nobody on the
    /// way may take it back (RFC 9111 §5.2.2.6).
    fn untransformed<Q, R>(&self, exchange: &Exchange<'a, Q, R>, value: &'a str) -> Cow<'a, [u8]>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        const FORBIDDEN: &str = "no-transform";
        let said = word::read(exchange.response, "cache-control");
        let is_forbidden = self.upstream == UpstreamRule::Respect
            && said.is_some_and(|said| said.no_transform())
            && !value.contains(FORBIDDEN);
        if is_forbidden {
            Cow::Owned(format!("{value}, {FORBIDDEN}").into_bytes())
        } else {
            Cow::Borrowed(value.as_bytes())
        }
    }

    /// The verdict under what the upstream forbids.
    fn restrained<Q, R>(&self, exchange: &Exchange<'a, Q, R>, verdict: Verdict<'a>) -> Verdict<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        if self.upstream == UpstreamRule::Ignore {
            return verdict;
        }
        let sharing = match Forbids::of(exchange.response) {
            Forbids::Nothing => return verdict,
            Forbids::Storing => return Verdict::Write(NEVER, Reason::UpstreamForbids),
            Forbids::Sharing => word::read(exchange.response, "cache-control"),
        };
        let lasting = matches!(verdict, Verdict::Policy(_)) && self.class.is_immutable();
        match (verdict, sharing) {
            (Verdict::Write(value, _), _) if value == NEVER => verdict,
            // One user's own copy may last as long as its URL promises.
            (Verdict::Keep(_) | Verdict::Policy(_), Some(said))
                if (said.private() || said.private_fields())
                    && (lasting || word::is_modest(&said)) =>
            {
                Verdict::Keep(Reason::UpstreamForbids)
            }
            _ => Verdict::Write(PERSONAL, Reason::UpstreamForbids),
        }
    }

    /// The upstream's own word, if it does not go far.
    fn modestly<Q, R>(&self, exchange: &Exchange<'a, Q, R>, reason: Reason) -> Verdict<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        match word::read(exchange.response, "cache-control") {
            Some(said) if word::is_modest(&said) => Verdict::Keep(reason),
            // Nothing is said, and nobody may guess (RFC 9110 §9.3.3).
            None if !exchange.is_retrieval() => Verdict::Keep(reason),
            _ => Verdict::Write(ASK, reason),
        }
    }

    /// Leaves the upstream's word, in one line.
    fn keep<Q, R>(&self, editor: &mut Editor<'a, R>, exchange: &Exchange<'a, Q, R>)
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let lines: Vec<&[u8]> = exchange.response.field_values("cache-control").collect();
        if lines.len() > 1 {
            editor.set("cache-control", Cow::Owned(lines.join(&b", "[..])));
        }
        for name in TARGETED {
            let said = word::read(exchange.response, name);
            if said.is_some_and(|said| !word::is_modest(&said)) {
                editor.remove(name);
            }
        }
    }

    fn strips_cookies<Q, R>(&self, exchange: &Exchange<'_, Q, R>) -> bool
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        self.cookies == CookieRule::Strip
            && exchange.is_retrieval()
            && exchange.is_representation()
            && !matches!(self.class, Class::Document | Class::Other)
    }

    /// Whether the response is for the one who asked alone. `public`, and
    /// `must-revalidate` too, would share what an `Authorization` was asked
    /// for (RFC 9111 §3.5).
    fn is_personal<Q, R>(&self, exchange: &Exchange<'_, Q, R>) -> bool
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        exchange.request_has("authorization")
            || exchange.has("set-cookie") && !self.strips_cookies(exchange)
    }

    /// Whether a redirect is the URL's own answer.
    fn points_elsewhere(&self) -> bool {
        self.class == Class::MovingTag && *self.policy != Policy::Pinned
    }

    /// Whether neither the URL nor the response says what it is. A path without
    /// an extension is that of a page, unless something else comes.
    fn is_unknown<Q, R>(&self, exchange: &Exchange<'_, Q, R>) -> bool
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let mut types = exchange.response.field_values("content-type");
        match self.class {
            Class::Other => true,
            Class::Document => types.next().is_some_and(|first| !is_page(first)),
            _ => false,
        }
    }

    /// Whether something else can be told from what the URL promises.
    const fn has_substitutes(&self) -> bool {
        !matches!(
            self.class,
            Class::Document | Class::FallbackPage | Class::HealthCheck | Class::Other
        )
    }

    /// Whether the response stands in for the asset: a page in place of a
    /// script, as servers of single-page applications send for every path, or
    /// nothing at all. Kept for a year it would break the page for a year.
    fn is_substitute<Q, R>(&self, exchange: &Exchange<'a, Q, R>) -> bool
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        if !self.has_substitutes() {
            return false;
        }
        let is_empty = exchange.status == 200 && exchange.one("content-length") == Some(b"0");
        let mut types = exchange.response.field_values("content-type");
        is_empty || types.any(is_page) && !is_page_path(path_of(self.url))
    }
}

fn is_page(content_type: &[u8]) -> bool {
    let essence = content_type.split(|&byte| byte == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"text/html")
        || essence.eq_ignore_ascii_case(b"application/xhtml+xml")
}

fn is_page_path(path: &[u8]) -> bool {
    let end = path.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    [&b"html"[..], b"htm", b"xhtml"]
        .iter()
        .any(|page| end.eq_ignore_ascii_case(page))
}
