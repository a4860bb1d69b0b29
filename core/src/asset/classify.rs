//! The decision, from the first rule to the last resort.

use core::ops::Range;

use crate::types::Reason;

use super::directories::{self, Directories, Span};
use super::extension::{Kind, Name};
use super::fingerprint::{self, Found, Trust, UUID};
use super::query::Query;
use super::sets::{WINDOW, Window, few_highest};
use super::target::{Decoded, Target};
use super::text::{Parts, Text};
use super::{Class, Classification, Evidence, Rules, names, version};

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
    if url.len() > LONGEST {
        return classify_target(&Target::parse(url), rules);
    }
    let window = Window::of(url);
    let Some(path) = Text::of_path(url, &window) else {
        return classify_url(url, &window, rules);
    };
    if !rules.is_empty()
        && let Some(found) = by_rules(&Target::plain(url, 0, None), rules)
    {
        return found;
    }
    decide(&Asset::of_path(&path))
}

/// The same for a URL that is not a path alone.
#[inline(never)]
fn classify_url(url: &[u8], window: &Window, rules: &Rules) -> Classification {
    let Some(parts) = Parts::of(url, window) else {
        return classify_target(&Target::parse(url), rules);
    };
    if !rules.is_empty()
        && let target = Target::plain(parts.path.bytes, parts.path_at, None)
        && let Some(found) = by_rules(&target, rules)
    {
        return found;
    }
    decide_part(&Asset {
        query: parts.query.as_ref(),
        path_at: parts.path_at,
        ..Asset::of_path(&parts.path)
    })
}

/// What the user says.
#[inline(never)]
fn by_rules(target: &Target<'_>, rules: &Rules) -> Option<Classification> {
    let whole = Evidence::new(target.path_at(), target.path_at() + target.path().len());
    if let Some((index, class)) = rules.rule(target) {
        let mut found = Classification::new(class, Reason::UserRule, whole);
        found.rule = Some(index);
        return Some(found);
    }
    let class = rules.named(target)?;
    Some(Classification::new(class, names::reason(class), whole))
}

/// The same for a URL that is cut into its parts.
#[inline(never)]
fn classify_target(target: &Target<'_>, rules: &Rules) -> Classification {
    if let Some(found) = by_rules(target, rules) {
        return found;
    }
    let path_at = target.path_at();
    let whole = Evidence::new(path_at, path_at + target.path().len());
    if !target.is_hierarchical() {
        return Classification::new(Class::Other, Reason::NotHierarchical, Evidence::NONE);
    }
    if target.is_encoded() {
        return encoded(target);
    }
    if target.path().len() > LONGEST {
        return Classification::new(Class::Other, Reason::PathTooLong, whole);
    }
    let file = text(target.path(), target);
    decide_part(&Asset {
        file: &file,
        path: target.path(),
        query: query(target).as_ref(),
        path_at,
        query_at: target.query_at(),
    })
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
    // As if the query followed the decoded path.
    let query_at = path.len() + 1;
    let mut found = decide_part(&Asset {
        file: &text(path, target),
        path,
        query: query(target).as_ref(),
        path_at: 0,
        query_at,
    });
    // Where so many decoded bytes end in what was given.
    let given = |decoded: usize| match decoded.checked_sub(query_at) {
        Some(in_query) => target.query_at() + in_query,
        None => {
            let mut bytes = Decoded::new(raw);
            bytes.by_ref().take(decoded).for_each(drop);
            target.path_at() + raw.len() - bytes.left()
        }
    };
    let Range { start, end } = found.evidence.range();
    found.evidence = Evidence::new(given(start), given(end));
    found
}

fn query<'a>(target: &Target<'a>) -> Option<Query<'a>> {
    let text = Text::of(target.query()?);
    Some(Query { text, at: 0 })
}

/// What of the path says what the file is.
fn text<'a>(path: &'a [u8], target: &Target<'_>) -> Text<'a> {
    if target.may_have_parameters() {
        Text::without_parameters(path)
    } else {
        Text::of(path)
    }
}

/// What is decided about.
struct Asset<'a> {
    /// What of the path says what the file is.
    file: &'a Text<'a>,
    path: &'a [u8],
    query: Option<&'a Query<'a>>,
    /// What must be added to a place in the path for that in the URL.
    path_at: usize,
    /// The same for a place in the query's text.
    query_at: usize,
}

impl<'a> Asset<'a> {
    /// A URL that is a path alone.
    fn of_path(path: &'a Text<'a>) -> Asset<'a> {
        Asset {
            file: path,
            path: path.bytes,
            query: None,
            path_at: 0,
            query_at: 0,
        }
    }

    /// That something between these two places of the path has decided.
    #[inline(always)]
    fn is(&self, class: Class, reason: Reason, (start, end): Span) -> Classification {
        let evidence = Evidence::new(start + self.path_at, end + self.path_at);
        Classification::new(class, reason, evidence)
    }
}

/// Decides about what is not all of a URL.
#[inline(never)]
fn decide_part(asset: &Asset<'_>) -> Classification {
    decide(asset)
}

/// Decides: first what most are.
#[inline(always)]
fn decide(asset: &Asset<'_>) -> Classification {
    let file = asset.file;
    let name = Name::parse(file, file.name_at());
    let signs = Signs::of(file, &name);
    if signs.may_be_hot_update && file.bytes[..name.stem_end].ends_with(HOT_UPDATE) {
        let class = names::by_kind(file.bytes, &name);
        return asset.is(class, Reason::DevelopmentServer, name.span(file.bytes));
    }
    // Most of what is immutable carries a hash, whatever the directories say.
    let mut unsure = None;
    let is_page = name.kind == Kind::Page;
    if signs.may_have_hash & !is_page
        && !names::is_sprockets_manifest(&file.bytes[name.at..name.stem_end])
    {
        match hash(file, &name, Trust::None) {
            Found::Hash { start, end } => {
                return asset.is(Class::Fingerprinted, Reason::HashInName, (start, end));
            }
            Found::Unsure { start, end } => unsure = Some((start, end)),
            Found::Nothing => {}
        }
    }
    let role = names::role(file.bytes, &name);
    let is_file = role.is_none() && !matches!(name.kind, Kind::Page | Kind::Unknown);
    let marks = directories::marks(file, name.at, is_file);
    // One question, since nobody can guess the answers.
    let more = (marks != 0)
        | signs.may_have_version
        | unsure.is_some()
        | asset.query.is_some()
        | (asset.path.len() != file.bytes.len());
    if is_file & !more {
        return by_kind(asset, &name, None);
    }
    decide_others(asset, name, signs, role, unsure, marks)
}

/// The hash of its content in a name, as far as the directories let it be expected.
#[inline(always)]
fn hash(file: &Text<'_>, name: &Name, trust: Trust) -> Found {
    match fingerprint::find(file, name.stem(), name.kind, trust) {
        Found::Hash { start, end }
            if is_hash_of_names(&file.bytes[name.at..end], end - start)
                || (start, end) == name.stem()
                    && is_number_of_thing(file.bytes, (start, end), name.kind) =>
        {
            Found::Unsure { start, end }
        }
        found => found,
    }
}

/// Whether a part of a name that ends with a hash so long is a chunk of webpack's
/// without names of its own: what is hashed there are the names of the modules in it,
/// which stand before it.
#[inline(always)]
fn is_hash_of_names(name: &[u8], length: usize) -> bool {
    const NAMES: &[u8] = b"node_modules_";
    length < 8
        && name[..name.len() - length].ends_with(b"-")
        && name.windows(NAMES.len()).any(|part| part == NAMES)
}

/// Whether what looks like a hash is rather the number of a thing, whose bytes change:
/// of a kit, as `/a076d05399.js` at Font Awesome's, or of what an interface tells.
#[inline(always)]
fn is_number_of_thing(path: &[u8], (at, end): Span, kind: Kind) -> bool {
    const KIT: usize = 10;
    match kind {
        Kind::Code => end - at == KIT && at <= 1,
        Kind::Data => path.windows(5).any(|part| part == b"/api/"),
        _ => false,
    }
}

/// What the extension says, or that it could have been more.
#[inline(always)]
fn by_kind(asset: &Asset<'_>, name: &Name, unsure: Option<Span>) -> Classification {
    let class = names::by_kind(asset.file.bytes, name);
    match unsure {
        Some(span) => asset.is(class, Reason::Unsure, span),
        None => asset.is(class, names::reason(class), name.span(asset.file.bytes)),
    }
}

/// The same for what has no clear hash in its name.
#[inline(never)]
fn decide_others(
    asset: &Asset<'_>,
    name: Name,
    signs: Signs,
    role: Option<Class>,
    unsure: Option<Span>,
    marks: u64,
) -> Classification {
    let Asset { file, path, .. } = *asset;
    let content = role.is_none() && name.kind != Kind::Page;
    let name_is_file = content && name.kind != Kind::Unknown;
    let directories = if path.len() != file.bytes.len() {
        directories::read(&Text::of(path), name.at, name_is_file, !0)
    } else if marks != 0 {
        directories::read(file, name.at, name_is_file, marks)
    } else {
        Directories::Silent
    };
    match directories {
        Directories::Development(span) => {
            let class = names::by_kind(file.bytes, &name);
            return asset.is(class, Reason::DevelopmentServer, span);
        }
        Directories::Build(span) => {
            return asset.is(Class::Fingerprinted, Reason::BuildDirectory, span);
        }
        Directories::Package(span, reason) => {
            if let Some(query) = asset.query
                && let Some((start, end)) = query.moving_dependency()
            {
                let [start, end] = [start, end].map(|at| at + asset.query_at);
                let evidence = Evidence::new(start, end);
                return Classification::new(Class::MovingTag, Reason::VersionRange, evidence);
            }
            return asset.is(Class::Versioned, reason, span);
        }
        Directories::MovingPackage(span, reason)
            if released(file.bytes, &name, signs, directories).is_none() =>
        {
            return asset.is(Class::MovingTag, reason, span);
        }
        _ => {}
    }
    if content
        && unsure.is_some()
        && let trust = directories::trust(path, name.at)
        && trust != Trust::None
        && let Found::Hash { start, end } = hash(file, &name, trust)
    {
        return asset.is(Class::Fingerprinted, Reason::HashInName, (start, end));
    }
    if let Some(class) = role {
        return asset.is(class, names::reason(class), name.span(file.bytes));
    }
    if !content {
        let span = name.span(file.bytes);
        return asset.is(Class::Document, Reason::DocumentName, span);
    }
    if let Some((reason, span)) = released(file.bytes, &name, signs, directories) {
        return asset.is(Class::Versioned, reason, span);
    }
    if let Some(query) = asset.query
        && matches!(name.kind, Kind::Code | Kind::Font | Kind::Media)
        && let Some(found) = query.find(name.kind)
    {
        let class = if found.reason == Reason::VersionInQuery {
            Class::Versioned
        } else {
            Class::Fingerprinted
        };
        let [start, end] = [found.start, found.end].map(|at| at + asset.query_at);
        return Classification::new(class, found.reason, Evidence::new(start, end));
    }
    // Data below `/api/v1/` is an interface's answer, perhaps one visitor's own.
    if let Directories::Moving(span, reason) = directories
        && name.kind != Kind::Data
    {
        return asset.is(Class::MovingTag, reason, span);
    }
    by_kind(asset, &name, unsure)
}

const HOT_UPDATE: &[u8] = b".hot-update";

/// What the sets say of a name without its extension, so that what is rare need not
/// be looked for.
#[derive(Clone, Copy)]
struct Signs {
    may_have_hash: bool,
    may_have_version: bool,
    may_be_hot_update: bool,
}

impl Signs {
    #[inline(always)]
    fn of(file: &Text<'_>, name: &Name) -> Signs {
        let length = name.stem_end - name.at;
        if file.bytes.len() - name.at >= WINDOW {
            return Signs {
                may_have_hash: true,
                may_have_version: true,
                may_be_hot_update: true,
            };
        }
        let own = |set: u64| set << (file.bytes.len() - name.stem_end) & few_highest(length);
        let (dots, notable) = (own(file.dots), own(file.notable));
        let points = dots & notable << 1 & notable >> 1;
        let first_dot = 1 << (WINDOW - HOT_UPDATE.len());
        Signs {
            // Small letters alone are a word, or can't be told from one.
            may_have_hash: notable != 0 || length >= UUID,
            // Three numbers have two dots between them.
            may_have_version: points & points.wrapping_sub(1) != 0,
            may_be_hot_update: dots & first_dot != 0,
        }
    }
}

/// The exact version in the name or in the directories, and where it stands.
#[inline(always)]
fn released(
    path: &[u8],
    name: &Name,
    signs: Signs,
    directories: Directories,
) -> Option<(Reason, Span)> {
    // A number on a picture may be that of a chapter.
    let software = matches!(name.kind, Kind::Code | Kind::Font | Kind::Archive);
    if signs.may_have_version
        && let Some((start, end)) = version::find(&path[name.at..name.stem_end])
        && let span = (name.at + start, name.at + end)
        && (software || matches!(path[span.0], b'v' | b'V'))
    {
        return Some((Reason::VersionInName, span));
    }
    let Directories::Exact(span, reason) = directories else {
        return None;
    };
    let pinned = software || name.kind == Kind::Media && reason != Reason::CommitInPath;
    pinned.then_some((reason, span))
}
