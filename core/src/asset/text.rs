//! A path, with sets of its last bytes.

use wide::u8x16;

use super::scan::{after_last_slash, first_of};
use super::query::Query;
use super::sets::{WINDOW, any, between, highest, is, sets};

/// A path, or what of it ends with the file's name; or what ends with a query. Each
/// set has the last [`WINDOW`] bytes.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) slashes: u64,
    pub(super) dots: u64,
    /// Digits, `@` and capitals, with some that are rare.
    pub(super) notable: u64,
}

/// The parts of a URL, as the sets tell them.
pub(super) struct Parts<'a> {
    pub(super) path: Text<'a>,
    pub(super) path_at: usize,
    pub(super) query: Option<Query<'a>>,
}

impl<'a> Text<'a> {
    /// A URL that is a path alone, as most are; else what of it is not.
    #[inline(always)]
    pub(super) fn of_path(url: &'a [u8]) -> Result<Text<'a>, NoPath<'a>> {
        let [slashes, dots, notable, delimiters] = sets(url, |bytes| {
            let [slashes, dots, notable] = classes(bytes);
            [slashes, dots, notable, may_delimit(bytes)]
        });
        let text = Text {
            bytes: url,
            slashes,
            dots,
            notable,
        };
        let head = url.len().saturating_sub(WINDOW);
        if delimiters == 0
            && matches!(url, [b'/', second, ..] if *second != b'/')
            && (head == 0 || !any(&url[..head], may_delimit))
        {
            Ok(text)
        } else {
            Err(NoPath { text, delimiters })
        }
    }

    pub(super) fn of(bytes: &'a [u8]) -> Text<'a> {
        let [slashes, dots, notable] = sets(bytes, classes);
        Text {
            bytes,
            slashes,
            dots,
            notable,
        }
    }

    /// The path without the parameters of its last segment (RFC 3986 §3.3), which
    /// are often a session's.
    #[cold]
    pub(super) fn without_parameters(path: &'a [u8]) -> Text<'a> {
        let name_at = after_last_slash(path);
        Text::of(&path[..name_at + first_of(&path[name_at..], *b";")])
    }

    /// Where the last segment starts.
    #[inline]
    pub(super) fn name_at(&self) -> usize {
        match self.slashes {
            0 => after_last_slash(self.bytes),
            slashes => self.bytes.len() - slashes.leading_zeros() as usize,
        }
    }
}

/// A URL that is not a path alone.
pub(super) struct NoPath<'a> {
    text: Text<'a>,
    delimiters: u64,
}

impl<'a> NoPath<'a> {
    pub(super) fn url(&self) -> &'a [u8] {
        self.text.bytes
    }

    /// The parts of a short URL without a percent sign, a fragment or parameters
    /// (RFC 3986 §3).
    pub(super) fn parts(self) -> Option<Parts<'a>> {
        let NoPath { text, delimiters } = self;
        let url = text.bytes;
        if url.len() > WINDOW {
            return None;
        }
        let first = |set: u64| (set.trailing_zeros() as usize + url.len()).checked_sub(WINDOW);
        let start = if url.starts_with(b"https://") {
            let after_one = text.slashes & text.slashes.wrapping_sub(1);
            first(after_one & after_one.wrapping_sub(1))?
        } else if matches!(url, [b'/', second, ..] if *second != b'/') {
            0
        } else {
            return None;
        };
        let (end, query) = if delimiters == 0 {
            (url.len(), None)
        } else {
            let end = first(delimiters)?;
            let alone = delimiters & delimiters.wrapping_sub(1) == 0;
            if !alone || url[end] != b'?' {
                return None;
            }
            let at = end + 1;
            (end, Some(Query { text, at }))
        };
        let bytes = url.get(start..end)?;
        let own = |set: u64| set << (url.len() - end) & highest(bytes.len());
        let path = Text {
            bytes,
            slashes: own(text.slashes),
            dots: own(text.dots),
            notable: own(text.notable),
        };
        Some(Parts {
            path,
            path_at: start,
            query,
        })
    }
}

#[inline(always)]
fn classes(bytes: u8x16) -> [u8x16; 3] {
    [
        is(bytes, b'/'),
        is(bytes, b'.'),
        between(bytes, b'0', b'Z'),
    ]
}

/// `?`, `#`, `%` and `;`, and bytes that have all but one or two bits with one of
/// them.
#[inline(always)]
pub(super) fn may_delimit(bytes: u8x16) -> u8x16 {
    is(bytes | u8x16::splat(b'?' ^ b';'), b'?') | is(bytes | u8x16::splat(b'#' ^ b'%'), b'#' | b'%')
}
