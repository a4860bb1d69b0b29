//! How messages repeat what a document says: short, escaped, on one line.

use serde_json::Value;

/// The longest piece of a document that a message repeats.
const SHOWN_CHARS: usize = 60;

/// A value as messages show it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => quoted(text),
        other => cut(&other.to_string()),
    }
}

/// A string as messages show it: escaped, and cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", cut(text))
}

pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// `, did you mean "…"?` where one of `words` is near, else nothing.
pub(super) fn did_you_mean<'w>(text: &str, words: impl Iterator<Item = &'w str>) -> String {
    /// What two spellings of one name have in common: `timeout_ms`, `timeoutMs`.
    fn plain(text: &str) -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(SHOWN_CHARS)
            .map(|char| char.to_ascii_lowercase())
            .collect()
    }

    let text = plain(text);
    words
        .map(|word| {
            let plain = plain(word);
            (strsim::osa_distance(&text, &plain), plain.len(), word)
        })
        .filter(|(distance, length, _)| *distance <= length.div_ceil(4))
        .min()
        .map_or_else(String::new, |(_, _, word)| {
            format!(", did you mean \"{word}\"?")
        })
}

/// Whether it is a token (RFC 9110 §5.6.2).
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_named_and_strangers_are_not() {
        let known = ["timeoutMs", "totalTimeoutMs", "asset", "assets"];
        let meant = |text| did_you_mean(text, known.into_iter());
        assert_eq!(meant("timeout_ms"), ", did you mean \"timeoutMs\"?");
        assert_eq!(meant("timoutMs"), ", did you mean \"timeoutMs\"?");
        assert_eq!(meant("Asset"), ", did you mean \"asset\"?");
        assert_eq!(meant("colour"), "");
        assert_eq!(meant(""), "");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "é".repeat(SHOWN_CHARS + 1);
        assert_eq!(cut(&long).chars().count(), SHOWN_CHARS + 1);
        assert_eq!(quoted("a\"b\n"), r#""a\"b\n""#);
    }
}
