//! What holds for which addresses.

use core::net::IpAddr;

use super::Network;
use super::network::bits_of;

/// A table from networks to what holds for their addresses: of several networks
/// that an address lies in, the smallest counts.
///
/// A look-up is a binary search over the places where something changes, so
/// that a table of all the world's networks is no slower than a few.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::visitors::Networks;
///
/// let networks: Networks<&str> = [("10.0.0.0/8".parse()?, "all"), ("10.1.0.0/16".parse()?, "one")]
///     .into_iter()
///     .collect();
/// assert_eq!(networks.find("10.1.2.3".parse()?), Some("one"));
/// assert_eq!(networks.find("10.2.2.3".parse()?), Some("all"));
/// assert_eq!(networks.find("11.0.0.1".parse()?), None);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks<T> {
    v4: Box<[(u128, Option<T>)]>,
    v6: Box<[(u128, Option<T>)]>,
}

impl<T> Default for Networks<T> {
    fn default() -> Networks<T> {
        Networks {
            v4: Box::default(),
            v6: Box::default(),
        }
    }
}

impl<T: Copy> Networks<T> {
    /// What holds for an address.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<T> {
        let address = address.to_canonical();
        let ranges = if address.is_ipv4() {
            &self.v4
        } else {
            &self.v6
        };
        let bits = bits_of(address);
        let next = ranges.partition_point(|(first, _)| *first <= bits);
        ranges.get(next.checked_sub(1)?)?.1
    }

    /// Whether there is no network.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }
}

/// Of the same network twice, the last counts.
impl<T: Copy> FromIterator<(Network, T)> for Networks<T> {
    fn from_iter<I: IntoIterator<Item = (Network, T)>>(networks: I) -> Networks<T> {
        let (v4, v6): (Vec<_>, Vec<_>) = networks
            .into_iter()
            .partition(|(network, _)| network.is_ipv4());
        Networks {
            v4: ranges(v4),
            v6: ranges(v6),
        }
    }
}

/// The places where something changes.
fn ranges<T: Copy>(mut networks: Vec<(Network, T)>) -> Box<[(u128, Option<T>)]> {
    // The sort is stable: the last of two that are the same comes last.
    networks.sort_by_key(|(network, _)| (network.bounds().0, network.prefix()));
    let mut walk = Walk {
        ranges: Vec::with_capacity(networks.len()),
        open: Vec::new(),
    };
    for (network, what) in networks {
        let (first, last) = network.bounds();
        walk.end_before(Some(first));
        walk.begin(first, Some(what));
        walk.open.push((last, what));
    }
    walk.end_before(None);
    walk.ranges.into()
}

/// Goes from the lowest address to the highest. Networks lie in one another or
/// apart, so those that are open end in turn.
struct Walk<T> {
    ranges: Vec<(u128, Option<T>)>,
    /// Their last addresses, the innermost network last.
    open: Vec<(u128, T)>,
}

impl<T: Copy> Walk<T> {
    /// Ends what ends before `at`; without that, all that is open.
    fn end_before(&mut self, at: Option<u128>) {
        while let Some((last, _)) = self.open.last().copied()
            && at.is_none_or(|at| last < at)
        {
            self.open.pop();
            if let Some(after) = last.checked_add(1) {
                let outer = self.open.last().map(|(_, what)| *what);
                self.begin(after, outer);
            }
        }
    }

    fn begin(&mut self, at: u128, what: Option<T>) {
        match self.ranges.last_mut() {
            Some(last) if last.0 == at => last.1 = what,
            _ => self.ranges.push((at, what)),
        }
    }
}
