//! What a browser may assume.

use hedgerow::delivery::{Exchange, Hsts, Profile, ResourcePolicy};

use crate::support::{HASHED, OTHER, PAGE, applied, delivery, got, value};

fn hsts(settings: Option<Hsts>, secure: bool, said: &[&str]) -> Vec<String> {
    let mut profile = Profile::default();
    profile.hsts = settings;
    let delivery = delivery(profile);
    let response: Vec<_> = said
        .iter()
        .map(|said| ("Strict-Transport-Security", *said))
        .collect();
    let request: &[(&str, &str)] = &[];
    let exchange = Exchange::new("GET", request, 404, &response).with_secure(secure);
    let lines = applied(&response, &delivery.plan(OTHER).client(&exchange).edits);
    let own = lines
        .into_iter()
        .filter(|(name, _)| name == "strict-transport-security");
    own.map(|(_, value)| value).collect()
}

#[test]
fn transport_security_is_for_a_year_and_what_is_below() {
    let own = ["max-age=31536000; includeSubDomains"];
    let default = Some(Hsts::default());
    assert_eq!(hsts(default, true, &[]), own);
    for weaker in [
        "max-age=60; includeSubDomains",
        "max-age=31536000",
        "max-age=x; includeSubDomains",
        "includeSubDomains",
        "max-age=0; includeSubDomains",
        "max-age=0; max-age=31536000; includeSubDomains",
    ] {
        assert_eq!(hsts(default, true, &[weaker]), own, "{weaker}");
    }
    for as_strong in [
        "max-age=63072000; includeSubDomains; preload",
        "MAX-AGE=\"31536000\" ;INCLUDESUBDOMAINS",
    ] {
        assert_eq!(hsts(default, true, &[as_strong]), [as_strong]);
        // RFC 6797 §8.1: only the first counts, and nobody should have to know.
        assert_eq!(hsts(default, true, &[as_strong, "max-age=0"]), own);
    }
    let mut longer = Hsts::new(63_072_000);
    longer.preload = true;
    assert_eq!(
        hsts(Some(longer), true, &own),
        ["max-age=63072000; includeSubDomains; preload"]
    );
    let withdrawn = Hsts::new(0);
    assert_eq!(
        hsts(Some(withdrawn), true, &own),
        ["max-age=0; includeSubDomains"]
    );
}

#[test]
fn it_is_never_sent_in_the_clear() {
    for said in [&[][..], &["max-age=63072000"]] {
        assert!(hsts(Some(Hsts::default()), false, said).is_empty());
    }
    assert_eq!(hsts(None, true, &["max-age=1"]), ["max-age=1"]);
}

#[test]
fn types_are_not_guessed() {
    let lines = got(
        &delivery(Profile::default()),
        PAGE,
        500,
        &[("x-content-type-options", "x")],
    );
    assert_eq!(value(&lines, "x-content-type-options"), Some("nosniff"));
    let mut profile = Profile::default();
    profile.nosniff = false;
    assert_eq!(
        value(
            &got(&delivery(profile), PAGE, 200, &[]),
            "x-content-type-options"
        ),
        None
    );
}

#[test]
fn assets_may_be_embedded_and_pages_are_left_alone() {
    let policy = |profile: Profile, url: &str, said: &[(&str, &str)]| {
        let lines = got(&delivery(profile), url, 200, said);
        value(&lines, "cross-origin-resource-policy").map(str::to_owned)
    };
    let said = [("cross-origin-resource-policy", "same-origin")];
    assert_eq!(
        policy(Profile::default(), HASHED, &[]).as_deref(),
        Some("cross-origin")
    );
    assert_eq!(
        policy(Profile::default(), HASHED, &said).as_deref(),
        Some("same-origin")
    );
    assert_eq!(policy(Profile::default(), PAGE, &[]), None);
    assert_eq!(policy(Profile::default(), OTHER, &[]), None);
    let mut profile = Profile::default();
    profile.resource_policy = Some(ResourcePolicy::SameSite);
    assert_eq!(
        policy(profile.clone(), HASHED, &[]).as_deref(),
        Some("same-site")
    );
    profile.resource_policy = None;
    assert_eq!(policy(profile, HASHED, &[]), None);
}
