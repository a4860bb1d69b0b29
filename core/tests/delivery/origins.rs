//! Which origins a pattern takes, and which texts are none.

use hedgerow::delivery::{OriginError, OriginPattern};

#[test]
fn patterns_are_read_and_written_in_one_form() {
    for (written, normal) in [
        ("https://example.com", "https://example.com"),
        ("HTTPS://Example.COM:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("https://example.com:08443", "https://example.com:8443"),
        ("https://localhost", "https://localhost"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://[::1]", "http://[::1]"),
        ("capacitor://localhost", "capacitor://localhost"),
        (
            "https://xn--mnchen-3ya.example",
            "https://xn--mnchen-3ya.example",
        ),
        ("https://a_b.example.com", "https://a_b.example.com"),
        ("https://*.example.com:8443", "https://*.example.com:8443"),
        ("null", "null"),
        ("*", "*"),
    ] {
        let pattern: OriginPattern = written
            .parse()
            .unwrap_or_else(|error| panic!("{written} {error}"));
        assert_eq!(pattern.to_string(), normal);
    }
}

#[test]
fn other_texts_are_refused() {
    use OriginError as E;
    let long = format!("https://{}", "a.".repeat(200));
    for (text, error) in [
        ("example.com", E::NoScheme),
        ("", E::NoScheme),
        ("//example.com", E::NoScheme),
        ("://example.com", E::NoScheme),
        ("1a://example.com", E::NoScheme),
        ("NULL", E::NoScheme),
        ("https://example.com/", E::HasPath),
        ("https://example.com/a", E::HasPath),
        ("https://example.com?a", E::HasPath),
        ("https://example.com#a", E::HasPath),
        ("https://", E::BadHost),
        ("https://a@example.com", E::BadHost),
        ("https://a..b", E::BadHost),
        ("https://example.com.", E::BadHost),
        ("https:// example.com", E::BadHost),
        ("https://example.com ", E::BadHost),
        ("https://a,https://b", E::HasPath),
        ("https://a b", E::BadHost),
        ("https://[::g]", E::BadHost),
        ("https://[]", E::BadHost),
        ("https://münchen.example", E::NotAscii),
        ("https://a:0", E::BadPort),
        ("https://a:65536", E::BadPort),
        ("https://a:", E::BadPort),
        ("https://a:*", E::BadPort),
        ("https://a:8x", E::BadPort),
        ("https://*", E::BadWildcard),
        ("https://*.com", E::BadWildcard),
        ("https://*.*.com", E::BadWildcard),
        ("https://a.*.com", E::BadWildcard),
        ("https://*a.example.com", E::BadWildcard),
        ("https://a*.example.com", E::BadWildcard),
        ("https://*.0.0.1", E::BadWildcard),
        ("https://*.[::1]", E::BadWildcard),
        ("https://*.", E::BadWildcard),
        ("*://example.com", E::NoScheme),
        ("**", E::NoScheme),
        (&long, E::TooLong),
    ] {
        assert_eq!(text.parse::<OriginPattern>(), Err(error), "{text}");
    }
}

#[test]
fn origins_are_compared_whole() {
    let cases: [(&str, &[&str], &[&str]); 4] = [
        (
            "https://example.com",
            &["https://example.com", "HTTPS://EXAMPLE.COM"],
            &[
                "http://example.com",
                "https://example.com:443",
                "https://example.com:8443",
                "https://example.com.attacker.net",
                "https://example.com/",
                "https://example.co",
                "https://attacker-example.com",
                "https://a.example.com",
                "https://example.com https://attacker.net",
                "null",
                "",
                "*",
            ],
        ),
        (
            "https://*.example.com",
            &["https://a.example.com", "https://A-1_b.Example.com"],
            &[
                "https://example.com",
                "https://.example.com",
                "https://a.b.example.com",
                "https://aexample.com",
                "https://a.example.com.attacker.net",
                "https://attacker.net/.example.com",
                "https://attacker.net#.example.com",
                "https://a@.example.com",
                "https://a:1.example.com",
                "https://a%2eb.example.com",
                "https://a.example.com:8443",
                "http://a.example.com",
                "https://*.example.com",
                "https://a\r\nx.example.com",
                "https://é.example.com",
                "null",
            ],
        ),
        (
            "https://*.example.com:8443",
            &["https://a.example.com:8443"],
            &["https://a.example.com", "https://a.example.com:443"],
        ),
        ("null", &["null"], &["Null", "https://null", ""]),
    ];
    for (pattern, allowed, refused) in cases {
        let pattern: OriginPattern = pattern.parse().unwrap();
        for origin in allowed {
            assert!(pattern.allows(origin.as_bytes()), "{pattern} {origin}");
        }
        for origin in refused {
            assert!(!pattern.allows(origin.as_bytes()), "{pattern} {origin}");
        }
        assert!(!pattern.allows(b"https://\xff.example.com"));
    }
    let label = "a".repeat(64);
    let pattern: OriginPattern = "https://*.example.com".parse().unwrap();
    assert!(!pattern.allows(format!("https://{label}.example.com").as_bytes()));
}
