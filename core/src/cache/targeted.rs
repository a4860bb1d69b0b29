//! Targeted fields (RFC 9213): `Cache-Control` for one kind of cache, as a
//! structured field (RFC 9651).

use core::convert::Infallible;

use sfv::visitor::{DictionaryVisitor, EntryVisitor, Ignored, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, KeyRef, Parser};

use super::directives::{Directives, Member};

/// The directives of a targeted field, or `None` where it must be ignored as
/// a whole: it is empty, or no valid dictionary (RFC 9213 §2.1).
pub(super) fn directives(field: &[u8]) -> Option<Directives> {
    let mut directives = Directives::default();
    let mut any = false;
    visit(field, |directive, member| {
        any = true;
        directives.assign(directive, member);
    })?;
    any.then_some(directives)
}

/// Calls `each` with the members of a valid dictionary.
pub(super) fn visit(field: &[u8], each: impl FnMut(&[u8], Member<'_>)) -> Option<()> {
    Parser::new(field)
        .parse_dictionary_with_visitor(Members(each))
        .ok()
}

struct Members<F>(F);

impl<'de, F: FnMut(&[u8], Member<'_>)> DictionaryVisitor<'de> for Members<F> {
    type Out = ();
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        Ok(Entry {
            key,
            each: &mut self.0,
        })
    }

    fn finish(self) -> Result<(), Infallible> {
        Ok(())
    }
}

struct Entry<'de, 'f, F> {
    key: &'de KeyRef,
    each: &'f mut F,
}

impl<'de, F: FnMut(&[u8], Member<'_>)> EntryVisitor<'de> for Entry<'de, '_, F> {
    type Error = Infallible;

    fn item(self) -> Result<impl ItemVisitor<'de>, Infallible> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl sfv::visitor::InnerListVisitor<'de>, Infallible> {
        (self.each)(self.key.as_str().as_bytes(), Member::Other);
        Ok(Ignored)
    }
}

impl<'de, F: FnMut(&[u8], Member<'_>)> ItemVisitor<'de> for Entry<'de, '_, F> {
    type Out = ();
    type Error = Infallible;

    fn bare_item(
        self,
        item: BareItemFromInput<'de>,
    ) -> Result<impl ParameterVisitor<'de, Out = ()>, Infallible> {
        let member = match &item {
            BareItemFromInput::Boolean(on) => Member::Boolean(*on),
            BareItemFromInput::Integer(value) => Member::Integer((*value).into()),
            BareItemFromInput::String(text) => Member::Text(text.as_str().as_bytes()),
            BareItemFromInput::Token(text) => Member::Text(text.as_str().as_bytes()),
            _ => Member::Other,
        };
        (self.each)(self.key.as_str().as_bytes(), member);
        // A directive's parameters are ignored (RFC 9213 §2.1).
        Ok(Ignored)
    }
}
