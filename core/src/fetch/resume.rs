//! Going on with a body that was cut, at another endpoint.

use crate::types::{Headers, Reason};

/// A response of which bytes have been forwarded already. If the rest does not
/// come, it can come from another endpoint that has the same bytes, which only
/// a strong validator proves (RFC 9110 §8.8.1, §14.2).
///
/// # Example
///
/// ```
/// use hedgerow::fetch::Resume;
///
/// let head = [("ETag", "\"v1\""), ("Content-Length", "1000")];
/// let mut resume = Resume::new("GET", 200, &head).unwrap();
/// resume.advance(400);
/// assert_eq!(resume.range(), "bytes=400-");
/// let rest = [("ETag", "\"v1\""), ("Content-Range", "bytes 400-999/1000")];
/// assert_eq!(resume.accept(206, &rest), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    etag: Box<[u8]>,
    received: u64,
    total: Option<u64>,
}

impl Resume {
    /// The response to a request with this method, if its body can be resumed.
    #[must_use]
    pub fn new(method: &str, status: u16, headers: &(impl Headers + ?Sized)) -> Option<Resume> {
        if method != "GET" || status != 200 {
            return None;
        }
        let etag = sole(headers, "etag").filter(|etag| is_strong(etag))?;
        let total = match sole(headers, "content-length") {
            Some(length) => Some(number(length)?),
            None => None,
        };
        Some(Resume {
            etag: etag.into(),
            received: 0,
            total,
        })
    }

    /// Counts body bytes that have arrived.
    pub const fn advance(&mut self, bytes: u64) {
        self.received = self.received.saturating_add(bytes);
    }

    /// Body bytes that have arrived.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// The `Range` to ask for.
    #[must_use]
    pub fn range(&self) -> String {
        format!("bytes={}-", self.received)
    }

    /// The `If-Range` to ask with (RFC 9110 §13.1.5).
    #[must_use]
    pub fn if_range(&self) -> &[u8] {
        &self.etag
    }

    /// Whether a response goes on exactly where the body was cut, to the same
    /// end.
    ///
    /// # Errors
    ///
    /// [`Reason::HttpStatus`] where the status is not 206,
    /// [`Reason::WrongContent`] where it is another representation or part.
    pub fn accept(&self, status: u16, headers: &(impl Headers + ?Sized)) -> Result<(), Reason> {
        if status != 206 {
            return Err(Reason::HttpStatus);
        }
        let same = sole(headers, "etag").is_some_and(|etag| etag == &*self.etag);
        let (first, last, total) = sole(headers, "content-range")
            .and_then(content_range)
            .ok_or(Reason::WrongContent)?;
        let to_the_end = last.checked_add(1) == Some(total);
        let as_long = self.total.is_none_or(|known| known == total);
        if same && first == self.received && to_the_end && as_long {
            Ok(())
        } else {
            Err(Reason::WrongContent)
        }
    }
}

/// The value of a field that stands there exactly once.
fn sole<'a, H: Headers + ?Sized>(headers: &'a H, name: &'a str) -> Option<&'a [u8]> {
    let mut values = headers.field_values(name);
    let value = values.next()?.trim_ascii();
    values.next().is_none().then_some(value)
}

fn is_strong(etag: &[u8]) -> bool {
    // RFC 9110 §8.8.3: etagc has neither quotes nor controls nor blanks.
    matches!(etag, [b'"', inner @ .., b'"'] if inner.iter().all(|byte| *byte > b' ' && *byte != b'"' && *byte != 0x7f))
}

fn number(digits: &[u8]) -> Option<u64> {
    // `str::parse` would take a sign.
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

/// `bytes 400-999/1000` (RFC 9110 §14.4) as its three numbers.
fn content_range(value: &[u8]) -> Option<(u64, u64, u64)> {
    let text = str::from_utf8(value).ok()?;
    let (unit, range) = text.split_once(' ')?;
    let (range, total) = range.trim_ascii().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    unit.eq_ignore_ascii_case("bytes").then_some(())?;
    Some((
        number(first.as_bytes())?,
        number(last.as_bytes())?,
        number(total.as_bytes())?,
    ))
}
