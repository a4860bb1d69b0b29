//! A response answers the request that it was stored for, and no request that
//! lacks a field which selected it.
#![no_main]

use hedgerow::cache::{Request, Settings, VaryRule};
use hedgerow::types::Headers;
use hedgerow_fuzz::{NONE, NOW, fields, parts, store};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut part = || parts.next().unwrap_or_default();
    let (vary, language, asked, again) = (part(), part(), fields(part()), fields(part()));
    let response = vec![
        (&b"Cache-Control"[..], &b"max-age=60"[..]),
        (b"Vary", vary),
        (b"Content-Language", language),
    ];
    for rule in [VaryRule::default(), VaryRule::literal()] {
        let settings = Settings::shared()
            .with_vary(rule)
            .with_request_directives(false);
        let Some(policy) = store(&settings, &asked, &response) else {
            continue;
        };
        let serves = |request: &Request<'_, hedgerow_fuzz::Fields<'_>>| {
            policy.decide(&settings, request, NOW).is_served()
        };
        let origin_only = |fields: &hedgerow_fuzz::Fields<'_>| {
            ["if-match", "if-unmodified-since"]
                .iter()
                .any(|name| fields.field_values(name).next().is_some())
        };
        assert!(serves(&Request::new("GET", &asked)) || origin_only(&asked));
        let _ = serves(&Request::new("GET", &again));
        let bare = policy.decide(&settings, &Request::new("GET", &NONE), NOW);
        let selected = vary
            .split(|&byte| byte == b',')
            .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase())
            .any(|name| !name.is_empty() && asked.field_values(&name).next().is_some());
        assert!(!(bare.is_served() && selected));
    }
});
