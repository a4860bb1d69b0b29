//! `Cache-Control`, read once into flags and saturating seconds.

use super::name::{self, either};
use super::{list, settings::MAX_DELTA};

/// Seconds that a directive gives, does not give, or gives in a way that can't
/// be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delta {
    /// The directive is not there.
    #[default]
    Absent,
    /// It has no number, or two that differ. RFC 9111 §4.2.1 encourages to
    /// take what depends on it as stale.
    Invalid,
    /// So many seconds, 2³¹ at most (RFC 9111 §1.2.2).
    Secs(u32),
}

impl Delta {
    /// The seconds, if they can be read.
    #[must_use]
    pub const fn secs(self) -> Option<u32> {
        match self {
            Delta::Secs(secs) => Some(secs),
            Delta::Absent | Delta::Invalid => None,
        }
    }

    pub(super) const fn is_present(self) -> bool {
        !matches!(self, Delta::Absent)
    }

    pub(super) fn add(&mut self, value: Delta) {
        *self = match *self {
            Delta::Absent => value,
            same if same == value => same,
            _ => Delta::Invalid,
        };
    }
}

macro_rules! flags {
    ($($bit:literal $name:ident $doc:literal;)+) => {
        $(
            #[doc = $doc]
            #[must_use]
            pub const fn $name(&self) -> bool {
                self.flags & (1 << $bit) != 0
            }
        )+
    };
}

const PUBLIC: u16 = 1;
const PRIVATE: u16 = 1 << 1;
const PRIVATE_FIELDS: u16 = 1 << 2;
const NO_CACHE: u16 = 1 << 3;
const NO_CACHE_FIELDS: u16 = 1 << 4;
const NO_STORE: u16 = 1 << 5;
const MUST_REVALIDATE: u16 = 1 << 6;
const PROXY_REVALIDATE: u16 = 1 << 7;
const MUST_UNDERSTAND: u16 = 1 << 8;
const IMMUTABLE: u16 = 1 << 9;
const ONLY_IF_CACHED: u16 = 1 << 10;
const MAX_STALE_ANY: u16 = 1 << 11;
const NO_TRANSFORM: u16 = 1 << 12;

/// The directives of one message, those of requests and of responses alike
/// (RFC 9111 §5.2, RFC 5861, RFC 8246).
///
/// Names are read in any case, arguments as tokens and as quoted strings. What
/// is not known is ignored.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{Delta, Directives};
///
/// let directives: Directives = [&b"Public, MAX-AGE=\"60\""[..], b"max-age=60"].into_iter().collect();
/// assert!(directives.public());
/// assert_eq!(directives.max_age, Delta::Secs(60));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directives {
    flags: u16,
    /// `max-age`, of either kind of message.
    pub max_age: Delta,
    /// `s-maxage` of a response.
    pub s_maxage: Delta,
    /// `stale-while-revalidate` of a response.
    pub stale_while_revalidate: Delta,
    /// `stale-if-error`, of either kind.
    pub stale_if_error: Delta,
    /// `max-stale` of a request; see also [`Directives::max_stale_any`].
    pub max_stale: Delta,
    /// `min-fresh` of a request.
    pub min_fresh: Delta,
}

impl Directives {
    flags! {
        0 public "`public`.";
        1 private "`private`, for the whole response.";
        2 private_fields "`private=\"…\"`, for the fields that it names.";
        3 no_cache "`no-cache`, for the whole response.";
        4 no_cache_fields "`no-cache=\"…\"`, for the fields that it names.";
        5 no_store "`no-store`.";
        6 must_revalidate "`must-revalidate`.";
        7 proxy_revalidate "`proxy-revalidate`.";
        8 must_understand "`must-understand`.";
        9 immutable "`immutable`.";
        10 only_if_cached "`only-if-cached`.";
        11 max_stale_any "`max-stale` without an argument: any staleness is accepted, unless [`Directives::max_stale`] bounds it.";
        12 no_transform "`no-transform`, of either kind: no intermediary may change the content.";
    }

    /// Reads one more line.
    pub fn read_line(&mut self, line: &[u8]) {
        for (directive, argument) in pairs(line) {
            self.read(directive, argument);
        }
    }

    fn read(&mut self, directive: &[u8], argument: Option<&[u8]>) {
        match self.known(directive) {
            Some(Known::Flag(flag)) => self.flags |= flag,
            Some(Known::Fields { whole, named }) => {
                let names = argument.is_some_and(|names| field_names(names).is_some());
                self.flags |= if names { named } else { whole };
            }
            Some(Known::MaxStale) => match argument {
                Some(_) => self.max_stale.add(number(argument)),
                None => self.flags |= MAX_STALE_ANY,
            },
            Some(Known::Delta(delta)) => delta.add(number(argument)),
            None => {}
        }
    }

    /// Takes over one member of a targeted field (RFC 9213 §2.1), which
    /// replaces an earlier one of its name.
    pub(super) fn assign(&mut self, directive: &[u8], member: Member<'_>) {
        let on = member != Member::Boolean(false);
        match self.known(directive) {
            Some(Known::Flag(flag)) => self.set(flag, on),
            Some(Known::Fields { whole, named }) => {
                let names = matches!(member, Member::Text(names) if field_names(names).is_some());
                self.set(whole, on && !names);
                self.set(named, on && names);
            }
            Some(Known::Delta(delta)) => {
                *delta = match member {
                    Member::Integer(value) => value.try_into().map_or(Delta::Invalid, saturated),
                    _ => Delta::Invalid,
                };
            }
            // A request's directive.
            Some(Known::MaxStale) | None => {}
        }
    }

    const fn set(&mut self, flag: u16, on: bool) {
        self.flags = if on {
            self.flags | flag
        } else {
            self.flags & !flag
        };
    }

    /// The place of a directive. Length and first letter leave one candidate.
    fn known(&mut self, directive: &[u8]) -> Option<Known<'_>> {
        let first = directive.first()? | 0x20;
        match (directive.len(), first) {
            (6, b'p') => either(directive, b"public", Known::Flag(PUBLIC)),
            (7, b'p') => either(
                directive,
                b"private",
                Known::fields(PRIVATE, PRIVATE_FIELDS),
            ),
            (7, b'm') => either(directive, b"max-age", Known::Delta(&mut self.max_age)),
            (8, b's') => either(directive, b"s-maxage", Known::Delta(&mut self.s_maxage)),
            (8, b'n') if directive[3] | 0x20 == b's' => {
                either(directive, b"no-store", Known::Flag(NO_STORE))
            }
            (8, b'n') => either(
                directive,
                b"no-cache",
                Known::fields(NO_CACHE, NO_CACHE_FIELDS),
            ),
            (9, b'i') => either(directive, b"immutable", Known::Flag(IMMUTABLE)),
            (9, b'm') if directive[1] | 0x20 == b'i' => {
                either(directive, b"min-fresh", Known::Delta(&mut self.min_fresh))
            }
            (9, b'm') => either(directive, b"max-stale", Known::MaxStale),
            (12, b'n') => either(directive, b"no-transform", Known::Flag(NO_TRANSFORM)),
            (14, b'o') => either(directive, b"only-if-cached", Known::Flag(ONLY_IF_CACHED)),
            (14, b's') => either(
                directive,
                b"stale-if-error",
                Known::Delta(&mut self.stale_if_error),
            ),
            (15, b'm') if directive[5] | 0x20 == b'r' => {
                either(directive, b"must-revalidate", Known::Flag(MUST_REVALIDATE))
            }
            (15, b'm') => either(directive, b"must-understand", Known::Flag(MUST_UNDERSTAND)),
            (16, b'p') => either(
                directive,
                b"proxy-revalidate",
                Known::Flag(PROXY_REVALIDATE),
            ),
            (22, b's') => either(
                directive,
                b"stale-while-revalidate",
                Known::Delta(&mut self.stale_while_revalidate),
            ),
            _ => None,
        }
    }
}

impl<L: AsRef<[u8]>> FromIterator<L> for Directives {
    fn from_iter<I: IntoIterator<Item = L>>(lines: I) -> Directives {
        let mut directives = Directives::default();
        for line in lines {
            directives.read_line(line.as_ref());
        }
        directives
    }
}

enum Known<'a> {
    Flag(u16),
    /// A directive that is about the whole response, or about named fields.
    Fields {
        whole: u16,
        named: u16,
    },
    MaxStale,
    Delta(&'a mut Delta),
}

impl Known<'_> {
    const fn fields<'a>(whole: u16, named: u16) -> Known<'a> {
        Known::Fields { whole, named }
    }
}

/// The value of a targeted field's member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member<'a> {
    Boolean(bool),
    Integer(i64),
    /// A string or a token.
    Text(&'a [u8]),
    /// Of a type that no directive has.
    Other,
}

/// The directives of a line with their arguments. `Some` is an argument, which
/// may be empty or malformed.
pub(super) fn pairs(line: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    list::members(line).map(|member| {
        let end = member
            .iter()
            .position(|&byte| !name::is_token_byte(byte))
            .unwrap_or(member.len());
        let (directive, rest) = member.split_at(end);
        match rest {
            [] => (directive, None),
            [b'=', argument @ ..] => (directive, Some(argument)),
            // White space before the `=`, say: the directive is meant, but its
            // argument can't be trusted.
            malformed => (directive, Some(malformed)),
        }
    })
}

/// The number that `argument` gives, as a token or quoted (RFC 9111 §5.2 asks
/// to accept both).
fn number(argument: Option<&[u8]>) -> Delta {
    let Some(text) = argument else {
        return Delta::Invalid;
    };
    let digits = list::unquoted(text).unwrap_or(text);
    delta_seconds(digits).map_or(Delta::Invalid, Delta::Secs)
}

/// `delta-seconds`, saturating (RFC 9111 §1.2.2).
pub(super) fn delta_seconds(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |secs, byte| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        (digit < 10).then(|| secs.saturating_mul(10).saturating_add(digit).min(MAX_DELTA))
    })
}

fn saturated(secs: u64) -> Delta {
    Delta::Secs(secs.min(u64::from(MAX_DELTA)) as u32)
}

/// The fields that `no-cache` or `private` names, or `None` if there are none
/// or not all are names. The directive is then about the whole response, as
/// many caches take it anyway (RFC 9111 §5.2.2.4).
pub(super) fn field_names(argument: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let names = list::unquoted(argument).unwrap_or(argument);
    list::members(names).next()?;
    list::members(names)
        .all(name::is_token)
        .then_some(list::members(names))
}
