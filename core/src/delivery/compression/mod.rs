//! Whether a response is compressed on its way to one client (RFC 9110 §8.4).
//!
//! Only what its upstream sent plain is: the guides' trap is a second
//! compression of what is compressed already, which costs time on both sides
//! and gains nothing.

mod accept;
mod types;

use crate::cache::Directives;
use crate::types::{Headers, Reason};

use super::edits::{Editor, Edits};
use super::error::SettingsError;
use super::exchange::Exchange;
use super::validators;

/// A content coding that can be produced on the way. `deflate` is not among
/// them: half of the world means another format by it (RFC 9110 §8.4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878), with a window of 8 MB at most (RFC 9659).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
        }
    }

    /// Whether a request means it by this name.
    fn is_called(self, name: &[u8]) -> bool {
        name.eq_ignore_ascii_case(self.as_str().as_bytes())
            // RFC 9110 §8.4.1.3.
            || self == Coding::Gzip && name.eq_ignore_ascii_case(b"x-gzip")
    }
}

/// When responses are compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compression {
    /// What can be produced, the most liked first; empty: nothing is.
    pub codings: Vec<Coding>,
    /// Content of fewer bytes stays plain. Below a kilobyte the answer fits
    /// one packet either way.
    pub min_bytes: u32,
}

impl Default for Compression {
    /// All codings, the smallest results first; from one kilobyte.
    fn default() -> Compression {
        Compression {
            codings: vec![Coding::Brotli, Coding::Zstd, Coding::Gzip],
            min_bytes: 1024,
        }
    }
}

impl Compression {
    /// Nothing is compressed.
    #[must_use]
    pub const fn off() -> Compression {
        Compression {
            codings: Vec::new(),
            min_bytes: 0,
        }
    }

    pub(super) fn check(&self, found: &mut Vec<SettingsError>) {
        let twice = |at: usize| self.codings[..at].contains(&self.codings[at]);
        if (0..self.codings.len()).any(twice) {
            found.push(SettingsError::new(
                "compression.codings",
                "has a coding twice: write each once",
            ));
        }
    }

    /// Decides about one response. `path` is the asset's own.
    pub(super) fn decide<'a, Q, R>(
        &self,
        exchange: &Exchange<'a, Q, R>,
        path: &[u8],
    ) -> Compressed<'a>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        let mut editor = Editor::new(exchange.response);
        if exchange.status == 304 {
            return not_modified(self, exchange, path, editor);
        }
        if let Err(reason) = self.could_compress(exchange, path) {
            return Compressed::plain(editor.finish(), reason);
        }
        // From here on the answer depends on what the client takes, also where
        // this one gets it plain.
        editor.vary_by("Accept-Encoding");
        // A range is one of the plain bytes: whoever asks for it has those.
        let part = exchange.status == 206 || exchange.request_has("range");
        if part || exchange.has("content-range") {
            return Compressed::plain(editor.finish(), Reason::PartStaysPlain);
        }
        let asked: Directives = exchange.request.field_values("cache-control").collect();
        if asked.no_transform() {
            return Compressed::plain(editor.finish(), Reason::NoTransform);
        }
        let Some(coding) = accept::best(exchange.request, &self.codings) else {
            return Compressed::plain(editor.finish(), Reason::NoCodingAccepted);
        };
        editor.set("content-encoding", coding.as_str().as_bytes());
        // None of these is true of the other bytes (RFC 9530 §2, §3; RFC 9110
        // §8.6), and ranges of them can't be had.
        for name in [
            "content-length",
            "accept-ranges",
            "content-md5",
            "digest",
            "content-digest",
            "repr-digest",
        ] {
            editor.remove(name);
        }
        match exchange.one("etag") {
            Some(tag) if tag.starts_with(b"W/") => {}
            Some(tag) => match validators::weakened(tag) {
                Some(weak) => editor.set("etag", weak),
                None => editor.remove("etag"),
            },
            None => editor.remove("etag"),
        }
        Compressed {
            coding: Some(coding),
            edits: editor.finish(),
            reason: Reason::Compressed,
        }
    }

    /// Whether any client could get the response compressed.
    fn could_compress<Q, R>(&self, exchange: &Exchange<'_, Q, R>, path: &[u8]) -> Result<(), Reason>
    where
        Q: Headers + ?Sized,
        R: Headers + ?Sized,
    {
        if self.codings.is_empty() {
            return Err(Reason::CompressionOff);
        }
        if matches!(exchange.status, 0..=199 | 204 | 205) || exchange.method == "CONNECT" {
            return Err(Reason::NoContent);
        }
        let is_plain = |coding: &[u8]| {
            let coding = coding.trim_ascii();
            coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
        };
        let mut codings = exchange.response.field_values("content-encoding");
        if !codings.all(is_plain) || types::is_compressed_file(path) {
            return Err(Reason::AlreadyEncoded);
        }
        let said: Directives = exchange.response.field_values("cache-control").collect();
        if said.no_transform() {
            return Err(Reason::NoTransform);
        }
        // A page that repeats what was asked for beside a secret betrays it by
        // its compressed length (BREACH). Only its author knows which do.
        let own = said.private() || said.private_fields() || said.no_store();
        if own || exchange.has("set-cookie") || exchange.request_has("authorization") {
            return Err(Reason::SecretStaysPlain);
        }
        if !exchange
            .one("content-type")
            .is_some_and(types::is_compressible)
        {
            return Err(Reason::NotCompressible);
        }
        let length = exchange.one("content-length").and_then(number);
        if length.is_some_and(|length| length < u64::from(self.min_bytes)) {
            return Err(Reason::TooSmall);
        }
        Ok(())
    }
}

/// A 304 names the representation that the client has (RFC 9110 §15.4.5). One
/// that has it compressed knows it by the weak tag, and would not find it by
/// the strong one (RFC 9111 §4.3.4).
fn not_modified<'a, Q, R>(
    settings: &Compression,
    exchange: &Exchange<'a, Q, R>,
    path: &[u8],
    mut editor: Editor<'a, R>,
) -> Compressed<'a>
where
    Q: Headers + ?Sized,
    R: Headers + ?Sized,
{
    if settings.codings.is_empty() {
        return Compressed::plain(editor.finish(), Reason::NoContent);
    }
    let is_weakened = exchange.one("etag").is_some_and(|tag| {
        let is_asked = validators::was_weakened(exchange.request, tag);
        let weak = validators::weakened(tag).filter(|_| is_asked);
        weak.map(|weak| editor.set("etag", weak)).is_some()
    });
    // A cache replaces the `Vary` that it has by the one that comes with a 304
    // (RFC 9111 §3.2). One without this name would then give the compressed
    // bytes to those who can't read them. A name too many only costs a copy, so
    // it is there as well where the type is not told.
    let may_be_compressed = !exchange.has("content-encoding")
        && !types::is_compressed_file(path)
        && exchange
            .response
            .field_values("content-type")
            .all(types::is_compressible);
    if is_weakened || may_be_compressed {
        editor.vary_by("Accept-Encoding");
    }
    Compressed::plain(editor.finish(), Reason::NoContent)
}

fn number(text: &[u8]) -> Option<u64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether and how a response is compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compressed<'a> {
    /// The coding to produce; `None` leaves the content as it is. The answer
    /// to HEAD has the fields alone.
    pub coding: Option<Coding>,
    /// What changes in the fields, also where the content stays plain.
    pub edits: Edits<'a>,
    /// Why.
    pub reason: Reason,
}

impl<'a> Compressed<'a> {
    const fn plain(edits: Edits<'a>, reason: Reason) -> Compressed<'a> {
        Compressed {
            coding: None,
            edits,
            reason,
        }
    }
}
