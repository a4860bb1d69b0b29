//! A stored response with the fields of a newer one (RFC 9111 §3.2).

use crate::types::Headers;

use super::list;
use super::name::{self, Field};
use super::names::NameSet;

/// The fields of a stored response as a 304, a response to HEAD or another
/// part updates them. It is a view: nothing is copied but the names.
///
/// `Set-Cookie` is never taken over from the stored response, since it was
/// meant for whoever asked then.
#[derive(Debug)]
pub struct Merged<'a, S: ?Sized, N: ?Sized> {
    stored: &'a S,
    new: &'a N,
    /// What `Connection` names in the newer response.
    connection: NameSet<'a>,
    /// What the newer response replaces.
    replaced: NameSet<'a>,
    has_etag: bool,
}

impl<'a, S: Headers + ?Sized, N: Headers + ?Sized> Merged<'a, S, N> {
    /// The fields of `stored`, updated by those of `new`.
    #[must_use]
    pub fn new(stored: &'a S, new: &'a N) -> Merged<'a, S, N> {
        let connection = new
            .field_values("connection")
            .flat_map(list::tokens)
            .collect();
        let mut merged = Merged {
            stored,
            new,
            connection,
            replaced: NameSet::default(),
            has_etag: stored.field_values("etag").next().is_some(),
        };
        merged.replaced = new
            .field_lines()
            .map(|(field, _)| field)
            .filter(|field| merged.is_taken_over(field))
            .collect();
        merged
    }

    /// Whether a field of the newer response updates the stored one. Those
    /// that describe the stored content itself don't: a 304 has none of its
    /// own to describe.
    fn is_taken_over(&self, field: &[u8]) -> bool {
        const OF_THE_CONTENT: [&str; 3] = ["content-encoding", "content-md5", "content-digest"];
        match name::known(field) {
            Some(Field::ContentLength | Field::ContentRange) => return false,
            Some(Field::ETag) => return !self.has_etag,
            _ => {}
        }
        !OF_THE_CONTENT.iter().any(|name| name::is(field, name))
            && !name::is_hop_by_hop(field)
            && !self.connection.contains(field)
    }

    fn is_retained(&self, field: &[u8]) -> bool {
        // Age and Date are those of the newer response, or unknown.
        !matches!(
            name::known(field),
            Some(Field::Age | Field::Date | Field::SetCookie)
        ) && !self.replaced.contains(field)
    }
}

impl<S: Headers + ?Sized, N: Headers + ?Sized> Headers for Merged<'_, S, N> {
    fn field_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let retained = self
            .stored
            .field_lines()
            .filter(|(field, _)| self.is_retained(field));
        let taken_over = self
            .new
            .field_lines()
            .filter(|(field, _)| self.is_taken_over(field));
        retained.chain(taken_over)
    }
}
