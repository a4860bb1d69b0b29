//! A path, with sets of its last bytes.

use wide::u8x16;

use super::query::Query;
use super::scan::{after_last_slash, first_of};
use super::sets::{WINDOW, Window, any, between, highest, is};

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
    /// A URL that is a path alone, as most are. The window is the URL's.
    #[inline(always)]
    pub(super) fn of_path(url: &'a [u8], window: &Window) -> Option<Text<'a>> {
        let head = url.len().saturating_sub(WINDOW);
        let is_path = matches!(url, [b'/', second, ..] if *second != b'/');
        if !is_path | window.any(may_delimit) || head > 0 && any(&url[..head], may_delimit) {
            return None;
        }
        Some(Text::of_window(url, window))
    }

    pub(super) fn of(bytes: &'a [u8]) -> Text<'a> {
        Text::of_window(bytes, &Window::of(bytes))
    }

    #[inline(always)]
    fn of_window(bytes: &'a [u8], window: &Window) -> Text<'a> {
        Text {
            bytes,
            slashes: window.set(|bytes| is(bytes, b'/')),
            dots: window.set(|bytes| is(bytes, b'.')),
            notable: window.set(|bytes| between(bytes, b'0', b'Z')),
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

impl<'a> Parts<'a> {
    /// The parts of a URL of which what is not in the window is the path's
    /// (RFC 3986 §3), without a percent sign, a fragment or parameters.
    #[inline(always)]
    pub(super) fn of(url: &'a [u8], window: &Window) -> Option<Parts<'a>> {
        let text = Text::of_window(url, window);
        let delimiters = window.set(may_delimit);
        let first = |set: u64| (set.trailing_zeros() as usize + url.len()).checked_sub(WINDOW);
        let head = &url[..url.len().saturating_sub(WINDOW)];
        let start = if url.starts_with(b"https://") {
            let after_one = text.slashes & text.slashes.wrapping_sub(1);
            match head {
                [] => first(after_one & after_one.wrapping_sub(1))?,
                _ => 8 + first_of(&url[8..], *b"/"),
            }
        } else if matches!(url, [b'/', second, ..] if *second != b'/') {
            0
        } else {
            return None;
        };
        if !head.is_empty() && any(head, may_delimit) {
            return None;
        }
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
        let path = if head.is_empty() || delimiters == 0 {
            Text {
                bytes,
                slashes: own(text.slashes),
                dots: own(text.dots),
                notable: own(text.notable),
            }
        } else {
            Text::of(bytes)
        };
        Some(Parts {
            path,
            path_at: start,
            query,
        })
    }
}

/// `?`, `#`, `%` and `;`, and bytes that have all but one or two bits with one of
/// them.
#[inline(always)]
pub(super) fn may_delimit(bytes: u8x16) -> u8x16 {
    is(bytes | u8x16::splat(b'?' ^ b';'), b'?') | is(bytes | u8x16::splat(b'#' ^ b'%'), b'#' | b'%')
}
