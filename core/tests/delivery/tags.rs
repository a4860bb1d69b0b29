//! Keys to purge by.

use hedgerow::delivery::{Profile, TagField};

use crate::support::{ENTRY, HASHED, delivery, got, value};

#[test]
fn the_class_and_the_sites_own() {
    let mut profile = Profile::default();
    profile.tags.keys = vec!["widget".to_owned(), "team/chat".to_owned()];
    profile.tags.fields.push(TagField::EdgeCacheTag);
    let delivery = delivery(profile);
    let lines = got(&delivery, ENTRY, 404, &[]);
    assert_eq!(
        value(&lines, "surrogate-key"),
        Some("entry_point widget team/chat")
    );
    assert_eq!(
        value(&lines, "cache-tag"),
        Some("entry_point,widget,team/chat")
    );
    assert_eq!(
        value(&lines, "edge-cache-tag"),
        Some("entry_point,widget,team/chat")
    );
}

#[test]
fn the_upstreams_stay() {
    let delivery = delivery(Profile::default());
    let said = [
        ("Surrogate-Key", "a  b"),
        ("surrogate-key", "c"),
        ("cache-tag", "fingerprinted, x y"),
    ];
    let lines = got(&delivery, HASHED, 200, &said);
    assert_eq!(value(&lines, "surrogate-key"), Some("a b c fingerprinted"));
    assert_eq!(value(&lines, "cache-tag"), Some("fingerprinted, x y"));
    // One more would push the field over what CDNs read.
    let long = "k".repeat(16 * 1024);
    let lines = got(&delivery, HASHED, 200, &[("surrogate-key", &long)]);
    assert_eq!(value(&lines, "surrogate-key"), Some(long.as_str()));
}

#[test]
fn no_fields_no_keys() {
    let mut profile = Profile::default();
    profile.tags.fields.clear();
    let lines = got(&delivery(profile), HASHED, 200, &[]);
    assert_eq!(value(&lines, "surrogate-key"), None);
}
