//! Of several networks that an address lies in, the smallest counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hedgerow::cdn::visitors::{Network, Networks};
use proptest::prelude::*;

fn find(networks: &[&str], address: &str) -> Option<usize> {
    let numbered = networks.iter().map(|text| text.parse().unwrap()).zip(0..);
    numbered
        .collect::<Networks<usize>>()
        .find(address.parse().unwrap())
}

#[test]
fn the_longest_prefix_wins_in_any_order() {
    let networks = ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "10.1.2.3", "::/0"];
    for (address, found) in [
        ("10.0.0.0", Some(0)),
        ("10.1.0.0", Some(1)),
        ("10.1.2.2", Some(1)),
        ("10.1.2.3", Some(3)),
        ("::ffff:10.1.2.3", Some(3)),
        ("10.1.2.4", Some(1)),
        ("10.2.0.0", Some(0)),
        ("11.0.0.0", Some(2)),
        ("255.255.255.255", Some(2)),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some(4)),
    ] {
        assert_eq!(find(&networks, address), found, "{address}");
    }
    assert_eq!(find(&networks[..2], "9.255.255.255"), None);
    assert_eq!(find(&networks[..2], "11.0.0.0"), None);
    assert_eq!(find(&["1.0.0.0/8", "1.0.0.0/8"], "1.1.1.1"), Some(1));
    assert_eq!(find(&[], "1.1.1.1"), None);
}

/// Few bits, so that networks meet.
fn address() -> impl Strategy<Value = IpAddr> {
    let v4 = any::<u8>().prop_map(|byte| Ipv4Addr::new(byte, byte << 4, 0, 1).into());
    let v6 = any::<u8>().prop_map(|byte| {
        let byte = u16::from(byte);
        Ipv6Addr::new(byte << 8, byte, 0, 0, 0, 0, 0, 1).into()
    });
    prop_oneof![v4, v6]
}

fn network() -> impl Strategy<Value = Network> {
    (address(), 0_u8..=32).prop_map(|(address, prefix)| match Network::new(address, prefix) {
        Ok(network) | Err(hedgerow::cdn::visitors::NetworkError::HostBits(network)) => network,
        Err(error) => panic!("{error}"),
    })
}

proptest! {
    #[test]
    fn the_table_says_what_a_walk_over_all_says(
        networks in proptest::collection::vec(network(), 0..24),
        addresses in proptest::collection::vec(address(), 1..24),
    ) {
        let table: Networks<usize> = networks.iter().copied().zip(0..).collect();
        let ends = networks.iter().map(|network| {
            network.to_string().split('/').next().unwrap().parse().unwrap()
        });
        for address in addresses.iter().copied().chain(ends) {
            let inside = networks.iter().zip(0..).filter(|(network, _)| network.contains(address));
            let smallest = inside.max_by_key(|(network, at)| (network.prefix(), *at));
            prop_assert_eq!(table.find(address), smallest.map(|(_, at)| at));
        }
    }
}
