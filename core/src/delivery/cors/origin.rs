//! Which origins are allowed, and whether one is (RFC 6454, Fetch standard).

use core::fmt;

/// The longest origin that is written or looked at: a host name has 253
/// characters at most (RFC 1035 §2.3.4), and scheme and port need few more.
const MAX_ORIGIN: usize = 300;

/// An origin, or several that one pattern covers.
///
/// | written | allows |
/// |---|---|
/// | `https://www.example.com` | this one; a port that is not the scheme's own belongs to it |
/// | `https://*.example.com` | `https://a.example.com`, neither `https://example.com` nor `https://a.b.example.com` |
/// | `null` | documents without an origin: sandboxed frames, `data:` URLs, local files |
/// | `*` | every origin |
///
/// # Example
///
/// ```
/// use hedgerow::delivery::OriginPattern;
///
/// let pattern: OriginPattern = "https://*.Example.com:443".parse()?;
/// assert_eq!(pattern.to_string(), "https://*.example.com");
/// assert!(pattern.allows(b"https://shop.example.com"));
/// assert!(!pattern.allows(b"https://shop.example.com.attacker.net"));
/// # Ok::<(), hedgerow::delivery::OriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OriginPattern(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Any,
    Null,
    Exact(String),
    /// `https://` and `.example.com`, between which there is one label.
    Subdomain {
        scheme: String,
        parent: String,
    },
}

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OriginError {
    /// It has no scheme, as in `www.example.com`.
    NoScheme,
    /// Something follows the host and port.
    HasPath,
    /// There is no host, or it is none.
    BadHost,
    /// The host has characters outside ASCII. Browsers send its `xn--` form.
    NotAscii,
    /// The port is no number from 1 to 65535.
    BadPort,
    /// A `*` that is not the whole first label before two more.
    BadWildcard,
    /// It is longer than any origin.
    TooLong,
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OriginError::NoScheme => "has no scheme",
            OriginError::HasPath => "has something after host and port",
            OriginError::BadHost => "has no valid host",
            OriginError::NotAscii => "has a host outside ASCII, which browsers send as xn--",
            OriginError::BadPort => "has no valid port",
            OriginError::BadWildcard => {
                "has a * elsewhere than as the whole first label before two more"
            }
            OriginError::TooLong => "is longer than any origin",
        })
    }
}

impl core::error::Error for OriginError {}

impl core::str::FromStr for OriginPattern {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<OriginPattern, OriginError> {
        match text {
            "*" => return Ok(OriginPattern(Kind::Any)),
            "null" => return Ok(OriginPattern(Kind::Null)),
            _ if text.len() > MAX_ORIGIN => return Err(OriginError::TooLong),
            _ if !text.is_ascii() => return Err(OriginError::NotAscii),
            _ => {}
        }
        let text = text.to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::NoScheme)?;
        if !is_scheme(scheme) {
            return Err(OriginError::NoScheme);
        }
        if rest.contains(['/', '?', '#']) {
            return Err(OriginError::HasPath);
        }
        let (host, port) = split_port(rest)?;
        // Origins are serialised without it (RFC 6454 §6.2).
        let port = match (scheme, port) {
            ("https", Some(443)) | ("http", Some(80)) | (_, None) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        if let Some(parent) = host.strip_prefix("*.") {
            let labels = parent.split('.').count();
            // `*.com`, or an address.
            let top_is_name = parent
                .rsplit('.')
                .next()
                .is_some_and(|top| top.starts_with(|first: char| first.is_ascii_alphabetic()));
            if labels < 2 || !top_is_name || !is_host(parent) {
                return Err(OriginError::BadWildcard);
            }
            return Ok(OriginPattern(Kind::Subdomain {
                scheme: format!("{scheme}://"),
                parent: format!(".{parent}{port}"),
            }));
        }
        if host.contains('*') {
            return Err(OriginError::BadWildcard);
        }
        if !is_host(host) {
            return Err(OriginError::BadHost);
        }
        Ok(OriginPattern(Kind::Exact(format!(
            "{scheme}://{host}{port}"
        ))))
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Any => f.write_str("*"),
            Kind::Null => f.write_str("null"),
            Kind::Exact(origin) => f.write_str(origin),
            Kind::Subdomain { scheme, parent } => write!(f, "{scheme}*{parent}"),
        }
    }
}

impl OriginPattern {
    /// Whether it is `*`.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        matches!(self.0, Kind::Any)
    }

    /// Whether it is `null`.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.0, Kind::Null)
    }

    /// Whether it allows the origin that a request's `Origin` names. Case does
    /// not count in schemes and hosts (RFC 3986 §6.2.2.1).
    #[must_use]
    pub fn allows(&self, origin: &[u8]) -> bool {
        match &self.0 {
            Kind::Any => true,
            Kind::Null => origin == b"null",
            Kind::Exact(own) => origin.eq_ignore_ascii_case(own.as_bytes()),
            Kind::Subdomain { scheme, parent } => {
                let Some(label_len) = origin.len().checked_sub(scheme.len() + parent.len()) else {
                    return false;
                };
                let (start, rest) = origin.split_at(scheme.len());
                let (label, end) = rest.split_at(label_len);
                is_label(label)
                    && start.eq_ignore_ascii_case(scheme.as_bytes())
                    && end.eq_ignore_ascii_case(parent.as_bytes())
            }
        }
    }
}

/// RFC 3986 §3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), OriginError> {
    match authority.rsplit_once(':') {
        // The colon of an address in brackets.
        Some((_, port)) if port.ends_with(']') => Ok((authority, None)),
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            match port.parse() {
                Ok(port) if port != 0 => Ok((host, Some(port))),
                _ => Err(OriginError::BadPort),
            }
        }
        Some(_) => Err(OriginError::BadPort),
        None => Ok((authority, None)),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or_default();
        return address.parse::<core::net::Ipv6Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(|label| is_label(label.as_bytes()))
}

fn is_label(label: &[u8]) -> bool {
    (1..=63).contains(&label.len())
        && label
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
