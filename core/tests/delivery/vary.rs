//! What a response was selected by.

use hedgerow::delivery::Profile;

use crate::support::{HASHED, delivery, got, value, with_cors};

#[track_caller]
fn check(profile: &Profile, response: &[(&str, &str)], expected: Option<&str>) {
    let delivery = delivery(profile.clone());
    let lines = got(&delivery, HASHED, 200, response);
    let vary: Vec<&str> = lines
        .iter()
        .filter(|(name, _)| name == "vary")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(vary, Vec::from_iter(expected), "{response:?}");
    assert_eq!(value(&lines, "vary"), expected);
}

#[test]
fn nothing_is_added_without_need() {
    let none = Profile::default();
    check(&none, &[], None);
    check(
        &none,
        &[("vary", "accept, User-Agent")],
        Some("accept, User-Agent"),
    );
    check(&none, &[("vary", "*")], Some("*"));
}

#[test]
fn coded_content_was_selected_by_what_the_client_takes() {
    let none = Profile::default();
    check(
        &none,
        &[("content-encoding", "gzip")],
        Some("Accept-Encoding"),
    );
    check(
        &none,
        &[("content-encoding", "br"), ("vary", "accept-ENCODING")],
        Some("accept-ENCODING"),
    );
    check(
        &none,
        &[("content-encoding", "br"), ("vary", "Accept")],
        Some("Accept, Accept-Encoding"),
    );
    check(
        &none,
        &[("content-encoding", "br"), ("vary", "*")],
        Some("*"),
    );
}

#[test]
fn origins_are_added_once() {
    let list = with_cors(&["https://a.example"], false);
    check(&list, &[], Some("Origin"));
    check(&list, &[("vary", "origin")], Some("origin"));
    check(&list, &[("vary", "a"), ("Vary", "b")], Some("a, b, Origin"));
    check(
        &list,
        &[("vary", "a"), ("content-encoding", "gzip")],
        Some("a, Accept-Encoding, Origin"),
    );
}

#[test]
fn names_are_ignored_on_wish() {
    let mut profile = Profile::default();
    profile.ignored_vary = vec!["user-agent".to_owned(), "*".to_owned()];
    check(&profile, &[("vary", "Accept, USER-AGENT")], Some("Accept"));
    check(&profile, &[("vary", "User-Agent"), ("vary", "*")], None);
    check(&profile, &[("vary", "Accept")], Some("Accept"));
    check(
        &profile,
        &[("vary", "*"), ("content-encoding", "gzip")],
        Some("Accept-Encoding"),
    );
}
