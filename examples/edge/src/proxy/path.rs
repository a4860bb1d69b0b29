//! A path as servers read it, who do not all read the same: some take its
//! encoded characters, doubled slashes, backslashes and parameters for what they
//! stand for, and some do not.
//!
//! Routes are told apart by the path's beginning. What one reading leads to a
//! route that keeps responses, and the endpoint's to somebody's account, must not
//! be let through by either.

/// Whether any segment is `.` or `..`, however it is written: with its dots or
/// the separators encoded, with `\` for a separator, or with parameters, as
/// some servers take them.
pub(super) fn has_dot_segment(path: &str) -> bool {
    let is_dots = |segment: &str| matches!(without_parameters(segment), "." | "..");
    if is_plain(path) {
        return path.contains("/.") && path.split('/').any(is_dots);
    }
    decoded(path).split(SEPARATORS).any(is_dots)
}

/// The path as the most lenient server reads it, if that is another than it is.
pub(super) fn read_leniently(path: &str) -> Option<String> {
    if is_plain(path) && !path.contains("//") && !path.contains(';') {
        return None;
    }
    let decoded = decoded(path);
    let mut read = String::with_capacity(decoded.len());
    let mut segments = decoded.split(SEPARATORS).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        read.push_str(without_parameters(segment));
        // Of several slashes, one counts.
        if !is_last && !read.ends_with('/') {
            read.push('/');
        }
    }
    (read != path).then_some(read)
}

const SEPARATORS: [char; 2] = ['/', '\\'];

/// Whether every server reads its segments alike, but for their parameters.
fn is_plain(path: &str) -> bool {
    !path.bytes().any(|byte| matches!(byte, b'%' | b'\\'))
}

fn without_parameters(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default()
}

/// What encoded ASCII characters stand for in their place.
fn decoded(path: &str) -> String {
    let mut decoded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(char) = rest.chars().next() {
        let digits = rest.strip_prefix('%').and_then(|after| after.get(..2));
        // What reads numbers takes a sign, too.
        let digits = digits.filter(|digits| !digits.starts_with('+'));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.map(char::from).filter(char::is_ascii) {
            Some(meant) => {
                decoded.push(meant);
                rest = &rest[3..];
            }
            None => {
                decoded.push(char);
                rest = &rest[char.len_utf8()..];
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_found_in_any_writing() {
        for path in [
            "/..",
            "/a/../b",
            "/./a",
            "/a/%2e%2E/b",
            "/.%2e",
            "/a/.",
            "/a/.;x",
            "/a/..%2fb",
            "/a/..\\b",
            "/a/..;x=1/b",
            "/a%5C..",
        ] {
            assert!(has_dot_segment(path), "{path}");
        }
        for path in [
            "/",
            "/a.b/c..d",
            "/...",
            "/.well-known/x",
            "/a%2fb",
            "/%2e%2e%2e",
        ] {
            assert!(!has_dot_segment(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_read_as_leniently_as_anybody_does() {
        for (path, read) in [
            ("/%61ccount/x", "/account/x"),
            ("/account%2Fx", "/account/x"),
            ("//account///x", "/account/x"),
            ("/account;a=1/x;b=2", "/account/x"),
            ("/account%3ba/x", "/account/x"),
            ("/account\\x", "/account/x"),
            ("/account%5cx/", "/account/x/"),
            ("/a//", "/a/"),
            ("/;x/a", "/a"),
            ("/a/;x", "/a/"),
        ] {
            assert_eq!(read_leniently(path).as_deref(), Some(read), "{path}");
        }
        for path in [
            "/",
            "/a/b.c",
            "/a/",
            "/caf%C3%A9",
            "/%",
            "/%4",
            "/%zz",
            "/%+1",
            "/\u{e9}",
        ] {
            assert_eq!(read_leniently(path), None, "{path}");
        }
    }
}
