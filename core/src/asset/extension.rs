//! What the end of a file's name says of its content.

use super::directories::Span;
use super::scan::{last_of, short};
use super::sets::WINDOW;
use super::text::Text;

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
pub(super) struct Name {
    /// Where it starts in the path.
    pub(super) at: usize,
    /// Where the part before the extension ends.
    pub(super) stem_end: usize,
    pub(super) kind: Kind,
    /// Whether it is a source map.
    pub(super) map: bool,
    /// The last extension but those of maps, licences and compression.
    extension: u64,
}

impl Name {
    /// Reads the name that starts at `at` and ends the path.
    #[inline(always)]
    pub(super) fn parse(path: &Text<'_>, at: usize) -> Name {
        let (stem_end, extension) = last_extension(path, at, path.bytes.len());
        let known = known(extension);
        if known.wraps {
            return Name::unwrapped(path, at, stem_end, extension);
        }
        Name {
            at,
            stem_end,
            kind: known.kind,
            map: false,
            extension,
        }
    }

    /// Reads what an extension wraps, such as a script with its map.
    #[inline(never)]
    fn unwrapped(path: &Text<'_>, at: usize, mut stem_end: usize, mut extension: u64) -> Name {
        let mut map = false;
        while let Some(end) = wrapped(path.bytes, (at, stem_end), extension) {
            map |= extension == MAP;
            (stem_end, extension) = last_extension(path, at, end);
        }
        Name {
            at,
            stem_end,
            kind: if map {
                Kind::Code
            } else {
                known(extension).kind
            },
            map,
            extension,
        }
    }

    /// Where it stands in the path without its extension.
    #[inline(always)]
    pub(super) fn stem(&self) -> Span {
        (self.at, self.stem_end)
    }

    /// Where it stands in the path.
    #[inline(always)]
    pub(super) fn span(&self, path: &[u8]) -> Span {
        (self.at, path.len())
    }

    /// Whether it is a file of JSON.
    pub(super) fn is_json(&self) -> bool {
        in_lower_case(self.extension) == JSON
    }

    /// Whether it is a manifest of what was in the browser before service workers,
    /// or of a web application.
    #[inline(never)]
    pub(super) fn is_web_manifest(&self, path: &[u8]) -> bool {
        let mut parts = path[self.stem_end..].split(|&byte| byte == b'.').skip(1);
        matches!(parts.next(), Some(b"webmanifest" | b"appcache"))
    }

    /// Whether it has no extension, or an empty one.
    pub(super) fn is_bare(&self) -> bool {
        self.extension == NONE
    }
}

/// Where what an extension wraps ends, if it wraps anything.
fn wrapped(path: &[u8], (at, end): Span, extension: u64) -> Option<usize> {
    let stem = &path[at..end];
    match extension {
        MAP => Some(end),
        GZ | BR | ZST if stem.contains(&b'.') => Some(end),
        TXT if stem.ends_with(LICENSE) => Some(end - LICENSE.len()),
        _ => None,
    }
}

const LICENSE: &[u8] = b".LICENSE";

/// Where the last dot stands in the name between two places, and what follows it as
/// a number. A name without a dot ends with an empty extension.
#[inline(always)]
fn last_extension(path: &Text<'_>, at: usize, end: usize) -> (usize, u64) {
    let length = if path.bytes.len() - at < WINDOW {
        (path.dots << (path.bytes.len() - end)).leading_zeros() as usize
    } else {
        let name = &path.bytes[at..end];
        last_of(name, b'.').map_or(name.len(), |dot| name.len() - dot - 1)
    };
    if length >= end - at {
        return (end, NONE);
    }
    (end - length - 1, number(&path.bytes[..end], length))
}

/// An extension of this length that ends the text as a number: its bytes, and above
/// them its length. None that is known has eight bytes.
#[inline(always)]
fn number(text: &[u8], length: usize) -> u64 {
    if length >= 8 {
        return FREE;
    }
    let last = match text.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => short(text).wrapping_shl(64 - 8 * text.len() as u32),
    };
    // Twice, since 64 bits can't be shifted by 64.
    last >> 8 >> (56 - 8 * length) | (length as u64) << 56
}

/// What an extension says.
#[derive(Clone, Copy)]
struct Known {
    packed: u64,
    kind: Kind,
    /// Whether another extension may stand before it.
    wraps: bool,
}

/// What an extension says, given as a number.
#[inline(always)]
fn known(given: u64) -> Known {
    let packed = in_lower_case(given);
    let known = KNOWN[slot(packed)];
    if known.packed == packed {
        known
    } else {
        UNKNOWN
    }
}

/// The number in lower case; what is no letter turns into none.
#[inline(always)]
fn in_lower_case(given: u64) -> u64 {
    const LETTERS: u64 = u64::from_le_bytes([0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0]);
    given | (given & LETTERS) >> 1
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
const JSON: u64 = packed("json");
const NONE: u64 = packed("");

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
