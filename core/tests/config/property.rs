//! Whatever the input.

use hedgerow::config::{Config, MAX_DOCUMENT_BYTES, RefreshDocument};
use hedgerow::load::Memory;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    arbitrary::{any_json, valid, valid_refresh},
    check::{base, config, problems},
};

/// What a configuration says outside the refresh document's reach.
fn fixed_part(config: &Config) -> Value {
    let mut value = config.to_value();
    let object = value.as_object_mut().unwrap();
    for field in [
        "version",
        "timeoutMs",
        "totalTimeoutMs",
        "hedgeMs",
        "allowedRegions",
        "surge",
    ] {
        object.remove(field);
    }
    for endpoint in object["endpoints"].as_array_mut().unwrap() {
        for field in ["priority", "weight", "state"] {
            endpoint.as_object_mut().unwrap().remove(field);
        }
    }
    value
}

proptest! {
    #[test]
    fn no_json_panics(value in any_json()) {
        for document in [value.clone(), merged(base(), &value)] {
            for problem in problems(&document) {
                prop_assert!(problem.to_string().len() < 2_000);
            }
            let refreshed = RefreshDocument::from_json(&document.to_string());
            if let Ok(refreshed) = refreshed {
                let _ = refreshed.apply(&config(&base()));
            }
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), cut in 0..MAX_DOCUMENT_BYTES) {
        let _ = Config::from_json(&text);
        let _ = RefreshDocument::from_json(&text);
        let document = base().to_string();
        if let Some(head) = document.get(..cut % document.len()) {
            prop_assert!(Config::from_json(head).is_err());
        }
    }

    #[test]
    fn a_valid_document_is_taken_and_reads_back_the_same(document in valid()) {
        let config = Config::from_json(&document.to_string())
            .map_err(|error| TestCaseError::fail(format!("{error}\n{document}")))?
            .config;
        let again = Config::from_value(&config.to_value())
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again.config, &config);
        let text = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(Config::from_json(&text).unwrap().config, config);
    }

    #[test]
    fn a_refresh_changes_nothing_out_of_its_reach(document in valid(), refresh in valid_refresh()) {
        let before = config(&document);
        let refresh = RefreshDocument::from_json(&refresh.to_string()).unwrap();
        let Ok(after) = refresh.apply(&before) else {
            return Ok(());
        };
        prop_assert_eq!(fixed_part(&after), fixed_part(&before));
        prop_assert!(after.version > before.version);
        if let (Some(before), Some(after)) = (&before.allowed_regions, &after.allowed_regions) {
            prop_assert!(after.iter().all(|region| before.contains(region)));
        }
        prop_assert!(before.allowed_regions.is_none() || after.allowed_regions.is_some());
        prop_assert!(Config::from_value(&after.to_value()).is_ok());

        // The engine takes it too, and is left with the same endpoints.
        let settings = before.load_settings(true, 0);
        let plain = before.load_refresh(&refresh).unwrap();
        let accepted = plain.accept(&mut Memory::new(&settings), &settings);
        prop_assert_eq!(accepted, Ok(()));
    }

    #[test]
    fn arbitrary_json_as_a_refresh_changes_nothing_out_of_its_reach(
        document in valid(),
        value in any_json(),
    ) {
        let before = config(&document);
        let mut refresh = merged(json!({}), &value);
        refresh["version"] = u32::MAX.into();
        let after = RefreshDocument::from_value(&refresh).and_then(|refresh| refresh.apply(&before));
        if let Ok(after) = after {
            prop_assert_eq!(fixed_part(&after), fixed_part(&before));
        }
    }
}

/// `document` with the members of `value`, where that is an object.
fn merged(mut document: Value, value: &Value) -> Value {
    for (name, member) in value.as_object().into_iter().flatten() {
        document[name] = member.clone();
    }
    document
}
