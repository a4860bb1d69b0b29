//! Who is believed about where a visitor is.

use hedgerow::cdn::visitors::{Network, Visitors};
use hedgerow::types::RegionId;

fn region(number: u32) -> RegionId {
    RegionId::new(number).unwrap()
}

fn network(text: &str) -> Network {
    text.parse().unwrap()
}

/// Region 1 is told by names, region 2 by addresses.
fn visitors() -> Visitors {
    Visitors::default()
        .with_field("X-Region")
        .with_name("eu", region(1))
        .with_name("DE", region(1))
        .with_trusted([network("10.0.0.0/8"), network("fd00::/8")])
        .with_networks([
            (network("192.0.2.0/24"), region(2)),
            // Where the trusted proxies are says nothing of visitors.
            (network("10.0.0.0/8"), region(3)),
        ])
}

#[track_caller]
fn check(peer: &str, fields: &[(&str, &str)], expected: Option<u32>) {
    let found = visitors().region(peer.parse().unwrap(), fields);
    assert_eq!(found.map(RegionId::get), expected, "{peer} {fields:?}");
}

#[test]
fn a_trusted_proxy_names_the_region() {
    for value in ["eu", "EU", "de", " DE "] {
        check("10.0.0.1", &[("X-Region", value)], Some(1));
    }
    check("::ffff:10.0.0.1", &[("x-region", "eu")], Some(1));
    check("fd00::1", &[("x-region", "eu")], Some(1));
}

#[test]
fn nobody_else_does() {
    for peer in ["192.0.2.1", "::ffff:192.0.2.1"] {
        check(peer, &[("x-region", "eu")], Some(2));
        check(peer, &[("x-forwarded-for", "203.0.113.1")], Some(2));
    }
    check("203.0.113.1", &[("x-region", "eu")], None);
    check("203.0.113.1", &[("x-forwarded-for", "192.0.2.1")], None);
}

#[test]
fn what_a_trusted_proxy_says_is_its_last_word() {
    let forwarded = ("x-forwarded-for", "192.0.2.1");
    check("10.0.0.1", &[forwarded], Some(2));
    for unknown in ["", "xx", "eu, eu", "e", &"e".repeat(1000)] {
        check("10.0.0.1", &[("x-region", unknown), forwarded], None);
    }
    check("10.0.0.1", &[("x-region", "eu"), ("x-region", "eu")], None);
}

#[test]
fn the_last_address_that_no_trusted_proxy_has_is_the_visitors() {
    for (line, expected) in [
        ("192.0.2.1", Some(2)),
        ("192.0.2.1:4711", Some(2)),
        ("[::ffff:192.0.2.1]:4711", Some(2)),
        ("[::ffff:192.0.2.1]", Some(2)),
        ("192.0.2.1, 10.0.0.2, 10.0.0.3", Some(2)),
        // What the visitor wrote itself stands before its address.
        ("192.0.2.1, 203.0.113.1", None),
        ("203.0.113.1, 192.0.2.1", Some(2)),
        ("192.0.2.1, unknown", None),
        ("192.0.2.1, unknown, 10.0.0.2", None),
        ("unknown, 192.0.2.1", Some(2)),
        ("10.0.0.2", None),
        ("", None),
        (",", None),
    ] {
        check("10.0.0.1", &[("X-Forwarded-For", line)], expected);
    }
    let lines = [
        ("x-forwarded-for", "203.0.113.1"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    check("10.0.0.1", &lines, Some(2));
    check("10.0.0.1", &[], None);
}

#[test]
fn without_a_word_nobody_is_anywhere() {
    let nothing = Visitors::default();
    let fields: [(&str, &str); 0] = [];
    assert_eq!(nothing.region("192.0.2.1".parse().unwrap(), &fields), None);
    assert!(!nothing.is_trusted("127.0.0.1".parse().unwrap()));
}
