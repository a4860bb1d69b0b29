//! Settings that contradict themselves are refused, by their field.

use hedgerow::asset;
use hedgerow::delivery::{Coding, Cors, Delivery, Hsts, Policy, Profile, Settings};

use crate::support::with_cors;

#[track_caller]
fn check(profile: Profile, field: &str, message: &str) {
    let settings = Settings::new(profile.clone());
    let problems = settings.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].field(), field);
    assert!(problems[0].message().contains(message), "{}", problems[0]);
    let error = Delivery::new(&settings, asset::Rules::default()).unwrap_err();
    assert_eq!(error, problems[0]);
    let in_rule = Settings::default()
        .with_rule("/a", Profile::default())
        .with_rule("/b", profile);
    let fields: Vec<_> = in_rule
        .problems()
        .iter()
        .map(|error| error.field().to_owned())
        .collect();
    assert_eq!(fields, [format!("rules[1].{field}")]);
}

fn changed(change: impl FnOnce(&mut Profile)) -> Profile {
    let mut profile = Profile::default();
    change(&mut profile);
    profile
}

#[test]
fn defaults_are_in_order() {
    assert_eq!(Settings::default().problems(), []);
}

#[test]
fn cors() {
    check(with_cors(&["*"], true), "cors.origins", "name the origins");
    check(
        with_cors(&["null"], true),
        "cors.origins",
        "sandboxed frame",
    );
    check(
        with_cors(&["*", "https://a.example"], false),
        "cors.origins",
        "write it alone",
    );
    for name in ["*", "a b", "", "é", "a\r\nb"] {
        let cors = |change: fn(&mut Cors, String)| {
            changed(|profile| {
                let cors = profile.cors.insert(Cors::default());
                change(cors, name.to_owned());
            })
        };
        check(
            cors(|cors, name| cors.methods.push(name)),
            "cors.methods",
            "write",
        );
        check(
            cors(|cors, name| cors.request_headers.push(name)),
            "cors.requestHeaders",
            "write",
        );
        check(
            cors(|cors, name| cors.expose.push(name)),
            "cors.expose",
            "write",
        );
    }
}

#[test]
fn transport_security() {
    for secs in [1, 31_535_999] {
        let short = changed(|profile| profile.hsts = Some(Hsts::new(secs)));
        check(short, "hsts.maxAgeSeconds", "31536000");
    }
    let alone = changed(|profile| {
        let hsts = profile.hsts.insert(Hsts::default());
        (hsts.preload, hsts.include_sub_domains) = (true, false);
    });
    check(alone, "hsts.preload", "subdomains");
}

#[test]
fn texts() {
    for text in [
        "",
        " ",
        ",",
        "max age=1",
        "a\r\nset-cookie: b",
        "é",
        "=1",
        &"a,".repeat(300),
    ] {
        let cache = changed(|profile| profile.cache_control = Policy::Text(text.to_owned()));
        check(cache, "cacheControl", "public, max-age=3600");
        let cdn = changed(|profile| profile.cdn_cache_control = Policy::Text(text.to_owned()));
        check(cdn, "cdnCacheControl", "public, max-age=3600");
    }
    let long = "k".repeat(257);
    for key in ["", "a b", "a,b", "é", "a\nb", &long] {
        check(
            changed(|profile| profile.tags.keys.push(key.to_owned())),
            "tags.keys",
            "no key",
        );
    }
    let many = vec!["k".to_owned(); 33];
    check(
        changed(|profile| profile.tags.keys = many),
        "tags.keys",
        "32 at most",
    );
    for name in ["", "a b", "é"] {
        let vary = changed(|profile| profile.ignored_vary.push(name.to_owned()));
        check(vary, "ignoredVary", "user-agent");
    }
}

#[test]
fn numbers_and_lists() {
    check(
        changed(|profile| profile.missing_secs = 301),
        "missingSeconds",
        "300 at most",
    );
    let twice = changed(|profile| profile.compression.codings.push(Coding::Gzip));
    check(twice, "compression.codings", "once");
}

#[test]
fn rules() {
    let broken = Settings::default().with_rule("[", Profile::default());
    let problems = broken.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].field(), "rules[0].match");
    let mut many = Settings::default();
    for _ in 0..257 {
        many = many.with_rule("/a", Profile::default());
    }
    assert_eq!(many.problems()[0].field(), "rules");
}
