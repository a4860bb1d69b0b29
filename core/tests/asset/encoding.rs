//! Hosts, queries, fragments and percent-encoding don't change what it is.

use crate::class;

const PATHS: [&str; 6] = [
    "/assets/index-B0yz5e_c.js",
    "/npm/vue@3.4.21/dist/vue.js",
    "/npm/vue@latest/dist/vue.js",
    "/config.json",
    "/img/logo.png",
    "/",
];

#[test]
fn whatever_stands_around_the_path() {
    for path in PATHS {
        let expected = class(path);
        for around in [
            format!("https://cdn.example.com{path}"),
            format!("HTTP://user@cdn.example.com:8443{path}"),
            format!("//cdn.example.com{path}"),
            format!("https://3f9a2b1c4d5e6f70.cdn.example.com{path}"),
            format!("https://cdn-1.2.3.example.com{path}"),
            format!("{path}#v=1.2.3"),
            format!("{path}?utm_source=3f9a2b1c4d5e6f70"),
            format!("{path}?lang=de&theme=dark#top"),
        ] {
            assert_eq!(class(&around), expected, "{around}");
        }
    }
}

#[test]
fn however_it_is_encoded() {
    for path in PATHS {
        let expected = class(path);
        for hex in [
            |byte: u8| format!("%{byte:02x}"),
            |byte| format!("%{byte:02X}"),
        ] {
            let all: String = path
                .bytes()
                .map(|byte| {
                    if byte == b'/' {
                        "/".to_owned()
                    } else {
                        hex(byte)
                    }
                })
                .collect();
            assert_eq!(class(&all), expected, "{all}");
        }
    }
}

/// An encoded slash is part of a name (RFC 3986 §2.2), an escape is decoded
/// once, and what is no escape stands for itself.
#[test]
fn what_encoding_does_not_do() {
    assert_eq!(class("/a%2Fhealth"), class("/somewhere"));
    assert_eq!(class("/%2568ealth"), class("/somewhere"));
    assert_eq!(class("/health%"), class("/somewhere"));
    assert_eq!(class("/health%4"), class("/somewhere"));
    assert_eq!(class("/health%zz"), class("/somewhere"));
}
