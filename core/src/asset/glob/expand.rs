//! Braces, written out.

use super::{Glob, GlobError};

/// The patterns without braces that a pattern stands for.
pub(super) fn expand(pattern: &[u8]) -> Result<Vec<Vec<u8>>, GlobError> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_vec()];
    while let Some(next) = open.pop() {
        match first_group(&next)? {
            None => done.push(next),
            Some(group) => {
                for choice in group.choices.iter().rev() {
                    open.push([&next[..group.start], choice, &next[group.end..]].concat());
                }
            }
        }
        if done.len() + open.len() > Glob::MAX_ALTERNATIVES {
            return Err(GlobError::TooManyAlternatives);
        }
    }
    Ok(done)
}

struct Group<'a> {
    start: usize,
    end: usize,
    choices: Vec<&'a [u8]>,
}

fn first_group(pattern: &[u8]) -> Result<Option<Group<'_>>, GlobError> {
    let mut depth = 0usize;
    let mut start = 0;
    let mut choice = 0;
    let mut choices = Vec::new();
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' => at += 1,
            b'[' => at += 1 + split_set(&pattern[at + 1..])?.0.len(),
            b'{' => {
                depth += 1;
                if depth == 1 {
                    start = at;
                    choice = at + 1;
                }
            }
            b',' if depth == 1 => {
                choices.push(&pattern[choice..at]);
                choice = at + 1;
            }
            b'}' => {
                depth = depth.checked_sub(1).ok_or(GlobError::Brace)?;
                if depth == 0 {
                    choices.push(&pattern[choice..at]);
                    let end = at + 1;
                    return Ok(Some(Group {
                        start,
                        end,
                        choices,
                    }));
                }
            }
            _ => {}
        }
        at += 1;
    }
    if depth > 0 {
        return Err(GlobError::Brace);
    }
    Ok(None)
}

/// The body of the set whose `[` was just read, and what follows its `]`. A
/// `]` that comes first belongs to the set.
pub(super) fn split_set(rest: &[u8]) -> Result<(&[u8], &[u8]), GlobError> {
    let first = usize::from(matches!(rest.first(), Some(b'!' | b'^'))) + 1;
    let end = rest
        .iter()
        .skip(first)
        .position(|&byte| byte == b']')
        .ok_or(GlobError::Set)?
        + first;
    Ok((&rest[..end], &rest[end + 1..]))
}
