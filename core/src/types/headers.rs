//! The fields of an HTTP message, seen without copying them.

/// The field lines of a message, in whatever type the caller keeps them.
///
/// It is implemented for `http::HeaderMap` (feature `http`) and for slices and
/// vectors of pairs; a C array or another server's own type implements
/// [`field_lines`](Headers::field_lines) and nothing else.
///
/// Names may come in any case. Values are bytes, since a field may carry any
/// octet above 0x1F (RFC 9110 §5.5). Lines of one name keep their order.
///
/// # Example
///
/// ```
/// use hedgerow::types::Headers;
///
/// let fields = [("Vary", "accept"), ("ETag", "\"1\""), ("vary", "origin")];
/// let vary: Vec<&[u8]> = fields.field_values("vary").collect();
/// assert_eq!(vary, [&b"accept"[..], b"origin"]);
/// ```
pub trait Headers {
    /// Every field line: its name and its value.
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])>;

    /// The names of the lines. One may come once for all its lines, where that
    /// is what the type has at hand.
    fn field_names(&self) -> impl Iterator<Item = &[u8]> {
        self.field_lines().map(|(name, _)| name)
    }

    /// The values of the lines whose name is `name`, which is lower case.
    fn field_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.field_lines()
            .filter(move |(line, _)| is_named(line, name.as_bytes()))
            .map(|(_, value)| value)
    }
}

/// Most names come in lower case, and bytes are compared quicker than letters.
#[inline]
fn is_named(line: &[u8], name: &[u8]) -> bool {
    line.len() == name.len() && (line == name || line.eq_ignore_ascii_case(name))
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for [(N, V)] {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const LEN: usize> Headers for [(N, V); LEN] {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.as_slice().field_lines()
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.as_slice().field_lines()
    }
}

impl<H: Headers + ?Sized> Headers for &H {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        (**self).field_lines()
    }

    fn field_names(&self) -> impl Iterator<Item = &[u8]> {
        (**self).field_names()
    }

    fn field_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        (**self).field_values(name)
    }
}

#[cfg(feature = "http")]
impl Headers for http::HeaderMap {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter()
            .map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
    }

    fn field_names(&self) -> impl Iterator<Item = &[u8]> {
        self.keys().map(|name| name.as_str().as_bytes())
    }

    #[inline]
    fn field_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let lines = match common_name(name) {
            Some(name) => self.get_all(name),
            None => self.get_all(name),
        };
        lines.iter().map(http::HeaderValue::as_bytes)
    }
}

/// The names that are looked up most, ready-made: `http` would otherwise read
/// the text letter by letter at each look-up.
#[cfg(feature = "http")]
#[inline]
fn common_name(name: &str) -> Option<http::HeaderName> {
    use http::header;

    Some(match name {
        "accept" => header::ACCEPT,
        "accept-encoding" => header::ACCEPT_ENCODING,
        "accept-language" => header::ACCEPT_LANGUAGE,
        "cache-control" => header::CACHE_CONTROL,
        "connection" => header::CONNECTION,
        "cookie" => header::COOKIE,
        "etag" => header::ETAG,
        "origin" => header::ORIGIN,
        "user-agent" => header::USER_AGENT,
        "vary" => header::VARY,
        _ => return None,
    })
}
