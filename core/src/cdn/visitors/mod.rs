//! Where visitors are: told by a proxy before this one, or by their address.
//!
//! What a visitor says of itself is never believed. A field counts only where
//! the connection comes from a trusted network, and so does an address in
//! `X-Forwarded-For`; everyone else is where their own address is. Whoever's
//! region can't be told has none, and gets the strictest zone
//! ([`Sites::residency`](super::pool::Sites::residency)).
//!
//! # Example
//!
//! ```
//! use hedgerow::cdn::visitors::Visitors;
//! use hedgerow::types::RegionId;
//!
//! let (eu, us) = (RegionId::new(1).unwrap(), RegionId::new(2).unwrap());
//! let visitors = Visitors::default()
//!     .with_field("X-Country")
//!     .with_name("DE", eu)
//!     .with_trusted(["10.0.0.0/8".parse()?])
//!     .with_networks([("192.0.2.0/24".parse()?, us)]);
//!
//! let said = [("x-country", "de")];
//! assert_eq!(visitors.region("10.0.0.1".parse()?, &said), Some(eu));
//! // Not by this one, who is where the address is.
//! assert_eq!(visitors.region("192.0.2.1".parse()?, &said), Some(us));
//! assert_eq!(visitors.region("203.0.113.1".parse()?, &said), None);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod network;
mod networks;

use core::net::{IpAddr, SocketAddr};

pub use self::{
    network::{Network, NetworkError},
    networks::Networks,
};
use crate::types::{Headers, RegionId};

/// How visitors' regions are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitors {
    trusted: Networks<()>,
    /// In lower case.
    field: Option<Box<str>>,
    /// In lower case, in order.
    names: Vec<(Box<[u8]>, RegionId)>,
    networks: Networks<RegionId>,
}

impl Visitors {
    /// Reads the region from this field, where a trusted proxy has written it.
    #[must_use]
    pub fn with_field(mut self, name: &str) -> Visitors {
        self.field = Some(name.to_ascii_lowercase().into());
        self
    }

    /// Says what the field calls a region, in any case. One region may have
    /// many names; of the same name twice, the first counts.
    #[must_use]
    pub fn with_name(mut self, name: &str, region: RegionId) -> Visitors {
        let name = name.to_ascii_lowercase().into_bytes();
        if let Err(at) = self.place(&name) {
            self.names.insert(at, (name.into(), region));
        }
        self
    }

    /// Says from where proxies connect that are believed.
    #[must_use]
    pub fn with_trusted(mut self, networks: impl IntoIterator<Item = Network>) -> Visitors {
        self.trusted = networks.into_iter().map(|network| (network, ())).collect();
        self
    }

    /// Says where addresses are.
    #[must_use]
    pub fn with_networks(
        mut self,
        networks: impl IntoIterator<Item = (Network, RegionId)>,
    ) -> Visitors {
        self.networks = networks.into_iter().collect();
        self
    }

    /// The field that a trusted proxy writes, in lower case.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Whether a connection from there is one of a trusted proxy.
    #[must_use]
    pub fn is_trusted(&self, peer: IpAddr) -> bool {
        self.trusted.find(peer).is_some()
    }

    /// The region of a visitor who asked with these fields over a connection
    /// from `peer`; `None` if it can't be told. Allocates nothing.
    ///
    /// A field that a trusted proxy wrote is its last word: with a name that is
    /// unknown, or written twice, the region is not known, whatever the address.
    #[must_use]
    pub fn region(&self, peer: IpAddr, fields: &(impl Headers + ?Sized)) -> Option<RegionId> {
        if !self.is_trusted(peer) {
            return self.networks.find(peer);
        }
        if let Some(field) = &self.field {
            let mut said = fields.field_values(field);
            if let Some(only) = said.next() {
                return said.next().is_none().then(|| self.named(only)).flatten();
            }
        }
        self.networks.find(self.forwarded_for(fields)?)
    }

    /// The address that the last trusted proxy was connected from. What stands
    /// before it in the list, anyone may have written; a list of trusted proxies
    /// alone tells of no visitor.
    fn forwarded_for(&self, fields: &(impl Headers + ?Sized)) -> Option<IpAddr> {
        let members = fields
            .field_values("x-forwarded-for")
            .flat_map(|line| line.split(|byte| *byte == b','));
        let mut visitor = None;
        for member in members {
            match address(member.trim_ascii()) {
                Some(address) if self.is_trusted(address) => {}
                other => visitor = other,
            }
        }
        visitor
    }

    fn named(&self, name: &[u8]) -> Option<RegionId> {
        let mut room = [0; Visitors::LONGEST];
        let name = name.trim_ascii();
        let lower = room.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        self.place(lower).ok().map(|at| self.names[at].1)
    }

    /// No name is found that is longer, in bytes.
    const LONGEST: usize = 64;

    fn place(&self, name: &[u8]) -> Result<usize, usize> {
        self.names
            .binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

/// An address as proxies write it: alone, in brackets, or with a port.
fn address(member: &[u8]) -> Option<IpAddr> {
    let text = core::str::from_utf8(member).ok()?;
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(text).parse().ok().or_else(|| {
        let address: SocketAddr = text.parse().ok()?;
        Some(address.ip())
    })
}
