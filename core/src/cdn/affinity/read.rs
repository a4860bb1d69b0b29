//! Cookies and query parameters by name, as bytes.

/// No node's name is longer.
pub(super) const LONGEST: usize = 128;

/// The values of the cookies called `name` in a `Cookie` line (RFC 6265 §4.2.1,
/// leniently: blanks may be missing or more, and pairs broken).
pub(super) fn cookies<'a>(line: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    line.split(|byte| *byte == b';')
        .filter_map(move |pair| {
            let value = pair.trim_ascii().strip_prefix(name)?;
            let value = value.trim_ascii_start().strip_prefix(b"=")?;
            Some(value.trim_ascii_start())
        })
        .map(|value| match value {
            [b'"', inner @ .., b'"'] => inner,
            bare => bare,
        })
}

/// The values of the parameters called `name`, as they stand there.
pub(super) fn parameters<'a>(query: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    query
        .split(|byte| *byte == b'&')
        .filter_map(move |pair| pair.strip_prefix(name)?.strip_prefix(b"="))
}

/// Takes percent-encoding off (RFC 3986 §2.1); `None` of what doesn't fit. What
/// is no encoding stays as it is.
pub(super) fn decoded<'a>(value: &[u8], room: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    let mut rest = value;
    let mut length = 0;
    while let [byte, after @ ..] = rest {
        rest = after;
        let mut byte = *byte;
        if byte == b'%'
            && let [high, low, after @ ..] = rest
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            byte = high << 4 | low;
            rest = after;
        }
        *room.get_mut(length)? = byte;
        length += 1;
    }
    Some(&room[..length])
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
