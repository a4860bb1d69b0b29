//! Who may measure a response.

use hedgerow::delivery::{Profile, Timing};

use crate::support::{HASHED, asked, delivery, value, with_cors};

const A: &str = "https://a.example";

#[track_caller]
fn check(profile: &Profile, timing: Timing, origin: Option<&str>, expected: Option<&str>) {
    let mut profile = profile.clone();
    profile.timing = timing;
    let delivery = delivery(profile);
    let request: Vec<_> = origin
        .map(|origin| ("origin", origin))
        .into_iter()
        .collect();
    let said = [("timing-allow-origin", "https://upstream.example")];
    let lines = asked(&delivery, HASHED, &request, 200, &said);
    assert_eq!(value(&lines, "timing-allow-origin"), expected);
}

#[test]
fn whoever_may_read_may_measure() {
    let upstream = Some("https://upstream.example");
    let (none, list, public) = (
        Profile::default(),
        with_cors(&[A], false),
        with_cors(&["*"], false),
    );
    check(&none, Timing::AsCors, Some(A), upstream);
    check(&list, Timing::AsCors, Some(A), Some(A));
    check(&list, Timing::AsCors, Some("https://b.example"), None);
    check(&list, Timing::AsCors, None, None);
    check(&public, Timing::AsCors, None, Some("*"));
    for profile in [none, list, public] {
        check(&profile, Timing::All, None, Some("*"));
        check(&profile, Timing::Upstream, Some(A), upstream);
    }
}
