//! RFC 9111 §4.1: which requests a stored response was selected for.

use hedgerow::cache::{Policy, Request, Settings, VaryRule, select};
use hedgerow::types::Reason;
use proptest::prelude::*;

use crate::support::{Exchange, at, fields};

fn matches_by(rule: VaryRule, vary: &str, more: &str, stored: &str, asked: &str) -> bool {
    let exchange = Exchange::new(&format!("Cache-Control: max-age=60 | Vary: {vary}{more}"))
        .with_settings(Settings::shared().with_vary(rule))
        .asking(stored);
    let found = exchange.then(asked, 1);
    assert!(found.is_served() || found.reason == Reason::VaryMismatch);
    found.is_served()
}

fn check(vary: &str, stored: &str, asked: &str, expected: bool) {
    let found = matches_by(VaryRule::default(), vary, "", stored, asked);
    assert_eq!(found, expected, "{vary}: [{stored}] [{asked}]");
}

#[test]
fn the_same_fields() {
    check("Foo", "Foo: 1", "foo: 1", true);
    check("Foo", "Foo: 1", "Foo: 2", false);
    check("Foo", "Foo: 1", "", false);
    check("Foo", "", "Foo: 1", false);
    check("Foo", "", "", true);
    check("Foo", "Foo: 1", "Foo: 1 | Bar: 2", true);
    check("Foo, Bar", "Foo: 1 | Bar: a", "Bar: a | Foo: 1", true);
    check("Foo, Bar", "Foo: 1 | Bar: a", "Foo: 1 | Bar: b", false);
    check("Foo, Bar", "Foo: 1", "Foo: 1", true);
    check("Foo, Bar", "Foo: 1", "", false);
    check("foo, FOO , Foo", "Foo: 1", "Foo: 1", true);
    check(
        "foo | Vary: bar",
        "Foo: 1 | Bar: 2",
        "Foo: 1 | Bar: 3",
        false,
    );
}

#[test]
fn white_space_and_lines_mean_nothing() {
    check("Foo", "Foo: 1, 2", "Foo: 1 | Foo: 2", true);
    check("Foo", "Foo: 1 | Foo: 2", "Foo: 1, 2", true);
    check("TE", "TE: 1 | TE: 2", "TE: 1,2", true);
    check("TE", "TE: 1,2", "TE:  1, 2 ", true);
    check("TE", "TE: 1,2", "TE: ,1,, 2,", true);
    check("TE", "TE: 1,2", "TE: 1 2", false);
    check("Foo", "Foo: \"a,b\"", "Foo: \"a, b\"", false);
    check("TE", "TE: \"a,b\"", "TE: \"a, b\"", false);
    check("TE", "TE: 1, 2", "TE: 2, 1", false);
    check("Foo", "Foo: 1", "Foo: 1, 2", false);
    check("Foo", "Foo: 1, 2", "Foo: 1", false);
    check("Foo", "Foo: a", "Foo: A", false);
    // What can't be split is still equal to itself.
    check("Foo", "Foo: \"a | Foo: b,", "Foo: \"a | Foo: b,", true);
    check("Foo", "Foo: \"a | Foo: b,", "Foo: \"a | Foo: b", false);
}

#[test]
fn what_nobody_knows_is_a_list_only_where_the_operator_says_so() {
    let lists = VaryRule::default().with_unknown_lists(true);
    for (stored, asked) in [
        ("X-User: a,,b", "X-User: a, b"),
        ("X-User: ,admin", "X-User: admin"),
        ("X-User: 1,2", "X-User: 1, 2"),
    ] {
        check("X-User", stored, asked, false);
        assert!(matches_by(lists, "X-User", "", stored, asked));
    }
    assert!(!matches_by(
        lists,
        "Cookie",
        "",
        "Cookie: 1,2",
        "Cookie: 1, 2"
    ));
}

#[test]
fn what_is_no_list_is_compared_as_it_stands() {
    check(
        "User-Agent",
        "User-Agent: a (b, c)",
        "User-Agent: a (b,c)",
        false,
    );
    check("Cookie", "Cookie: a=1,2", "Cookie: a=1, 2", false);
    check("Cookie", "Cookie: a=1", "Cookie: a=1", true);
    check("Cookie", "Cookie: a=1, 2", "Cookie: a=1 | Cookie: 2", true);
}

#[test]
fn preferences_in_any_order_and_case() {
    check(
        "Accept-Language",
        "Accept-Language: en, de",
        "Accept-Language: de,en",
        true,
    );
    check(
        "Accept-Language",
        "Accept-Language: en, de",
        "Accept-Language: eN, De",
        true,
    );
    check(
        "Accept-Language",
        "Accept-Language: en, de",
        "Accept-Language: en",
        false,
    );
    check(
        "Accept-Language",
        "Accept-Language: en, en",
        "Accept-Language: en, de",
        false,
    );
    check(
        "Accept-Language",
        "Accept-Language: en, en, de",
        "Accept-Language: en, de, de",
        false,
    );
    check(
        "Accept-Encoding",
        "Accept-Encoding: br, gzip",
        "Accept-Encoding: GZIP,br",
        true,
    );
    check(
        "Accept-Encoding",
        "Accept-Encoding: br;q=0.5",
        "Accept-Encoding: br",
        false,
    );
    check(
        "Accept",
        "Accept: text/a, text/b",
        "Accept: text/b, text/a",
        true,
    );
    check("Accept", "Accept: text/a", "Accept: text/A", false);
}

#[test]
fn the_operator_may_want_it_literal() {
    let literal = |stored: &str, asked: &str| {
        matches_by(VaryRule::literal(), "Accept-Language", "", stored, asked)
    };
    assert!(!literal(
        "Accept-Language: en, de",
        "Accept-Language: de, en"
    ));
    assert!(!literal("Accept-Language: en", "Accept-Language: EN"));
    assert!(literal("Accept-Language: en, de", "Accept-Language: en,de"));
}

#[test]
fn the_favourite_language() {
    let answers = |language: &str, asked: &str| {
        matches_by(
            VaryRule::default(),
            "Accept-Language",
            &format!(" | Content-Language: {language}"),
            "Accept-Language: en, de",
            &format!("Accept-Language: {asked}"),
        )
    };
    assert!(answers("de", "fr;q=0.5, de;q=1.0"));
    assert!(answers("de", "DE"));
    assert!(answers("de", "de, *;q=0.1"));
    for other in [
        "fr",
        "de, fr",
        "de;q=0.5, fr;q=0.6",
        "de;q=0",
        "*",
        "de;q=x, fr;q=0.1",
        "de;q=1.5",
        "de;q=0.1234",
        "de-AT",
        "",
    ] {
        assert!(!answers("de", other), "{other}");
    }
    assert!(!answers("de, en", "de"));
}

#[test]
fn absent_is_not_empty() {
    check("Foo", "Foo: ", "", false);
    check("Foo", "", "Foo: ", false);
    check("Foo", "Foo: ", "Foo: ", true);
}

#[test]
fn too_much_to_remember() {
    let many: Vec<String> = (0..33).map(|n| format!("f{n}")).collect();
    let exchange = |vary: &str| Exchange::new(&format!("Cache-Control: max-age=60 | Vary: {vary}"));
    assert_eq!(exchange(&many.join(",")).store(), Err(Reason::TooLarge));
    assert!(exchange(&many[..32].join(",")).store().is_ok());
    assert_eq!(exchange(&"n".repeat(129)).store(), Err(Reason::TooLarge));
    let long = exchange("foo").asking(&format!("Foo: {}", "x".repeat(65_536)));
    assert_eq!(long.store(), Err(Reason::TooLarge));
}

#[test]
fn what_clients_make_it_remember_is_counted() {
    let memory = |cookie: usize| {
        Exchange::new("Cache-Control: max-age=60 | Vary: cookie")
            .asking(&format!("Cookie: {}", "c".repeat(cookie)))
            .stored()
            .memory_bytes()
    };
    assert!(memory(0) >= size_of::<Policy>());
    assert!(memory(60_000) - memory(0) >= 59_000);
}

#[test]
fn a_new_one_replaces_its_own_variant() {
    let policy = |asked: &str| {
        Exchange::new("Cache-Control: max-age=60 | Vary: a")
            .asking(asked)
            .stored()
    };
    assert!(policy("a: 1").is_same_variant(&policy("a: 1 | b: 2")));
    assert!(!policy("a: 1").is_same_variant(&policy("a: 2")));
    assert!(!policy("a: 1").is_same_variant(&policy("")));
}

fn variant(asked: &str, more: &str, made: i64) -> Policy {
    Exchange::new(&format!(
        "Cache-Control: max-age=60{more} | Vary: Accept-Language | Date: {{{made}}} | ETag: \"a\""
    ))
    .asking(asked)
    .stored()
}

#[test]
fn one_of_several() {
    let stored = [
        variant("Accept-Language: en", "", 0),
        variant("Accept-Language: de", "", -10),
        variant("Accept-Language: de", "", -5),
        variant("Accept-Language: fr", " | Content-Language: it", -1),
        variant("Accept-Language: it", ", no-cache", 0),
    ];
    let chosen = |asked: &str, secs: i64| {
        let asked = fields(asked);
        let request = Request::new("GET", &asked);
        select(&Settings::shared(), &stored, &request, at(secs)).map(|selected| selected.index)
    };
    assert_eq!(chosen("Accept-Language: en", 1), Some(0));
    // The one made last, and when both are stale, too.
    assert_eq!(chosen("Accept-Language: de", 1), Some(2));
    assert_eq!(chosen("Accept-Language: de", 99), Some(2));
    // The exact one comes before the one whose language fits.
    assert_eq!(chosen("Accept-Language: it", 1), Some(4));
    assert_eq!(chosen("Accept-Language: it;q=0.9", 1), Some(3));
    assert_eq!(chosen("Accept-Language: es", 1), None);
    // What can be served comes before what is newer.
    let fresh = variant("Accept-Language: en", "", -10);
    let newer = variant("Accept-Language: en", ", no-cache", 0);
    let (asked, both) = (fields("Accept-Language: en"), [fresh, newer]);
    let selected = select(
        &Settings::shared(),
        &both,
        &Request::new("GET", &asked),
        at(1),
    );
    assert_eq!(selected.map(|selected| selected.index), Some(0));
    // One that says what selects it comes before a newer one that doesn't.
    let plain = Exchange::new("Cache-Control: max-age=60 | Date: {1}").stored();
    for both in [
        [plain.clone(), variant("Accept-Language: de", "", 0)],
        [variant("Accept-Language: de", "", 0), plain],
    ] {
        let asked = fields("Accept-Language: de");
        let request = Request::new("GET", &asked);
        let selected = select(&Settings::shared(), &both, &request, at(1)).expect("both fit");
        assert_eq!(both[selected.index].date(), at(0));
    }
    // Of two alike the later one given.
    let alike = [stored[0].clone(), stored[0].clone()];
    let asked = fields("Accept-Language: en");
    let selected = select(
        &Settings::shared(),
        &alike,
        &Request::new("GET", &asked),
        at(1),
    );
    assert_eq!(selected.map(|selected| selected.index), Some(1));
    assert_eq!(chosen("", 1), None);
}

proptest! {
    /// The comparison against its definition: split, trim, sort, compare.
    #[test]
    fn lists_compare_as_defined(
        stored in prop::collection::vec("[ab]{1,2}", 0..5),
        asked in prop::collection::vec("[ABab]{1,2}", 0..5),
        spaces in "[ ,]{0,3}",
    ) {
        let line = |members: &[String], glue: &str| format!("Accept-Encoding: {}", members.join(glue));
        let lower = |members: &[String]| {
            let mut all: Vec<_> = members.iter().map(|member| member.to_lowercase()).collect();
            all.sort();
            all
        };
        let found = matches_by(
            VaryRule::default(),
            "accept-encoding",
            "",
            &line(&stored, ","),
            &line(&asked, &format!(",{spaces}")),
        );
        prop_assert_eq!(found, lower(&stored) == lower(&asked));
    }
}
