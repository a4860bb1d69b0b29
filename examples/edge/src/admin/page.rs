//! The page: the state for people who would rather see than read. It loads
//! nothing from elsewhere, and changes nothing.

use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};

use super::route::{Answer, text};

/// A file of the page. None of them tells anything of the proxy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct File {
    path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const FILES: [File; 3] = [
    File {
        path: "/",
        kind: "text/html; charset=utf-8",
        text: include_str!("page/index.html"),
    },
    File {
        path: "/page.css",
        kind: "text/css; charset=utf-8",
        text: include_str!("page/page.css"),
    },
    File {
        path: "/page.js",
        kind: "text/javascript; charset=utf-8",
        text: include_str!("page/page.js"),
    },
];

/// What may be loaded, and by whom the page may be framed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'";

/// The file at a path.
pub(super) fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

impl File {
    pub(super) fn answer(&self) -> Answer {
        let mut answer = text(self.kind, self.text.to_owned());
        let headers = answer.headers_mut();
        for (name, value) in [
            (CONTENT_SECURITY_POLICY, POLICY),
            (REFERRER_POLICY, "no-referrer"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        answer
    }
}
