//! What the end of a file's name says of its content.

use super::scan::{last_of, short};

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
    pub(super) fn parse(name: &'a [u8]) -> Name<'a> {
        let mut rest = name;
        let mut map = false;
        loop {
            let Some(dot) = last_of(rest, b'.') else {
                let kind = if map { Kind::Code } else { Kind::Page };
                return Name {
                    stem: rest,
                    extension: b"",
                    kind,
                    map,
                };
            };
            let (stem, extension) = (&rest[..dot], &rest[dot + 1..]);
            let packed = pack(extension);
            // Most files are scripts and styles.
            if packed == JS || packed == CSS {
                return Name {
                    stem,
                    extension,
                    kind: Kind::Code,
                    map,
                };
            }
            let compressed = matches!(extension, b"gz" | b"br" | b"zst") && stem.contains(&b'.');
            if extension == b"map" {
                map = true;
                rest = stem;
            } else if compressed {
                rest = stem;
            } else if extension == b"txt" && stem.ends_with(b".LICENSE") {
                rest = &stem[..stem.len() - b".LICENSE".len()];
            } else {
                let kind = if map { Kind::Code } else { kind(packed) };
                return Name {
                    stem,
                    extension,
                    kind,
                    map,
                };
            }
        }
    }
}

fn kind(packed: u64) -> Kind {
    let mut slot = slot(packed);
    loop {
        match KINDS[slot] {
            (FREE, _) => return Kind::Unknown,
            (known, kind) if known == packed => return kind,
            _ => slot = (slot + 1) % SLOTS,
        }
    }
}

/// An extension in lower case as a number: its bytes, and above them its
/// length. None that is known has eight bytes.
fn pack(extension: &[u8]) -> u64 {
    const LETTERS: u64 = u64::from_le_bytes([0x40; 8]);
    if extension.len() >= 8 {
        return FREE;
    }
    let word = short(extension);
    // What is no letter turns into none.
    word | (word & LETTERS) >> 1 | (extension.len() as u64) << 56
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

const JS: u64 = packed("js");
const CSS: u64 = packed("css");

const LISTS: [(Kind, &[&str]); 6] = [
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
];

/// More than twice as many as there are extensions.
const SLOTS: usize = 256;
/// The number of no extension.
const FREE: u64 = u64::MAX;

/// Where the search for an extension starts: the golden ratio spreads the
/// numbers (Knuth, The Art of Computer Programming, volume 3, 6.4).
const fn slot(packed: u64) -> usize {
    (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// The lists as one table, each extension in the first slot that was free.
static KINDS: [(u64, Kind); SLOTS] = {
    let mut table = [(FREE, Kind::Unknown); SLOTS];
    let mut list = 0;
    while list < LISTS.len() {
        let (kind, extensions) = LISTS[list];
        let mut index = 0;
        while index < extensions.len() {
            let packed = packed(extensions[index]);
            let mut at = slot(packed);
            while table[at].0 != FREE {
                at = (at + 1) % SLOTS;
            }
            table[at] = (packed, kind);
            index += 1;
        }
        list += 1;
    }
    table
};
