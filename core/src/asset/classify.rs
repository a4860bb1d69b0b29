//! The decision, from the first rule to the last resort.

use crate::types::Reason;

use super::target::Target;
use super::{Class, Classification, Evidence, Rules, names};

/// The class of a URL, with why.
///
/// `url` may be an absolute URL, a reference or a path, of any bytes. Scheme,
/// host and fragment don't count. It takes time linear in the URL and allocates
/// nothing.
///
/// # Example
///
/// ```
/// use hedgerow::asset::{self, Class, Rules};
///
/// let rules = Rules::default();
/// let class = |url: &str| asset::classify(url, &rules).class;
/// assert_eq!(class("/bootstrap.js"), Class::EntryPoint);
/// assert_eq!(class("/support-fallback.html"), Class::FallbackPage);
/// ```
#[must_use]
pub fn classify<U: AsRef<[u8]> + ?Sized>(url: &U, rules: &Rules) -> Classification {
    let target = Target::parse(url.as_ref());
    let path = Evidence::new(target.path_at(), target.path_at() + target.path().len());
    if let Some((index, class)) = rules.rule(&target) {
        let mut found = Classification::new(class, Reason::UserRule, path);
        found.rule = Some(index);
        return found;
    }
    if let Some(class) = rules.named(&target) {
        return Classification::new(class, names::reason(class), path);
    }
    if !target.is_hierarchical() {
        return Classification::new(Class::Other, Reason::NotHierarchical, Evidence::NONE);
    }
    let name_at = target
        .path()
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    let class = names::class(&target.path()[name_at..]);
    let evidence = Evidence::new(
        target.path_at() + name_at,
        target.path_at() + target.path().len(),
    );
    Classification::new(class, names::reason(class), evidence)
}
