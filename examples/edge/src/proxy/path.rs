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
    if !path.contains(['.', '%']) {
        return false;
    }
    let mut plain = path.to_ascii_lowercase();
    for (encoded, byte) in [("%2e", "."), ("%2f", "/"), ("%5c", "/"), ("%3b", ";")] {
        plain = plain.replace(encoded, byte);
    }
    plain.split(['/', '\\']).any(|segment| {
        let name = segment.split(';').next().unwrap_or_default();
        matches!(name, "." | "..")
    })
}

/// The path as the most lenient server reads it, if that is another than it is.
pub(super) fn read_leniently(path: &str) -> Option<String> {
    if !path.contains(['%', ';', '\\']) && !path.contains("//") {
        return None;
    }
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(char) = rest.chars().next() {
        let coded = rest.strip_prefix('%').and_then(|after| after.get(..2));
        let byte = coded.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.map(char::from).filter(char::is_ascii) {
            Some(meant) => {
                plain.push(meant);
                rest = &rest[3..];
            }
            None => {
                plain.push(char);
                rest = &rest[char.len_utf8()..];
            }
        }
    }
    let mut read = String::with_capacity(plain.len());
    let mut segments = plain.split(['/', '\\']).enumerate().peekable();
    while let Some((at, segment)) = segments.next() {
        let name = segment.split(';').next().unwrap_or_default();
        // An empty one counts only as the last.
        if at == 0 || !segment.is_empty() {
            read.push_str(name);
            if segments.peek().is_some() {
                read.push('/');
            }
        }
    }
    (read != path).then_some(read)
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
            "/\u{e9}",
        ] {
            assert_eq!(read_leniently(path), None, "{path}");
        }
    }
}
