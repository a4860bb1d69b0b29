//! What an unsafe request makes worthless (RFC 9111 §4.4).

use crate::types::Headers;

use super::fields::Single;
use super::message::{Request, Response};
use super::name::{self, Field};
use super::uri;

/// The URIs whose stored responses may no longer be used without validation;
/// removing them does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invalidation {
    /// The request's own target.
    pub target: bool,
    /// Others that the response names: absolute, of the same origin.
    pub others: Vec<String>,
}

/// What `response` to `request` invalidates: nothing unless the method is
/// unsafe and the response is no error.
///
/// Without a [target](Request::with_target) only the target itself is told,
/// since nothing can be resolved against it.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{Request, Response, invalidation};
///
/// let none: [(&str, &str); 0] = [];
/// let request = Request::new("PUT", &none).with_target("https://example.com/a/b");
/// let answer = [("Location", "../c"), ("Content-Location", "https://elsewhere.example/")];
/// let stale = invalidation(&request, &Response::new(201, &answer));
/// assert!(stale.target);
/// assert_eq!(stale.others, ["https://example.com/c"]);
/// ```
#[must_use]
pub fn invalidation<Q: Headers + ?Sized, R: Headers + ?Sized>(
    request: &Request<'_, Q>,
    response: &Response<'_, R>,
) -> Invalidation {
    // Unknown methods count as unsafe.
    let safe = matches!(request.method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    if safe || !(200..400).contains(&response.status) {
        return Invalidation::default();
    }
    let (mut location, mut content_location) = (Single::default(), Single::default());
    for (line, value) in response.headers.field_lines() {
        match name::known(line) {
            Some(Field::Location) => location.add(value),
            Some(Field::ContentLocation) => content_location.add(value),
            _ => {}
        }
    }
    let mut others = Vec::new();
    if let Some(target) = request.target {
        for named in [location, content_location] {
            let uri = named
                .one()
                .and_then(|reference| uri::resolve(target, reference));
            // Another origin's responses are not this one's to remove.
            if let Some(uri) = uri
                && uri::is_same_origin(&uri, target)
                && !uri::is_same(&uri, target)
                && !others.contains(&uri)
            {
                others.push(uri);
            }
        }
    }
    Invalidation {
        target: true,
        others,
    }
}
