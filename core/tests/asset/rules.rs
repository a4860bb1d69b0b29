//! The user's own rules.

use hedgerow::asset::{Class, GlobError, RuleList, Rules, Settings, classify};
use hedgerow::types::Reason;

#[test]
fn the_first_that_matches_decides() {
    let settings = Settings::new()
        .with_rule("/assets/legacy/**", Class::Other)
        .with_rule("/assets/**", Class::EntryPoint)
        .with_rule("/assets/legacy/a.js", Class::Document);
    let rules = Rules::compile(&settings).expect("patterns");
    let class = |url| classify(url, &rules).class;
    assert_eq!(class("/assets/legacy/a.js"), Class::Other);
    assert_eq!(class("/assets/index-B0yz5e_c.js"), Class::EntryPoint);
    assert_eq!(class("/index-B0yz5e_c.js"), Class::Fingerprinted);
}

#[test]
fn names_are_added_to_the_usual_ones() {
    let settings = Settings::new()
        .with_health_check("/ping")
        .with_fallback_page("/sorry/*.html")
        .with_configuration("*.conf.json");
    let rules = Rules::compile(&settings).expect("patterns");
    for (url, class, reason) in [
        ("/ping", Class::HealthCheck, Reason::HealthCheckName),
        ("/health", Class::HealthCheck, Reason::HealthCheckName),
        (
            "/sorry/de.html",
            Class::FallbackPage,
            Reason::FallbackPageName,
        ),
        (
            "/a/b.conf.json",
            Class::Configuration,
            Reason::ConfigurationName,
        ),
        ("/a/ping", Class::Document, Reason::DocumentName),
    ] {
        let found = classify(url, &rules);
        assert_eq!((found.class, found.reason), (class, reason), "{url}");
    }
}

#[test]
fn rules_see_what_the_classifier_refuses() {
    let settings = Settings::new().with_rule("**", Class::Fingerprinted);
    let rules = Rules::compile(&settings).expect("patterns");
    let long = format!("/{}", "a/".repeat(40_000));
    for url in ["", "/", "data:,x", "/index.html", long.as_str()] {
        let found = classify(url, &rules);
        assert_eq!(found.class, Class::Fingerprinted, "{url:.20}");
    }
}

#[test]
fn an_error_says_which_pattern() {
    let settings = Settings::new()
        .with_configuration("/config/*")
        .with_configuration("/{a");
    let error = Rules::compile(&settings).expect_err("a brace is open");
    assert_eq!((error.list, error.index), (RuleList::Configuration, 1));
    assert_eq!(error.error, GlobError::Brace);
    assert_eq!(
        error.to_string(),
        "pattern 1 of the configuration was refused"
    );
}
