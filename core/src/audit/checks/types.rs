//! Media types, as far as browsers insist on them.

/// What a file is by its name's ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Script,
    Style,
    Wasm,
    Json,
    Svg,
    Html,
    /// A format that is compressed already.
    Packed,
}

/// What to expect under a name with this ending; `None` where servers rightly
/// differ.
pub(super) fn expected(extension: &str) -> Option<Kind> {
    const BY_EXTENSION: &[(&str, Kind)] = &[
        ("js", Kind::Script),
        ("mjs", Kind::Script),
        ("cjs", Kind::Script),
        ("css", Kind::Style),
        ("wasm", Kind::Wasm),
        ("json", Kind::Json),
        ("map", Kind::Json),
        ("webmanifest", Kind::Json),
        ("svg", Kind::Svg),
        ("html", Kind::Html),
        ("htm", Kind::Html),
        ("woff", Kind::Packed),
        ("woff2", Kind::Packed),
        ("png", Kind::Packed),
        ("jpg", Kind::Packed),
        ("jpeg", Kind::Packed),
        ("gif", Kind::Packed),
        ("webp", Kind::Packed),
        ("avif", Kind::Packed),
        ("mp3", Kind::Packed),
        ("mp4", Kind::Packed),
        ("webm", Kind::Packed),
        ("gz", Kind::Packed),
        ("br", Kind::Packed),
        ("zst", Kind::Packed),
        ("zip", Kind::Packed),
    ];
    BY_EXTENSION
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, kind)| *kind)
}

/// A type without its parameters.
pub(super) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// A type without its parameters, by the one name of those that mean the same:
/// JavaScript has had many (RFC 9239 §6).
pub(in crate::audit) fn canonical(content_type: &str) -> String {
    let essence = essence(content_type);
    if Kind::Script.fits(essence) {
        "text/javascript".to_owned()
    } else {
        essence.to_ascii_lowercase()
    }
}

impl Kind {
    /// Whether a response of this type is taken for it.
    pub(super) fn fits(self, essence: &str) -> bool {
        let is = |known: &str| essence.eq_ignore_ascii_case(known);
        let ends_with = |suffix: &str| {
            essence
                .len()
                .checked_sub(suffix.len())
                .and_then(|at| essence.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        match self {
            // The WHATWG's JavaScript MIME types that are still to be met.
            Kind::Script => [
                "text/javascript",
                "application/javascript",
                "application/x-javascript",
                "application/ecmascript",
                "text/ecmascript",
            ]
            .iter()
            .any(|known| is(known)),
            Kind::Style => is("text/css"),
            Kind::Wasm => is("application/wasm"),
            Kind::Json => is("application/json") || is("text/json") || ends_with("+json"),
            Kind::Svg => is("image/svg+xml"),
            Kind::Html => is("text/html") || is("application/xhtml+xml"),
            Kind::Packed => !is("text/html"),
        }
    }
}

/// Whether a response of this type gains from compression: it is text.
pub(super) fn is_text(essence: &str) -> bool {
    let starts = |prefix: &str| {
        essence
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    starts("text/")
        || [Kind::Script, Kind::Json, Kind::Svg, Kind::Html, Kind::Wasm]
            .iter()
            .any(|kind| kind.fits(essence))
}
