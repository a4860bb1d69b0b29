//! Bytes that no builder writes.

use hedgerow::asset::{Class, Glob, Rules, classify};
use hedgerow::types::Reason;

use crate::class;

#[test]
fn invalid_utf8_and_control_bytes() {
    assert_eq!(class(b"/assets/\xFF\xFE-B0yz5e_c.js"), Class::Fingerprinted);
    assert_eq!(class(b"/\x00\x01\x7F.js"), Class::EntryPoint);
    assert_eq!(class(b"\xFF"), Class::Document);
    assert_eq!(class(b""), Class::Document);
    // An extension with a zero byte is another one.
    assert_eq!(class("/app.js%00"), Class::Other);
    assert_eq!(class("/app.%00js"), Class::Other);
    assert_eq!(class(b"/app.js\0"), Class::Other);
    for byte in 0..=u8::MAX {
        let _ = class([byte]);
        let _ = class([b'/', byte, b'.', byte]);
        let _ = class([b'%', byte, byte]);
    }
}

/// A processor's word has 64 bits, and some names and paths just fill one.
#[test]
fn no_length_is_special() {
    for length in 1..140 {
        let word = "a".repeat(length);
        let (hash, directory) = ("-B0yz5e_c.js", format!("/{word}/"));
        for (url, expected) in [
            (format!("/{word}{hash}"), Class::Fingerprinted),
            (format!("{directory}b{hash}"), Class::Fingerprinted),
            (format!("{directory}b.js"), Class::EntryPoint),
            (format!("{directory}b.js?{word}"), Class::EntryPoint),
        ] {
            assert_eq!(class(&url), expected, "{url}");
        }
        // A name that is nothing but an extension, alone and below a directory.
        for start in ["/", ".", "/.", &directory] {
            assert_eq!(class(format!("{start}.{word}!")), Class::Other, "{length}");
        }
    }
}

#[test]
fn long_paths_are_never_immutable() {
    let rules = Rules::default();
    for length in [5_000, 64 * 1024, 1 << 20] {
        let url = format!("/{}/index-B0yz5e_c.js", "a/".repeat(length / 2));
        let found = classify(&url, &rules);
        assert_eq!(
            (found.class, found.reason),
            (Class::Other, Reason::PathTooLong)
        );
        let encoded = format!("/{}/index-B0yz5e_c.js", "%61/".repeat(length / 2));
        assert_eq!(classify(&encoded, &rules).reason, Reason::PathTooLong);
    }
    // Whether it is too long is not a matter of its encoding.
    let short = format!("/{}index-B0yz5e_c.js", "%61/".repeat(1_000));
    assert_eq!(class(&short), Class::Fingerprinted);
    let query = format!("/index-B0yz5e_c.js?{}", "a&".repeat(64 * 1024));
    assert_eq!(class(&query), Class::Fingerprinted);
}

/// A pattern that makes a matcher which tries again take exponential time, or
/// cubic at best, against paths that almost match.
#[test]
fn hostile_patterns_on_long_paths() {
    let glob = Glob::new(&format!("/{}b", "**a*".repeat(30))).expect("a pattern");
    let path = format!("/{}", "a".repeat(64 * 1024));
    assert!(!glob.matches(&path));
    assert!(glob.matches(&format!("{path}b")));
}
