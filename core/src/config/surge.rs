//! Shedding load, and the sessions that go on meanwhile.

use serde::Serialize;

use super::{
    limits::MAX_TEXT_CHARS,
    problem::{
        ProblemCode::{Conflict, MissingField, OutOfRange},
        Problems,
    },
    reader::At,
    wording::shown,
};

/// Load is being shed: which tier is in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Surge {
    /// 0: load as usual. 3: not for new sessions. 4: the fallback only.
    #[cfg_attr(feature = "schema", schemars(range(max = 4), extend("enum" = [0, 3, 4])))]
    pub tier: u8,
}

impl Surge {
    const FIELDS: &'static [&'static str] = &["tier"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Surge> {
        let object = at.object("an object such as {\"tier\": 3}", Self::FIELDS, problems)?;
        let want = "0, 3 or 4";
        let tier = object.required("tier", want, problems)?;
        match tier.value.as_f64() {
            Some(number) if [0.0, 3.0, 4.0].contains(&number) => Some(Surge { tier: number as u8 }),
            Some(_) => {
                let found = shown(tier.value);
                let message = format!("{found} is no tier that concerns a loader: write {want}");
                problems.add(&tier.path, OutOfRange, message);
                None
            }
            None => {
                tier.wrong_type(want, problems);
                None
            }
        }
    }
}

/// What marks an open session, which goes on while load is shed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged, rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Session {
    /// The name of a storage key or a cookie, whichever is there.
    Either(#[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TEXT_CHARS)))] String),
    /// A key of `localStorage` or `sessionStorage`.
    StorageKey {
        /// The key.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TEXT_CHARS)))]
        storage_key: String,
    },
    /// A cookie that scripts can read.
    Cookie {
        /// Its name.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TEXT_CHARS)))]
        cookie: String,
    },
}

impl Session {
    const FIELDS: &'static [&'static str] = &["storageKey", "cookie"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Session> {
        let want = "a name such as \"chat-session\", {\"storageKey\": \"chat-session\"} or {\"cookie\": \"chat\"}";
        let name = |at: &At<'_>, problems: &mut Problems| {
            at.text(want, MAX_TEXT_CHARS, problems).map(str::to_owned)
        };
        if at.value.is_string() {
            return name(at, problems).map(Session::Either);
        }
        let object = at.object(want, Self::FIELDS, problems)?;
        match (object.get("storageKey"), object.get("cookie")) {
            (Some(key), None) => {
                let storage_key = name(&key, problems)?;
                Some(Session::StorageKey { storage_key })
            }
            (None, Some(cookie)) => {
                let cookie = name(&cookie, problems)?;
                Some(Session::Cookie { cookie })
            }
            (None, None) => {
                problems.add(&at.path, MissingField, format!("is empty: write {want}"));
                None
            }
            (Some(_), Some(_)) => {
                let message = "names both a storage key and a cookie: write one name for either";
                problems.add(&at.path, Conflict, message);
                None
            }
        }
    }
}
