//! Which fields of a response enter the store (RFC 9111 §3.1).

use std::borrow::Cow;

use crate::types::Headers;

use super::date;
use super::list;
use super::name::{self, Field};
use super::names::NameSet;
use super::policy::{DATE_MISSING, DROP_COOKIES, Policy, WAS_PART};

/// Tells the fields that are stored from those that are not.
#[derive(Debug)]
pub(super) struct StoredFields<'p> {
    policy: &'p Policy,
    not_stored: NameSet<'p>,
}

impl<'p> StoredFields<'p> {
    pub(super) fn new(policy: &'p Policy) -> StoredFields<'p> {
        StoredFields {
            policy,
            not_stored: list::tokens(policy.text.not_stored()).collect(),
        }
    }

    pub(super) fn keeps(&self, field: &[u8]) -> bool {
        let policy = self.policy;
        let by_kind = match name::known(field) {
            // Already counted in, and generated anew for every answer.
            Some(Field::Age) => false,
            Some(Field::SetCookie) => !policy.has(DROP_COOKIES),
            // Of a part they are generated for every answer.
            Some(Field::ContentRange | Field::ContentLength) => !policy.has(WAS_PART),
            Some(Field::Date) => !policy.has(DATE_MISSING),
            _ => true,
        };
        by_kind && !name::is_hop_by_hop(field) && !self.not_stored.contains(field)
    }
}

impl Policy {
    /// The lines to store of the response that this policy was made from, in
    /// order: without what belongs to the connection, what `private="…"` names
    /// in a shared cache, and cookies where the settings say so; with `Date`
    /// where it lacked (RFC 9110 §6.6.1).
    pub fn stored_lines<'a, H: Headers + ?Sized>(
        &'a self,
        response: &'a H,
    ) -> impl Iterator<Item = (&'a [u8], Cow<'a, [u8]>)> {
        let fields = StoredFields::new(self);
        response
            .field_lines()
            .filter(move |(field, _)| fields.keeps(field))
            .map(|(field, value)| (field, Cow::Borrowed(value)))
            .chain(
                self.added_date()
                    .map(|text| (&b"date"[..], Cow::Owned(text.to_vec()))),
            )
    }

    /// The lines of `new` that are for the one who made the request and for
    /// nobody else: cookies that are not stored, and what `private="…"` names.
    /// `new` is the response that this policy was made from, or the 304 by
    /// which it was freshened; add them to the answer to that request only, in
    /// place of stored lines of their names.
    pub fn unshared_lines<'a, H: Headers + ?Sized>(
        &'a self,
        new: &'a H,
    ) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let fields = StoredFields::new(self);
        let connection: NameSet<'a> = new
            .field_values("connection")
            .flat_map(list::tokens)
            .collect();
        new.field_lines().filter(move |(field, _)| {
            let unshared = match name::known(field) {
                Some(Field::SetCookie) => !fields.keeps(field),
                _ => fields.not_stored.contains(field),
            };
            unshared && !connection.contains(field) && !name::is_hop_by_hop(field)
        })
    }

    pub(super) fn added_date(&self) -> Option<[u8; 29]> {
        self.has(DATE_MISSING).then(|| date::format(self.date()))
    }
}
