//! What a pattern without braces consists of.

use super::{GlobError, expand::split_set};
use crate::asset::target::Decoded;

/// A set of bytes.
pub(super) type Set = [bool; 256];

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    Byte(u8),
    /// `?`
    Character,
    Set(Box<Set>),
    /// `*`
    InSegment,
    /// `**`
    Anything,
    /// `**/` where a segment starts.
    Directories,
}

impl Token {
    pub(super) fn accepts(&self, byte: u8) -> bool {
        match self {
            Token::Byte(literal) => *literal == byte,
            Token::Character => byte != b'/',
            Token::Set(set) => set[usize::from(byte)],
            Token::Directories => byte == b'/',
            Token::InSegment | Token::Anything => false,
        }
    }
}

pub(super) fn parse(pattern: &[u8]) -> Result<Vec<Token>, GlobError> {
    let mut tokens = Vec::new();
    if pattern.first() != Some(&b'/') {
        tokens.extend([Token::Byte(b'/'), Token::Directories]);
    }
    let mut rest = pattern;
    while let Some((&byte, after)) = rest.split_first() {
        let from_here = rest;
        rest = after;
        let token = match byte {
            b'*' if after.first() == Some(&b'*') => {
                let stars = after.iter().take_while(|&&byte| byte == b'*').count();
                rest = &after[stars..];
                let boundary =
                    matches!(tokens.last(), Some(Token::Byte(b'/') | Token::Directories));
                match rest.split_first() {
                    Some((b'/', after)) if boundary => {
                        rest = after;
                        Token::Directories
                    }
                    _ => Token::Anything,
                }
            }
            b'*' => Token::InSegment,
            b'?' => Token::Character,
            b'[' => {
                let (set, after) = split_set(after)?;
                rest = after;
                Token::Set(Box::new(parse_set(set)?))
            }
            b'\\' => {
                let (&literal, after) = rest.split_first().ok_or(GlobError::Escape)?;
                rest = after;
                Token::Byte(literal)
            }
            // As the paths are, which it may have been copied from.
            b'%' => {
                let mut decoded = Decoded::new(from_here);
                let literal = decoded.next().unwrap_or(byte);
                rest = &from_here[from_here.len() - decoded.left()..];
                Token::Byte(literal)
            }
            literal => Token::Byte(literal),
        };
        // A repeated wildcard says nothing more.
        let repeated = matches!(
            token,
            Token::InSegment | Token::Anything | Token::Directories
        ) && tokens.last() == Some(&token);
        if !repeated {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

fn parse_set(body: &[u8]) -> Result<Set, GlobError> {
    let (negated, body) = match body.split_first() {
        Some((b'!' | b'^', rest)) => (true, rest),
        _ => (false, body),
    };
    if body.is_empty() {
        return Err(GlobError::Set);
    }
    let mut set = [negated; 256];
    let mut rest = body;
    while let [from, after @ ..] = rest {
        let (to, after) = match after {
            [b'-', to, after @ ..] => (to, after),
            _ => (from, after),
        };
        if to < from {
            return Err(GlobError::Set);
        }
        for byte in *from..=*to {
            set[usize::from(byte)] = !negated;
        }
        rest = after;
    }
    set[usize::from(b'/')] = false;
    Ok(set)
}
