//! A range of addresses.

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

/// All addresses that begin with the same bits, as CIDR writes them (RFC 4632
/// §3.1, RFC 4291 §2.3): `192.0.2.0/24`, `2001:db8::/32`, or one address.
///
/// An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`, RFC 4291
/// §2.5.5.2) is the IPv4 address: sockets that take both show it so.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::visitors::Network;
///
/// let network: Network = "192.0.2.0/24".parse()?;
/// assert!(network.contains("192.0.2.7".parse()?));
/// assert!(network.contains("::ffff:192.0.2.7".parse()?));
/// assert!(!network.contains("192.0.3.7".parse()?));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

/// Why a text or a pair of numbers is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkError {
    /// What stands before the slash is no address.
    Address,
    /// What stands behind it is no number of bits that such an address has.
    Prefix,
    /// The address has bits behind the prefix, so either of them is wrong. This
    /// is the network that it lies in.
    HostBits(Network),
}

impl Network {
    /// The network of `address` with so many bits in common.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Prefix`] where the address has fewer bits,
    /// [`NetworkError::HostBits`] where it has others behind them.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Network, NetworkError> {
        let first = address.to_canonical();
        let prefix = if first.is_ipv4() && address.is_ipv6() {
            // Of the mapped address's 128 bits the first 96 say that it is one.
            prefix.checked_sub(96).ok_or(NetworkError::Prefix)?
        } else {
            prefix
        };
        if u32::from(prefix) > width(first) {
            return Err(NetworkError::Prefix);
        }
        let (bits, host) = (bits_of(first), host_mask(first, prefix));
        let network = Network {
            first: with_bits(first, bits & !host),
            prefix,
        };
        if bits & host == 0 {
            Ok(network)
        } else {
            Err(NetworkError::HostBits(network))
        }
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let host = host_mask(self.first, self.prefix);
        address.is_ipv4() == self.first.is_ipv4() && bits_of(address) & !host == bits_of(self.first)
    }

    /// How many bits its addresses have in common.
    #[must_use]
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }

    pub(super) const fn is_ipv4(&self) -> bool {
        self.first.is_ipv4()
    }

    /// Its first and its last address, as numbers.
    pub(super) fn bounds(&self) -> (u128, u128) {
        let first = bits_of(self.first);
        (first, first | host_mask(self.first, self.prefix))
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Address)?;
        let prefix = match prefix {
            None => width(address) as u8,
            // `parse` would take a sign.
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| NetworkError::Prefix)?
            }
            Some(_) => return Err(NetworkError::Prefix),
        };
        Network::new(address, prefix)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NetworkError::Address => f.write_str("no address"),
            NetworkError::Prefix => f.write_str("no number of bits that the address has"),
            NetworkError::HostBits(network) => {
                write!(
                    f,
                    "bits behind the prefix, as in no network but in {network}"
                )
            }
        }
    }
}

impl core::error::Error for NetworkError {}

/// An address as a number.
pub(super) const fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits() as u128,
        IpAddr::V6(address) => address.to_bits(),
    }
}

const fn with_bits(like: IpAddr, bits: u128) -> IpAddr {
    match like {
        IpAddr::V4(_) => IpAddr::V4(core::net::Ipv4Addr::from_bits(bits as u32)),
        IpAddr::V6(_) => IpAddr::V6(core::net::Ipv6Addr::from_bits(bits)),
    }
}

const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The bits behind the prefix, which may be 0 or all that there are.
fn host_mask(address: IpAddr, prefix: u8) -> u128 {
    let free = width(address).saturating_sub(prefix.into());
    1_u128.checked_shl(free).map_or(u128::MAX, |past| past - 1)
}
