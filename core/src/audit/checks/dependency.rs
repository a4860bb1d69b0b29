//! What a page loads from elsewhere, by itself.
//!
//! It is read as far as that takes: tags with their attributes, style sheets
//! and scripts between them, comments passed over.

/// The first thing that a page loads. Links that a visitor follows are none,
/// nor is where a form goes.
pub(super) fn dependency(page: &[u8]) -> Option<String> {
    let page = String::from_utf8_lossy(page);
    let mut rest = &*page;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let tag = Tag::read(after);
        rest = &after[tag.end..];
        if let Some(found) = tag.loads() {
            return Some(found);
        }
        let loads: fn(&str) -> Option<&str> = match () {
            () if tag.is("style") => by_style,
            () if tag.is("script") => by_script,
            () => continue,
        };
        let close = find_ignoring_case(rest, &format!("</{}", tag.name)).unwrap_or(rest.len());
        if let Some(url) = loads(&rest[..close]) {
            return Some(format!("<{}> with {url}", tag.name));
        }
        rest = &rest[close..];
    }
    None
}

/// An element that loads something, and the attributes that say what.
const LOADING: &[(&str, &[&str])] = &[
    ("audio", &["src"]),
    ("embed", &["src"]),
    ("frame", &["src"]),
    ("iframe", &["src"]),
    ("image", &["href", "xlink:href"]),
    ("img", &["src", "srcset"]),
    ("input", &["src"]),
    ("link", &["href"]),
    ("object", &["data"]),
    ("script", &["src"]),
    ("source", &["src", "srcset"]),
    ("track", &["src"]),
    ("use", &["href", "xlink:href"]),
    ("video", &["src", "poster"]),
];

/// A start tag.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    /// Where it ends in the text.
    end: usize,
}

impl<'a> Tag<'a> {
    /// The tag that starts here, behind its `<`.
    fn read(text: &'a str) -> Tag<'a> {
        let is_name = |c: char| !(c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let name = &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())];
        let mut attributes = Vec::new();
        let mut rest = &text[name.len()..];
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            // A `=` may start a name, but no second one belongs to it.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let length = rest[first..].find(|c: char| !is_name(c) || c == '=');
            let (key, after) = rest.split_at(length.map_or(rest.len(), |length| first + length));
            rest = after;
            let Some(value) = after.trim_ascii_start().strip_prefix('=') else {
                attributes.push((key, ""));
                continue;
            };
            let value = value.trim_ascii_start();
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    value[1..].split_once(quote).unwrap_or((&value[1..], ""))
                }
                _ => value.split_at(
                    value
                        .find(|c: char| c.is_ascii_whitespace() || c == '>')
                        .unwrap_or(value.len()),
                ),
            };
            attributes.push((key, value));
            rest = after;
        }
        Tag {
            name,
            attributes,
            end: text.len() - rest.len(),
        }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// What the element itself loads.
    fn loads(&self) -> Option<String> {
        let shown = |key: &str, value: &str| Some(format!("<{} {key}={value}>", self.name));
        if let Some(url) = self.attribute("style").and_then(by_style) {
            return shown("style", url);
        }
        // Only what is loaded: an icon or a style sheet is, a canonical URL isn't.
        let is_other_link = self.is("link")
            && !self.attribute("rel").is_some_and(|rel| {
                rel.split_ascii_whitespace().any(|rel| {
                    ["stylesheet", "preload", "modulepreload", "icon"]
                        .iter()
                        .any(|known| rel.eq_ignore_ascii_case(known))
                })
            });
        if is_other_link {
            return None;
        }
        let (_, keys) = LOADING.iter().find(|(name, _)| self.is(name))?;
        keys.iter().find_map(|key| {
            let value = self.attribute(key)?.trim_ascii();
            is_elsewhere(value).then(|| shown(key, value))?
        })
    }
}

/// Whether it is more than what stands in the page itself.
fn is_elsewhere(url: &str) -> bool {
    let is_data = url
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case("data:"));
    !(url.is_empty() || url.starts_with('#') || is_data)
}

/// The longest URL of a style sheet that is read, in bytes.
const MAX_URL: usize = 2048;

/// What a style sheet loads: `url(…)`, and what it imports by a string.
fn by_style(text: &str) -> Option<&str> {
    for (opening, ends) in [("url(", &b")\"'"[..]), ("@import", b";\"'")] {
        let mut rest = text;
        while let Some(at) = find_ignoring_case(rest, opening) {
            rest = &rest[at + opening.len()..];
            let url = rest.trim_start_matches([' ', '"', '\'']);
            let mut bytes = url.bytes().take(MAX_URL);
            let Some(length) = bytes.position(|byte| ends.contains(&byte)) else {
                continue;
            };
            let url = url[..length].trim_ascii();
            // `@import url(…)` is told by the first.
            if is_elsewhere(url) && !url.starts_with("url(") {
                return Some(url);
            }
        }
    }
    None
}

/// What a script names that is a script or a style sheet, as the snippets do by
/// which widgets are put into pages. What else it may fetch is data, which a
/// page can do without.
fn by_script(text: &str) -> Option<&str> {
    text.split(['"', '\'', '`']).find(|piece| {
        let path = piece.split(['?', '#']).next().unwrap_or_default();
        let is_code = [".js", ".mjs", ".css"]
            .iter()
            .any(|end| path.len() > end.len() && path.ends_with(end));
        is_code && !piece.contains(|c: char| c.is_ascii_whitespace() || c == ';')
    })
}

/// Where `wanted`, in ASCII, stands first.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes()
        .windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded() {
        for (page, found) in [
            (
                "<img alt='a > b' SRC=/Logo.PNG>",
                Some("<img SRC=/Logo.PNG>"),
            ),
            ("<img src>", None),
            ("<img srcset='a.png 2x'>", Some("<img srcset=a.png 2x>")),
            ("<img data-src=/a.png>", None),
            ("<img src=DATA:image/gif;base64,R0>", None),
            ("<script src='/a.js'></script>", Some("<script src=/a.js>")),
            ("<!-- <script src='/a.js'></script> -->", None),
            ("<!-- <script src='/a.js'></script>", None),
            ("<link rel='x STYLESHEET' href=a>", Some("<link href=a>")),
            ("<link rel=canonical href=/icon/stylesheet>", None),
            ("<a href=/faq>Questions</a><form action=/a.js>", None),
            ("<p>url(a) and @import</p>", None),
            (
                "<style>p { background: URL( 'a.png' ) }</style>",
                Some("<style> with a.png"),
            ),
            (
                "<style>@import \"a.css\";</style>",
                Some("<style> with a.css"),
            ),
            (
                "<style>@import url(a.css);</style>",
                Some("<style> with a.css"),
            ),
            ("<style>p { fill: url(#a) }</style>", None),
            (
                "<p style='background: url(//b/c.png)'>",
                Some("<p style=//b/c.png>"),
            ),
            (
                "<script>(function(g, u){})(window, 'https://apps.example.com/boot.min.js?x')</script>",
                Some("<script> with https://apps.example.com/boot.min.js?x"),
            ),
            (
                "<script>fetch('/status.json'); if ('a' < b) { x = '<p>' }</script>",
                None,
            ),
            ("<video poster=a.jpg></video>", Some("<video poster=a.jpg>")),
            ("<svg><use xlink:href='#a'/></svg>", None),
            ("<img src=\"", None),
            ("<", None),
            ("<script", None),
            ("<style>url(", None),
            ("<script>'", None),
            ("< =x><img ==y src=z>", Some("<img src=z>")),
        ] {
            let expected = found.map(|found| found.replace("SRC", "src"));
            assert_eq!(dependency(page.as_bytes()), expected, "{page}");
        }
    }
}
