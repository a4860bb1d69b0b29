//! What an asset is, told from its URL.

use core::ffi::c_char;

use hedgerow::asset::{self, Class, Rules, Settings};

use crate::boundary::{Outcome, array, bytes, call, free, new_handle, object, out, shared, text};
use crate::error::{Detail, hedgerow_error, told};
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;

/// Rules of the user's own for the classification. Immutable once made; any
/// number of threads may read them.
pub struct hedgerow_rules(());
object!(hedgerow_rules, Rules, b"RULE");

/// What an asset is, and so how long it may be kept.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_class {
    /// The URL carries a hash of the content: its bytes never change.
    HEDGEROW_CLASS_FINGERPRINTED = 1,
    /// The URL carries an exact version: its bytes never change.
    HEDGEROW_CLASS_VERSIONED = 2,
    /// A script or style sheet whose URL says nothing of its bytes.
    HEDGEROW_CLASS_ENTRY_POINT = 3,
    /// A version that moves, such as `@latest` or `/v1/`.
    HEDGEROW_CLASS_MOVING_TAG = 4,
    /// A configuration.
    HEDGEROW_CLASS_CONFIGURATION = 5,
    /// A page.
    HEDGEROW_CLASS_DOCUMENT = 6,
    /// A service worker.
    HEDGEROW_CLASS_SERVICE_WORKER = 7,
    /// A manifest, which lists other assets.
    HEDGEROW_CLASS_MANIFEST = 8,
    /// A source map.
    HEDGEROW_CLASS_SOURCE_MAP = 9,
    /// What probes ask for.
    HEDGEROW_CLASS_HEALTH_CHECK = 10,
    /// The page that is shown when nothing else is left.
    HEDGEROW_CLASS_FALLBACK_PAGE = 11,
    /// Anything else.
    HEDGEROW_CLASS_OTHER = 12,
}

/// The list that a pattern belongs to.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_rule_list {
    /// Rules: the first that matches decides, before anything else.
    HEDGEROW_RULE_CLASS = 0,
    /// Health checks beside the usual names.
    HEDGEROW_RULE_HEALTH_CHECK = 1,
    /// Fallback pages beside the usual names.
    HEDGEROW_RULE_FALLBACK_PAGE = 2,
    /// Configuration beside the usual names.
    HEDGEROW_RULE_CONFIGURATION = 3,
}

/// A rule: what matches the pattern is of the class. Arrays can't grow their
/// elements, so this struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_rule {
    /// A glob of paths, such as `/legacy/v?.js`.
    pub pattern: *const c_char,
    /// Its length in bytes.
    pub pattern_len: usize,
    /// A `hedgerow_rule_list`.
    pub list: u32,
    /// Of HEDGEROW_RULE_CLASS the `hedgerow_class`; else 0.
    pub class_code: u32,
}

/// What a URL says of its asset.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_classification {
    /// Its `hedgerow_class`.
    pub class_code: u32,
    /// 1 if its bytes never change, else 0.
    pub immutable: u16,
    /// Why.
    pub reason: u16,
    /// The position of the bytes of the URL that decided.
    pub evidence: usize,
    /// How many bytes decided; 0 if none of them did.
    pub evidence_len: usize,
    /// Which of the HEDGEROW_RULE_CLASS rules decided, counted among
    /// themselves; SIZE_MAX if none did.
    pub rule: usize,
}

pub(crate) fn class(code: u32) -> Outcome<Class> {
    let code = u8::try_from(code).ok();
    code.and_then(Class::from_code)
        .ok_or(HEDGEROW_INVALID_ARGUMENT)
}

impl hedgerow_classification {
    pub(crate) fn of(found: asset::Classification) -> hedgerow_classification {
        let evidence = found.evidence.range();
        hedgerow_classification {
            class_code: found.class.code().into(),
            immutable: found.class.is_immutable().into(),
            reason: found.reason.code(),
            evidence: evidence.start,
            evidence_len: evidence.len(),
            rule: found.rule.map_or(usize::MAX, |rule| rule as usize),
        }
    }
}

/// Compiles rules. Free them with `hedgerow_rules_free`.
///
/// `error` may be NULL. HEDGEROW_INVALID_CONFIG: a pattern is refused;
/// `error->index` says which.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_rules_new(
    rules: *const hedgerow_rule,
    count: usize,
    compiled: *mut *mut hedgerow_rules,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let given = array!(rules, count)?;
        let compiled = out!(compiled)?;
        let mut settings = Settings::new();
        for (index, rule) in given.iter().enumerate() {
            let pattern = text!(rule.pattern, rule.pattern_len)?;
            // Here, since only here the position in C's array is known.
            if let Err(why) = asset::Glob::new(pattern) {
                return Err(Detail {
                    index,
                    ..Detail::new(why)
                }
                .into());
            }
            settings = match (rule.list, rule.class_code) {
                (0, code) => settings.with_rule(pattern, class(code)?),
                (1, 0) => settings.with_health_check(pattern),
                (2, 0) => settings.with_fallback_page(pattern),
                (3, 0) => settings.with_configuration(pattern),
                _ => return Err(HEDGEROW_INVALID_ARGUMENT.into()),
            };
        }
        let plain = Rules::compile(&settings).map_err(Detail::new)?;
        compiled.put(new_handle(plain));
        Ok(())
    })
}

/// Frees rules; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_rules_free(rules: *mut hedgerow_rules) -> hedgerow_status {
    free!(rules)
}

/// What a URL says of its asset. The URL may be absolute, a reference or a
/// path, of any bytes. `rules` may be NULL for none. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_classify(
    url: *const c_char,
    url_len: usize,
    rules: *const hedgerow_rules,
    classification: *mut hedgerow_classification,
) -> hedgerow_status {
    call(|| {
        let url = bytes!(url, url_len)?;
        let classification = out!(classification)?;
        let found = if rules.is_null() {
            asset::classify(url, &Rules::default())
        } else {
            asset::classify(url, &*shared!(rules)?)
        };
        classification.put(hedgerow_classification::of(found));
        Ok(())
    })
}

/// The stable name of a `hedgerow_class`, such as `entry_point`. The text lives
/// as long as the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_class_name(
    class_code: u32,
    name: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let name = out!(name)?;
        name.put(hedgerow_str::lasting(class(class_code)?.as_str()));
        Ok(())
    })
}

/// The `hedgerow_class` with this name.
///
/// HEDGEROW_UNKNOWN: no such class.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_class_find(
    name: *const c_char,
    name_len: usize,
    class_code: *mut u32,
) -> hedgerow_status {
    call(|| {
        let name = text!(name, name_len)?;
        let class_code = out!(class_code)?;
        let found = Class::from_name(name).ok_or(HEDGEROW_UNKNOWN)?;
        class_code.put(found.code().into());
        Ok(())
    })
}

/// Whether a pattern, as rules have them, matches a URL: 1 or 0. For tools that
/// let people try their patterns.
///
/// `error` may be NULL. HEDGEROW_INVALID_CONFIG: the pattern is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_pattern_matches(
    pattern: *const c_char,
    pattern_len: usize,
    url: *const c_char,
    url_len: usize,
    matches: *mut u32,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let (pattern, url) = (text!(pattern, pattern_len)?, bytes!(url, url_len)?);
        let matches = out!(matches)?;
        let glob = asset::Glob::new(pattern).map_err(Detail::new)?;
        matches.put(glob.matches(url).into());
        Ok(())
    })
}
