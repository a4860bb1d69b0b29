//! One request and what came of it.

use super::Probe;
use crate::types::Headers as _;

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Why it was made.
    pub probe: Probe,
    /// The redirects that were followed, in their order.
    pub hops: Vec<Hop>,
    /// The last response, or why there is none.
    pub outcome: Outcome,
}

impl Exchange {
    /// A request of this kind and what came of it, without redirects.
    #[must_use]
    pub fn new(probe: Probe, outcome: Outcome) -> Exchange {
        Exchange {
            probe,
            hops: Vec::new(),
            outcome,
        }
    }

    /// The response, if there is one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match &self.outcome {
            Outcome::Response(response) => Some(response),
            Outcome::Failed(_) => None,
        }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A response, be it an error.
    Response(Response),
    /// None.
    Failed(Failure),
}

/// A redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hop {
    /// The URL that was asked for.
    pub url: String,
    /// The status that it was answered with.
    pub status: u16,
    /// The fields of the answer.
    pub fields: Vec<(String, Vec<u8>)>,
    /// The absolute URL that `Location` leads to.
    pub target: String,
}

impl Hop {
    /// A redirect from one absolute URL to another.
    #[must_use]
    pub fn new(
        url: impl Into<String>,
        status: u16,
        fields: Vec<(String, Vec<u8>)>,
        target: impl Into<String>,
    ) -> Hop {
        Hop {
            url: url.into(),
            status,
            fields,
            target: target.into(),
        }
    }
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// What the client said, for people.
    pub text: String,
}

impl Failure {
    /// A failure of this kind.
    #[must_use]
    pub fn new(kind: FailureKind, text: impl Into<String>) -> Failure {
        Failure {
            kind,
            text: text.into(),
        }
    }
}

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The host name has no address.
    NameNotResolved,
    /// No connection, or it broke before the response.
    Connection,
    /// No TLS on the connection; see the endpoint's handshakes.
    Tls,
    /// Nothing came in time.
    TimedOut,
    /// What came is no HTTP.
    Protocol,
    /// Redirects in a circle, or more of them than a browser follows.
    RedirectLoop,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The field lines in their order.
    pub fields: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Body,
}

impl Response {
    /// A response with an empty body.
    #[must_use]
    pub fn new(status: u16, fields: Vec<(String, Vec<u8>)>) -> Response {
        Response {
            status,
            fields,
            body: Body::default(),
        }
    }

    /// The first line of the field with this lower case name, trimmed.
    pub(super) fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields
            .iter()
            .find(|(line, _)| line.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim_ascii())
    }

    /// The lines of a field joined as RFC 9110 §5.3 allows, for people.
    pub(super) fn shown(&self, name: &str) -> Option<String> {
        let lines: Vec<_> = self
            .fields
            .field_values(name)
            .map(|line| String::from_utf8_lossy(line.trim_ascii()))
            .collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// Whether the list in a field has `member`, in any case.
    pub(super) fn lists(&self, name: &str, member: &str) -> bool {
        self.members(name)
            .any(|found| found.eq_ignore_ascii_case(member.as_bytes()))
    }

    /// The members of the list in a field of tokens.
    pub(super) fn members<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .field_values(name)
            .flat_map(|line| line.split(|&byte| byte == b','))
            .map(<[u8]>::trim_ascii)
            .filter(|member| !member.is_empty())
    }
}

/// A response's body, of which only a little is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// The bytes that came.
    pub length: u64,
    /// The bytes after every `Content-Encoding` was undone; `None` if that
    /// failed, or was not tried.
    pub decoded_length: Option<u64>,
    /// SHA-256 of the decoded body, if it came whole.
    pub digest: Option<[u8; 32]>,
    /// The first bytes of the decoded body. [`PREFIX_BYTES`](super::PREFIX_BYTES)
    /// are read, more are ignored.
    pub prefix: Vec<u8>,
    /// How it ended.
    pub end: BodyEnd,
}

impl Body {
    /// A whole body that has no encoding.
    #[must_use]
    pub fn whole(bytes: &[u8], digest: [u8; 32]) -> Body {
        let length = bytes.len() as u64;
        Body {
            length,
            decoded_length: Some(length),
            digest: Some(digest),
            prefix: bytes[..bytes.len().min(super::PREFIX_BYTES)].to_vec(),
            end: BodyEnd::Whole,
        }
    }

    /// The first bytes, as many as are looked at.
    pub(super) fn start(&self) -> &[u8] {
        &self.prefix[..self.prefix.len().min(super::PREFIX_BYTES)]
    }
}

/// How a body ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyEnd {
    /// As it should.
    #[default]
    Whole,
    /// The connection ended before the body did.
    Cut,
    /// It was longer than the client wanted to read.
    TooLong,
    /// Nothing more came in time.
    TimedOut,
}
