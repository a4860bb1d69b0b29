//! Exchanges as a proxy in front of web assets sees them.

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};

/// A request and the response to it.
#[derive(Debug)]
pub struct Exchange {
    /// What it shows.
    pub name: &'static str,
    /// The request.
    pub request: Request<()>,
    /// The response.
    pub response: Response<()>,
}

/// The exchanges to measure. `date` is the value of `Date`, in the form of
/// HTTP.
#[must_use]
pub fn exchanges(date: &'static str) -> [Exchange; 3] {
    const AGENT: (&str, &str) = (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    );
    let simple = Exchange {
        name: "simple",
        request: request(&[("host", "cdn.example.com"), AGENT, ("accept", "*/*")]),
        response: response(&[
            ("date", date),
            ("content-type", "text/javascript"),
            ("content-length", "48211"),
            ("cache-control", "public, max-age=31536000, immutable"),
        ]),
    };
    let asset = Exchange {
        name: "asset",
        request: browser(&[]),
        response: response(&[
            ("date", date),
            ("content-type", "text/javascript; charset=utf-8"),
            ("content-length", "48211"),
            (
                "cache-control",
                "public, max-age=86400, stale-while-revalidate=600",
            ),
            ("etag", "\"5f3a-61d2c0b7a4a40\""),
            ("last-modified", "Tue, 14 Nov 2025 08:12:31 GMT"),
            ("access-control-allow-origin", "*"),
            ("x-content-type-options", "nosniff"),
            ("server", "origin"),
        ]),
    };
    let complex = Exchange {
        name: "complex",
        request: browser(&[
            ("cookie", "session=6a1f0c; theme=dark"),
            ("x-forwarded-for", "192.0.2.7"),
        ]),
        response: response(&[
            ("date", date),
            ("age", "12"),
            ("content-type", "text/css; charset=utf-8"),
            ("content-encoding", "br"),
            ("content-length", "9120"),
            (
                "cache-control",
                "public, max-age=600, s-maxage=3600, stale-if-error=86400",
            ),
            ("cache-control", "no-transform, x-site=\"a, b\""),
            ("expires", "Thu, 01 Dec 1994 16:00:00 GMT"),
            ("etag", "W/\"9120-br\""),
            ("last-modified", "Tue, 14 Nov 2025 08:12:31 GMT"),
            ("vary", "Accept-Encoding, Origin"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
            ("via", "1.1 shield"),
            ("server-timing", "cdn-cache;desc=HIT"),
            ("alt-svc", "h3=\":443\"; ma=86400"),
        ]),
    };
    [simple, asset, complex]
}

/// What a browser sends for a subresource.
fn browser(more: &[(&'static str, &'static str)]) -> Request<()> {
    let mut fields = vec![
        ("host", "cdn.example.com"),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        ),
        ("accept", "*/*"),
        ("accept-language", "de,en-US;q=0.7,en;q=0.3"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("referer", "https://www.example.com/"),
        ("origin", "https://www.example.com"),
        ("sec-fetch-dest", "script"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-site", "cross-site"),
    ];
    fields.extend(more);
    request(&fields)
}

fn request(fields: &[(&'static str, &'static str)]) -> Request<()> {
    let mut request = Request::new(());
    *request.headers_mut() = map(fields);
    request
}

fn response(fields: &[(&'static str, &'static str)]) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = map(fields);
    response
}

fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for &(name, value) in fields {
        map.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    map
}
