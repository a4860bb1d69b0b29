//! What holds of any URL.

use hedgerow::asset::{Class, Rules, Settings, classify};
use proptest::prelude::*;

fn path() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,8}",
        "[0-9a-f]{6,20}",
        "[A-Za-z0-9_-]{8}",
        "[A-Z2-7]{8}",
        "v?[0-9]{1,2}([.][0-9]{1,2}){0,3}",
        "@?(latest|npm|_next|_nuxt|assets|static|chunks)",
    ];
    let parts = prop::collection::vec((part, "[-._/@;]"), 1..8);
    let end = "(js|css|js[.]map|png|woff2|json|html|)";
    (parts, end).prop_map(|(parts, end)| {
        let parts: String = parts
            .into_iter()
            .map(|(part, joint)| part + &joint)
            .collect();
        format!("/{parts}.{end}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_have_a_class(url in prop::collection::vec(any::<u8>(), 0..200)) {
        let found = classify(&url, &Rules::default());
        let range = found.evidence.range();
        prop_assert!(range.start <= range.end && range.end <= url.len());
    }

    #[test]
    fn the_host_does_not_matter(path in path(), host in "[a-z0-9.-]{1,20}") {
        prop_assume!(!path.starts_with("//"));
        let rules = Rules::default();
        let alone = classify(&path, &rules);
        let prefix = format!("https://{host}");
        let url = format!("{prefix}{path}");
        let whole = classify(&url, &rules);
        prop_assert_eq!((whole.class, whole.reason), (alone.class, alone.reason));
        prop_assert_eq!(whole.evidence.of(url.as_bytes()), alone.evidence.of(path.as_bytes()));
    }

    #[test]
    fn a_query_that_says_nothing_does_not_matter(path in path(), value in "[a-z0-9]{0,40}") {
        let rules = Rules::default();
        let asked = classify(&format!("{path}?session={value}&x#{value}"), &rules);
        prop_assert_eq!(asked, classify(&path, &rules));
    }

    /// A path and the same with any of its bytes encoded (RFC 3986 §6.2.2.2).
    #[test]
    fn encoding_does_not_matter(path in path(), which in any::<u64>()) {
        let encoded: String = path.bytes().enumerate().map(|(at, byte)| {
            if byte != b'/' && byte != b';' && which >> (at % 64) & 1 == 1 {
                format!("%{byte:02X}")
            } else {
                char::from(byte).to_string()
            }
        }).collect();
        let rules = Rules::default();
        let plain = classify(&path, &rules);
        let found = classify(&encoded, &rules);
        prop_assert_eq!((found.class, found.reason), (plain.class, plain.reason), "{}", encoded);
    }

    #[test]
    fn rules_win(path in path(), code in 1..=12_u8) {
        let class = Class::from_code(code).expect("a class");
        let settings = Settings::new().with_rule("**", class).with_rule("**", Class::Other);
        let rules = Rules::compile(&settings).expect("patterns");
        let found = classify(&path, &rules);
        prop_assert_eq!((found.class, found.rule), (class, Some(0)));
    }

    /// Without rules a URL is read in another way than with any.
    #[test]
    fn rules_that_match_nothing_do_not_matter(
        path in prop_oneof![path(), "[/a-zA-F0-9._-]{0,140}"],
        host in prop_oneof!["", "https://[a-z.]{1,9}"],
        query in prop_oneof!["", "[?](v=|id=|&|h=)?[0-9a-f.;%]{0,40}"],
    ) {
        let settings = Settings::new().with_rule("/nothing/is/here", Class::Other);
        let rules = Rules::compile(&settings).expect("patterns");
        let url = format!("{host}{path}{query}");
        prop_assert_eq!(classify(&url, &rules), classify(&url, &Rules::default()), "{}", url);
    }

    /// Pages are never immutable by their name alone: what looks like a hash in
    /// it is as often the number of a thing that people edit.
    #[test]
    fn pages_are_never_immutable_by_their_name(hash in "[0-9a-f]{8,64}", end in "([.]html|[.]php|)") {
        let found = classify(&format!("/posts/title-{hash}{end}"), &Rules::default());
        prop_assert!(!found.class.is_immutable());
    }
}
