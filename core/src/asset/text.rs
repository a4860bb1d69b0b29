//! A path, with sets of its last bytes.

use wide::u8x16;

use super::scan::{after_last_slash, first_of};
use super::sets::{WINDOW, any, between, highest, is, sets};

/// A path, or what of it ends with the file's name.
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) slashes: u64,
    /// Digits, `@` and capitals, with some that are rare.
    pub(super) notable: u64,
}

/// A URL whose parts are told by the sets.
pub(super) struct Url<'a> {
    pub(super) path: Text<'a>,
    pub(super) path_at: usize,
    pub(super) query: Option<&'a [u8]>,
}

impl<'a> Url<'a> {
    /// Most URLs: those without a percent sign, a fragment or parameters, which
    /// are a path alone, or are short.
    #[inline(always)]
    pub(super) fn read(url: &'a [u8]) -> Option<Url<'a>> {
        let [slashes, notable, delimiters] = sets(url, |bytes| {
            let [slashes, notable] = classes(bytes);
            [slashes, notable, may_delimit(bytes)]
        });
        let head = &url[..url.len().saturating_sub(WINDOW)];
        if delimiters == 0
            && matches!(url, [b'/', second, ..] if *second != b'/')
            && (head.is_empty() || !any(head, may_delimit))
        {
            return Some(Url {
                path: Text {
                    bytes: url,
                    slashes,
                    notable,
                },
                path_at: 0,
                query: None,
            });
        }
        if head.is_empty() {
            Url::cut(url, slashes, notable, delimiters)
        } else {
            None
        }
    }

    /// The same for a short URL of which not all is the path (RFC 3986 §3).
    #[inline(never)]
    fn cut(url: &'a [u8], slashes: u64, notable: u64, delimiters: u64) -> Option<Url<'a>> {
        let first = |set: u64| (set.trailing_zeros() as usize + url.len()).checked_sub(WINDOW);
        let start = if url.starts_with(b"https://") {
            let after_one = slashes & slashes.wrapping_sub(1);
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
            (end, Some(&url[end + 1..]))
        };
        let bytes = url.get(start..end)?;
        let own = |set: u64| set << (url.len() - end) & highest(bytes.len());
        Some(Url {
            path: Text {
                bytes,
                slashes: own(slashes),
                notable: own(notable),
            },
            path_at: start,
            query,
        })
    }
}

impl<'a> Text<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Text<'a> {
        let [slashes, notable] = sets(bytes, classes);
        Text {
            bytes,
            slashes,
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

#[inline(always)]
fn classes(bytes: u8x16) -> [u8x16; 2] {
    [is(bytes, b'/'), between(bytes, b'0', b'Z')]
}

/// `?`, `#`, `%` and `;`, and bytes that have all but one or two bits with one of
/// them.
#[inline(always)]
pub(super) fn may_delimit(bytes: u8x16) -> u8x16 {
    is(bytes | u8x16::splat(b'?' ^ b';'), b'?') | is(bytes | u8x16::splat(b'#' ^ b'%'), b'#' | b'%')
}
