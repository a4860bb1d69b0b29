//! An endpoint as a pool's member.

use super::Key;
use crate::cdn::Endpoint;

/// An endpoint of a pool, with the identity by which keyed picks know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Its settings. The id is its position in the pool.
    pub endpoint: Endpoint,
    /// Who it is, whatever its position.
    pub identity: Key,
}

impl Member {
    /// A member known by its position. Where positions may change, as in a
    /// configuration that people edit, give it a name.
    #[must_use]
    pub const fn new(endpoint: Endpoint) -> Member {
        Member {
            endpoint,
            identity: Key::of_number(endpoint.id.get() as u64),
        }
    }

    /// Names it. Keys follow names: across restarts, machines and changes of
    /// the order they lead to the same endpoint.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Member {
        self.identity = Key::of(name.as_bytes());
        self
    }
}
