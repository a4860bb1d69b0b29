//! Walks a JSON value with the path in hand, and collects what is wrong.

use serde_json::{Map, Value};

use super::{
    limits::Bounds,
    problem::{
        ProblemCode::{
            self, ForbiddenField, InvalidValue, MissingField, OutOfRange, TooMany, UnknownField,
            WrongType,
        },
        Problems,
    },
    wording::{cut, did_you_mean, quoted, shown},
};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<'v> {
    pub(super) value: &'v Value,
    pub(super) path: String,
}

impl<'v> At<'v> {
    pub(super) fn root(value: &'v Value) -> At<'v> {
        At {
            value,
            path: String::new(),
        }
    }

    pub(super) fn wrong_type(&self, want: &str, problems: &mut Problems) {
        let hint = match self.value {
            Value::Null => "; leave the field out instead",
            Value::String(text) if text.trim().parse::<f64>().is_ok() => {
                "; write the number without quotes"
            }
            Value::String(text) if matches!(text.trim(), "true" | "false") => {
                "; write it without quotes"
            }
            _ => "",
        };
        let found = shown(self.value);
        problems.add(
            &self.path,
            WrongType,
            format!("expected {want}, found {found}{hint}"),
        );
    }

    pub(super) fn invalid(&self, message: impl Into<String>, problems: &mut Problems) {
        problems.add(&self.path, InvalidValue, message);
    }

    pub(super) fn boolean(&self, problems: &mut Problems) -> Option<bool> {
        let value = self.value.as_bool();
        if value.is_none() {
            self.wrong_type("true or false", problems);
        }
        value
    }

    /// A string of 1 to `max` characters.
    pub(super) fn text(&self, want: &str, max: usize, problems: &mut Problems) -> Option<&'v str> {
        let Some(text) = self.value.as_str() else {
            self.wrong_type(want, problems);
            return None;
        };
        if text.is_empty() {
            self.invalid(format!("is empty: write {want}"), problems);
        } else if text.chars().nth(max).is_some() {
            problems.add(
                &self.path,
                OutOfRange,
                format!("is longer than {max} characters: write {want}"),
            );
        } else {
            return Some(text);
        }
        None
    }

    /// A whole number within `bounds`. `3000.0` and `3e3` are whole: JavaScript
    /// cannot tell them from `3000`.
    pub(super) fn integer(&self, bounds: Bounds, problems: &mut Problems) -> Option<u32> {
        let Bounds { min, max, unit } = bounds;
        let want = format!("a whole number from {min} to {max}{unit}");
        let whole = self.value.as_f64().filter(|number| number.fract() == 0.0);
        let Some(number) = whole else {
            self.wrong_type(&want, problems);
            return None;
        };
        if (f64::from(min)..=f64::from(max)).contains(&number) {
            return Some(number as u32);
        }
        problems.add(
            &self.path,
            OutOfRange,
            format!("{} is out of range: write {want}", shown(self.value)),
        );
        None
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &self,
        choices: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<T> {
        let words = choices.iter().map(|(word, _)| *word);
        let want = words
            .clone()
            .map(|word| format!("\"{word}\""))
            .collect::<Vec<_>>()
            .join(" or ");
        let Some(text) = self.value.as_str() else {
            self.wrong_type(&want, problems);
            return None;
        };
        let found = choices.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let meant = did_you_mean(text, words);
            let text = quoted(text);
            self.invalid(
                format!("{text} means nothing here{meant}: write {want}"),
                problems,
            );
        }
        found.map(|(_, value)| *value)
    }

    /// The items of an array. The first `max` are read even where there are
    /// more, so that their own problems are named too.
    pub(super) fn items(
        &self,
        want: &str,
        max: usize,
        problems: &mut Problems,
    ) -> Option<Vec<At<'v>>> {
        let Some(items) = self.value.as_array() else {
            self.wrong_type(want, problems);
            return None;
        };
        if items.len() > max {
            let count = items.len();
            problems.add(
                &self.path,
                TooMany,
                format!("has {count} items: at most {max} are allowed"),
            );
        }
        let path = &self.path;
        Some(
            items
                .iter()
                .take(max)
                .enumerate()
                .map(|(index, value)| At {
                    value,
                    path: format!("{path}[{index}]"),
                })
                .collect(),
        )
    }

    /// An object whose unknown fields are passed over with a warning.
    pub(super) fn object(
        &self,
        want: &str,
        known: &'static [&'static str],
        problems: &mut Problems,
    ) -> Option<Object<'v>> {
        self.object_or(
            want,
            known,
            UnknownField,
            "is not a field here and was passed over",
            problems,
        )
    }

    /// An object of a proxy's sections: a field that is not known may be a
    /// misspelt one, and the fence, token or timeout that it was to set would
    /// stand open, or at its default. A page has no operator to read an error
    /// and must load whatever can be loaded; a proxy keeps the document it has.
    pub(super) fn strict_object(
        &self,
        want: &str,
        known: &'static [&'static str],
        problems: &mut Problems,
    ) -> Option<Object<'v>> {
        self.object_or(
            want,
            known,
            ForbiddenField,
            "is not a field here, and a misspelt one would do nothing",
            problems,
        )
    }

    /// An object whose fields other than the known ones are `code`.
    pub(super) fn object_or(
        &self,
        want: &str,
        known: &'static [&'static str],
        code: ProblemCode,
        verdict: &str,
        problems: &mut Problems,
    ) -> Option<Object<'v>> {
        let Some(members) = self.value.as_object() else {
            self.wrong_type(want, problems);
            return None;
        };
        let object = Object {
            members,
            path: self.path.clone(),
        };
        for name in members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
        {
            let meant = did_you_mean(name, known.iter().copied());
            problems.add(&object.path_of(name), code, format!("{verdict}{meant}"));
        }
        Some(object)
    }
}

/// An object and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Object<'v> {
    members: &'v Map<String, Value>,
    path: String,
}

impl<'v> Object<'v> {
    pub(super) fn path_of(&self, name: &str) -> String {
        let path = &self.path;
        let plain = name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || "_$-".contains(char));
        match (path.as_str(), cut(name)) {
            (_, name) if !plain || name.is_empty() => format!("{path}[{name:?}]"),
            ("", name) => name,
            (_, name) => format!("{path}.{name}"),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<At<'v>> {
        let value = self.members.get(name)?;
        let path = self.path_of(name);
        Some(At { value, path })
    }

    /// The member `name`, or an error that says to write `want`.
    pub(super) fn required(
        &self,
        name: &str,
        want: &str,
        problems: &mut Problems,
    ) -> Option<At<'v>> {
        let member = self.get(name);
        if member.is_none() {
            let path = self.path_of(name);
            problems.add(&path, MissingField, format!("is missing: write {want}"));
        }
        member
    }

    /// An optional whole number.
    pub(super) fn integer(
        &self,
        name: &str,
        bounds: Bounds,
        problems: &mut Problems,
    ) -> Option<u32> {
        self.get(name)?.integer(bounds, problems)
    }

    /// An optional boolean.
    pub(super) fn boolean(&self, name: &str, problems: &mut Problems) -> Option<bool> {
        self.get(name)?.boolean(problems)
    }
}
