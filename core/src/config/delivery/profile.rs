//! The section `delivery`: a profile for everything, and rules that change it.

use serde_json::Value;

use super::{classes, parts};
use crate::config::{
    limits::{MAX_DELIVERY_RULES, MAX_TEXT_CHARS, MISSING_S},
    problem::{ProblemCode::Conflict, Problems},
    reader::{At, Object},
};
use crate::delivery::{
    CookieRule, ETagRule, Policy, Profile, ResourcePolicy, Settings, Timing, UpstreamRule,
};

macro_rules! fields {
    ($($more:literal)?) => {
        &[
            "cacheControl",
            "pinned",
            "cdnCacheControl",
            "upstream",
            "cookies",
            "missingSeconds",
            "cors",
            "timing",
            "resourcePolicy",
            "hsts",
            "nosniff",
            "tags",
            "etag",
            "ignoredVary",
            "compression",
            $($more,)?
        ]
    };
}

pub(in crate::config) const FIELDS: &[&str] = fields!("rules");
pub(in crate::config) const RULE_FIELDS: &[&str] = fields!("match");

/// The value, unless it is `false`.
pub(super) fn on<'a, 'v>(at: &'a At<'v>) -> Option<&'a At<'v>> {
    (*at.value != Value::Bool(false)).then_some(at)
}

pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Settings> {
    let want = "an object such as {\"cors\": {\"origins\": [\"https://www.example.com\"]}}";
    let object = at.strict_object(want, FIELDS, problems)?;
    let mut settings = Settings::new(read_profile(&object, &Profile::default(), problems));
    let want = "an array such as [{\"match\": \"/widget/boot.js\", \"pinned\": true}]";
    let rules = object
        .get("rules")
        .and_then(|at| at.items(want, MAX_DELIVERY_RULES, problems));
    for item in rules.unwrap_or_default() {
        let want = "an object such as {\"match\": \"/widget/boot.js\", \"pinned\": true}";
        let Some(rule) = item.strict_object(want, RULE_FIELDS, problems) else {
            continue;
        };
        let profile = read_profile(&rule, &settings.profile, problems);
        if let Some(pattern) = classes::read_pattern(&rule, problems) {
            settings = settings.with_rule(pattern, profile);
        }
    }
    Some(settings)
}

/// `base`, with what the object says in its place.
fn read_profile(object: &Object<'_>, base: &Profile, problems: &mut Problems) -> Profile {
    let mut profile = base.clone();
    let mut directives = |name| {
        let want = "directives such as \"public, max-age=3600\"";
        let text = object.get(name)?.text(want, MAX_TEXT_CHARS, problems)?;
        Some(Policy::Text(text.to_owned()))
    };
    let (own, cdn) = (directives("cacheControl"), directives("cdnCacheControl"));
    match object.boolean("pinned", problems) {
        Some(true) if own.is_some() => {
            let message = "says the same as `cacheControl`, and something else: write one of them";
            problems.add(&object.path_of("pinned"), Conflict, message);
        }
        Some(true) => profile.cache_control = Policy::Pinned,
        // What the rule for everything pins, another may free.
        Some(false) => profile.cache_control = Policy::ByClass,
        None => {}
    }
    profile.cache_control = own.unwrap_or(profile.cache_control);
    profile.cdn_cache_control = cdn.unwrap_or(profile.cdn_cache_control);
    read_words(object, &mut profile, problems);
    profile.missing_secs = object
        .integer("missingSeconds", MISSING_S, problems)
        .unwrap_or(profile.missing_secs);
    profile.nosniff = object
        .boolean("nosniff", problems)
        .unwrap_or(profile.nosniff);
    if let Some(at) = object.get("cors") {
        profile.cors = parts::cors(&at, base.cors.as_ref(), problems);
    }
    if let Some(at) = object.get("hsts") {
        profile.hsts = parts::hsts(&at, base.hsts, problems);
    }
    if let Some(at) = object.get("ignoredVary") {
        profile.ignored_vary = parts::names(&at, "a field name such as \"user-agent\"", problems);
    }
    if let Some(at) = object.get("tags") {
        profile.tags = parts::tags(&at, profile.tags.clone(), problems).unwrap_or_default();
    }
    if let Some(at) = object.get("compression") {
        let read = parts::compression(&at, profile.compression.clone(), problems);
        profile.compression = read.unwrap_or_default();
    }
    profile
}

fn read_words(object: &Object<'_>, profile: &mut Profile, problems: &mut Problems) {
    let mut choose = Choose { object, problems };
    let upstream = [
        ("respect", UpstreamRule::Respect),
        ("ignore", UpstreamRule::Ignore),
    ];
    choose.one("upstream", &upstream, &mut profile.upstream);
    let cookies = [
        ("personal", CookieRule::Personal),
        ("strip", CookieRule::Strip),
    ];
    choose.one("cookies", &cookies, &mut profile.cookies);
    let timing = [
        ("cors", Timing::AsCors),
        ("all", Timing::All),
        ("upstream", Timing::Upstream),
    ];
    choose.one("timing", &timing, &mut profile.timing);
    let etag = [
        ("content", ETagRule::PerContent),
        ("keep", ETagRule::Keep),
        ("drop", ETagRule::Drop),
    ];
    choose.one("etag", &etag, &mut profile.etag);
    let policies = [
        ResourcePolicy::CrossOrigin,
        ResourcePolicy::SameSite,
        ResourcePolicy::SameOrigin,
    ];
    let policies = policies.map(|policy| (policy.as_str(), Some(policy)));
    match object.get("resourcePolicy") {
        Some(at) if on(&at).is_none() => profile.resource_policy = None,
        _ => choose.one("resourcePolicy", &policies, &mut profile.resource_policy),
    }
}

struct Choose<'a, 'v> {
    object: &'a Object<'v>,
    problems: &'a mut Problems,
}

impl Choose<'_, '_> {
    fn one<T: Copy>(&mut self, name: &str, words: &[(&str, T)], place: &mut T) {
        let at = self.object.get(name);
        if let Some(found) = at.and_then(|at| at.choice(words, self.problems)) {
            *place = found;
        }
    }
}
