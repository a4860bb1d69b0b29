//! RFC 9110 §5.6.7, RFC 9111 §4.2: dates, three forms and nothing else.

use hedgerow::cache::date;
use hedgerow::types::Timestamp;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn check(text: &str, expected: Option<u64>) {
    let found = date::parse(text.as_bytes(), NOW).map(Timestamp::as_secs);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_three_forms() {
    for text in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        check(text, Some(784_111_777));
        check(&text.to_lowercase(), Some(784_111_777));
        check(&text.to_uppercase(), Some(784_111_777));
    }
    check("Wed Nov 16 08:49:37 1994", Some(784_975_777));
    check("Wednesday, 16-Nov-94 08:49:37 GMT", Some(784_975_777));
}

#[test]
fn the_edges_of_the_calendar() {
    check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
    check("Wed, 31 Dec 1969 23:59:59 GMT", Some(0));
    check("Mon, 01 Jan 0001 00:00:00 GMT", Some(0));
    check("Tue, 29 Feb 2000 00:00:00 GMT", Some(951_782_400));
    check("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199));
    check("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799));
    check("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800));
    check("Fri, 31 Dec 9999 23:59:60 GMT", Some(253_402_300_799));
}

#[test]
fn two_digits_mean_the_year_within_fifty() {
    // Now is 2027.
    check("Friday, 01-Jan-77 00:00:00 GMT", Some(3_376_684_800));
    check("Sunday, 01-Jan-78 00:00:00 GMT", Some(252_460_800));
    // To the second: it is 08:00:00 on the 15th of January.
    check("Friday, 15-Jan-77 08:00:00 GMT", Some(3_377_923_200));
    check("Saturday, 15-Jan-77 08:00:01 GMT", Some(222_163_201));
    let century_ends = Timestamp::from_secs(915_148_800);
    let found = date::parse(b"Saturday, 01-Jan-05 00:00:00 GMT", century_ends);
    assert_eq!(found.map(Timestamp::as_secs), Some(1_104_537_600));
}

#[test]
fn what_is_no_date() {
    for text in [
        "",
        "0",
        "-1",
        "Sun",
        "Sun,",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 AEST",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun 06 Nov 1994 08:49:37 GMT",
        "Sun,  06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 29 Feb 2023 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        "Foo, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov +994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
        "Sun Nov 006 08:49:37 1994",
        "1994-11-06T08:49:37Z",
    ] {
        check(text, None);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(secs in 0..=253_402_300_799_u64) {
        let at = Timestamp::from_secs(secs);
        prop_assert_eq!(date::parse(&date::format(at), NOW), Some(at));
    }

    #[test]
    fn any_moment_can_be_written(secs: u64) {
        let text = date::format(Timestamp::from_secs(secs));
        prop_assert!(date::parse(&text, NOW).is_some());
    }

    /// `httpdate` knows no leap seconds, and checks the weekday.
    #[test]
    fn what_another_reader_reads_is_read_the_same(secs in 0..=253_402_300_799_u64) {
        let theirs = std::time::UNIX_EPOCH + std::time::Duration::from_secs(secs);
        let text = httpdate::fmt_http_date(theirs);
        prop_assert_eq!(text.as_bytes(), &date::format(Timestamp::from_secs(secs))[..]);
    }

    #[test]
    fn no_text_panics(text: Vec<u8>) {
        let _ = date::parse(&text, NOW);
    }

    #[test]
    fn no_nearly_right_text_panics(
        at in 0..29_usize, byte: u8, cut in 0..29_usize, now: u64
    ) {
        let now = Timestamp::from_secs(now);
        for form in [
            &b"Sun, 06 Nov 1994 08:49:37 GMT"[..],
            b"Sunday, 06-Nov-94 08:49:37 GMT",
            b"Sun Nov  6 08:49:37 1994",
        ] {
            let mut text = form.to_vec();
            let place = at % text.len();
            text[place] = byte;
            let _ = date::parse(&text, now);
            let _ = date::parse(&text[..cut.min(text.len())], now);
        }
    }
}
