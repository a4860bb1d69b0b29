//! Which content gets smaller.

use crate::cache::list;

/// Types outside `text/` that are text, or as redundant.
const COMPRESSIBLE: [&str; 30] = [
    "application/ecmascript",
    "application/geo+json",
    "application/graphql",
    "application/javascript",
    "application/json",
    "application/json5",
    "application/jsonl",
    "application/ld+json",
    "application/manifest+json",
    "application/rtf",
    "application/vnd.api+json",
    "application/vnd.apple.mpegurl",
    "application/vnd.ms-fontobject",
    "application/vnd.ms-opentype",
    "application/wasm",
    "application/x-font-opentype",
    "application/x-font-truetype",
    "application/x-font-ttf",
    "application/x-javascript",
    "application/x-ndjson",
    "application/x-web-app-manifest+json",
    "application/xml",
    "application/yaml",
    "font/collection",
    "font/otf",
    "font/ttf",
    "image/bmp",
    "image/vnd.microsoft.icon",
    "image/x-icon",
    "model/gltf+json",
];

/// Whether content of this `Content-Type` is worth compressing. Pictures,
/// sound, video, WOFF fonts and archives are compressed already; an unknown
/// type may be.
pub(super) fn is_compressible(content_type: &[u8]) -> bool {
    let essence = content_type
        .split(|&byte| byte == b';')
        .next()
        .map(list::trim)
        .unwrap_or_default();
    // A compressor holds events back that a page waits for.
    if essence.eq_ignore_ascii_case(b"text/event-stream") {
        return false;
    }
    starts_with(essence, b"text/")
        || ends_with(essence, b"+json")
        || ends_with(essence, b"+xml")
        || COMPRESSIBLE
            .iter()
            .any(|known| essence.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether a path ends like that of a compressed file. Servers send such files
/// with the type of what is in them and without saying how they are coded.
pub(super) fn is_compressed_file(path: &[u8]) -> bool {
    const ENDS: [&[u8]; 6] = [b".br", b".gz", b".svgz", b".tgz", b".zip", b".zst"];
    ENDS.iter().any(|end| ends_with(path, end))
}

fn starts_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn ends_with(text: &[u8], end: &[u8]) -> bool {
    let at = text.len().checked_sub(end.len());
    at.is_some_and(|at| text[at..].eq_ignore_ascii_case(end))
}
