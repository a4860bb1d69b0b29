//! What an asset is, told from its URL.
//!
//! [`classify`] names the [`Class`] of a URL, a reference or a path, with the
//! reason and the bytes that decided. It allocates nothing and looks at nothing
//! but the URL; what a class means for a response is said by `delivery`.
//!
//! The error that matters is to call something immutable that may change: a
//! visitor's browser keeps it for a year, and no purge reaches it there. So
//! what is not clearly a hash or an exact version is none.
//!
//! # Order of the decision
//!
//! The first that applies decides.
//!
//! 1. The user's [`Rules`], and the names that the user has added.
//! 2. A URL without a path, or with one longer than any asset's: *other*.
//! 3. A development server's name or directory: never immutable.
//! 4. A hash in the file's name, unless it is a page or has a role (8).
//! 5. A directory that a builder fills only with what it named by content.
//! 6. A package host's `name@version`: exact, or moving.
//! 7. A weaker hash in the file's name, in a directory that builders fill.
//! 8. The name of a health check, a fallback page, a configuration, a service
//!    worker or a manifest; then a page.
//! 9. An exact version in the file's name, then in a directory.
//! 10. A hash or an exact version in the query.
//! 11. A directory that names a version that moves.
//! 12. What the extension says: a source map, an entry point, or *other*.
//!
//! | class | example | why |
//! |---|---|---|
//! | fingerprinted | `/assets/index-B0yz5e_c.js`, `/app.js?id=68b329da9893e34099c7` | other bytes get another hash |
//! | versioned | `/widget-v2.1.0.js`, `/npm/vue@3.4.21/dist/vue.js` | a release is not changed after it was made |
//! | entry point | `/bootstrap.js`, `/css/app.css` | pages name it as it is, so its bytes change |
//! | moving tag | `/npm/vue@3/dist/vue.js`, `/v1/widget.js` | the newest release that fits |
//! | configuration | `/webmessaging/config.json` | read at each start, changed at any time |
//! | document | `/`, `/about`, `/posts/3f9a2b1c.html` | pages change; a hash in one is as often the number of a thing that people edit |
//! | service worker | `/sw.js` | a stale one holds a whole site back |
//! | manifest | `/manifest.json`, `/asset-manifest.json` | it names the current files |
//! | source map | `/js/main.js.map` | it goes with a script that changes |
//! | health check | `/health`, `/widget/health-check.json` | an answer from a cache says nothing |
//! | fallback page | `/support-fallback.html` | must be there when nothing else is |
//! | other | `/img/logo.png`, `/api/users.json` | nothing says that its bytes stay |
//!
//! # What a hash is
//!
//! | builders | as in |
//! |---|---|
//! | webpack, Rspack, Create React App, Next, Angular, Rails, Django, Phoenix, Ember, Hugo | 7 to 64 hexadecimal digits; all digits, or a word with a number, only where a builder's hash is to be expected |
//! | Vite, Rollup, Nuxt, Astro, SvelteKit, Stencil | 8 of base64url, `-` and `_` among them |
//! | esbuild, Angular, Remix | 8 of base32 in capitals |
//! | Bun, ASP.NET | 8 or 10 small letters and digits |
//!
//! A part in one of these alphabets is held against what people write: words,
//! words in camel case, words with a number, dates, times, colours,
//! resolutions, code points, UUIDs. What could be either is *unsure*, and not
//! immutable. So are a counter (`?v=2`), the time of a build or of the
//! request (`?t=1700000000`), and the number of a thing (`?id=GTM-K2X9Z7Q`,
//! `/api/users/3f9a2b1c8d7e6f5a.json`).
//!
//! A source map or a licence next to a fingerprinted script is fingerprinted
//! with it, as builders and their servers have it. The hash is that of the
//! script, though: a map may in rare cases change without it.
//!
//! # Example
//!
//! ```
//! use hedgerow::asset::{self, Class, Rules, Settings};
//! use hedgerow::types::Reason;
//!
//! let settings = Settings::new().with_rule("/legacy/**/*.js", Class::EntryPoint);
//! let rules = Rules::compile(&settings)?;
//!
//! let found = asset::classify("https://cdn.example.com/legacy/app.3f9a2b1c.js", &rules);
//! assert_eq!((found.class, found.rule), (Class::EntryPoint, Some(0)));
//!
//! let found = asset::classify("/js/main-decade90.js", &rules);
//! assert_eq!((found.class, found.reason), (Class::EntryPoint, Reason::Unsure));
//! # Ok::<(), asset::RuleError>(())
//! ```

mod class;
mod classification;
mod classify;
mod directories;
mod extension;
mod fingerprint;
mod glob;
mod names;
mod place;
mod query;
mod rules;
mod scan;
mod sets;
mod shape;
mod stem;
mod target;
mod text;
mod token;
mod version;

pub use self::{
    class::Class,
    classification::{Classification, Evidence},
    classify::classify,
    glob::{Glob, GlobError},
    rules::{Rule, RuleError, RuleList, Rules, Settings},
};
