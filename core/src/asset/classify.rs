//! The decision, from the first rule to the last resort.

use crate::types::Reason;

use super::directories::{self, Directories, Span};
use super::extension::{Kind, Name};
use super::fingerprint::{self, Found, Trust};
use super::scan::{after_last_slash, any_between, first_of, slashes};
use super::target::{Decoded, Target};
use super::{Class, Classification, Evidence, Rules, names, query, version};

/// The longest path that is looked into, decoded, in bytes: what Linux takes
/// for a file's path (`PATH_MAX`). Rules match longer ones, too.
const LONGEST: usize = 4096;

/// The class of a URL, with why.
///
/// `url` may be an absolute URL, a reference or a path, of any bytes. Scheme,
/// host and fragment don't count, nor does how the path is percent-encoded. It
/// takes time linear in the URL and allocates nothing.
///
/// # Example
///
/// ```
/// use hedgerow::asset::{self, Class, Rules};
///
/// let rules = Rules::default();
/// let class = |url: &str| asset::classify(url, &rules).class;
/// assert_eq!(class("/widget-v2.1.0.js"), Class::Versioned);
/// assert_eq!(class("/bootstrap.js"), Class::EntryPoint);
/// assert_eq!(class("/support-fallback.html"), Class::FallbackPage);
/// ```
#[must_use]
pub fn classify<U: AsRef<[u8]> + ?Sized>(url: &U, rules: &Rules) -> Classification {
    let target = Target::parse(url.as_ref());
    let path_at = target.path_at();
    let whole = Evidence::new(path_at, path_at + target.path().len());
    if let Some((index, class)) = rules.rule(&target) {
        let mut found = Classification::new(class, Reason::UserRule, whole);
        found.rule = Some(index);
        return found;
    }
    if let Some(class) = rules.named(&target) {
        return Classification::new(class, names::reason(class), whole);
    }
    if !target.is_hierarchical() {
        return Classification::new(Class::Other, Reason::NotHierarchical, Evidence::NONE);
    }
    if target.is_encoded() {
        return encoded(&target);
    }
    if target.path().len() > LONGEST {
        return Classification::new(Class::Other, Reason::PathTooLong, whole);
    }
    let decision = decide(target.path(), &target);
    let (start, end) = decision.span;
    let shift = if decision.in_query {
        target.query_at()
    } else {
        path_at
    };
    let evidence = Evidence::new(start + shift, end + shift);
    Classification::new(decision.class, decision.reason, evidence)
}

/// The same for a path with percent signs, which is decoded first.
#[cold]
fn encoded(target: &Target<'_>) -> Classification {
    let raw = target.path();
    let mut buffer = [0; LONGEST];
    let mut length = 0;
    for byte in Decoded::new(raw) {
        if length == LONGEST {
            let whole = Evidence::new(target.path_at(), target.path_at() + raw.len());
            return Classification::new(Class::Other, Reason::PathTooLong, whole);
        }
        buffer[length] = byte;
        length += 1;
    }
    let decision = decide(&buffer[..length], target);
    let (start, end) = decision.span;
    let evidence = if decision.in_query {
        Evidence::new(start + target.query_at(), end + target.query_at())
    } else {
        // Where so many decoded bytes end in what was given.
        let given = |decoded: usize| {
            let mut bytes = Decoded::new(raw);
            bytes.by_ref().take(decoded).for_each(drop);
            target.path_at() + raw.len() - bytes.left()
        };
        Evidence::new(given(start), given(end))
    };
    Classification::new(decision.class, decision.reason, evidence)
}

struct Decision {
    class: Class,
    reason: Reason,
    span: Span,
    in_query: bool,
}

impl Decision {
    fn new(class: Class, reason: Reason, span: Span) -> Decision {
        Decision {
            class,
            reason,
            span,
            in_query: false,
        }
    }
}

fn decide(path: &[u8], target: &Target<'_>) -> Decision {
    let slashes = slashes(path);
    let name_at = match slashes {
        0 => after_last_slash(path),
        _ => path.len() - slashes.leading_zeros() as usize,
    };
    let mut segment = &path[name_at..];
    if target.may_have_parameters() {
        // Parameters of a segment (RFC 3986 §3.3) are often a session's.
        segment = &segment[..first_of(segment, *b";")];
    }
    let name = Name::parse(&path[..name_at + segment.len()], name_at);
    let whole = (name_at, name_at + segment.len());
    // Unlike the stem, what precedes its end is hardly ever shorter than this.
    if path[..name_at + name.stem.len()].ends_with(b".hot-update") {
        return Decision::new(names::by_kind(&name), Reason::DevelopmentServer, whole);
    }
    let hash = |(start, end): Span| {
        let span = (name_at + start, name_at + end);
        Decision::new(Class::Fingerprinted, Reason::HashInName, span)
    };

    let notable = any_between(path, name_at, name_at + name.stem.len(), |byte| {
        byte.is_ascii_digit() | byte.is_ascii_uppercase()
    });
    // Most of what is immutable carries a hash, whatever the directories say.
    let mut unsure = None;
    if name.kind != Kind::Page && !names::is_sprockets_manifest(&name) {
        match fingerprint::find(&name, notable, Trust::None) {
            Found::Hash { start, end } => return hash((start, end)),
            Found::Unsure { start, end } => unsure = Some((name_at + start, name_at + end)),
            Found::Nothing => {}
        }
    }
    let role = names::role(&name);
    let content = role.is_none() && name.kind != Kind::Page;
    let directories = directories::read(
        path,
        slashes,
        name_at,
        content && name.kind != Kind::Unknown,
    );
    match directories {
        Directories::Development(span) => {
            return Decision::new(names::by_kind(&name), Reason::DevelopmentServer, span);
        }
        Directories::Build(span) => {
            return Decision::new(Class::Fingerprinted, Reason::BuildDirectory, span);
        }
        Directories::Package(span, reason) => {
            return Decision::new(Class::Versioned, reason, span);
        }
        Directories::MovingPackage(span, reason)
            if released(&name, name_at, notable, directories).is_none() =>
        {
            return Decision::new(Class::MovingTag, reason, span);
        }
        _ => {}
    }
    if content
        && unsure.is_some()
        && let trust = directories::trust(path, name_at)
        && trust != Trust::None
        && let Found::Hash { start, end } = fingerprint::find(&name, notable, trust)
    {
        return hash((start, end));
    }
    if let Some(class) = role {
        return Decision::new(class, names::reason(class), whole);
    }
    if !content {
        return Decision::new(Class::Document, Reason::DocumentName, whole);
    }
    if let Some(decision) = released(&name, name_at, notable, directories) {
        return decision;
    }
    if let Some(query) = target.query()
        && matches!(name.kind, Kind::Code | Kind::Font | Kind::Media)
        && let Some(found) = query::find(query, name.kind)
    {
        let class = if found.reason == Reason::VersionInQuery {
            Class::Versioned
        } else {
            Class::Fingerprinted
        };
        let mut decision = Decision::new(class, found.reason, (found.start, found.end));
        decision.in_query = true;
        return decision;
    }
    // Data below `/api/v1/` is an interface's answer, perhaps one visitor's own.
    if let Directories::Moving(span, reason) = directories
        && name.kind != Kind::Data
    {
        return Decision::new(Class::MovingTag, reason, span);
    }
    let class = names::by_kind(&name);
    match unsure {
        Some(span) => Decision::new(class, Reason::Unsure, span),
        None => Decision::new(class, names::reason(class), whole),
    }
}

/// The decision for an exact version in the name or in the directories.
fn released(
    name: &Name<'_>,
    name_at: usize,
    notable: bool,
    directories: Directories,
) -> Option<Decision> {
    // A number on a picture may be that of a chapter.
    let software = matches!(name.kind, Kind::Code | Kind::Font | Kind::Archive);
    if notable
        && let Some((start, end)) = version::find(name.stem)
        && (software || matches!(name.stem[start], b'v' | b'V'))
    {
        let span = (name_at + start, name_at + end);
        return Some(Decision::new(Class::Versioned, Reason::VersionInName, span));
    }
    let Directories::Exact(span, reason) = directories else {
        return None;
    };
    let pinned = software || name.kind == Kind::Media && reason != Reason::CommitInPath;
    pinned.then(|| Decision::new(Class::Versioned, reason, span))
}
