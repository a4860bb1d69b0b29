//! RFC 9111 §4.2.1: how long a response is fresh.

use hedgerow::cache::Settings;

use crate::support::Exchange;

fn check(response: &str, shared: u64, private: u64) {
    // With a validator, so that even what is never fresh is stored.
    let exchange = Exchange::new(&format!("{response} | ETag: \"a\""));
    let lifetime = |settings: Settings| {
        let exchange = exchange.clone().with_settings(settings);
        exchange.stored().freshness_lifetime()
    };
    assert_eq!(lifetime(Settings::shared()), shared, "shared: {response}");
    assert_eq!(
        lifetime(Settings::private()),
        private,
        "private: {response}"
    );
}

#[test]
fn the_most_specific_word_counts() {
    check("Cache-Control: max-age=60", 60, 60);
    check("Cache-Control: max-age=60, s-maxage=10", 10, 60);
    check("Cache-Control: s-maxage=10, max-age=60", 10, 60);
    check(
        "Cache-Control: max-age=1 | Cache-Control: s-maxage=10",
        10,
        1,
    );
    check(
        "Cache-Control: max-age=60 | Expires: {-99} | Date: {0}",
        60,
        60,
    );
    check("Cache-Control: max-age=60 | Expires: 0", 60, 60);
    check("Cache-Control: max-age=0 | Expires: {99} | Date: {0}", 0, 0);
    check("Expires: {99} | Date: {0}", 99, 99);
    check("Expires: {99} | Date: {9}", 90, 90);
}

#[test]
fn expires_without_a_date_counts_from_the_receipt() {
    check("Expires: {99}", 99, 99);
    check("Expires: {99} | Date: yesterday", 99, 99);
}

#[test]
fn what_can_not_be_read_is_stale() {
    for value in [
        "-1", "a60", "60a", "60.0", "60.5", "'60'", " 60", "0x3c", "6 0", "", "\"", "\"60", "+60",
    ] {
        check(&format!("Cache-Control: max-age={value}"), 0, 0);
    }
    check("Cache-Control: max-age", 0, 0);
    check("Cache-Control: max-age =60", 0, 0);
    check("Cache-Control: max-age=a | Expires: {99} | Date: {0}", 0, 0);
    for expires in ["0", "-1", "now", "Thu, 99 Dec 2026 00:00:00 GMT", ""] {
        check(&format!("Expires: {expires} | Date: {{0}}"), 0, 0);
    }
}

#[test]
fn what_contradicts_itself_is_stale() {
    check("Cache-Control: max-age=60, max-age=60", 60, 60);
    check("Cache-Control: max-age=60, max-age=\"060\"", 60, 60);
    check("Cache-Control: max-age=60, max-age=61", 0, 0);
    check(
        "Cache-Control: max-age=61 | Cache-Control: max-age=60",
        0,
        0,
    );
    check("Expires: {99} | Expires: {99} | Date: {0}", 99, 99);
    // Nor does the heuristic step in.
    check(
        "Expires: {99} | Expires: {98} | Last-Modified: {-1000} | Date: {0}",
        0,
        0,
    );
}

#[test]
fn large_numbers_saturate() {
    const MAX: u64 = 1 << 31;
    check("Cache-Control: max-age=2147483647", MAX - 1, MAX - 1);
    check("Cache-Control: max-age=2147483648", MAX, MAX);
    check("Cache-Control: max-age=2147483649", MAX, MAX);
    check("Cache-Control: max-age=99999999999", MAX, MAX);
    let digits = "9".repeat(400);
    check(&format!("Cache-Control: max-age={digits}"), MAX, MAX);
    check("Cache-Control: max-age=00000000000000000060", 60, 60);
    check(
        "Expires: Fri, 31 Dec 9999 23:59:59 GMT | Date: Thu, 01 Jan 1970 00:00:00 GMT",
        MAX,
        MAX,
    );
}

#[test]
fn the_operators_ceiling() {
    let exchange = Exchange::new("Cache-Control: max-age=600")
        .with_settings(Settings::shared().with_max_lifetime_secs(60));
    assert_eq!(exchange.stored().freshness_lifetime(), 60);
}

#[test]
fn fresh_means_younger_than_the_lifetime() {
    let exchange = Exchange::new("Cache-Control: max-age=60");
    let policy = exchange.stored();
    for (secs, fresh, ttl) in [
        (0, true, 60),
        (59, true, 1),
        (60, false, 0),
        (61, false, -1),
    ] {
        let decision = exchange.then("", secs);
        assert_eq!(decision.is_served(), fresh, "{secs}");
        assert_eq!(policy.is_fresh(crate::support::at(secs)), fresh);
        assert_eq!(decision.ttl, ttl, "{secs}");
    }
}
