//! Stickiness: the requests of one session go to the endpoint that has it.
//!
//! An [`Affinity`] reads from a request, a cookie, a query parameter or a field
//! as configured, which node it belongs to. Only configured nodes are ever
//! found: a forged or stale value leads nowhere. A [`Stickiness`] says what
//! becomes of the request when that endpoint can't serve it.
//!
//! # Example
//!
//! ```
//! use hedgerow::cdn::affinity::{Affinity, Course, Node, Stickiness};
//! use hedgerow::types::{EndpointId, Reason};
//!
//! let affinity = Affinity::new(Stickiness::Owner)
//!     .with_cookie("gcbSessionServer")
//!     .with_query("co-browse-node-id")
//!     .with_node("CB_Server_1", EndpointId::new(0));
//!
//! let fields = [("Cookie", "a=b; gcbSessionServer=3f9c.CB_Server_1")];
//! let node = affinity.node(&fields, None);
//! assert_eq!(node, Node::Of(EndpointId::new(0)));
//! assert_eq!(affinity.node(&fields[..0], Some("co-browse-node-id=evil")), Node::Unknown);
//!
//! // Its probes fail: the session is lost, and whoever serves it now must say so.
//! let course = affinity.stickiness().course(Some(Reason::Down));
//! assert_eq!(course, Course::Leave { reason: Reason::Down, session_lost: true });
//! ```

mod course;
mod read;

pub use self::course::{Course, Stickiness};

use crate::types::{EndpointId, Headers};

/// Where requests say which node they belong to, and which nodes there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affinity {
    stickiness: Stickiness,
    sources: Vec<Source>,
    nodes: Vec<(Box<[u8]>, EndpointId)>,
    /// No name of a node is longer, in bytes.
    longest: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Cookie(Box<[u8]>),
    Query(Box<[u8]>),
    /// In lower case.
    Field(Box<str>),
}

/// Which node a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Node {
    /// It says nothing of one.
    Unsaid,
    /// It names none that is configured: a stale session's, or a forged one.
    Unknown,
    /// The node of this endpoint.
    Of(EndpointId),
}

impl Affinity {
    /// An affinity that reads nothing yet and knows no node.
    #[must_use]
    pub const fn new(stickiness: Stickiness) -> Affinity {
        Affinity {
            stickiness,
            sources: Vec::new(),
            nodes: Vec::new(),
            longest: 0,
        }
    }

    /// Reads the cookie of this name, after what was added before.
    #[must_use]
    pub fn with_cookie(self, name: &str) -> Affinity {
        self.with(Source::Cookie(name.as_bytes().into()))
    }

    /// Reads the query parameter of this name, after what was added before.
    #[must_use]
    pub fn with_query(self, name: &str) -> Affinity {
        self.with(Source::Query(name.as_bytes().into()))
    }

    /// Reads the field of this name, after what was added before.
    #[must_use]
    pub fn with_field(self, name: &str) -> Affinity {
        self.with(Source::Field(name.to_ascii_lowercase().into()))
    }

    /// Adds a node. The first of two with the same name counts, and none is
    /// without a name. In a query, a value of more than 128 bytes, counted
    /// without its percent-encoding, names none.
    #[must_use]
    pub fn with_node(mut self, name: &str, endpoint: EndpointId) -> Affinity {
        // Both `.NODE` and `NODE` are written, and the dot is no part of it.
        let name = name.trim_start_matches('.').as_bytes();
        let place = self
            .nodes
            .binary_search_by(|(known, _)| (**known).cmp(name));
        if let Err(at) = place
            && !name.is_empty()
        {
            self.nodes.insert(at, (name.into(), endpoint));
            self.longest = self.longest.max(name.len());
        }
        self
    }

    fn with(mut self, source: Source) -> Affinity {
        self.sources.push(source);
        self
    }

    /// What becomes of requests whose endpoint can't serve them.
    #[must_use]
    pub const fn stickiness(&self) -> Stickiness {
        self.stickiness
    }

    /// Which node a request with these fields and this query (without its `?`)
    /// belongs to. The first source that names a known node decides. Allocates
    /// nothing.
    #[must_use]
    pub fn node(&self, headers: &(impl Headers + ?Sized), query: Option<&str>) -> Node {
        let mut said = false;
        for source in &self.sources {
            let mut find = |value: &[u8]| {
                said = true;
                self.named(value)
            };
            let found = match source {
                Source::Cookie(name) => headers
                    .field_values("cookie")
                    .flat_map(|line| read::cookies(line, name))
                    .find_map(find),
                Source::Query(name) => {
                    let query = query.unwrap_or_default().as_bytes();
                    read::parameters(query, name).find_map(|value| {
                        let mut room = [0; read::LONGEST];
                        // What is longer than any node names none.
                        find(read::decoded(value, &mut room).unwrap_or_default())
                    })
                }
                Source::Field(name) => headers
                    .field_values(name)
                    .find_map(|value| find(value.trim_ascii())),
            };
            if let Some(endpoint) = found {
                return Node::Of(endpoint);
            }
        }
        if said { Node::Unknown } else { Node::Unsaid }
    }

    /// The node that a value names: the whole of it, or what follows one of its
    /// dots, as Apache and Tomcat append the route to a session's id.
    fn named(&self, value: &[u8]) -> Option<EndpointId> {
        if value.len() <= self.longest
            && let Some(endpoint) = self.endpoint(value)
        {
            return Some(endpoint);
        }
        // The end is looked at only as far as a name may reach.
        let start = value.len().saturating_sub(self.longest + 1);
        let mut rest = &value[start..];
        while let [byte, after @ ..] = rest {
            rest = after;
            if *byte == b'.'
                && let Some(endpoint) = self.endpoint(rest)
            {
                return Some(endpoint);
            }
        }
        None
    }

    /// The endpoint of the node with exactly this name.
    fn endpoint(&self, name: &[u8]) -> Option<EndpointId> {
        let found = (self.nodes).binary_search_by(|(known, _)| (**known).cmp(name));
        found.ok().map(|at| self.nodes[at].1)
    }
}
