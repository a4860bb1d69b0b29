//! What a network is, and which addresses lie in it.

use hedgerow::cdn::visitors::{Network, NetworkError};

#[test]
fn a_network_is_written_in_one_way() {
    for (text, shown) in [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::/0", "::/0"),
        ("::1", "::1/128"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
    ] {
        let network: Network = text.parse().unwrap();
        assert_eq!(network.to_string(), shown);
        assert_eq!(shown.parse(), Ok(network));
    }
}

#[test]
fn what_is_none_says_why() {
    for (text, why) in [
        ("", NetworkError::Address),
        ("a.example/8", NetworkError::Address),
        ("10.0.0/8", NetworkError::Address),
        ("10.0.0.1:80/32", NetworkError::Address),
        ("10.0.0.0/", NetworkError::Prefix),
        ("10.0.0.0/33", NetworkError::Prefix),
        ("10.0.0.0/+8", NetworkError::Prefix),
        ("10.0.0.0/-1", NetworkError::Prefix),
        ("10.0.0.0/8/8", NetworkError::Prefix),
        ("10.0.0.0/256", NetworkError::Prefix),
        ("::/129", NetworkError::Prefix),
        // IPv4 addresses, of which no such prefix tells any.
        ("::ffff:10.0.0.0/95", NetworkError::Prefix),
        (
            "10.0.0.1/8",
            NetworkError::HostBits("10.0.0.0/8".parse().unwrap()),
        ),
        ("::1/0", NetworkError::HostBits("::/0".parse().unwrap())),
    ] {
        assert_eq!(text.parse::<Network>(), Err(why), "{text}");
    }
}

#[test]
fn its_addresses_begin_as_it_does() {
    for (network, inside, outside) in [
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
        ("10.0.0.0/8", "::ffff:10.0.0.1", "::10.0.0.1"),
        ("0.0.0.0/0", "255.255.255.255", "::1"),
        ("::/0", "ffff::", "1.2.3.4"),
        ("::/0", "::1", "::ffff:1.2.3.4"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
        ("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"),
    ] {
        let network: Network = network.parse().unwrap();
        assert!(
            network.contains(inside.parse().unwrap()),
            "{network} {inside}"
        );
        assert!(
            !network.contains(outside.parse().unwrap()),
            "{network} {outside}"
        );
    }
}
