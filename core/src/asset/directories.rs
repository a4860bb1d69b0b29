//! What the directories of a path say.

use crate::types::Reason;

use super::fingerprint::Trust;
use super::scan::{after_last_slash, first_of, may_have_digit_or_at, short};
use super::sets::{WINDOW, highest, is, sets};
use super::text::Text;
use super::version::{self, Version, version};

/// What the directories say of all that lies in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directories {
    /// A builder names everything in here by its content.
    Build(Span),
    /// An exact version of a package, on a host for packages.
    Package(Span, Reason),
    /// A version of a package that moves, and why.
    MovingPackage(Span, Reason),
    /// An exact version.
    Exact(Span, Reason),
    /// A version that moves, and why.
    Moving(Span, Reason),
    /// A development server.
    Development(Span),
    /// Nothing.
    Silent,
}

/// Where something stands in the path.
pub(super) type Span = (usize, usize);

/// Whether the directories of a path may say anything: most don't, and are not
/// read one by one. `name_at` is where its last segment starts, which counts too
/// where it may be a package: if it is no file.
#[inline]
pub(super) fn may_say(text: &Text<'_>, name_at: usize, name_is_file: bool) -> bool {
    let path = text.bytes;
    let name = highest(path.len() - name_at);
    let file = if name_is_file { name } else { 0 };
    let asked = if name_is_file { name_at } else { path.len() };
    text.notable & !file != 0 && may_have_digit_or_at(&path[..asked])
        // The first directory may follow no slash, and the last slash starts none.
        || path.first() != Some(&b'/') && is_special(path, 0)
        || any_special(path, path.len(), text.slashes & !name >> 1)
        || path.len() > WINDOW && may_say_before(&path[..path.len() - WINDOW], path)
}

/// Whether any of the directories after these slashes is special.
#[inline]
fn any_special(path: &[u8], end: usize, slashes: u64) -> bool {
    let mut found = false;
    let mut left = slashes;
    while left != 0 {
        let slash = end + left.trailing_zeros() as usize - WINDOW;
        found |= is_special(path, slash + 1);
        left &= left - 1;
    }
    found
}

/// The same as [`may_say`] for what the sets don't have.
fn may_say_before(before: &[u8], path: &[u8]) -> bool {
    if may_have_digit_or_at(before) {
        return true;
    }
    let mut end = before.len();
    while end > 0 {
        let [slashes] = sets(&before[..end], |bytes| [is(bytes, b'/')]);
        if any_special(path, end, slashes) {
            return true;
        }
        end = end.saturating_sub(WINDOW);
    }
    false
}

/// Whether at this place of a path a directory starts that says something, or any
/// that starts like a builder's.
#[inline]
fn is_special(path: &[u8], at: usize) -> bool {
    // The last word is read where one at the place would end behind the path.
    let (from, word) = match path.len().checked_sub(8) {
        Some(last) => {
            let from = last.min(at);
            (
                from,
                path[from..]
                    .first_chunk()
                    .map_or(0, |word| u64::from_le_bytes(*word)),
            )
        }
        None => (0, short(path)),
    };
    let word = word.checked_shr(8 * (at - from) as u32).unwrap_or(0);
    let (text, mask) = SPECIAL[slot(word)];
    (word & mask == text) | matches!(word as u8, b'_' | b'.')
}

/// Each special directory with its slash, as a number, and the bits that are
/// its own, in the slot of its first two letters.
static SPECIAL: [(u64, u64); 8] = {
    const DIRECTORIES: [&str; 8] = [
        "npm/", "gh/", "latest/", "stable/", "nightly/", "next/", "current/", "edge/",
    ];
    let mut slots = [(1, 0); 8];
    let mut index = 0;
    while index < DIRECTORIES.len() {
        let directory = DIRECTORIES[index].as_bytes();
        let (mut text, mut mask) = (0, 0);
        let mut at = directory.len();
        while at > 0 {
            at -= 1;
            text = text << 8 | directory[at] as u64;
            mask = mask << 8 | 0xFF;
        }
        assert!(slots[slot(text)].1 == 0, "one directory a slot");
        slots[slot(text)] = (text, mask);
        index += 1;
    }
    slots
};

/// A number that was found by trying: it gives each special directory another
/// slot.
const fn slot(word: u64) -> usize {
    ((word as u16).wrapping_mul(0x457) >> 13) as usize
}

/// How far hashes are to be expected in the names of these directories.
pub(super) fn trust(path: &[u8], name_at: usize) -> Trust {
    let mut rest = &path[..name_at];
    let mut parents = [&b""[..]; 2];
    for parent in &mut parents {
        rest = rest.strip_suffix(b"/").unwrap_or_default();
        let (above, name) = rest.split_at(after_last_slash(rest));
        *parent = name;
        rest = above;
    }
    let [parent, above] = parents;
    match (above, parent) {
        (_, b"chunks" | b"_nuxt" | b"_astro") => Trust::Builder,
        (b"_nuxt" | b"_astro", _) => Trust::Builder,
        _ if is_below_next(path) => Trust::Builder,
        (_, b"assets") | (b"static", b"js" | b"css" | b"media") => Trust::Usual,
        _ => Trust::None,
    }
}

/// Whether `/_next/static/` stands in the path.
fn is_below_next(path: &[u8]) -> bool {
    let mut rest = path;
    loop {
        // Most paths have none at all.
        let (before, after) = rest.split_at(first_of(rest, *b"_"));
        if before.ends_with(b"/") && after.starts_with(b"_next/static/") {
            return true;
        }
        let [_, next @ ..] = after else {
            return false;
        };
        rest = next;
    }
}

/// Reads the directories of a path, one by one.
#[inline(never)]
pub(super) fn read(path: &[u8], name_at: usize, name_is_file: bool) -> Directories {
    let limit = if name_is_file { name_at } else { path.len() };
    let mut found = Directories::Silent;
    let mut start = usize::from(path.first() == Some(&b'/'));
    let mut before: [&[u8]; 3] = [b""; 3];
    while start < limit {
        let end = start + first_of(&path[start..], *b"/");
        let segment = &path[start..end];
        if segment == b".." {
            return Directories::Silent;
        }
        match segment_says(path, (start, end), start < name_at, &before) {
            Says::Nothing => {}
            Says::Build => return Directories::Build((start, end)),
            Says::Development => return Directories::Development((start, end)),
            Says::Package(at, version) => {
                let span = (start + at.0, start + at.1);
                match version {
                    Ok(reason) => found = Directories::Package(span, reason),
                    // One package that moves makes the whole response move.
                    Err(reason) => return Directories::MovingPackage(span, reason),
                }
            }
            Says::Exact(reason) => {
                if !matches!(found, Directories::Package(..)) {
                    found = Directories::Exact((start, end), reason);
                }
            }
            Says::Moving(reason) => {
                if found == Directories::Silent {
                    found = Directories::Moving((start, end), reason);
                }
            }
        }
        before = [before[1], before[2], segment];
        start = end + 1;
    }
    found
}

/// Next's, below `_next/static`.
const DEVELOPMENT: &[u8] = b"development";

enum Says {
    Nothing,
    Build,
    Development,
    Package(Span, Result<Reason, Reason>),
    Exact(Reason),
    Moving(Reason),
}

fn segment_says(path: &[u8], (start, end): Span, is_directory: bool, before: &[&[u8]; 3]) -> Says {
    let (segment, rest) = (&path[start..end], &path[end..]);
    let Some(&first) = segment.first() else {
        return Says::Nothing;
    };
    if may_have_digit_or_at(segment) {
        if let Some(found) = package(segment, is_directory) {
            return found;
        }
        if is_directory && let Some(found) = numbered(segment, before) {
            return found;
        }
    }
    // One question, since nobody can guess the next letter.
    let special = is_special(path, start) | (first == b'@') | (segment == DEVELOPMENT);
    if !is_directory || !special {
        return Says::Nothing;
    }
    match first {
        b'_' => builder(segment, rest),
        b'@' if matches!(segment, b"@vite" | b"@fs" | b"@id") => Says::Development,
        b'.' if segment == b".vite" => Says::Development,
        b'd' if segment == DEVELOPMENT && before[1] == b"_next" && before[2] == b"static" => {
            Says::Development
        }
        // jsDelivr's roots, each with what follows it.
        b'n' | b'g'
            if matches!(segment, b"npm" | b"gh")
                && before[2].is_empty()
                && !next_has_version(rest) =>
        {
            Says::Moving(Reason::VersionMissing)
        }
        b'l' | b's' | b'n' | b'c' | b'e'
            if matches!(
                segment,
                b"latest" | b"stable" | b"nightly" | b"next" | b"current" | b"edge"
            ) =>
        {
            Says::Moving(Reason::TagMoves)
        }
        _ => Says::Nothing,
    }
}

/// `package@version`, once or, on hosts that combine, several times.
fn package(segment: &[u8], is_directory: bool) -> Option<Says> {
    let mut found = None;
    let mut after = 1;
    while let Some(text) = segment.get(after..) {
        let at = after + first_of(text, *b"@");
        let Some(text) = segment.get(at + 1..) else {
            break;
        };
        after = at + 1;
        // In a file's name, which is looked at by itself.
        if !is_directory && has_extension(text) {
            break;
        }
        let length = text
            .iter()
            .position(|&byte| byte == b',')
            .unwrap_or(text.len());
        let says = match version(&text[..length]) {
            Version::Exact => Ok(Reason::VersionInPath),
            Version::None if is_commit(&text[..length]) => Ok(Reason::CommitInPath),
            Version::Partial | Version::Range => Err(Reason::VersionRange),
            Version::Tag => Err(Reason::TagMoves),
            Version::None => continue,
        };
        let moves = says.is_err();
        found = Some(Says::Package((at + 1, at + 1 + length), says));
        if moves {
            break;
        }
    }
    found
}

fn has_extension(text: &[u8]) -> bool {
    let dot = text.iter().rposition(|&byte| byte == b'.');
    dot.is_some_and(|dot| text[dot + 1..].iter().any(u8::is_ascii_alphabetic))
}

/// Whether the package that follows a package host's root has a version.
fn next_has_version(rest: &[u8]) -> bool {
    let package = rest.get(2..).unwrap_or_default();
    first_of(package, *b"@") < package.len()
}

/// Directories of builders, all of which start with `_`.
fn builder(segment: &[u8], rest: &[u8]) -> Says {
    match segment {
        // SvelteKit
        b"_app" if rest.starts_with(b"/immutable/") => Says::Build,
        // Next: the build's own identifier names the directory.
        b"_next" if next_build(rest) => Says::Build,
        // Nuxt
        b"_nuxt" if rest.starts_with(b"/builds/meta/") => Says::Build,
        _ => Says::Nothing,
    }
}

/// `/static/<build>/` and one of the files that stand there.
fn next_build(rest: &[u8]) -> bool {
    let Some(rest) = rest.strip_prefix(b"/static/") else {
        return false;
    };
    let mut segments = rest.splitn(2, |&byte| byte == b'/');
    let build = segments.next().unwrap_or_default();
    let file = segments.next().unwrap_or_default();
    build != b"development"
        && matches!(
            file,
            b"_buildManifest.js"
                | b"_ssgManifest.js"
                | b"_middlewareManifest.js"
                | b"_clientMiddlewareManifest.json"
        )
}

/// A directory with a digit in its name.
fn numbered(segment: &[u8], before: &[&[u8]; 3]) -> Option<Says> {
    // cdnjs keeps what was published once, under whatever version.
    if before[0] == b"ajax" && before[1] == b"libs" && is_revision(segment) {
        return Some(Says::Exact(Reason::VersionInPath));
    }
    let first = segment[0];
    if first.is_ascii_digit() || first == b'v' {
        match version(segment) {
            Version::Exact => return Some(Says::Exact(Reason::VersionInPath)),
            Version::Partial if first == b'v' || segment.contains(&b'.') => {
                return Some(Says::Moving(Reason::VersionPartial));
            }
            Version::Range => return Some(Says::Moving(Reason::VersionRange)),
            Version::Partial | Version::Tag | Version::None => {}
        }
    }
    if is_commit(segment) {
        return Some(Says::Exact(Reason::CommitInPath));
    }
    if is_gatsby_image(segment, before[2]) {
        return Some(Says::Build);
    }
    let released = version::find(segment).is_some_and(|(at, _)| at > 0) || is_deployment(segment);
    released.then_some(Says::Exact(Reason::VersionInPath))
}

/// `r128`: what three.js calls its releases.
fn is_revision(segment: &[u8]) -> bool {
    matches!(segment, [b'r', digits @ ..] if (2..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit))
}

/// Magento's `version1700000000`, after the time of the deployment.
fn is_deployment(segment: &[u8]) -> bool {
    segment
        .strip_prefix(b"version")
        .is_some_and(|time| time.len() >= 10 && time.iter().all(u8::is_ascii_digit))
}

/// The SHA-1 of a commit.
fn is_commit(segment: &[u8]) -> bool {
    segment.len() == 40
        && segment
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Gatsby's `/static/<32 hexadecimal digits>/<5>/name.jpg`: content and options.
fn is_gatsby_image(segment: &[u8], before: &[u8]) -> bool {
    segment.len() == 5
        && before.len() == 32
        && segment
            .iter()
            .chain(before)
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
