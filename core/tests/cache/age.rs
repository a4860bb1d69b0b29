//! RFC 9111 §4.2.3 and §5.1: how old a response is.

use hedgerow::cache::{AgeRule, Settings, Times};

use crate::support::{Exchange, at, exchanged};

const MAX: u64 = 1 << 31;

fn check(response: &str, expected: u64) {
    let exchange = Exchange::new(&format!("{response} | ETag: \"a\""));
    assert_eq!(exchange.stored().age(at(0)), expected, "{response}");
}

#[test]
fn the_first_member_counts_and_garbage_does_not() {
    check("Date: {0}", 0);
    check("Age: 30", 30);
    check("Age: 030", 30);
    check("Age: 0, 7200", 0);
    check("Age: 7200,0", 7200);
    check("Age: 7200 | Age: 0", 7200);
    check("Age: 0 | Age: 7200", 0);
    for garbage in [
        "abc",
        "-7200",
        "7200.0",
        "7200;foo=bar",
        "",
        "7 200",
        "\"30\"",
    ] {
        check(&format!("Age: {garbage}"), 0);
    }
}

#[test]
fn large_ages_saturate() {
    check("Age: 2147483647", MAX - 1);
    check("Age: 2147483648", MAX);
    check("Age: 2147483649", MAX);
    check("Age: 99999999999999999999999999", MAX);
    let exchange = Exchange::new("Age: 99999999999999999999999999 | ETag: \"a\"");
    assert_eq!(exchange.stored().age(at(i64::MAX)), 2 * MAX);
}

#[test]
fn apparent_age_and_delay() {
    check("Date: {-40}", 40);
    check("Date: {-40} | Age: 30", 40);
    check("Date: {-40} | Age: 50", 50);
    // A clock ahead of ours makes nothing younger than it is.
    check("Date: {40}", 0);
    check("Date: {40} | Age: 5", 5);
    let exchange = Exchange::new("Cache-Control: max-age=600 | Age: 30 | Date: {0}");
    let slow = exchange
        .store_at(Times::new(at(-7), at(0)))
        .expect("storable");
    assert_eq!(slow.age(at(0)), 37);
    assert_eq!(slow.age(at(5)), 42);
    // A clock that went back adds nothing.
    assert_eq!(slow.age(at(-100)), 37);
    let backwards = exchange
        .store_at(Times::new(at(9), at(0)))
        .expect("storable");
    assert_eq!(backwards.age(at(0)), 30);
}

#[test]
fn the_cautious_rule() {
    let age = |response: &str| {
        let rule = Settings::shared().with_age_rule(AgeRule::Suspicious);
        let exchange = Exchange::new(&format!("{response} | ETag: \"a\"")).with_settings(rule);
        exchange
            .store_at(exchanged(0))
            .expect("storable")
            .age(at(0))
    };
    assert_eq!(age("Date: {0}"), 0);
    assert_eq!(age("Age: 30"), 30);
    assert_eq!(age("Age: 0,7200"), 0);
    for suspicious in [
        "Age: 0, 0",
        "Age: 0 | Age: 0",
        "Age: abc",
        "Age: -1",
        "Age: 7200.0",
        "Age: 7200;foo=bar",
        "Age: ",
        "Age: 0,",
    ] {
        assert_eq!(age(suspicious), MAX, "{suspicious}");
    }
}

#[test]
fn every_answer_tells_it() {
    let exchange = Exchange::new("Cache-Control: max-age=600 | Age: 30 | age: 40");
    let (_, lines) = exchange.answered("GET", "", None);
    let ages: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("age:"))
        .collect();
    assert_eq!(ages, ["age: 30"]);
    let (_, lines) = Exchange::new("Cache-Control: max-age=600").answered("HEAD", "", None);
    assert!(lines.contains(&"age: 0".to_owned()));
}
