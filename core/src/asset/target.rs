//! A URL's parts that matter here: its path and its query.

use super::scan::{delimiter, first_of};
use super::sets::any;
use super::text::may_delimit;

/// A URL, a reference or a path, cut into its parts (RFC 3986 §3).
///
/// Nothing is checked: any bytes have a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    path: &'a [u8],
    path_at: usize,
    query: Option<&'a [u8]>,
    encoded: bool,
    parameters: bool,
    hierarchical: bool,
}

impl<'a> Target<'a> {
    pub(crate) fn parse(url: &'a [u8]) -> Target<'a> {
        // Most have a path alone.
        if !any(url, may_delimit) && matches!(url, [b'/', second, ..] if *second != b'/') {
            return Target::plain(url, 0, None);
        }
        Target::cut(url)
    }

    /// A path without percent signs and parameters, which starts here in the URL.
    pub(crate) fn plain(path: &'a [u8], path_at: usize, query: Option<&'a [u8]>) -> Target<'a> {
        Target {
            path,
            path_at,
            query,
            encoded: false,
            parameters: false,
            hierarchical: true,
        }
    }

    fn cut(url: &'a [u8]) -> Target<'a> {
        let (start, hierarchical) = path_start(url);
        let mut encoded = false;
        let mut parameters = false;
        let mut end = start;
        let query = loop {
            end += delimiter(&url[end..]);
            match url.get(end) {
                Some(b'%') => encoded = true,
                Some(b';') => parameters = true,
                Some(b'?') => {
                    let rest = &url[end + 1..];
                    break Some(&rest[..first_of(rest, *b"#")]);
                }
                Some(b'#') | None => break None,
                Some(_) => {}
            }
            end += 1;
        };
        Target {
            path: &url[start..end],
            path_at: start,
            query,
            encoded,
            parameters,
            hierarchical,
        }
    }

    /// The path as it was given.
    pub(crate) fn path(&self) -> &'a [u8] {
        self.path
    }

    /// Where the path starts in the URL.
    pub(crate) fn path_at(&self) -> usize {
        self.path_at
    }

    /// What follows the `?`, if there is one.
    pub(crate) fn query(&self) -> Option<&'a [u8]> {
        self.query
    }

    /// Where the query starts in the URL.
    pub(crate) fn query_at(&self) -> usize {
        self.path_at + self.path.len() + 1
    }

    /// Whether the path has a percent sign.
    pub(crate) fn is_encoded(&self) -> bool {
        self.encoded
    }

    /// Whether the path has a semicolon, encoded or not.
    pub(crate) fn may_have_parameters(&self) -> bool {
        self.parameters || self.encoded
    }

    /// False for URLs such as `data:` and `blob:`, which have no path.
    pub(crate) fn is_hierarchical(&self) -> bool {
        self.hierarchical
    }

    /// The first and the last eight bytes of the path, as numbers, unless decoding
    /// changes them.
    #[inline]
    pub(crate) fn ends(&self) -> Option<Ends> {
        let (first, last) = (self.path.first_chunk()?, self.path.last_chunk()?);
        (first[0] == b'/' && !self.encoded).then(|| Ends {
            first: u64::from_le_bytes(*first),
            last: u64::from_le_bytes(*last),
        })
    }

    /// The path's bytes after percent-decoding, always with a `/` first.
    pub(crate) fn decoded_path(&self) -> impl Iterator<Item = u8> + use<'a> {
        let slash = (self.path.first() != Some(&b'/')).then_some(b'/');
        slash.into_iter().chain(Decoded { rest: self.path })
    }
}

/// The ends of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// Where the path starts, and whether the URL has one.
fn path_start(url: &[u8]) -> (usize, bool) {
    let authority = match url {
        _ if url.starts_with(b"https://") => 8,
        [b'/', b'/', ..] => 2,
        [first, ..] if first.is_ascii_alphabetic() => {
            let scheme = url
                .iter()
                .position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte));
            match scheme {
                Some(at) if url[at..].starts_with(b"://") => at + 3,
                Some(at) if url[at] == b':' => return (url.len(), false),
                _ => return (0, true),
            }
        }
        _ => return (0, true),
    };
    (authority + first_of(&url[authority..], *b"/?#"), true)
}

/// Percent-decoded bytes. What is no valid escape stands for itself, and so
/// does an encoded `/`, which is not the same as a bare one (RFC 3986 §2.2).
pub(crate) struct Decoded<'a> {
    rest: &'a [u8],
}

impl<'a> Decoded<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Decoded<'a> {
        Decoded { rest: bytes }
    }

    /// How many bytes are still to come, undecoded.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        if first == b'%'
            && let [high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
            && (high << 4 | low) != b'/'
        {
            self.rest = after;
            return Some(high << 4 | low);
        }
        self.rest = rest;
        Some(first)
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
