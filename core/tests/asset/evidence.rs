//! The bytes and the reason that a decision names.

use hedgerow::asset::{Rules, Settings, classify};
use hedgerow::types::Reason;

fn decided(url: &str) -> (Reason, String) {
    let found = classify(url, &Rules::default());
    let evidence = found.evidence.of(url.as_bytes());
    (found.reason, String::from_utf8_lossy(evidence).into_owned())
}

#[test]
fn it_is_what_decided() {
    for (url, reason, evidence) in [
        ("/assets/index-CX-BA7PT.css", Reason::HashInName, "CX-BA7PT"),
        (
            "https://a.example/x-%33f9a2b1c.js",
            Reason::HashInName,
            "%33f9a2b1c",
        ),
        (
            "/js/app.js?a=b&id=68b329da9893e34099c7",
            Reason::HashInQuery,
            "68b329da9893e34099c7",
        ),
        ("/app.js?v=1.2.3", Reason::VersionInQuery, "1.2.3"),
        ("/caf%C3%A9.js?v=1.2.3", Reason::VersionInQuery, "1.2.3"),
        ("/widget-v2.1.0.js", Reason::VersionInName, "v2.1.0"),
        ("/npm/vue@3.4.21/vue.js", Reason::VersionInPath, "3.4.21"),
        ("/1.2.3/app.js", Reason::VersionInPath, "1.2.3"),
        ("/npm/vue@next/vue.js", Reason::TagMoves, "next"),
        ("/npm/vue@3/vue.js", Reason::VersionRange, "3"),
        ("/v1/vue.js", Reason::VersionPartial, "v1"),
        ("/npm/vue/vue.js", Reason::VersionMissing, "npm"),
        ("/_app/immutable/x.js", Reason::BuildDirectory, "_app"),
        ("/x/config.json?y", Reason::ConfigurationName, "config.json"),
        ("/js/main-decade90.js", Reason::Unsure, "decade90"),
        ("/js/main.js", Reason::ScriptOrStyle, "main.js"),
        ("/img/logo.png", Reason::NoVersion, "logo.png"),
        ("data:,x", Reason::NotHierarchical, ""),
    ] {
        assert_eq!(decided(url), (reason, evidence.to_owned()), "{url}");
    }
}

#[test]
fn a_rule_is_named_by_its_index() {
    let settings = Settings::new()
        .with_rule("/a/**", hedgerow::asset::Class::Other)
        .with_rule("/b/**", hedgerow::asset::Class::Document);
    let rules = Rules::compile(&settings).expect("patterns");
    let found = classify("https://x.example/b/c?d", &rules);
    assert_eq!((found.rule, found.reason), (Some(1), Reason::UserRule));
    assert_eq!(found.evidence.of(b"https://x.example/b/c?d"), b"/b/c");
    assert_eq!(classify("/c", &rules).rule, None);
}
