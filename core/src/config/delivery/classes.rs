//! The section `classes`.

use super::parts::texts;
use crate::asset::{Class, Glob, Settings};
use crate::config::{
    limits::MAX_CLASS_RULES,
    problem::Problems,
    reader::{At, Object},
    wording::quoted,
};

pub(in crate::config) const FIELDS: &[&str] =
    &["rules", "healthChecks", "fallbackPages", "configuration"];
pub(in crate::config) const RULE_FIELDS: &[&str] = &["match", "class"];
const WANT_RULES: &str = "an array such as [{\"match\": \"/legacy/*.js\", \"class\": \"other\"}]";
const WANT_PATTERN: &str = "a pattern of paths such as \"/widget/**/*.js\"";

pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Settings> {
    let object = at.strict_object("an object such as {\"rules\": […]}", FIELDS, problems)?;
    let mut settings = Settings::new();
    let rules = object
        .get("rules")
        .and_then(|at| at.items(WANT_RULES, MAX_CLASS_RULES, problems));
    for item in rules.unwrap_or_default() {
        let want = "an object such as {\"match\": \"/legacy/*.js\", \"class\": \"other\"}";
        let Some(rule) = item.strict_object(want, RULE_FIELDS, problems) else {
            continue;
        };
        let pattern = read_pattern(&rule, problems);
        let class = rule
            .required("class", "one such as \"entry_point\"", problems)
            .and_then(|at| {
                let words: Vec<_> = Class::ALL
                    .iter()
                    .map(|class| (class.as_str(), *class))
                    .collect();
                at.choice(&words, problems)
            });
        if let (Some(pattern), Some(class)) = (pattern, class) {
            settings = settings.with_rule(pattern, class);
        }
    }
    settings.health_checks = patterns(&object, "healthChecks", problems);
    settings.fallback_pages = patterns(&object, "fallbackPages", problems);
    settings.configuration = patterns(&object, "configuration", problems);
    Some(settings)
}

/// The member `match` of a rule.
pub(super) fn read_pattern(rule: &Object<'_>, problems: &mut Problems) -> Option<String> {
    let at = rule.required("match", WANT_PATTERN, problems)?;
    let text = at.text(WANT_PATTERN, Glob::MAX_BYTES, problems)?;
    checked(&at, text, problems)
}

fn checked(at: &At<'_>, text: &str, problems: &mut Problems) -> Option<String> {
    match Glob::new(text) {
        Ok(_) => Some(text.to_owned()),
        Err(error) => {
            let text = quoted(text);
            at.invalid(
                format!("{text} is no pattern ({error}): write {WANT_PATTERN}"),
                problems,
            );
            None
        }
    }
}

fn patterns(object: &Object<'_>, name: &str, problems: &mut Problems) -> Vec<String> {
    let Some(at) = object.get(name) else {
        return Vec::new();
    };
    texts(&at, WANT_PATTERN, Glob::MAX_BYTES, problems)
        .iter()
        .filter_map(|(at, text)| checked(at, text, problems))
        .collect()
}
