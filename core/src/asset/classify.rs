//! The decision, from the first rule to the last resort.

use crate::types::Reason;

use super::directories::{self, Directories, Span};
use super::extension::{Kind, Name};
use super::fingerprint::{self, Found, Trust};
use super::sets::{WINDOW, highest};
use super::target::{Decoded, Target};
use super::text::{Text, Url};
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
    classify_bytes(url.as_ref(), rules)
}

fn classify_bytes(url: &[u8], rules: &Rules) -> Classification {
    if rules.is_empty()
        && url.len() <= LONGEST
        && let Some(url) = Url::read(url)
    {
        let decision = decide(url.path.bytes, &url.path, url.query);
        return decision.of(url.path_at, url.path.bytes.len());
    }
    classify_parts(&Target::parse(url), rules)
}

/// The same for a URL that is cut into its parts.
#[inline(never)]
fn classify_parts(target: &Target<'_>, rules: &Rules) -> Classification {
    let path_at = target.path_at();
    let whole = Evidence::new(path_at, path_at + target.path().len());
    if let Some((index, class)) = rules.rule(target) {
        let mut found = Classification::new(class, Reason::UserRule, whole);
        found.rule = Some(index);
        return found;
    }
    if let Some(class) = rules.named(target) {
        return Classification::new(class, names::reason(class), whole);
    }
    if !target.is_hierarchical() {
        return Classification::new(Class::Other, Reason::NotHierarchical, Evidence::NONE);
    }
    if target.is_encoded() {
        return encoded(target);
    }
    if target.path().len() > LONGEST {
        return Classification::new(Class::Other, Reason::PathTooLong, whole);
    }
    let text = text(target.path(), target);
    let decision = decide(target.path(), &text, target.query());
    decision.of(path_at, target.path().len())
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
    let path = &buffer[..length];
    let decision = decide(path, &text(path, target), target.query());
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

/// What of the path says what the file is.
fn text<'a>(path: &'a [u8], target: &Target<'_>) -> Text<'a> {
    if target.may_have_parameters() {
        Text::without_parameters(path)
    } else {
        Text::of(path)
    }
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

    /// What it says of a URL, in which the path starts here and is so long.
    #[inline]
    fn of(&self, path_at: usize, length: usize) -> Classification {
        let query_at = path_at + length + 1;
        let shift = if self.in_query { query_at } else { path_at };
        let (start, end) = self.span;
        Classification::new(
            self.class,
            self.reason,
            Evidence::new(start + shift, end + shift),
        )
    }
}

/// Decides about a path; `text` is what of it says what the file is.
#[inline(never)]
fn decide(path: &[u8], text: &Text<'_>, query: Option<&[u8]>) -> Decision {
    let file = text.bytes;
    let name_at = text.name_at();
    let name = Name::parse(file, name_at);
    let whole = (name_at, file.len());
    // Unlike the stem, what precedes its end is hardly ever shorter than this.
    let stem_end = name_at + name.stem.len();
    if file[..stem_end].ends_with(b".hot-update") {
        return Decision::new(names::by_kind(&name), Reason::DevelopmentServer, whole);
    }
    let hash = |(start, end): Span| {
        let span = (name_at + start, name_at + end);
        Decision::new(Class::Fingerprinted, Reason::HashInName, span)
    };

    // Small letters alone are a word, or can't be told from one.
    let after = file.len() - stem_end;
    let notable =
        file.len() - name_at >= WINDOW || text.notable & (highest(name.stem.len()) >> after) != 0;
    // Most of what is immutable carries a hash, whatever the directories say.
    let mut unsure = None;
    if name.kind != Kind::Page && !names::is_sprockets_manifest(&name) {
        match fingerprint::find(&name, &file[..stem_end], notable, Trust::None) {
            Found::Hash { start, end } => return hash((start, end)),
            Found::Unsure { start, end } => unsure = Some((name_at + start, name_at + end)),
            Found::Nothing => {}
        }
    }
    let role = names::role(&name);
    let content = role.is_none() && name.kind != Kind::Page;
    let name_is_file = content && name.kind != Kind::Unknown;
    let directories =
        if path.len() != file.len() || directories::may_say(text, name_at, name_is_file) {
            directories::read(path, name_at, name_is_file)
        } else {
            Directories::Silent
        };
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
        && let Found::Hash { start, end } =
            fingerprint::find(&name, &file[..stem_end], notable, trust)
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
    if let Some(query) = query
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
    let exact = match directories {
        Directories::Exact(span, reason) => Some((span, reason)),
        _ => None,
    };
    if !notable && exact.is_none() {
        return None;
    }
    // A number on a picture may be that of a chapter.
    let software = matches!(name.kind, Kind::Code | Kind::Font | Kind::Archive);
    if notable
        && let Some((start, end)) = version::find(name.stem)
        && (software || matches!(name.stem[start], b'v' | b'V'))
    {
        let span = (name_at + start, name_at + end);
        return Some(Decision::new(Class::Versioned, Reason::VersionInName, span));
    }
    let (span, reason) = exact?;
    let pinned = software || name.kind == Kind::Media && reason != Reason::CommitInPath;
    pinned.then(|| Decision::new(Class::Versioned, reason, span))
}
