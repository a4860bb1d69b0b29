//! Weighted preferences (RFC 9110 §12.4.2).

use super::list;

/// A member and its weight in thousandths; `None` if the weight can't be read.
pub(crate) fn weighted(member: &[u8]) -> Option<(&[u8], u16)> {
    let Some(semicolon) = member.iter().position(|&byte| byte == b';') else {
        return Some((member, 1000));
    };
    let (range, weight) = (&member[..semicolon], list::trim(&member[semicolon + 1..]));
    let value = weight.strip_prefix(b"q=").or(weight.strip_prefix(b"Q="))?;
    Some((list::trim(range), thousandths(value)?))
}

/// `qvalue` (RFC 9110 §12.4.2).
fn thousandths(value: &[u8]) -> Option<u16> {
    let (whole, decimals) = match value {
        [whole @ b'0'..=b'1'] => (whole, &[][..]),
        [whole @ b'0'..=b'1', b'.', decimals @ ..] if decimals.len() <= 3 => (whole, decimals),
        _ => return None,
    };
    let mut result = u16::from(whole - b'0');
    for place in 0..3 {
        let digit = decimals.get(place).copied().unwrap_or(b'0');
        if !digit.is_ascii_digit() {
            return None;
        }
        result = result * 10 + u16::from(digit - b'0');
    }
    (result <= 1000).then_some(result)
}
