//! As much of RFC 3986 as it takes to know which stored response a
//! `Location` names.

/// An absolute `http` or `https` URI in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Absolute<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Absolute<'a> {
    fn parse(uri: &'a str) -> Option<Absolute<'a>> {
        let (scheme, rest) = uri.split_once("://")?;
        if !is_http(scheme) {
            return None;
        }
        let (rest, query) = split_query(rest);
        let path_at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        // `user@host` and an empty host are no http authority (RFC 9110 §4.2).
        // Only an address in brackets has colons of its own.
        let (host, port) = host_and_port(authority);
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let valid = !host.is_empty()
            && (bracketed || !host.contains([':', '[', ']']))
            && !host.contains('@')
            && port.bytes().all(|byte| byte.is_ascii_digit());
        if !valid {
            return None;
        }
        Some(Absolute {
            scheme,
            authority,
            path,
            query,
        })
    }

    /// Host and port, the default port left out.
    fn host_and_port(self) -> (&'a str, &'a str) {
        let default = if self.scheme.eq_ignore_ascii_case("https") {
            "443"
        } else {
            "80"
        };
        let (host, port) = host_and_port(self.authority);
        (host, if port == default { "" } else { port })
    }

    fn has_origin_of(self, other: Absolute<'_>) -> bool {
        let ((host, port), (other_host, other_port)) =
            (self.host_and_port(), other.host_and_port());
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && host.eq_ignore_ascii_case(other_host)
            && port == other_port
    }
}

fn host_and_port(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    }
}

/// What `reference` means on a page at `base` (RFC 3986 §5.2), without the
/// fragment; `None` if it is no reference to an http resource.
pub(super) fn resolve(base: &str, reference: &[u8]) -> Option<String> {
    let reference = core::str::from_utf8(reference.trim_ascii()).ok()?;
    if reference.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return None;
    }
    let reference = reference.split('#').next().unwrap_or_default();
    if let Some(colon) = reference.find([':', '/', '?'])
        && reference.as_bytes()[colon] == b':'
    {
        let absolute = Absolute::parse(reference)?;
        return Some(written(absolute, absolute.path, absolute.query));
    }
    let base = Absolute::parse(base.split('#').next().unwrap_or_default())?;
    if reference.starts_with("//") {
        let with_scheme = format!("{}:{reference}", base.scheme);
        let absolute = Absolute::parse(&with_scheme)?;
        return Some(written(absolute, absolute.path, absolute.query));
    }
    let (path, query) = split_query(reference);
    Some(match path {
        "" => written(base, base.path, query.or(base.query)),
        _ if path.starts_with('/') => written(base, path, query),
        _ => {
            let folder = base.path.rfind('/').map_or("/", |end| &base.path[..=end]);
            written(base, &format!("{folder}{path}"), query)
        }
    })
}

/// Whether both URIs have one origin (RFC 6454 §5), so that what one answers
/// may invalidate the other (RFC 9111 §4.4).
pub(super) fn is_same_origin(a: &str, b: &str) -> bool {
    matches!((Absolute::parse(a), Absolute::parse(b)), (Some(a), Some(b)) if a.has_origin_of(b))
}

/// Whether both URIs are equivalent (RFC 9110 §4.2.3), as far as that can be
/// seen without decoding.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (Absolute::parse(a), Absolute::parse(b)) else {
        return false;
    };
    a.has_origin_of(b) && without_dots(a.path) == without_dots(b.path) && a.query == b.query
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    }
}

/// The URI in its normal form (RFC 9110 §4.2.3), which a store is likely to
/// have as its key.
fn written(origin: Absolute<'_>, path: &str, query: Option<&str>) -> String {
    let (host, port) = origin.host_and_port();
    let mut uri = format!("{}://{host}", origin.scheme);
    if !port.is_empty() {
        uri.push(':');
        uri.push_str(port);
    }
    uri.make_ascii_lowercase();
    uri.push_str(&without_dots(path));
    if let Some(query) = query {
        uri.push('?');
        uri.push_str(query);
    }
    uri
}

/// `remove_dot_segments` (RFC 3986 §5.2.4). An empty path is `/` (RFC 9110
/// §4.2.3).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    let mut out = String::with_capacity(path.len().max(1));
    for segment in &kept {
        out.push('/');
        out.push_str(segment);
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}
