//! How a request is answered from the store (RFC 9111 §4, RFC 9110 §13–15).

use core::fmt::Write;

use crate::types::{Headers, Reason};

use super::decide::Decision;
use super::fields::RequestFields;
use super::list;
use super::message::Request;
use super::name::{self, Field};
use super::names::NameSet;
use super::policy::{DROP_COOKIES, FRESH_COOKIES, Policy};
use super::range::{ByteRange, Part};

/// The answer to a request from a stored response: its status, its fields, and
/// which bytes of the stored body belong to it.
#[derive(Debug)]
pub struct Answer<'p> {
    status: u16,
    range: Option<ByteRange>,
    body: Option<ByteRange>,
    is_head: bool,
    has_etag: bool,
    drops_cookies: bool,
    /// What may be used only after a validation that did not take place.
    unvalidated: NameSet<'p>,
    added: [Line; 3],
}

impl Policy {
    /// The answer to `request` from the stored response, once a decision
    /// [serves](Decision::is_served) it. `body_length` is the length of the
    /// stored body in bytes, if it is known already; without it a range of a
    /// whole response can't be cut out, and the whole is the answer. No range
    /// ever leaves that length: what isn't there is answered by 416.
    ///
    /// # Example
    ///
    /// ```
    /// # use hedgerow::cache::{Policy, Request, Response, Settings, Times};
    /// # use hedgerow::types::Timestamp;
    /// # let at = Timestamp::from_secs(1000);
    /// # let (settings, none) = (Settings::shared(), [("host", "a")]);
    /// # let fields = [("Cache-Control", "max-age=60"), ("Content-Length", "11")];
    /// # let policy = Policy::store(&settings, &Request::new("GET", &none),
    /// #     &Response::new(200, &fields), Times::new(at, at))?;
    /// let asked = [("Range", "bytes=-4")];
    /// let request = Request::new("GET", &asked);
    /// let decision = policy.decide(&settings, &request, at);
    /// let answer = policy.answer(&request, &decision, Some(11));
    /// assert_eq!(answer.status(), 206);
    /// let lines: Vec<_> = answer.lines(&fields).collect();
    /// assert!(lines.contains(&(&b"content-range"[..], &b"bytes 7-10/11"[..])));
    /// # Ok::<(), hedgerow::cache::NotStored>(())
    /// ```
    #[must_use]
    pub fn answer<H: Headers + ?Sized>(
        &self,
        request: &Request<'_, H>,
        decision: &Decision,
        body_length: Option<u64>,
    ) -> Answer<'_> {
        let mut answer = Answer {
            status: self.status,
            range: None,
            body: None,
            is_head: request.method == "HEAD",
            has_etag: self.etag().is_some(),
            drops_cookies: self.has(DROP_COOKIES)
                || (self.has(FRESH_COOKIES) && decision.is_stale()),
            unvalidated: if decision.reason == Reason::Validated {
                NameSet::default()
            } else {
                list::tokens(self.text.unvalidated()).collect()
            },
            added: [Line::EMPTY; 3],
        };
        answer.added[0] = Line::new("age", format_args!("{}", decision.age));
        // RFC 9110 §13.2.1: conditions count only where the answer would be a
        // success.
        if matches!(self.status, 200..=299) && self.is_known_to(request) {
            answer.status = 304;
        } else if matches!(self.status, 200 | 206) {
            self.cut_out(&mut answer, request, body_length);
        }
        // What is announced is what is there, whatever came with it.
        if let Some(length) = body_length
            && answer.is_whole()
        {
            answer.added[2] = Line::new("content-length", format_args!("{length}"));
        }
        answer
    }

    /// Turns the answer into the range that the request asks for.
    fn cut_out<H: Headers + ?Sized>(
        &self,
        answer: &mut Answer<'_>,
        request: &Request<'_, H>,
        body_length: Option<u64>,
    ) {
        let wanted = self.wanted_range(request, &RequestFields::read(request));
        let (part, held) = match (self.part(), body_length.or(self.length)) {
            (Some(part), held) => (part, held.unwrap_or(part.range.len())),
            // There is nothing to cut out; RFC 9110 §14.2 allows to send it
            // all, which is as short as an error.
            (None, _) if wanted.is_none() => return,
            (None, _) => match body_length.and_then(Part::whole) {
                Some(whole) => (whole, whole.range.len()),
                None => return,
            },
        };
        let complete = part.complete;
        let Some(body) = part.cut(wanted, held) else {
            answer.status = 416;
            if let Some(complete) = complete {
                answer.added[1] = Line::new("content-range", format_args!("bytes */{complete}"));
            }
            answer.added[2] = Line::new("content-length", format_args!("0"));
            return;
        };
        let first = part.range.first.saturating_add(body.first);
        let last = part.range.first.saturating_add(body.last);
        answer.status = 206;
        answer.range = ByteRange::new(first, last);
        answer.body = Some(body);
        answer.added[1] = match complete {
            Some(complete) => Line::new(
                "content-range",
                format_args!("bytes {first}-{last}/{complete}"),
            ),
            None => Line::new("content-range", format_args!("bytes {first}-{last}/*")),
        };
        answer.added[2] = Line::new("content-length", format_args!("{}", body.len()));
    }
}

impl Answer<'_> {
    /// The status: the stored one, 206, 304 or 416.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The range that a 206 carries, in positions of the whole representation.
    #[must_use]
    pub const fn range(&self) -> Option<ByteRange> {
        self.range
    }

    /// The bytes of the *stored body* that a 206 carries; `None` for any other
    /// answer, which has all of it or none.
    #[must_use]
    pub const fn body_range(&self) -> Option<ByteRange> {
        self.body
    }

    /// Whether the answer has a body at all.
    #[must_use]
    pub const fn has_body(&self) -> bool {
        !self.is_head && !matches!(self.status, 204 | 304 | 416)
    }

    /// Whether all of the stored body belongs to it.
    const fn is_whole(&self) -> bool {
        !matches!(self.status, 204 | 206 | 304 | 416)
    }

    /// The field lines of the answer; `stored` are those that were stored.
    /// `Age` is among them always (RFC 9111 §5.1).
    pub fn lines<'a, H: Headers + ?Sized>(
        &'a self,
        stored: &'a H,
    ) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        stored
            .field_lines()
            .filter(|(field, _)| self.sends(field))
            .chain(self.added_lines())
    }

    pub(super) fn added_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.added
            .iter()
            .filter(|line| line.length > 0)
            .map(|line| (line.name.as_bytes(), line.value()))
    }

    pub(super) fn sends(&self, field: &[u8]) -> bool {
        let by_kind = match name::known(field) {
            Some(Field::Age) => false,
            Some(Field::SetCookie) => !self.drops_cookies,
            Some(Field::ContentRange) => !matches!(self.status, 206 | 304 | 416),
            Some(Field::ContentLength) => self.is_whole() && self.added[2].length == 0,
            // A 304 describes no content (RFC 9110 §15.4.5).
            Some(Field::LastModified) => self.status != 304 || !self.has_etag,
            Some(Field::ContentLanguage) => !matches!(self.status, 304 | 416),
            _ => {
                !matches!(self.status, 304 | 416)
                    || !["content-type", "content-encoding", "content-md5"]
                        .iter()
                        .any(|name| name::is(field, name))
            }
        };
        by_kind && !name::is_hop_by_hop(field) && !self.unvalidated.contains(field)
    }
}

/// A generated line. The longest, `bytes a-b/c`, has three numbers of 20
/// digits.
#[derive(Clone, Copy)]
struct Line {
    name: &'static str,
    length: u8,
    value: [u8; 70],
}

impl Line {
    const EMPTY: Line = Line {
        name: "",
        length: 0,
        value: [0; 70],
    };

    fn new(name: &'static str, value: core::fmt::Arguments<'_>) -> Line {
        let mut line = Line {
            name,
            ..Line::EMPTY
        };
        // It always fits, as the type says.
        let _ = line.write_fmt(value);
        line
    }

    fn value(&self) -> &[u8] {
        &self.value[..usize::from(self.length)]
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let start = usize::from(self.length);
        let place = self
            .value
            .get_mut(start..start + text.len())
            .ok_or(core::fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length += text.len() as u8;
        Ok(())
    }
}

impl core::fmt::Debug for Line {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.name, self.value().escape_ascii())
    }
}
