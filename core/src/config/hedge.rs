//! When a second endpoint is asked beside the first.

use std::num::NonZeroU32;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{limits, problem::Problems, reader::At, wording::quoted};

/// When a second endpoint is asked beside a first that has made no progress.
/// In the document: `"auto"`, 0 for never, or milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hedge {
    /// After a delay that follows the page's own measured round trips.
    #[default]
    Auto,
    /// Never: only a failure or a timeout moves on.
    Off,
    /// After this many milliseconds.
    AfterMs(NonZeroU32),
}

impl Hedge {
    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Hedge> {
        match at.value {
            Value::String(text) if text == "auto" => Some(Hedge::Auto),
            Value::String(text) if text.trim().parse::<f64>().is_err() => {
                let text = quoted(text);
                let message = format!("{text} means nothing here: write \"auto\" or milliseconds");
                at.invalid(message, problems);
                None
            }
            Value::Number(number) if number.as_f64() == Some(0.0) => Some(Hedge::Off),
            _ => {
                let ms = at.integer(limits::HEDGE_MS, problems)?;
                NonZeroU32::new(ms).map(Hedge::AfterMs)
            }
        }
    }
}

impl Serialize for Hedge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Hedge::Auto => serializer.serialize_str("auto"),
            Hedge::Off => serializer.serialize_u32(0),
            Hedge::AfterMs(ms) => serializer.serialize_u32(ms.get()),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hedge {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hedge".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [
                { "const": "auto", "description": "After a delay that follows the page's own measured round trips." },
                { "const": 0, "description": "Never." },
                {
                    "description": "After this many milliseconds.",
                    "type": "integer",
                    "minimum": limits::HEDGE_MS.min,
                    "maximum": limits::HEDGE_MS.max
                }
            ]
        })
    }
}
