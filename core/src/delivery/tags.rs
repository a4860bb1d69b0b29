//! Keys by which a CDN purges what belongs together.

use std::borrow::Cow;

use crate::types::Headers;

use super::edits::Editor;
use super::error::SettingsError;

/// The most bytes of a field of keys: Fastly's and Cloudflare's own limit is
/// 16 KB, and beyond it the keys at the end are lost.
const MAX_FIELD: usize = 16 * 1024;
/// The longest key, and the most of them; both are Fastly's limits or below.
const MAX_KEY: usize = 256;
const MAX_KEYS: usize = 32;

/// A field of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TagField {
    /// `Surrogate-Key`, keys separated by blanks: Fastly, Varnish.
    SurrogateKey,
    /// `Cache-Tag`, keys separated by commas: Cloudflare, Google Cloud CDN.
    CacheTag,
    /// `Edge-Cache-Tag`, keys separated by commas: Akamai.
    EdgeCacheTag,
}

impl TagField {
    /// The field's name, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TagField::SurrogateKey => "surrogate-key",
            TagField::CacheTag => "cache-tag",
            TagField::EdgeCacheTag => "edge-cache-tag",
        }
    }

    const fn is_separator(self, byte: u8) -> bool {
        match self {
            TagField::SurrogateKey => byte == b' ' || byte == b'\t',
            TagField::CacheTag | TagField::EdgeCacheTag => byte == b',',
        }
    }

    const fn separator(self) -> u8 {
        match self {
            TagField::SurrogateKey => b' ',
            TagField::CacheTag | TagField::EdgeCacheTag => b',',
        }
    }
}

/// Which keys a response has, beside the name of its class.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tags {
    /// The fields that carry them.
    pub fields: Vec<TagField>,
    /// Further keys: of letters, digits and punctuation, without blanks and
    /// commas.
    pub keys: Vec<String>,
}

impl Default for Tags {
    /// The class alone, for Fastly and Cloudflare, who take the fields away
    /// before a client sees them.
    fn default() -> Tags {
        Tags {
            fields: vec![TagField::SurrogateKey, TagField::CacheTag],
            keys: Vec::new(),
        }
    }
}

impl Tags {
    pub(super) fn check(&self, found: &mut Vec<SettingsError>) {
        let is_key = |key: &String| {
            (1..=MAX_KEY).contains(&key.len())
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && byte != b',')
        };
        if self.keys.len() > MAX_KEYS {
            found.push(SettingsError::new(
                "tags.keys",
                format!("has {} keys: write {MAX_KEYS} at most", self.keys.len()),
            ));
        }
        if let Some(key) = self.keys.iter().find(|key| !is_key(key)) {
            let key: String = key.escape_debug().take(60).collect();
            found.push(SettingsError::new(
                "tags.keys",
                format!(
                    "\"{key}\" is no key: write 1 to {MAX_KEY} characters of ASCII without blanks \
                     and commas"
                ),
            ));
        }
    }

    /// Adds the keys to those that the upstream gave.
    pub(super) fn write<'a, R: Headers + ?Sized>(
        &'a self,
        editor: &mut Editor<'a, R>,
        response: &'a R,
        class: &'a str,
    ) {
        for &field in &self.fields {
            let given = || {
                response
                    .field_values(field.as_str())
                    .flat_map(move |line| line.split(move |&byte| field.is_separator(byte)))
                    .map(<[u8]>::trim_ascii)
                    .filter(|key| !key.is_empty())
            };
            let own = core::iter::once(class).chain(self.keys.iter().map(String::as_str));
            let missing: Vec<&[u8]> = own
                .map(str::as_bytes)
                .filter(|key| !given().any(|given| given == *key))
                .collect();
            // Commas in one field and blanks in the other: the upstream's own
            // are left as they stand unless something is to be added.
            if missing.is_empty() {
                continue;
            }
            let mut line: Vec<u8> = Vec::new();
            for key in given().chain(missing) {
                if !line.is_empty() {
                    line.push(field.separator());
                }
                line.extend_from_slice(key);
            }
            if line.len() <= MAX_FIELD {
                editor.set(field.as_str(), Cow::Owned(line));
            }
        }
    }
}
