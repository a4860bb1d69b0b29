//! The first rule that matches decides, whole.

use hedgerow::delivery::{Policy, Profile, Settings};

use crate::support::{compiled, got, value};

#[test]
fn the_first_that_matches() {
    let text = |text: &str| {
        let mut profile = Profile::default();
        profile.cache_control = Policy::Text(text.to_owned());
        profile
    };
    let mut common = Profile::default();
    common.nosniff = false;
    let settings = Settings::new(common)
        .with_rule("/img/logo.png", text("max-age=1"))
        .with_rule("/img/**", text("max-age=2"))
        .with_rule("*.png", text("max-age=3"));
    let delivery = compiled(&settings);
    for (url, rule, cache, nosniff) in [
        ("/img/logo.png", Some(0), "max-age=1", Some("nosniff")),
        (
            "https://cdn.example/img/logo.png?x#y",
            Some(0),
            "max-age=1",
            Some("nosniff"),
        ),
        ("/img/other.png", Some(1), "max-age=2", Some("nosniff")),
        ("/a/b.png", Some(2), "max-age=3", Some("nosniff")),
        ("/a/b.gif", None, "no-cache", None),
    ] {
        assert_eq!(delivery.plan(url).rule(), rule, "{url}");
        assert_eq!(delivery.plan(url).cache_control(), cache);
        let lines = got(&delivery, url, 200, &[]);
        assert_eq!(value(&lines, "cache-control"), Some(cache));
        assert_eq!(value(&lines, "x-content-type-options"), nosniff);
    }
}
