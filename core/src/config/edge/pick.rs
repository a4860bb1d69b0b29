//! Which of the endpoints in use a request goes to.

use serde_json::Value;

use crate::config::{
    limits::MAX_TEXT_CHARS,
    problem::{
        ProblemCode::{Conflict, MissingField},
        Problems,
    },
    reader::At,
    wording::{is_token, quoted},
};

/// How one of the endpoints in use is picked: those of the first tier that has
/// enough of them available.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pick {
    /// Drawn, by weight.
    #[default]
    Random,
    /// In turn, by weight.
    RoundRobin,
    /// Of two that are drawn by weight, the one that is quicker and has less to
    /// do.
    LeastLoaded,
    /// By what the request asks for: the same path and query, the same endpoint.
    Path,
    /// By the value of a cookie; drawn where it is missing.
    Cookie(Box<str>),
    /// By the value of a request field; drawn where it is missing.
    Header(Box<str>),
}

impl Pick {
    pub(super) const KEYS: &'static [&'static str] = &["cookie", "header"];
    const WORDS: &'static [(&'static str, Pick)] = &[
        ("random", Pick::Random),
        ("round_robin", Pick::RoundRobin),
        ("least_loaded", Pick::LeastLoaded),
        ("path", Pick::Path),
    ];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Pick> {
        if !matches!(at.value, Value::Object(_)) {
            let words: Vec<(&str, usize)> =
                Pick::WORDS.iter().map(|(word, _)| *word).zip(0..).collect();
            let index = at.choice(&words, problems)?;
            return Some(Pick::WORDS[index].1.clone());
        }
        let want = "an object such as {\"cookie\": \"sid\"}";
        let object = at.strict_object(want, Self::KEYS, problems)?;
        let mut name = |field: &str| {
            let at = object.get(field)?;
            let want = "a name such as \"sid\"";
            let text = at.text(want, MAX_TEXT_CHARS, problems)?;
            if is_token(text) {
                return Some(Box::from(text));
            }
            let text = quoted(text);
            let message = format!("{text} has characters that no name has: write {want}");
            at.invalid(message, problems);
            None
        };
        let (cookie, header) = (name("cookie"), name("header"));
        match (object.get("cookie"), object.get("header")) {
            (Some(_), Some(_)) => {
                let message = "has both `cookie` and `header`: write one of them";
                problems.add(&at.path, Conflict, message);
                None
            }
            (None, None) => {
                let message = "says no key: write `cookie` or `header`";
                problems.add(&at.path, MissingField, message);
                None
            }
            _ => cookie.map(Pick::Cookie).or(header.map(Pick::Header)),
        }
    }
}
