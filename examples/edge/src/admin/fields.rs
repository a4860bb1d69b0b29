//! A request's JSON body, read strictly: a field that is not known may be a
//! misspelt deadline, and what was meant to end would not.

use std::ops::RangeInclusive;

use http::StatusCode;
use serde_json::{Map, Value};

use super::problem::Problem;

/// The fields of a body that have not been read.
#[derive(Debug)]
pub(super) struct Fields {
    left: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    pub(super) fn read(body: &[u8]) -> Result<Fields, Problem> {
        let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "syntax", detail);
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Fields {
                left,
                known: Vec::new(),
            }),
            Ok(_) => Err(bad("the body is no JSON object".to_owned())),
            Err(error) => Err(bad(format!("the body is no JSON: {error}"))),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.remove(name)
    }

    /// A text of one line.
    pub(super) fn text(
        &mut self,
        name: &'static str,
        most: usize,
    ) -> Result<Option<String>, Problem> {
        let wrong = || Problem::invalid(format!("`{name}` is a text of 1 to {most} characters"));
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => {
                let fits = (1..=most).contains(&text.chars().count());
                // It is shown in terminals, too.
                let plain = !text.contains(char::is_control);
                (fits && plain).then_some(Some(text)).ok_or_else(wrong)
            }
            Some(_) => Err(wrong()),
        }
    }

    pub(super) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Problem> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match value.as_u64().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let (least, most) = range.into_inner();
                let detail = format!("`{name}` is a whole number from {least} to {most}");
                Err(Problem::invalid(detail))
            }
        }
    }

    /// `true` or `false`; not given, it is false.
    pub(super) fn boolean(&mut self, name: &'static str) -> Result<bool, Problem> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(given)) => Ok(given),
            Some(_) => Err(Problem::invalid(format!("`{name}` is true or false"))),
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, Problem> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let mut found = choices.iter().filter(|(word, _)| value == *word);
        match found.next() {
            Some((_, choice)) => Ok(Some(*choice)),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let detail = format!("`{name}` is one of: {}", words.join(", "));
                Err(Problem::invalid(detail))
            }
        }
    }

    /// Two values, each read by `of`.
    pub(super) fn pair<T>(
        &mut self,
        name: &'static str,
        of: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<(T, T)>, Problem> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let pair = match value.as_array().map(Vec::as_slice) {
            Some([a, b]) => of(a).zip(of(b)),
            _ => None,
        };
        pair.map(Some)
            .ok_or_else(|| Problem::invalid(format!("`{name}` is an array of two that are known")))
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(60).collect();
                let known = self.known.join(", ");
                let detail = format!("{name:?} is no field here; these are: {known}");
                Err(Problem::new(
                    StatusCode::BAD_REQUEST,
                    "unknown_field",
                    detail,
                ))
            }
        }
    }
}

/// The error for a field that has to be there.
pub(super) fn missing(name: &str, want: &str) -> Problem {
    Problem::invalid(format!("`{name}` is missing: {want}"))
}
