//! A set of field names that a message brings along.

use core::cmp::Ordering;

/// Names in any case. Sorted, since messages may name thousands of fields and
/// carry thousands of lines.
#[derive(Clone, Debug, Default)]
pub(super) struct NameSet<'a>(Vec<&'a [u8]>);

impl NameSet<'_> {
    pub(super) fn contains(&self, name: &[u8]) -> bool {
        !self.0.is_empty()
            && self
                .0
                .binary_search_by(|probe| compare(probe, name))
                .is_ok()
    }
}

impl<'a> FromIterator<&'a [u8]> for NameSet<'a> {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(names: I) -> NameSet<'a> {
        let mut names: Vec<&[u8]> = names.into_iter().collect();
        names.sort_unstable_by(|a, b| compare(a, b));
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        NameSet(names)
    }
}

fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| {
        a.iter()
            .map(u8::to_ascii_lowercase)
            .cmp(b.iter().map(u8::to_ascii_lowercase))
    })
}
