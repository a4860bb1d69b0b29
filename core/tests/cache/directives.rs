//! RFC 9111 §5.2: how directives are read.

use hedgerow::cache::{Delta, Directives};
use proptest::prelude::*;

fn read(lines: &[&str]) -> Directives {
    lines.iter().collect()
}

#[test]
fn names_in_any_case() {
    let all = "PUBLIC, Private, NO-store, no-CACHE, Must-Revalidate, proxy-REVALIDATE, \
               Must-Understand, IMMUTABLE, Only-If-Cached, No-Transform";
    let found = read(&[all]);
    for (name, flag) in [
        ("public", found.public()),
        ("private", found.private()),
        ("no-store", found.no_store()),
        ("no-cache", found.no_cache()),
        ("must-revalidate", found.must_revalidate()),
        ("proxy-revalidate", found.proxy_revalidate()),
        ("must-understand", found.must_understand()),
        ("immutable", found.immutable()),
        ("only-if-cached", found.only_if_cached()),
        ("no-transform", found.no_transform()),
    ] {
        assert!(flag, "{name}");
    }
    let numbers = read(&[
        "MAX-AGE=1,S-MaxAge=2,Stale-While-Revalidate=3,STALE-if-error=4,Max-Stale=5,MIN-fresh=6",
    ]);
    assert_eq!(numbers.max_age, Delta::Secs(1));
    assert_eq!(numbers.s_maxage, Delta::Secs(2));
    assert_eq!(numbers.stale_while_revalidate, Delta::Secs(3));
    assert_eq!(numbers.stale_if_error, Delta::Secs(4));
    assert_eq!(numbers.max_stale, Delta::Secs(5));
    assert_eq!(numbers.min_fresh, Delta::Secs(6));
}

#[test]
fn other_names_are_nobodys() {
    for line in [
        "no-stor, no-storee, xno-store, no_store, -store, no-store2",
        "\"no-store\"",
        "ext=\"no-store\"",
        "ext=\"a, no-store, b\"",
        "ext=\"a\\\", no-store\"",
        "",
        ",,, ,",
    ] {
        assert_eq!(read(&[line]), Directives::default(), "{line}");
    }
}

#[test]
fn numbers_as_tokens_and_quoted() {
    for (line, expected) in [
        ("max-age=60", Delta::Secs(60)),
        ("max-age=\"60\"", Delta::Secs(60)),
        ("max-age=0", Delta::Secs(0)),
        ("\tmax-age=60 ,, public", Delta::Secs(60)),
        ("max-age='60'", Delta::Invalid),
        ("max-age=\"60", Delta::Invalid),
        ("max-age=60\"", Delta::Invalid),
        ("max-age=\"60\"x", Delta::Invalid),
        ("max-age=\" 60\"", Delta::Invalid),
        ("max-age", Delta::Invalid),
        ("max-age=", Delta::Invalid),
        ("max-age:60", Delta::Invalid),
        ("public", Delta::Absent),
        ("max-age=1, max-age=1", Delta::Secs(1)),
        ("max-age=1, max-age=2", Delta::Invalid),
        ("max-age=1, max-age=2, max-age=1", Delta::Invalid),
    ] {
        assert_eq!(read(&[line]).max_age, expected, "{line}");
    }
}

#[test]
fn what_comes_after_a_quoted_string_is_read() {
    let found = read(&["ext=\"max-age=1, no-store\", max-age=2"]);
    assert_eq!(found.max_age, Delta::Secs(2));
    assert!(!found.no_store());
}

#[test]
fn a_quote_that_is_none_hides_nothing() {
    for line in [
        "x=\", no-store",
        "x=\"unfinished, no-store",
        "x=y\", no-store",
        "x=y\", no-store, z=\"",
        "x=y\"a, no-store, b\"",
        "\", no-store",
        "x=\"a\"\", no-store, \"",
        "x= \", no-store, \"",
        "x=\"\\\", no-store",
        "no-cache=\"a, no-store",
    ] {
        assert!(read(&[line]).no_store(), "{line}");
    }
    assert!(read(&["no-cache=\"a, b"]).no_cache());
}

#[test]
fn directives_about_fields() {
    let named = read(&["no-cache=\"a, b\", private=c"]);
    assert!(named.no_cache_fields() && named.private_fields());
    assert!(!named.no_cache() && !named.private());
    // Without a name that can be one, the whole response is meant.
    for line in [
        "no-cache=\"\"",
        "no-cache=",
        "no-cache=\"a b\"",
        "no-cache=\"a\\b\"",
        "no-cache =a",
    ] {
        let found = read(&[line]);
        assert!(found.no_cache() && !found.no_cache_fields(), "{line}");
    }
    let both = read(&["no-cache=\"a\"", "no-cache"]);
    assert!(both.no_cache() && both.no_cache_fields());
}

#[test]
fn max_stale_with_and_without_a_number() {
    assert!(read(&["max-stale"]).max_stale_any());
    let limited = read(&["max-stale=5"]);
    assert!(!limited.max_stale_any());
    assert_eq!(limited.max_stale, Delta::Secs(5));
}

proptest! {
    #[test]
    fn no_line_panics(line: Vec<u8>) {
        let _: Directives = [line].iter().collect();
    }

    #[test]
    fn lines_and_lists_are_the_same(
        members in prop::collection::vec(
            prop::sample::select(vec![
                "public", "no-store", "max-age=1", "max-age=2", "s-maxage=x", "ext=\"a, b\"",
                "no-cache=\"set-cookie\"", "private", "stale-if-error=\"9\"", "",
            ]),
            0..6,
        )
    ) {
        let lines: Directives = members.iter().collect();
        prop_assert_eq!(lines, read(&[&members.join(" , ")]));
        prop_assert_eq!(lines, read(&[&members.join(",")]));
    }

    #[test]
    fn a_number_is_read_as_it_stands(secs: u64) {
        let expected = Delta::Secs(secs.min(1 << 31) as u32);
        prop_assert_eq!(read(&[&format!("max-age={secs}")]).max_age, expected);
    }
}
