//! What the end of a file's name says of its content.

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
            let Some(dot) = rest.iter().rposition(|&byte| byte == b'.') else {
                let kind = if map { Kind::Code } else { Kind::Page };
                return Name {
                    stem: rest,
                    extension: b"",
                    kind,
                    map,
                };
            };
            let (stem, extension) = (&rest[..dot], &rest[dot + 1..]);
            let packed = matches!(extension, b"gz" | b"br" | b"zst") && stem.contains(&b'.');
            if extension == b"map" {
                map = true;
                rest = stem;
            } else if packed {
                rest = stem;
            } else if extension == b"txt" && stem.ends_with(b".LICENSE") {
                rest = &stem[..stem.len() - b".LICENSE".len()];
            } else {
                let kind = if map { Kind::Code } else { kind(extension) };
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

/// Lower case, cut to eight bytes; no known extension is longer but one.
fn kind(extension: &[u8]) -> Kind {
    let mut lower = [0; 8];
    if extension.len() > lower.len() {
        return Kind::Unknown;
    }
    for (low, byte) in lower.iter_mut().zip(extension) {
        *low = byte.to_ascii_lowercase();
    }
    match &lower[..extension.len()] {
        b"" | b"html" | b"htm" | b"xhtml" | b"shtml" | b"php" | b"asp" | b"aspx" | b"jsp"
        | b"jspx" | b"do" | b"cgi" | b"cfm" => Kind::Page,
        b"js" | b"mjs" | b"cjs" | b"css" | b"wasm" | b"jsx" | b"ts" | b"mts" | b"tsx" | b"vue"
        | b"less" | b"scss" => Kind::Code,
        b"woff2" | b"woff" | b"ttf" | b"otf" | b"eot" => Kind::Font,
        b"png" | b"svg" | b"jpg" | b"jpeg" | b"gif" | b"webp" | b"avif" | b"ico" | b"bmp"
        | b"tif" | b"tiff" | b"jxl" | b"cur" | b"mp3" | b"ogg" | b"wav" | b"m4a" | b"aac"
        | b"flac" | b"opus" | b"mp4" | b"webm" | b"mov" | b"m4v" | b"ogv" | b"pdf" | b"glb"
        | b"gltf" => Kind::Media,
        b"json" | b"xml" | b"txt" | b"yaml" | b"yml" | b"csv" | b"md" | b"json5" | b"toml"
        | b"rss" | b"atom" => Kind::Data,
        b"zip" | b"tgz" | b"tar" | b"gz" | b"bz2" | b"xz" | b"zst" | b"7z" | b"whl" | b"jar"
        | b"gem" | b"deb" | b"rpm" | b"crate" | b"exe" | b"msi" | b"dmg" | b"pkg" | b"apk" => {
            Kind::Archive
        }
        _ => Kind::Unknown,
    }
}
