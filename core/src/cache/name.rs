//! Field names that mean something to a cache.

/// A field that the engine reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Age,
    Authorization,
    CacheControl,
    Connection,
    ContentLanguage,
    ContentLength,
    ContentLocation,
    ContentRange,
    Date,
    ETag,
    Expires,
    IfMatch,
    IfModifiedSince,
    IfNoneMatch,
    IfRange,
    IfUnmodifiedSince,
    LastModified,
    Location,
    Pragma,
    Range,
    SetCookie,
    Vary,
}

/// Whether `field` is the name `lower`, in any case. Most are lower case
/// already, and comparing bytes is quicker.
pub(super) fn is(field: &[u8], lower: &str) -> bool {
    field == lower.as_bytes() || field.eq_ignore_ascii_case(lower.as_bytes())
}

/// A set of names, in any case, that may seem to have some more: of each it
/// knows but a bit, which length and last letter choose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sieve(u64);

impl Sieve {
    pub(super) const EMPTY: Sieve = Sieve(0);

    pub(super) const fn with(self, name: &[u8]) -> Sieve {
        Sieve(self.0 | Sieve::bit(name))
    }

    #[inline]
    pub(super) const fn may_have(self, name: &[u8]) -> bool {
        self.0 & Sieve::bit(name) != 0
    }

    /// With this factor none of the fields that browsers and proxies usually
    /// send shares its bit with one that decides about a request.
    #[inline]
    const fn bit(name: &[u8]) -> u64 {
        match name {
            [.., last] => 1 << (((*last | 0x20) as usize + 34 * name.len()) % 64),
            [] => 0,
        }
    }
}

/// Which field `field` names. Length and first letter leave one candidate, so
/// that a line which matters to nobody costs two comparisons.
pub(super) fn known(field: &[u8]) -> Option<Field> {
    let first = field.first()? | 0x20;
    match (field.len(), first) {
        (3, b'a') => either(field, b"age", Field::Age),
        (4, b'd') => either(field, b"date", Field::Date),
        (4, b'e') => either(field, b"etag", Field::ETag),
        (4, b'v') => either(field, b"vary", Field::Vary),
        (5, b'r') => either(field, b"range", Field::Range),
        (6, b'p') => either(field, b"pragma", Field::Pragma),
        (7, b'e') => either(field, b"expires", Field::Expires),
        (8, b'l') => either(field, b"location", Field::Location),
        (8, b'i') if field[3] | 0x20 == b'm' => either(field, b"if-match", Field::IfMatch),
        (8, b'i') => either(field, b"if-range", Field::IfRange),
        (10, b'c') => either(field, b"connection", Field::Connection),
        (10, b's') => either(field, b"set-cookie", Field::SetCookie),
        (11, b's') => either(field, b"set-cookie2", Field::SetCookie),
        (13, b'a') => either(field, b"authorization", Field::Authorization),
        (13, b'c') if field[1] | 0x20 == b'a' => {
            either(field, b"cache-control", Field::CacheControl)
        }
        (13, b'c') => either(field, b"content-range", Field::ContentRange),
        (13, b'i') => either(field, b"if-none-match", Field::IfNoneMatch),
        (13, b'l') => either(field, b"last-modified", Field::LastModified),
        (14, b'c') => either(field, b"content-length", Field::ContentLength),
        (16, b'c') if field[9] | 0x20 == b'a' => {
            either(field, b"content-language", Field::ContentLanguage)
        }
        (16, b'c') => either(field, b"content-location", Field::ContentLocation),
        (17, b'i') => either(field, b"if-modified-since", Field::IfModifiedSince),
        (19, b'i') => either(field, b"if-unmodified-since", Field::IfUnmodifiedSince),
        _ => None,
    }
}

/// `known` if `text` is `lower` in any case. Most is lower case already, and a
/// length known beforehand makes that comparison two instructions.
#[inline]
pub(super) fn either<T, const LEN: usize>(
    text: &[u8],
    lower: &'static [u8; LEN],
    known: T,
) -> Option<T> {
    (text == lower || text.eq_ignore_ascii_case(lower)).then_some(known)
}

/// Whether the field is for one connection or between neighbours only, and is
/// neither stored nor forwarded (RFC 9110 §7.6.1, RFC 9111 §3.1). The fields
/// that `Connection` names are too, and stand in the message. `Trailer` is
/// among them because what is stored has no trailers; a proxy that relays
/// trailers relays it too (RFC 9110 §6.6.2).
///
/// # Example
///
/// ```
/// assert!(hedgerow::cache::is_hop_by_hop(b"Keep-Alive"));
/// assert!(!hedgerow::cache::is_hop_by_hop(b"ETag"));
/// ```
#[must_use]
pub fn is_hop_by_hop(field: &[u8]) -> bool {
    const NAMES: [&str; 10] = [
        "te",
        "trailer",
        "upgrade",
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-authentication-info",
    ];
    matches!(
        field.first().map(|first| first | 0x20),
        Some(b't' | b'u' | b'c' | b'k' | b'p')
    ) && NAMES.iter().any(|name| is(field, name))
}

/// Whether the field makes a request conditional or partial. A cache that asks
/// on its own behalf removes all of these before it adds its own.
///
/// # Example
///
/// ```
/// assert!(hedgerow::cache::is_conditional_field(b"if-none-match"));
/// ```
#[must_use]
pub fn is_conditional_field(field: &[u8]) -> bool {
    matches!(
        known(field),
        Some(
            Field::IfMatch
                | Field::IfModifiedSince
                | Field::IfNoneMatch
                | Field::IfRange
                | Field::IfUnmodifiedSince
                | Field::Range
        )
    )
}

/// Whether `text` is a token (RFC 9110 §5.6.2), as every field name is.
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| is_token_byte(byte))
}

pub(crate) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
