//! Which requests a stored response was selected for (RFC 9111 §4.1).
//!
//! At storing time the values of the selecting fields are written into the
//! policy as they came; comparing normalises both sides on the way, so it
//! allocates nothing. Equal bytes, the common case, are seen first.

use crate::types::{Headers, Reason};

use super::settings::VaryRule;
use super::text::Text;
use super::{language, list, name};

/// More selecting fields than this are no sensible response, and each costs a
/// look-up in every decision.
const MAX_FIELDS: usize = 32;
/// Members that are compared in any order, which takes the square of their
/// number. Longer lists must have the same order.
const MAX_REORDERED: usize = 32;
/// A longer name than this selects nothing that anybody sends. One byte, an
/// ASCII letter, tells the length of a kept name.
const MAX_NAME: usize = 127;
/// Stands for the length of a value that was not there.
const ABSENT: u32 = u32::MAX;

/// How a request fits what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// Not at all.
    No,
    /// The stored language is the request's favourite.
    Language,
    /// In every selecting field.
    Full,
}

/// The selecting fields of `response`: their names in lower case, each after a
/// byte with its length, so that a decision needs no search for their ends.
/// Their values in `request` are written to `out`.
///
/// # Errors
///
/// `Vary: *` selects by what no request shows; too many fields, or too long
/// ones, are not remembered.
pub(super) fn record<Q: Headers + ?Sized, R: Headers + ?Sized>(
    out: &mut Vec<u8>,
    request: &Q,
    response: &R,
) -> Result<String, Reason> {
    let length = response
        .field_values("vary")
        .map(|line| line.len() + 1)
        .sum();
    let mut names = String::with_capacity(usize::min(length, MAX_FIELDS * MAX_NAME));
    let mut count = 0;
    for field in response.field_values("vary").flat_map(list::members) {
        // What is no field name can't be looked up, so nothing can match it.
        if field == b"*" || !name::is_token(field) {
            return Err(Reason::VaryAny);
        }
        if each_name(&names).any(|seen| name::is(field, seen)) {
            continue;
        }
        count += 1;
        if count > MAX_FIELDS || field.len() > MAX_NAME {
            return Err(Reason::TooLarge);
        }
        names.push(char::from(field.len() as u8));
        let start = names.len();
        names.extend(
            field
                .iter()
                .map(|&byte| char::from(byte.to_ascii_lowercase())),
        );
        write(out, &names[start..], request)?;
    }
    Ok(names)
}

/// Writes the value of one field, after its length.
fn write<Q: Headers + ?Sized>(out: &mut Vec<u8>, name: &str, request: &Q) -> Result<(), Reason> {
    let length_at = out.len();
    out.extend_from_slice(&ABSENT.to_le_bytes());
    let value_at = out.len();
    let mut any = false;
    for value in request.field_values(name) {
        if any {
            out.extend_from_slice(b", ");
        }
        any = true;
        out.extend_from_slice(value);
    }
    if any {
        let length = u32::try_from(out.len() - value_at)
            .ok()
            .filter(|length| *length != ABSENT)
            .ok_or(Reason::TooLarge)?;
        out[length_at..value_at].copy_from_slice(&length.to_le_bytes());
    }
    Ok(())
}

/// Reads the names that [`record`] returned; damaged ones end early.
fn each_name(names: &str) -> impl Iterator<Item = &str> {
    let mut rest = names;
    core::iter::from_fn(move || {
        let end = 1 + usize::from(*rest.as_bytes().first()?);
        let name = rest.get(1..end)?;
        rest = &rest[end..];
        Some(name)
    })
}

/// Reads the values that [`record`] wrote. Damaged ones, as from a snapshot
/// that somebody else wrote, end early.
fn values(written: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = written;
    core::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (value, after) = match u32::from_le_bytes(*length) {
            ABSENT => (None, after),
            length => {
                let (value, after) = after.split_at_checked(length as usize)?;
                (Some(value), after)
            }
        };
        rest = after;
        Some(value)
    })
}

/// How `request` fits the selecting fields `names`, whose values stand in the
/// texts of the stored response.
#[inline(always)] // As what calls it is.
pub(super) fn compare<Q: Headers + ?Sized>(
    names: &str,
    text: &Text,
    request: &Q,
    rule: VaryRule,
) -> Match {
    let mut worst = Match::Full;
    if names.is_empty() {
        return worst;
    }
    let mut values = values(text.vary());
    for name in each_name(names) {
        // Without a value for each name there is nothing to trust.
        let Some(stored) = values.next() else {
            return Match::No;
        };
        match compare_field(name, stored, request, rule, text) {
            Match::Full => {}
            Match::Language => worst = Match::Language,
            Match::No => return Match::No,
        }
    }
    worst
}

#[inline(always)]
fn compare_field<Q: Headers + ?Sized>(
    field: &str,
    stored: Option<&[u8]>,
    request: &Q,
    rule: VaryRule,
    text: &Text,
) -> Match {
    let (mut first, mut several) = (None, false);
    // Not a `for`, of which each `next` would be a call.
    request.field_values(field).for_each(|value| {
        several = first.is_some();
        first = first.or(Some(value));
    });
    match (first, stored) {
        (None, None) => Match::Full,
        (Some(first), Some(stored)) if !several && first == stored => Match::Full,
        (Some(_), Some(stored)) => compare_values(field, stored, request, rule, text),
        _ => Match::No,
    }
}

/// As [`compare_field`], of values that are not simply the same.
#[inline(never)]
fn compare_values<Q: Headers + ?Sized>(
    field: &str,
    stored: &[u8],
    request: &Q,
    rule: VaryRule,
    text: &Text,
) -> Match {
    if is_verbatim(stored, request.field_values(field)) {
        return Match::Full;
    }
    let kind = Kind::of(field, rule);
    if kind == Kind::Opaque {
        return Match::No;
    }
    let fold = kind == Kind::Preference { fold: true } && rule.fold;
    let reorder = matches!(kind, Kind::Preference { .. }) && rule.reorder;
    let asked = || request.field_values(field).flat_map(list::members);
    if is_same_list(|| list::members(stored), asked, fold, reorder) {
        return Match::Full;
    }
    let language = text.language();
    let favourite = rule.language
        && field == "accept-language"
        && !language.is_empty()
        && language::favourite(asked()).is_some_and(|tag| tag.eq_ignore_ascii_case(language));
    if favourite {
        Match::Language
    } else {
        Match::No
    }
}

/// Whether `lines`, joined as [`write`] does, are `stored`.
fn is_verbatim<'a>(stored: &[u8], lines: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut rest = stored;
    for (place, line) in lines.enumerate() {
        let glue = if place == 0 { &b""[..] } else { b", " };
        let after = rest
            .strip_prefix(glue)
            .and_then(|rest| rest.strip_prefix(line));
        let Some(after) = after else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// How the values of a field may differ without meaning something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not known as a list: a comma in it is text.
    Opaque,
    /// A list.
    List,
    /// Weighted preferences (RFC 9110 §12.5).
    Preference { fold: bool },
}

impl Kind {
    fn of(field: &str, rule: VaryRule) -> Kind {
        match field {
            "accept-language" | "accept-encoding" | "accept-charset" => {
                Kind::Preference { fold: true }
            }
            // Its parameters may be case-sensitive.
            "accept" => Kind::Preference { fold: false },
            "authorization"
            | "cookie"
            | "date"
            | "from"
            | "host"
            | "if-modified-since"
            | "origin"
            | "proxy-authorization"
            | "referer"
            | "user-agent" => Kind::Opaque,
            // RFC 3229 §10.5.3, the Fetch standard, RFC 7240 §2, RFC 9110
            // §10.1.4, §7.8, §7.6.3.
            "a-im" | "access-control-request-headers" | "prefer" | "te" | "upgrade" | "via" => {
                Kind::List
            }
            _ if rule.unknown_lists => Kind::List,
            _ => Kind::Opaque,
        }
    }
}

fn is_same_list<'a, A, B>(
    stored: impl Fn() -> A,
    asked: impl Fn() -> B,
    fold: bool,
    reorder: bool,
) -> bool
where
    A: Iterator<Item = &'a [u8]>,
    B: Iterator<Item = &'a [u8]>,
{
    let is = |a: &[u8], b: &[u8]| {
        if fold {
            a.eq_ignore_ascii_case(b)
        } else {
            a == b
        }
    };
    if !reorder || stored().nth(MAX_REORDERED).is_some() {
        let mut asked = asked();
        return stored().all(|a| asked.next().is_some_and(|b| is(a, b))) && asked.next().is_none();
    }
    // As many members, and each stored one as often among those asked for.
    stored().count() == asked().take(MAX_REORDERED + 1).count()
        && stored()
            .all(|a| stored().filter(|b| is(a, b)).count() == asked().filter(|b| is(a, b)).count())
}
