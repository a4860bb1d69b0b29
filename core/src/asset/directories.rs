//! What the directories of a path say.

use crate::types::Reason;

use super::fingerprint::Trust;
use super::version::{Version, version};

/// What the directories say of all that lies in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directories {
    /// A builder names everything in here by its content.
    Build(Span),
    /// An exact version of a package, on a host for packages.
    Package(Span, Reason),
    /// An exact version.
    Exact(Span, Reason),
    /// A version that moves, and why.
    Moving(Span, Reason),
    /// A development server.
    Development(Span),
    /// Nothing but how far hashes are to be expected.
    Silent(Trust),
}

/// Where something stands in the path.
pub(super) type Span = (usize, usize);

/// Reads the directories of a path; `name_at` is where its last segment starts.
pub(super) fn read(path: &[u8], name_at: usize) -> Directories {
    let silent = Directories::Silent(Trust::None);
    let mut found = silent;
    let mut builder = false;
    let mut start = usize::from(path.first() == Some(&b'/'));
    let mut before: [&[u8]; 3] = [b""; 3];
    while start < path.len() {
        let end = path[start..]
            .iter()
            .position(|&byte| byte == b'/')
            .map_or(path.len(), |length| start + length);
        let segment = &path[start..end];
        if segment == b".." {
            return Directories::Silent(Trust::None);
        }
        let rest = &path[end..];
        let is_directory = start < name_at;
        match segment_says(segment, is_directory, &before, rest) {
            Says::Nothing => {}
            Says::Trusted => builder = true,
            Says::Build => return Directories::Build((start, end)),
            Says::Development => return Directories::Development((start, end)),
            Says::Package(at, version) => {
                let span = (start + at.0, start + at.1);
                match version {
                    Ok(reason) => found = Directories::Package(span, reason),
                    // One package that moves makes the whole response move.
                    Err(reason) => return Directories::Moving(span, reason),
                }
            }
            Says::Exact(reason) => {
                if !matches!(found, Directories::Package(..)) {
                    found = Directories::Exact((start, end), reason);
                }
            }
            Says::Moving(reason) => {
                if found == silent {
                    found = Directories::Moving((start, end), reason);
                }
            }
        }
        if is_directory {
            before = [before[1], before[2], segment];
        }
        start = end + 1;
    }
    if found == silent {
        return Directories::Silent(trust(builder, &before));
    }
    found
}

fn trust(builder: bool, before: &[&[u8]; 3]) -> Trust {
    match (before[1], before[2]) {
        _ if builder => Trust::Builder,
        (_, b"chunks") => Trust::Builder,
        (_, b"assets") | (b"static", b"js" | b"css" | b"media") => Trust::Usual,
        _ => Trust::None,
    }
}

enum Says {
    Nothing,
    Trusted,
    Build,
    Development,
    Package(Span, Result<Reason, Reason>),
    Exact(Reason),
    Moving(Reason),
}

fn segment_says(segment: &[u8], is_directory: bool, before: &[&[u8]; 3], rest: &[u8]) -> Says {
    let Some(&first) = segment.first() else {
        return Says::Nothing;
    };
    if let Some(found) = package(segment) {
        return found;
    }
    match first {
        b'@' if matches!(segment, b"@vite" | b"@fs" | b"@id" | b"@react-refresh") => {
            return Says::Development;
        }
        b'.' if segment == b".vite" => return Says::Development,
        b'_' if !is_directory => return Says::Nothing,
        b'_' => return builder(segment, rest),
        _ => {}
    }
    let unversioned = || !rest.is_empty() && before[2].is_empty() && !next_has_version(rest);
    match segment {
        // jsDelivr's roots, each with what follows it.
        b"npm" | b"gh" if unversioned() => return Says::Moving(Reason::VersionMissing),
        b"development" if before[2] == b"static" && before[1] == b"_next" => {
            return Says::Development;
        }
        _ => {}
    }
    if !is_directory {
        return Says::Nothing;
    }
    directory(segment, before)
}

/// `package@version`, once or, on hosts that combine, several times.
fn package(segment: &[u8]) -> Option<Says> {
    let mut found = None;
    for at in 1..segment.len() {
        if segment[at] != b'@' || segment[at - 1] == b'/' {
            continue;
        }
        let text = &segment[at + 1..];
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

/// Whether the package that follows a package host's root has a version.
fn next_has_version(rest: &[u8]) -> bool {
    rest.iter().skip(2).any(|&byte| byte == b'@')
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
        b"_nuxt" if rest.starts_with(b"/builds/") => Says::Nothing,
        b"_next" if rest.starts_with(b"/static/") => Says::Trusted,
        b"_nuxt" | b"_astro" => Says::Trusted,
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

fn directory(segment: &[u8], before: &[&[u8]; 3]) -> Says {
    // cdnjs keeps what was published once, under whatever version.
    if before[0] == b"ajax" && before[1] == b"libs" && is_revision(segment) {
        return Says::Exact(Reason::VersionInPath);
    }
    let first = segment[0];
    if !segment.iter().any(u8::is_ascii_digit) {
        let tag = matches!(
            segment,
            b"latest" | b"stable" | b"nightly" | b"next" | b"current" | b"edge"
        );
        return if tag {
            Says::Moving(Reason::TagMoves)
        } else {
            Says::Nothing
        };
    }
    if first.is_ascii_digit() || first == b'v' {
        match version(segment) {
            Version::Exact => return Says::Exact(Reason::VersionInPath),
            Version::Partial if first == b'v' || segment.contains(&b'.') => {
                return Says::Moving(Reason::VersionPartial);
            }
            Version::Range => return Says::Moving(Reason::VersionRange),
            _ => {}
        }
    }
    if is_commit(segment) {
        return Says::Exact(Reason::CommitInPath);
    }
    if is_gatsby_image(segment, before[2]) {
        return Says::Build;
    }
    match super::version::find(segment) {
        Some((at, _)) if at > 0 => Says::Exact(Reason::VersionInPath),
        _ if is_deployment(segment) => Says::Exact(Reason::VersionInPath),
        _ => Says::Nothing,
    }
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
