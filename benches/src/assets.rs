//! URLs of assets, made from a seed, and the regular expressions with which
//! public tools tell the immutable ones.

use hedgerow::types::Rng;

/// A URL, and whether its bytes never change.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The URL's path and query.
    pub url: String,
    /// Whether it was made with a hash of the content or an exact version.
    pub immutable: bool,
}

/// What tools recommend or use by default, each with where.
pub const EXPRESSIONS: [(&str, &str); 5] = [
    // WhiteNoise, `immutable_file_test`: what Django's manifest storage names.
    ("WhiteNoise", r"^.+\.[0-9a-f]{12}\..+$"),
    // Workbox, `dontCacheBustURLsMatching` as Create React App set it.
    ("Workbox with Create React App", r"\.[0-9a-f]{8}\."),
    // gulp-rev's names, as in recipes for Express.
    ("gulp-rev", r".*-[0-9a-f]{10}\..*"),
    // The widest that is in common use for webpack.
    ("hexadecimal from eight on", r"[.-][0-9a-f]{8,}\."),
    // The same for Vite.
    ("eight of base64url", r"[.-][A-Za-z0-9_-]{8}\.(js|css)$"),
];

const HEX: &[u8] = b"0123456789abcdef";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DIRECTORIES: [&str; 10] = [
    "/",
    "/assets/",
    "/static/js/",
    "/static/media/",
    "/js/vendor/",
    "/build/",
    "/_nuxt/",
    "/packages/editor/dist/plugins/",
    "https://cdn.example.com/widgets/chat/",
    "/wp-content/themes/site/css/",
];
const NAMES: [&str; 16] = [
    "index",
    "main",
    "vendor",
    "app",
    "chunk-settings",
    "jquery",
    "bootstrap.bundle",
    "DataGrid",
    "useDebounce",
    "screen-share-off",
    "inter-latin-400-normal",
    "logo-512x512",
    "arrow_up_2",
    "polyfills-es2015",
    "pdf.worker",
    "messages.pt-br",
];
const EXTENSIONS: [&str; 8] = ["js", "js", "css", "mjs", "png", "svg", "woff2", "json"];

/// A list of which two in five are immutable.
#[must_use]
pub fn urls(count: usize, seed: u32) -> Vec<Labelled> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| url(&mut rng)).collect()
}

fn url(rng: &mut Rng) -> Labelled {
    let directory = pick(rng, &DIRECTORIES);
    let name = pick(rng, &NAMES);
    let extension = pick(rng, &EXTENSIONS);
    let hash = |rng: &mut Rng, alphabet, length| token(rng, alphabet, length);
    let (url, immutable) = match below(rng, 20) {
        0 => (
            format!("{directory}{name}.{}.{extension}", hash(rng, HEX, 8)),
            true,
        ),
        1 => (
            format!("{directory}{name}.{}.chunk.js", hash(rng, HEX, 20)),
            true,
        ),
        2 | 3 => (
            format!("{directory}{name}-{}.{extension}", hash(rng, BASE64, 8)),
            true,
        ),
        4 => (
            format!("{directory}{name}-{}.js", hash(rng, BASE32, 8)),
            true,
        ),
        5 => (
            format!("{directory}{name}-{}.{extension}", hash(rng, HEX, 32)),
            true,
        ),
        6 => (
            format!(
                "/npm/{name}@{}.{}.0/dist/{name}.js",
                below(rng, 9),
                below(rng, 20)
            ),
            true,
        ),
        7 => (
            format!("{directory}{name}.css?id={}", hash(rng, HEX, 20)),
            true,
        ),
        8 => (
            format!("/npm/{name}@{}/dist/{name}.js", below(rng, 9)),
            false,
        ),
        9 => (format!("{directory}{name}.js?v={}", below(rng, 90)), false),
        10 => (format!("{directory}{name}.html"), false),
        _ => (format!("{directory}{name}.{extension}"), false),
    };
    Labelled { url, immutable }
}

fn token(rng: &mut Rng, alphabet: &[u8], length: usize) -> String {
    (0..length)
        .map(|_| char::from(alphabet[below(rng, alphabet.len())]))
        .collect()
}

fn pick<'a>(rng: &mut Rng, among: &[&'a str]) -> &'a str {
    among[below(rng, among.len())]
}

fn below(rng: &mut Rng, limit: usize) -> usize {
    let limit = u32::try_from(limit).expect("short lists");
    rng.below(limit) as usize
}

/// How well `immutable` tells what the labels say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Immutable, and told so.
    pub right: u32,
    /// Not immutable, but told so.
    pub falsely: u32,
    /// Immutable, but not told so.
    pub missed: u32,
    /// All that are not immutable.
    pub changing: u32,
}

impl Score {
    /// Scores a way of telling.
    pub fn of<'a>(
        urls: impl IntoIterator<Item = (&'a str, bool)>,
        tells: impl Fn(&str) -> bool,
    ) -> Score {
        let mut score = Score::default();
        for (url, immutable) in urls {
            score.changing += u32::from(!immutable);
            match (immutable, tells(url)) {
                (true, true) => score.right += 1,
                (false, true) => score.falsely += 1,
                (true, false) => score.missed += 1,
                (false, false) => {}
            }
        }
        score
    }

    /// The harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(&self) -> f64 {
        let right = 2.0 * f64::from(self.right);
        right / (right + f64::from(self.falsely + self.missed)).max(1.0)
    }

    /// The share of what changes that is told to be immutable.
    #[must_use]
    pub fn falsely(&self) -> f64 {
        f64::from(self.falsely) / f64::from(self.changing).max(1.0)
    }
}
