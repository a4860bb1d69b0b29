//! The same with `http::HeaderMap`, whose names and values are shared instead
//! of copied.

use std::borrow::Cow;
use std::ops::Bound;

use http::header::{CONNECTION, DATE, HeaderMap, HeaderName, HeaderValue, TRAILER};
use http::{Response, StatusCode};

use super::answer::Answer;
use super::list;
use super::merged::Merged;
use super::message::{self, Request};
use super::name::is_hop_by_hop;
use super::names::NameSet;
use super::policy::Policy;
use super::stored::StoredFields;

impl Policy {
    /// The fields to store of the response that this policy was made from; see
    /// [`Policy::stored_lines`].
    #[must_use]
    pub fn stored_headers(&self, response: &HeaderMap) -> HeaderMap {
        let fields = StoredFields::new(self);
        let mut stored = kept(response, |name| fields.keeps(name));
        if let Some(text) = self.added_date() {
            stored.insert(DATE, value(&text));
        }
        stored
    }

    /// The fields of `new` for the one who made the request alone; see
    /// [`Policy::unshared_lines`].
    #[must_use]
    pub fn unshared_headers(&self, new: &HeaderMap) -> HeaderMap {
        collected(
            self.unshared_lines(new)
                .map(|(name, text)| (name, text.into())),
        )
    }

    /// The fields to store from now on, once this policy came from
    /// [`Policy::freshen`], [`Policy::freshen_by_head`] or [`Policy::extend`]:
    /// those of `stored`, updated by `new`.
    #[must_use]
    pub fn merged_headers(&self, stored: &HeaderMap, new: &HeaderMap) -> HeaderMap {
        let merged = Merged::new(stored, new);
        collected(self.stored_lines(&merged))
    }
}

impl Answer<'_> {
    /// The fields of the answer; `stored` are those that were stored.
    #[must_use]
    pub fn header_map(&self, stored: &HeaderMap) -> HeaderMap {
        let mut fields = kept(stored, |name| self.sends(name));
        for (name, text) in self.added_lines() {
            if let Ok(name) = HeaderName::from_bytes(name) {
                fields.insert(name, value(text));
            }
        }
        fields
    }

    /// The answer as a message; `stored` are the fields that were stored, and
    /// `cut` gives those bytes of the stored body that lie between the bounds:
    /// of `Bytes` by `|part| body.slice(part)`. The bounds are never outside
    /// the length that [`Policy::answer`] was told.
    ///
    /// # Example
    ///
    /// ```
    /// # use hedgerow::cache::{Policy, Request, Response, Settings, Times};
    /// # use hedgerow::types::Timestamp;
    /// # use http::HeaderMap;
    /// # let at = Timestamp::from_secs(1000);
    /// # let (settings, mut fields) = (Settings::shared(), HeaderMap::new());
    /// # fields.insert("cache-control", "max-age=60".parse()?);
    /// # let policy = Policy::store(&settings, &Request::new("GET", &HeaderMap::new()),
    /// #     &Response::new(200, &fields), Times::new(at, at))?;
    /// let body = "hello world";
    /// let mut asked = HeaderMap::new();
    /// asked.insert("range", "bytes=-5".parse()?);
    /// let request = Request::new("GET", &asked);
    /// let decision = policy.decide(&settings, &request, at);
    /// let answer = policy.answer(&request, &decision, Some(body.len() as u64));
    /// let response = answer.response(&fields, |part| &body[part]);
    /// assert_eq!((response.status().as_u16(), *response.body()), (206, "world"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn response<B>(
        &self,
        stored: &HeaderMap,
        cut: impl FnOnce((Bound<usize>, Bound<usize>)) -> B,
    ) -> Response<B> {
        let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let part = match self.body_range() {
            _ if !self.has_body() => (Bound::Included(0), Bound::Excluded(0)),
            Some(part) => (
                Bound::Included(position(part.first)),
                Bound::Included(position(part.last)),
            ),
            None => (Bound::Unbounded, Bound::Unbounded),
        };
        let mut response = Response::new(cut(part));
        // What had been a response's status is one.
        *response.status_mut() =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::BAD_GATEWAY);
        *response.headers_mut() = self.header_map(stored);
        response
    }
}

/// Takes out what is for one connection alone and no proxy passes on (RFC 9110
/// §7.6.1). `Trailer` stays, since it goes where the trailers go (§6.6.2).
///
/// # Example
///
/// ```
/// use http::HeaderMap;
///
/// let mut fields = HeaderMap::new();
/// for (name, value) in [("connection", "close, x-hop"), ("x-hop", "1"), ("accept", "*/*")] {
///     fields.insert(name, value.parse()?);
/// }
/// hedgerow::cache::remove_hop_by_hop(&mut fields);
/// assert_eq!(fields.keys().collect::<Vec<_>>(), ["accept"]);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
pub fn remove_hop_by_hop(fields: &mut HeaderMap) {
    let lines = fields.get_all(CONNECTION).iter();
    let named: NameSet<'_> = lines
        .flat_map(|line| list::tokens(line.as_bytes()))
        .collect();
    let is_own = |name: &&HeaderName| {
        let text = name.as_str().as_bytes();
        (is_hop_by_hop(text) && **name != TRAILER) || named.contains(text)
    };
    let own: Vec<HeaderName> = fields.keys().filter(is_own).cloned().collect();
    for name in own {
        fields.remove(name);
    }
}

impl<'a> Request<'a, HeaderMap> {
    /// The request that `parts` describe.
    #[must_use]
    pub fn from_parts(parts: &'a http::request::Parts) -> Request<'a, HeaderMap> {
        Request::new(parts.method.as_str(), &parts.headers)
    }
}

impl<'a> message::Response<'a, HeaderMap> {
    /// The response that `parts` describe.
    #[must_use]
    pub fn from_parts(parts: &'a http::response::Parts) -> message::Response<'a, HeaderMap> {
        message::Response::new(parts.status.as_u16(), &parts.headers)
    }
}

fn kept(from: &HeaderMap, keeps: impl Fn(&[u8]) -> bool) -> HeaderMap {
    let mut fields = HeaderMap::with_capacity(from.len() + 2);
    for (name, value) in from {
        if keeps(name.as_str().as_bytes()) {
            fields.append(name, value.clone());
        }
    }
    fields
}

fn collected<'a>(lines: impl Iterator<Item = (&'a [u8], Cow<'a, [u8]>)>) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, text) in lines {
        // They were names and values before.
        if let Ok(name) = HeaderName::from_bytes(name) {
            fields.append(name, value(&text));
        }
    }
    fields
}

/// Bytes that were a value, or that this crate wrote in ASCII.
fn value(text: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
}
