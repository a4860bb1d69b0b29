//! Versions in names, directories and queries.

use super::scan::{first_of, has_digit};

/// How exactly a text names a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// One release (Semantic Versioning 2.0.0): `1.2.3`, `v1.2.3-rc.1`.
    Exact,
    /// Only its first parts: `3`, `v1`, `1.2`.
    Partial,
    /// A range: `^1.2.3`, `1.x`, `>=2`.
    Range,
    /// A name that moves from release to release: `latest`.
    Tag,
    /// No version.
    None,
}

/// Reads a whole text as a version.
pub(super) fn version(text: &[u8]) -> Version {
    match text.first() {
        Some(b'^' | b'~' | b'<' | b'>' | b'=' | b'*') => return Version::Range,
        // No tag starts like a version.
        Some(b'0'..=b'9' | b'v') | None => {}
        Some(_) if is_tag(text) => return Version::Tag,
        // Nor does a version start otherwise.
        Some(_) => return Version::None,
    }
    let numbers = text.strip_prefix(b"v").unwrap_or(text);
    let Some(core) = Core::read(numbers) else {
        return Version::None;
    };
    match (core.parts, &numbers[core.len..]) {
        (3, rest) if is_suffix(rest) => Version::Exact,
        (1 | 2, b"") => Version::Partial,
        (1 | 2, b".x" | b".*" | b".X" | b".x.x") => Version::Range,
        _ => Version::None,
    }
}

/// Whether it is the name of a tag or branch, in any case.
fn is_tag(text: &[u8]) -> bool {
    let lengths = TAG_LENGTHS[usize::from(text[0] & 31)];
    lengths >> text.len().min(31) & 1 == 1 && TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(text))
}

/// Where an exact version stands among the parts of a file's name, with its
/// `v`, if it has one.
pub(super) fn find(stem: &[u8]) -> Option<(usize, usize)> {
    if first_of(stem, *b".") == stem.len() || !has_digit(stem) {
        return None;
    }
    let mut at = 0;
    while at < stem.len() {
        let starts = at == 0 || matches!(stem[at - 1], b'-' | b'_' | b'.' | b'@');
        let digits = at + usize::from(matches!(stem[at], b'v' | b'V'));
        if starts && let Some(core) = stem.get(digits..).and_then(Core::read) {
            let end = digits + core.len;
            let rest = &stem[end..];
            if core.parts == 3 && is_suffix(rest) {
                return Some((at, end));
            }
            at = end;
        } else {
            at += 1;
        }
    }
    None
}

/// Numbers with dots between them, none with a needless zero: a date such as
/// `2024.01.15` is no version.
struct Core {
    parts: usize,
    len: usize,
}

impl Core {
    #[inline(always)]
    fn read(text: &[u8]) -> Option<Core> {
        let mut core = Core { parts: 0, len: 0 };
        let mut at = 0;
        loop {
            let start = at;
            while text.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            let digits = at - start;
            if digits == 0 {
                return (core.parts > 0).then_some(core);
            }
            let needless = digits > 1 && text[start] == b'0';
            if digits > 6 || needless {
                return None;
            }
            core.parts += 1;
            core.len = at;
            if text.get(at) != Some(&b'.') {
                return Some(core);
            }
            at += 1;
        }
    }
}

/// Whether what follows three numbers leaves them exact: nothing, or a
/// pre-release or build that doesn't move.
fn is_suffix(rest: &[u8]) -> bool {
    match rest.first() {
        None => true,
        Some(b'.' | b'-' | b'_' | b'+') => !rest
            .split(|byte| matches!(byte, b'.' | b'-' | b'_' | b'+'))
            .any(|part| MOVING.iter().any(|word| word.eq_ignore_ascii_case(part))),
        // `1.2.3rc1` is what Python writes.
        Some(_) => [&b"rc"[..], b"a", b"b", b"beta", b"alpha"]
            .iter()
            .any(|mark| {
                rest.strip_prefix(*mark)
                    .is_some_and(|number| number.first().is_some_and(u8::is_ascii_digit))
            }),
    }
}

/// Tags and branches, which move.
const TAGS: [&[u8]; 22] = [
    b"latest",
    b"next",
    b"beta",
    b"alpha",
    b"rc",
    b"canary",
    b"dev",
    b"main",
    b"master",
    b"nightly",
    b"stable",
    b"lts",
    b"experimental",
    b"edge",
    b"insiders",
    b"preview",
    b"trunk",
    b"head",
    b"develop",
    b"snapshot",
    b"current",
    b"legacy",
];

/// For each first letter, by its last five bits, a bit for each length of the tags
/// that start with it.
static TAG_LENGTHS: [u32; 32] = {
    let mut lengths = [0; 32];
    let mut index = 0;
    while index < TAGS.len() {
        lengths[(TAGS[index][0] & 31) as usize] |= 1 << TAGS[index].len();
        index += 1;
    }
    lengths
};

/// What makes a version with three numbers move all the same.
const MOVING: [&[u8]; 4] = [b"snapshot", b"dev", b"nightly", b"latest"];
