//! What the end of a file's name says of its content.

use super::scan::{equal, last_of, short};

/// What kind of file it is, as far as the classification cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page: `.html`, or no extension at all.
    Page,
    /// What builders write: scripts, style sheets, modules.
    Code,
    /// Fonts, which hardly ever change.
    Font,
    /// Images, sounds, films.
    Media,
    /// JSON, XML, text.
    Data,
    /// Packages of software.
    Archive,
    /// Any other.
    Unknown,
}

impl Kind {
    pub(super) const COUNT: usize = Kind::Unknown as usize + 1;
}

/// A file's name without what says nothing of its version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    /// Everything before the extension.
    pub(super) stem: &'a [u8],
    /// The last extension but those of maps, licences and compression.
    pub(super) extension: &'a [u8],
    pub(super) kind: Kind,
    /// Whether it is a source map.
    pub(super) map: bool,
}

impl<'a> Name<'a> {
    /// Reads the name that starts at `at` and ends the path.
    #[inline]
    pub(super) fn parse(path: &'a [u8], at: usize) -> Name<'a> {
        match Name::outermost(path, at) {
            (name, None) => name,
            (_, Some(inner)) => Name::parse_inner(path, at, inner),
        }
    }

    /// Reads what extensions wrap, such as a script with its map.
    #[inline(never)]
    fn parse_inner(path: &'a [u8], at: usize, outer: Wrapped) -> Name<'a> {
        let mut inner = outer;
        let mut map = false;
        loop {
            map |= inner.map;
            let (mut name, next) = Name::outermost(&path[..inner.end], at);
            match next {
                Some(next) => inner = next,
                None if map => {
                    (name.map, name.kind) = (true, Kind::Code);
                    return name;
                }
                None => return name,
            }
        }
    }

    /// The name as its last extension has it, and what that wraps, if it does.
    #[inline(always)]
    fn outermost(path: &'a [u8], at: usize) -> (Name<'a>, Option<Wrapped>) {
        let Some((dot, given)) = last_extension(path, at) else {
            let name = Name {
                stem: &path[at..],
                extension: b"",
                kind: Kind::Page,
                map: false,
            };
            return (name, None);
        };
        let Known { kind, wraps, .. } = known(given);
        let name = Name {
            stem: &path[at..dot],
            extension: &path[dot + 1..],
            kind,
            map: false,
        };
        if !wraps {
            return (name, None);
        }
        let inner = wrapped(given, name.stem).map(|length| Wrapped {
            end: at + length,
            map: given == MAP,
        });
        (name, inner)
    }
}

/// A name that an extension wraps.
struct Wrapped {
    /// Where it ends.
    end: usize,
    /// Whether it is wrapped by its map.
    map: bool,
}

/// How much of the stem before this extension is the name of what it wraps, if it
/// wraps anything.
#[inline(never)]
fn wrapped(given: u64, stem: &[u8]) -> Option<usize> {
    match given {
        MAP => Some(stem.len()),
        GZ | BR | ZST if stem.contains(&b'.') => Some(stem.len()),
        TXT => stem.strip_suffix(LICENSE).map(<[u8]>::len),
        _ => None,
    }
}

const LICENSE: &[u8] = b".LICENSE";

/// Where the last dot stands in the name that starts at `at`, and what follows
/// it as a number.
#[inline(always)]
fn last_extension(path: &[u8], at: usize) -> Option<(usize, u64)> {
    let last = match path.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => short(path).checked_shl(64 - 8 * path.len() as u32)?,
    };
    let length = equal(last, b'.').leading_zeros() / 8;
    if length < 8 {
        // Twice, since 64 bits can't be shifted by 64.
        let bytes = last >> 8 >> (56 - 8 * length);
        let dot = (path.len() - 1).checked_sub(length as usize)?;
        return (dot >= at).then_some((dot, bytes | u64::from(length) << 56));
    }
    let dot = at + last_of(&path[at..], b'.')?;
    Some((dot, FREE))
}

/// What an extension says.
#[derive(Clone, Copy)]
struct Known {
    packed: u64,
    kind: Kind,
    /// Whether another extension may stand before it.
    wraps: bool,
}

/// What an extension says, given as a number: its bytes, and above them its
/// length. None that is known has eight bytes.
#[inline]
fn known(given: u64) -> Known {
    const LETTERS: u64 = u64::from_le_bytes([0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0]);
    // In lower case; what is no letter turns into none.
    let packed = given | (given & LETTERS) >> 1;
    let known = KNOWN[slot(packed)];
    if known.packed == packed {
        known
    } else {
        UNKNOWN
    }
}

/// The number of an extension that is in lower case.
const fn packed(extension: &str) -> u64 {
    let bytes = extension.as_bytes();
    assert!(bytes.len() < 8);
    let mut word = [0; 8];
    let mut at = 0;
    while at < bytes.len() {
        word[at] = bytes[at];
        at += 1;
    }
    word[7] = bytes.len() as u8;
    u64::from_le_bytes(word)
}

const MAP: u64 = packed("map");
const GZ: u64 = packed("gz");
const BR: u64 = packed("br");
const ZST: u64 = packed("zst");
const TXT: u64 = packed("txt");

const LISTS: [(Kind, &[&str]); 7] = [
    (
        Kind::Page,
        &[
            "", "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "jspx", "do", "cgi",
            "cfm",
        ],
    ),
    (
        Kind::Code,
        &[
            "js", "mjs", "cjs", "css", "wasm", "jsx", "ts", "mts", "tsx", "vue", "less", "scss",
        ],
    ),
    (Kind::Font, &["woff2", "woff", "ttf", "otf", "eot"]),
    (
        Kind::Media,
        &[
            "png", "svg", "jpg", "jpeg", "gif", "webp", "avif", "ico", "bmp", "tif", "tiff", "jxl",
            "cur", "mp3", "ogg", "wav", "m4a", "aac", "flac", "opus", "mp4", "webm", "mov", "m4v",
            "ogv", "pdf", "glb", "gltf",
        ],
    ),
    (
        Kind::Data,
        &[
            "json", "xml", "txt", "yaml", "yml", "csv", "md", "json5", "toml", "rss", "atom",
        ],
    ),
    (
        Kind::Archive,
        &[
            "zip", "tgz", "tar", "gz", "bz2", "xz", "zst", "7z", "whl", "jar", "gem", "deb", "rpm",
            "crate", "exe", "msi", "dmg", "pkg", "apk",
        ],
    ),
    (Kind::Unknown, &["map", "br"]),
];

/// The number of no extension.
const FREE: u64 = u64::MAX;

const UNKNOWN: Known = Known {
    packed: FREE,
    kind: Kind::Unknown,
    wraps: false,
};

/// A multiplier that was found by trying: it gives each extension another slot.
const fn slot(packed: u64) -> usize {
    (packed.wrapping_mul(0xE5E8_97D3_AE56_C6B7) >> 56) as usize
}

/// The lists as one table.
static KNOWN: [Known; 256] = {
    let mut table = [UNKNOWN; 256];
    let mut list = 0;
    while list < LISTS.len() {
        let (kind, extensions) = LISTS[list];
        let mut index = 0;
        while index < extensions.len() {
            let packed = packed(extensions[index]);
            let slot = &mut table[slot(packed)];
            assert!(slot.packed == FREE, "one extension a slot");
            *slot = Known {
                packed,
                kind,
                wraps: matches!(packed, MAP | GZ | BR | ZST | TXT),
            };
            index += 1;
        }
        list += 1;
    }
    table
};
