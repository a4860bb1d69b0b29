//! Who may hold a connection to the operator's listener.
//!
//! Anybody can open one, so nobody is kept out by those who are there. Where
//! there are too many, the oldest of those that have not shown yet that they are
//! an operator's makes way, first among those from where most come. One that has
//! shown it is never among them.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Operators, scrapers and probes; more at once are none.
const MOST: usize = 64;
/// Of one address, as long as they have shown nothing.
const MOST_STRANGERS: usize = 16;

/// The connections that there are, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    taken: Vec<Taken>,
}

#[derive(Debug)]
struct Taken {
    number: u64,
    network: IpAddr,
    is_operator: bool,
    /// Dropped, it ends the connection.
    _stay: oneshot::Sender<()>,
}

/// A connection's own place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    places: Places,
}

impl Places {
    /// A place, and what ends when somebody else needs it; `None` where
    /// operators have them all.
    pub(super) fn enter(&self, peer: IpAddr) -> Option<(Place, oneshot::Receiver<()>)> {
        let network = network(peer);
        let mut table = self.lock();
        let ours = table.strangers(network).count();
        if ours >= MOST_STRANGERS {
            table.make_way(network);
        } else if table.taken.len() >= MOST {
            let crowd = table.crowd()?;
            table.make_way(crowd);
        }
        let number = table.next;
        table.next += 1;
        let (stay, made_way) = oneshot::channel();
        table.taken.push(Taken {
            number,
            network,
            is_operator: false,
            _stay: stay,
        });
        let places = self.clone();
        Some((Place { number, places }, made_way))
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// One of its requests was an operator's.
    pub(super) fn prove(&self) {
        let mut table = self.places.lock();
        let mut taken = table.taken.iter_mut();
        if let Some(own) = taken.find(|taken| taken.number == self.number) {
            own.is_operator = true;
        }
    }

    pub(super) fn is_operator(&self) -> bool {
        let table = self.places.lock();
        let mut taken = table.taken.iter();
        taken.any(|taken| taken.number == self.number && taken.is_operator)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let number = self.number;
        let mut table = self.places.lock();
        table.taken.retain(|taken| taken.number != number);
    }
}

impl Table {
    fn strangers(&self, network: IpAddr) -> impl Iterator<Item = &Taken> {
        let strangers = self.taken.iter().filter(|taken| !taken.is_operator);
        strangers.filter(move |taken| taken.network == network)
    }

    /// From where most of those come that have shown nothing; of equals, from
    /// where the oldest does, which has had its time.
    fn crowd(&self) -> Option<IpAddr> {
        let strangers = self.taken.iter().filter(|taken| !taken.is_operator);
        let networks = strangers.map(|taken| taken.network);
        networks
            .rev()
            .max_by_key(|network| self.strangers(*network).count())
    }

    /// Ends the oldest from there that has shown nothing.
    fn make_way(&mut self, network: IpAddr) {
        let goes = |taken: &Taken| !taken.is_operator && taken.network == network;
        if let Some(oldest) = self.taken.iter().position(goes) {
            self.taken.remove(oldest);
        }
    }
}

/// What one who has an address is likely to have as a whole: of IPv6, the /64
/// (RFC 6177).
fn network(peer: IpAddr) -> IpAddr {
    const HOST_BITS: u32 = 64;
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() >> HOST_BITS << HOST_BITS).into()
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[test]
    fn the_oldest_of_the_crowd_makes_way() {
        let places = Places::default();
        let mut crowd: Vec<_> = (0..MOST_STRANGERS)
            .map(|_| places.enter(address(1)).unwrap())
            .collect();
        let mut other = places.enter(address(2)).unwrap();
        let _more = places.enter(address(1)).unwrap();
        assert!(is_closed(&mut crowd[0].1));
        assert!(!is_closed(&mut crowd[1].1) && !is_closed(&mut other.1));
    }

    #[test]
    fn who_comes_from_everywhere_keeps_nobody_out() {
        let places = Places::default();
        let mut first = places.enter(address(200)).unwrap();
        first.0.prove();
        let _held: Vec<_> = (0..3 * MOST as u8)
            .map(|last| places.enter(address(last)).unwrap())
            .collect();
        let mut newest = places.enter(address(201)).unwrap();
        let _next = places.enter(address(202)).unwrap();
        assert!(!is_closed(&mut newest.1), "it has had no time yet");
        assert_eq!(places.lock().taken.len(), MOST);
        assert!(first.0.is_operator() && !is_closed(&mut first.1));
    }

    #[test]
    fn operators_are_not_turned_out() {
        let places = Places::default();
        let held: Vec<_> = (0..MOST as u8)
            .map(|last| {
                let held = places.enter(address(last)).unwrap();
                held.0.prove();
                held
            })
            .collect();
        assert!(places.enter(address(255)).is_none());
        drop(held);
        assert!(places.enter(address(255)).is_some());
    }

    #[test]
    fn a_network_is_what_one_has() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    fn is_closed(way: &mut oneshot::Receiver<()>) -> bool {
        matches!(way.try_recv(), Err(oneshot::error::TryRecvError::Closed))
    }
}
