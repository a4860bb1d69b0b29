//! RFC 9213: fields for one kind of cache, RFC 9651: what is a valid one.

use hedgerow::cache::{Policy, Response, Settings};
use hedgerow::types::Reason;

use crate::support::{Exchange, fields};

fn settings() -> Settings {
    Settings::shared().with_targets(["Own-Cache-Control", "CDN-Cache-Control"])
}

fn check(response: &str, expected: Result<u64, Reason>) {
    let found = Exchange::new(response)
        .with_settings(settings())
        .store()
        .map(|policy| policy.freshness_lifetime());
    assert_eq!(found, expected, "{response}");
}

#[test]
fn it_takes_the_place_of_the_others() {
    check("CDN-Cache-Control: max-age=60", Ok(60));
    check(
        "cdn-cache-control: max-age=60 | Cache-Control: max-age=1",
        Ok(60),
    );
    check(
        "CDN-Cache-Control: max-age=60 | Cache-Control: no-store",
        Ok(60),
    );
    check(
        "CDN-Cache-Control: max-age=60 | Cache-Control: private",
        Ok(60),
    );
    check("CDN-Cache-Control: max-age=60 | Expires: 0", Ok(60));
    check(
        "CDN-Cache-Control: no-store | Cache-Control: max-age=60",
        Err(Reason::NoStore),
    );
    check(
        "CDN-Cache-Control: private | Cache-Control: max-age=60",
        Err(Reason::PrivateResponse),
    );
    check(
        "CDN-Cache-Control: max-age=0 | Expires: {60} | ETag: \"a\"",
        Ok(0),
    );
    // It says nothing of a lifetime, and the others are not asked.
    check(
        "CDN-Cache-Control: foo | Expires: {60} | ETag: \"a\"",
        Ok(0),
    );
}

#[test]
fn the_first_of_the_list_counts() {
    check(
        "CDN-Cache-Control: max-age=60 | Own-Cache-Control: max-age=9",
        Ok(9),
    );
    check(
        "Own-Cache-Control: & | CDN-Cache-Control: max-age=60",
        Ok(60),
    );
    check("Own-Cache-Control: | CDN-Cache-Control: max-age=60", Ok(60));
}

#[test]
fn without_a_list_it_is_a_field_like_any() {
    let exchange = Exchange::new("CDN-Cache-Control: max-age=60 | Cache-Control: max-age=1");
    assert_eq!(exchange.stored().freshness_lifetime(), 1);
}

#[test]
fn an_invalid_one_is_ignored_as_a_whole() {
    for invalid in [
        "max-age=60, &&&&&",
        "max-age=60,",
        ",max-age=60",
        "max-age=60 public",
        "max-age= 60",
        "max-age =60",
        "MAX-AGE=60",
        "max-age=60, Public",
        "max-age='60'",
        "max-age=60;",
        "max-age=1000000000000000",
        "max-age=\"60",
        "max-age=60.",
        "x=(1 2",
        "x=:a:b",
        "x=?2",
        "ü=1",
        "\"max-age\"=60",
        "",
        "  ",
    ] {
        let response = format!("CDN-Cache-Control: {invalid} | Cache-Control: max-age=7");
        check(&response, Ok(7));
    }
}

#[test]
fn valid_ones_with_things_nobody_asked_for() {
    for valid in [
        "max-age=60, foobar",
        "foobar, max-age=60",
        "max-age=60;a=b;c",
        "max-age=60, x=(1 \"a\" tok);q=1",
        "max-age=60, x=:YQ==:, y=@1, z=%\"f%c3%bc\", w=1.5",
        "max-age=1, max-age=60",
        "max-age=\"x\", max-age=60",
        "  max-age=60 ,\tno-transform  ",
        "max-age=060",
        "max-age=60, no-store=?0",
        "no-store, max-age=60, no-store=?0",
    ] {
        let response = format!("CDN-Cache-Control: {valid} | Cache-Control: max-age=7");
        check(&response, Ok(60));
    }
}

#[test]
fn values_of_another_type() {
    // The field is valid, so Cache-Control is out; the number can't be used.
    for wrong in [
        "max-age=\"60\"",
        "max-age=60.5",
        "max-age=-1",
        "max-age",
        "max-age=(60)",
    ] {
        let response =
            format!("CDN-Cache-Control: {wrong} | Cache-Control: max-age=7 | ETag: \"a\"");
        check(&response, Ok(0));
    }
    check("CDN-Cache-Control: max-age=999999999999999", Ok(1 << 31));
}

#[test]
fn several_lines_are_one() {
    check(
        "CDN-Cache-Control: max-age=60 | CDN-Cache-Control: no-transform",
        Ok(60),
    );
    check(
        "CDN-Cache-Control: x=(1 | CDN-Cache-Control: 2), max-age=60 | Cache-Control: max-age=7",
        Ok(7),
    );
}

#[test]
fn all_directives_mean_the_same_there() {
    let exchange = Exchange::new(
        "CDN-Cache-Control: max-age=60, stale-while-revalidate=30, no-cache=\"a\", \
         private=\"b, c\" | a: 1 | b: 2 | c: 3 | d: 4",
    )
    .with_settings(settings());
    assert!(exchange.then("", 90).is_served());
    let policy = exchange.stored();
    let kept: Vec<_> = policy
        .stored_lines(&exchange.fields)
        .map(|(name, _)| String::from_utf8_lossy(name).to_lowercase())
        .collect();
    assert_eq!(kept, ["cdn-cache-control", "a", "d", "date"]);
    let (_, lines) = exchange.answered("GET", "", None);
    assert!(!lines.contains(&"a: 1".to_owned()));
    let no_cache =
        Exchange::new("CDN-Cache-Control: no-cache | Cache-Control: max-age=60 | ETag: \"a\"")
            .with_settings(settings())
            .then("", 1);
    assert_eq!(no_cache.reason, Reason::ResponseNoCache);
}

#[test]
fn others_may_ask_which_directives_govern() {
    let response = fields("CDN-Cache-Control: public | Cache-Control: no-store");
    let governing = Policy::directives(&settings(), &Response::new(200, &response));
    assert!(governing.public() && !governing.no_store());
    let plain = Policy::directives(&Settings::shared(), &Response::new(200, &response));
    assert!(plain.no_store() && !plain.public());
}
