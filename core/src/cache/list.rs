//! Comma-separated lists (RFC 9110 §5.6.1), whatever stands between the commas.

use super::name;

/// The members of a list: trimmed, none empty, commas in quoted strings kept
/// (RFC 9110 §5.6.4). A quote in the middle of a token, or one that is never
/// closed, is a byte like any other, so that it hides nothing of what follows.
pub(crate) fn members(line: &[u8]) -> Members<'_> {
    Members { rest: line }
}

/// See [`members`].
#[derive(Clone, Debug)]
pub(crate) struct Members<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Members<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let end = end_of_member(self.rest);
            let (member, rest) = self.rest.split_at(end);
            self.rest = rest.get(1..).unwrap_or_default();
            let member = trim(member);
            if !member.is_empty() {
                return Some(member);
            }
        }
        None
    }
}

/// The tokens of a list that can have nothing else, such as `Connection`.
pub(crate) fn tokens(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',')
        .map(trim)
        .filter(|token| name::is_token(token))
}

/// Where the member that `text` starts with ends: at a comma, or at the end.
pub(super) fn end_of_member(text: &[u8]) -> usize {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut at = text.iter().take_while(|byte| blank(byte)).count();
    // A quoted string is the whole member, or the argument after `=`.
    let mut may_open = true;
    while at < text.len() {
        match text[at] {
            b',' => return at,
            b'"' if may_open => {
                at = end_of_quoted(text, at).unwrap_or(at + 1);
                may_open = false;
            }
            byte => {
                may_open = byte == b'=';
                at += 1;
            }
        }
    }
    text.len()
}

/// The position after the quoted string that opens at `open`, if it is closed.
fn end_of_quoted(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    while at < text.len() {
        match text[at] {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Without optional white space at the ends (RFC 9110 §5.6.3).
pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// What is between the quotes, escapes left as they are; `None` if `text` is
/// not one whole quoted string.
pub(super) fn unquoted(text: &[u8]) -> Option<&[u8]> {
    if text.first() != Some(&b'"') || text.len() < 2 || end_of_quoted(text, 0) != Some(text.len()) {
        return None;
    }
    match text {
        [b'"', inner @ .., b'"'] => Some(inner),
        _ => None,
    }
}
