//! Nothing of another origin is ever invalidated.
#![no_main]

use hedgerow::cache::{Request, Response, invalidation};
use hedgerow_fuzz::{NONE, parts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut part = || parts.next().unwrap_or_default();
    let (location, content_location, target) = (part(), part(), part());
    let answer = [
        (&b"Location"[..], location),
        (b"Content-Location", content_location),
    ];
    let response = Response::new(200, &answer);
    let fixed = Request::new("PUT", &NONE).with_target("https://example.com/a/b?c");
    for uri in invalidation(&fixed, &response).others {
        let rest = uri
            .strip_prefix("https://example.com")
            .expect("of this origin");
        let path = rest.split('?').next().unwrap_or_default();
        assert!(path.starts_with('/'), "{uri}");
        assert!(!path.contains("/../") && !uri.contains('#'), "{uri}");
    }
    let target = String::from_utf8_lossy(target);
    let request = Request::new("PUT", &NONE).with_target(&target);
    assert!(invalidation(&request, &response).others.len() <= 2);
});
