//! What the directories of a path say.

use crate::types::Reason;

use super::fingerprint::Trust;
use super::scan::{after_last_slash, first_of, has_digit, may_have_digit_or_at, short};
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

/// What in a path says that its directories may say anything: a bit for each byte
/// of its window that does. Most paths have none, and are not read one by one.
/// `name_at` is where the last segment starts, which counts too where it may be a
/// package: if it is no file.
#[inline(always)]
pub(super) fn marks(text: &Text<'_>, name_at: usize, name_is_file: bool) -> u64 {
    let path = text.bytes;
    let name = highest(path.len() - name_at);
    let mut marks = if name_is_file {
        text.notable & !name
    } else {
        text.notable
    };
    if marks != 0 && !may_have_digit_or_at(&path[..if name_is_file { name_at } else { path.len() }])
    {
        marks = 0;
    }
    // The last slash starts no directory, and the first may follow none.
    marks |= special(path, path.len(), text.slashes & !name >> 1) << 1;
    if path.len() > WINDOW || path.first() != Some(&b'/') {
        marks |= marks_before(path);
    }
    marks
}

fn every(bit: bool) -> u64 {
    u64::from(bit).wrapping_neg()
}

/// After which of these slashes, among the bytes that end here, a special directory
/// starts.
#[inline(always)]
fn special(path: &[u8], end: usize, slashes: u64) -> u64 {
    let mut found = 0;
    let mut left = slashes;
    while left != 0 {
        let slash = left & left.wrapping_neg();
        let at = end + left.trailing_zeros() as usize - (WINDOW - 1);
        found |= slash & every(is_special(path, at));
        left ^= slash;
    }
    found
}

/// Every bit if anything is said by what the sets don't have, or no slash precedes.
#[inline(never)]
fn marks_before(path: &[u8]) -> u64 {
    let before = &path[..path.len().saturating_sub(WINDOW)];
    let mut found = is_special(path, 0) || may_have_digit_or_at(before);
    let mut end = before.len();
    while end > 0 {
        let [slashes] = sets(&before[..end], |bytes| [is(bytes, b'/')]);
        found |= special(path, end, slashes) != 0;
        end = end.saturating_sub(WINDOW);
    }
    every(found)
}

/// Whether at this place of a path a directory starts that says something by its
/// name.
#[inline(always)]
fn is_special(path: &[u8], at: usize) -> bool {
    let rest = &path[at..];
    let word = match rest.first_chunk() {
        Some(word) => u64::from_le_bytes(*word),
        None => short(rest),
    };
    let (text, mask) = SPECIAL[slot(word)];
    word & mask == text
}

/// Each special directory with its slash and what must follow, as a number of at
/// most eight bytes, and the bits that are its own, in the slot of its first three
/// letters.
static SPECIAL: [(u64, u64); 16] = {
    const DIRECTORIES: [&str; 12] = [
        "npm/", "gh/", "latest/", "stable/", "nightly/", "next/", "current/", "edge/", ".vite/",
        "_app/imm", "_next/st", "_nuxt/bu",
    ];
    let mut slots = [(1, 0); 16];
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

/// A multiplier that was found by trying: it gives each special directory another
/// slot.
#[inline(always)]
const fn slot(word: u64) -> usize {
    ((word as u32 & 0xFF_FFFF).wrapping_mul(0x85B) >> 28) as usize
}

/// How far hashes are to be expected in the names of these directories.
pub(super) fn trust(path: &[u8], name_at: usize) -> Trust {
    let [parent, above] = parents(path, name_at);
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

/// The segments before the one that starts here, from the last; empty where there
/// is none.
fn parents<const N: usize>(path: &[u8], at: usize) -> [&[u8]; N] {
    let mut rest = &path[..at];
    core::array::from_fn(|_| {
        let ended = rest.strip_suffix(b"/").unwrap_or_default();
        let (above, name) = ended.split_at(after_last_slash(ended));
        rest = above;
        name
    })
}

/// Reads the directories of a path in which these [`marks`] are.
#[inline(never)]
pub(super) fn read(text: &Text<'_>, name_at: usize, name_is_file: bool, marks: u64) -> Directories {
    let path = text.bytes;
    if path.starts_with(COMBINE)
        && let Some(span) = member_without_version(path)
    {
        return Directories::MovingPackage(span, Reason::VersionMissing);
    }
    let limit = if name_is_file { name_at } else { path.len() };
    let mut found = Directories::Silent;
    let mut segments = Segments::of(text, marks);
    while let Some((start, end)) = segments.next(text) {
        if start >= limit {
            break;
        }
        match segment_says(path, (start, end), start < name_at) {
            Says::Nothing => {}
            Says::Above => return Directories::Silent,
            Says::Build => return Directories::Build((start, end)),
            Says::Development(span) => return Directories::Development(span),
            Says::Package(span, version) => match version {
                Ok(reason) => found = Directories::Package(span, reason),
                // One package that moves makes the whole response move.
                Err(reason) => return Directories::MovingPackage(span, reason),
            },
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
    }
    found
}

/// The segments of a path that have marks, or start with two dots; all of them if the
/// sets don't have the whole path.
struct Segments {
    marks: u64,
    start: usize,
}

impl Segments {
    fn of(text: &Text<'_>, marks: u64) -> Segments {
        let start = usize::from(text.bytes.first() == Some(&b'/'));
        let two_dots = text.slashes << 1 & text.dots & text.dots >> 1;
        let all = text.bytes.len() > WINDOW || start == 0;
        Segments {
            marks: if all { !0 } else { marks | two_dots },
            start,
        }
    }

    #[inline(always)]
    fn next(&mut self, text: &Text<'_>) -> Option<Span> {
        let length = text.bytes.len();
        if self.start >= length {
            return None;
        }
        let mut start = self.start;
        let end = if length > WINDOW {
            start + first_of(&text.bytes[start..], *b"/")
        } else {
            let from = u64::MAX.wrapping_shl(start.wrapping_sub(length) as u32);
            let mark = self.marks & from;
            if mark == 0 {
                return None;
            }
            let slashes = text.slashes & from;
            let before_mark = !mark & mark.wrapping_sub(1);
            if let Some(slash) = (slashes & before_mark).checked_ilog2() {
                start = slash as usize + 1 + length - WINDOW;
            }
            let after_mark = slashes & !before_mark;
            after_mark.trailing_zeros() as usize + length - WINDOW
        };
        self.start = end + 1;
        Some((start, end))
    }
}

enum Says {
    Nothing,
    /// What precedes is none of it.
    Above,
    Build,
    Development(Span),
    Package(Span, Result<Reason, Reason>),
    Exact(Reason),
    Moving(Reason),
}

fn segment_says(path: &[u8], (start, end): Span, is_directory: bool) -> Says {
    let (segment, rest) = (&path[start..end], &path[end..]);
    let Some(&first) = segment.first() else {
        return Says::Nothing;
    };
    if let Some(found) = package(path, (start, end), is_directory) {
        return found;
    }
    if segment == b".." {
        return Says::Above;
    }
    if !is_directory {
        return Says::Nothing;
    }
    if has_digit(segment)
        && let Some(found) = numbered(path, start, segment)
    {
        return found;
    }
    // One question, since nobody can guess the next letter.
    if !(is_special(path, start) | (first == b'@')) {
        return Says::Nothing;
    }
    match segment {
        b"@vite" | b"@fs" | b"@id" | b".vite" => Says::Development((start, end)),
        // SvelteKit
        b"_app" if rest.starts_with(b"/immutable/") => Says::Build,
        b"_next" => next(rest, end),
        // Nuxt
        b"_nuxt" if rest.starts_with(b"/builds/meta/") => Says::Build,
        // jsDelivr's roots, each with what follows it.
        b"npm" | b"gh" if is_first(path, start) && !next_has_version(rest) => {
            Says::Moving(Reason::VersionMissing)
        }
        b"latest" | b"stable" | b"nightly" | b"next" | b"current" | b"edge" => {
            Says::Moving(Reason::TagMoves)
        }
        _ => Says::Nothing,
    }
}

/// Whether no segment, or an empty one, precedes the one that starts here.
fn is_first(path: &[u8], start: usize) -> bool {
    start < 2 || path[start - 2] == b'/'
}

/// `package@version`, once or, on hosts that combine, several times.
fn package(path: &[u8], (start, end): Span, is_directory: bool) -> Option<Says> {
    let segment = &path[..end];
    let mut found = None;
    let mut after = start + 1;
    while let Some(text) = segment.get(after..) {
        let at = after + first_of(text, *b"@") + 1;
        let Some(text) = segment.get(at..) else {
            break;
        };
        after = at;
        // In a file's name, which is looked at by itself.
        if !is_directory && has_extension(text) {
            break;
        }
        let text = &text[..first_of(text, *b",")];
        let says = match version(text) {
            Version::Exact => Ok(Reason::VersionInPath),
            Version::None if is_commit(text) => Ok(Reason::CommitInPath),
            Version::Partial | Version::Range => Err(Reason::VersionRange),
            Version::Tag => Err(Reason::TagMoves),
            Version::None => continue,
        };
        let moves = says.is_err();
        found = Some(Says::Package((at, at + text.len()), says));
        if moves {
            break;
        }
    }
    found
}

const COMBINE: &[u8] = b"/combine/";

/// The first of jsDelivr's combined packages that has no version, where there are
/// several: `/combine/npm/a@1.2.3,gh/user/b/b.js`.
#[inline(never)]
fn member_without_version(path: &[u8]) -> Option<Span> {
    let mut start = COMBINE.len();
    let members = path.get(start..)?;
    if !(members.starts_with(b"npm/") || members.starts_with(b"gh/")) {
        return None;
    }
    for member in members.split(|&byte| byte == b',') {
        let end = start + member.len();
        // A scope and a user are names as well.
        let names = match member {
            [b'n', b'p', b'm', b'/', b'@', ..] | [b'g', b'h', b'/', ..] => 3,
            _ => 2,
        };
        let mut segments = member.split(|&byte| byte == b'/');
        let package = segments.nth(names - 1).unwrap_or_default();
        if !package.contains(&b'@') {
            return Some((start, end));
        }
        start = end + 1;
    }
    None
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

/// What follows Next's directory, from this place on: `static`, the build's own
/// identifier, and one of the files that stand there.
fn next(rest: &[u8], at: usize) -> Says {
    const STATIC: &[u8] = b"/static/";
    let Some(rest) = rest.strip_prefix(STATIC) else {
        return Says::Nothing;
    };
    let (build, file) = rest.split_at(first_of(rest, *b"/"));
    match file {
        b"" => Says::Nothing,
        _ if build == b"development" => {
            let start = at + STATIC.len();
            Says::Development((start, start + build.len()))
        }
        b"/_buildManifest.js"
        | b"/_ssgManifest.js"
        | b"/_middlewareManifest.js"
        | b"/_clientMiddlewareManifest.json" => Says::Build,
        _ => Says::Nothing,
    }
}

/// A directory with a digit in its name.
fn numbered(path: &[u8], start: usize, segment: &[u8]) -> Option<Says> {
    // cdnjs keeps what was published once, under whatever version.
    if is_revision(segment) && matches!(parents(path, start), [_, b"libs", b"ajax"]) {
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
    if segment.len() == 5 && is_gatsby_image(segment, parents(path, start)) {
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
fn is_gatsby_image(segment: &[u8], [before]: [&[u8]; 1]) -> bool {
    before.len() == 32
        && segment
            .iter()
            .chain(before)
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path() -> impl Strategy<Value = String> {
        let segment = prop_oneof![
            2 => "[a-z]{0,9}",
            1 => "[A-Z@v.]?[0-9.]{1,6}",
            1 => "(npm|gh|latest|stable|nightly|next|current|edge|development|[.]vite|[.][.])",
            1 => "(_app/immutable|_next/static|_nuxt/builds/meta|ajax/libs/a|@vite|a@1[.]2[.]3)",
        ];
        prop::collection::vec(segment, 1..9).prop_map(|segments| segments.join("/"))
    }

    proptest! {
        #[test]
        fn what_has_no_marks_says_nothing(path in path(), root in "/?", is_file: bool) {
            let path = root + &path;
            let text = Text::of(path.as_bytes());
            let name_at = text.name_at();
            let all = read(&text, name_at, is_file, !0);
            let marks = marks(&text, name_at, is_file);
            let marked = match marks {
                0 => Directories::Silent,
                marks => read(&text, name_at, is_file, marks),
            };
            prop_assert_eq!(marked, all);
        }
    }
}
