//! A URL has one class, however its path is encoded, and evidence within it;
//! patterns never go back.
#![no_main]

use hedgerow::asset::{Class, Glob, Rules, Settings, classify};
use hedgerow_fuzz::parts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let (url, pattern) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let found = classify(url, &Rules::default());
    let range = found.evidence.range();
    assert!(range.start <= range.end && range.end <= url.len());

    // Its path alone, and all of it encoded that may be (RFC 3986 §6.2.2.2).
    if url.first() == Some(&b'/') && url.get(1) != Some(&b'/') {
        let (path, query) = match url.iter().position(|byte| b"?#".contains(byte)) {
            Some(end) => url.split_at(end),
            None => (url, &b""[..]),
        };
        let mut encoded = Vec::new();
        for &byte in path {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                encoded.extend(format!("%{byte:02X}").bytes());
            } else {
                encoded.push(byte);
            }
        }
        if !path.contains(&b'%') {
            let again = classify(&[&encoded, query].concat(), &Rules::default());
            assert_eq!((again.class, again.reason), (found.class, found.reason));
        }
        let elsewhere = classify(&[b"https://host", url].concat(), &Rules::default());
        assert_eq!(
            (elsewhere.class, elsewhere.reason),
            (found.class, found.reason)
        );
    }

    if let Ok(pattern) = str::from_utf8(pattern)
        && let Ok(glob) = Glob::new(pattern)
    {
        let settings = Settings::new().with_rule(pattern, Class::Other);
        let rules = Rules::compile(&settings).expect("the pattern was taken before");
        assert_eq!(classify(url, &rules).rule.is_some(), glob.matches(url));
    }
});
