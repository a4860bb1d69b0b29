//! Who may ask, and who may change something.
//!
//! With a token, every request must bring it. Without one the listener is on
//! the loopback, so whoever asks is on this machine; but that may be a browser
//! with somebody else's page in it. Such a page can send requests here and, if
//! its name comes to mean 127.0.0.1 (DNS rebinding), even read the answers. So
//! the host must be this machine's own, and what a browser sends changes
//! nothing.

use std::fs;

use anyhow::{Context as _, Result};
use hedgerow::config::edge::{Admin, Token, TokenSource};
use http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use subtle::ConstantTimeEq as _;

use super::problem::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who may ask.
#[derive(Debug)]
pub(crate) struct Guard {
    token: Option<Token>,
}

/// The token, wherever it stands.
pub(crate) fn read_token(source: &TokenSource) -> Result<Token> {
    match source {
        TokenSource::Given(token) => Ok(token.clone()),
        TokenSource::File(file) => {
            let shown = file.display();
            let text = fs::read_to_string(file)
                .with_context(|| format!("cannot read the admin token {shown}"))?;
            Token::new(text.trim_end_matches(['\r', '\n'])).with_context(|| {
                format!("{shown} has no token: 16 to 256 visible ASCII characters on one line")
            })
        }
        _ => anyhow::bail!("a token of an unknown kind"),
    }
}

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// What tells nothing: whether the process is alive, the page's empty frame.
    Public,
    Read,
    Change,
}

impl Guard {
    /// Reads the token, if it stands in a file.
    pub(crate) fn new(admin: &Admin) -> Result<Guard> {
        let token = admin.token.as_ref().map(read_token).transpose()?;
        Ok(Guard { token })
    }

    /// Lets a request in, or says why not.
    pub(super) fn check(&self, parts: &Parts, wish: Wish) -> Result<(), Problem> {
        if wish == Wish::Public {
            return Ok(());
        }
        let headers = &parts.headers;
        if let Some(token) = &self.token {
            let given = bearer(headers);
            let same = |given: &[u8]| bool::from(given.ct_eq(token.as_str().as_bytes()));
            return if given.is_some_and(same) {
                Ok(())
            } else {
                let detail = "send `Authorization: Bearer <token>` with the configured token";
                Err(Problem::new(
                    StatusCode::UNAUTHORIZED,
                    "unauthorized",
                    detail,
                ))
            };
        }
        if !is_local(parts) {
            let detail = "without a token, ask for 127.0.0.1, [::1] or localhost by that name";
            return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_host", detail));
        }
        let site = headers.get(SEC_FETCH_SITE).map(http::HeaderValue::as_bytes);
        let foreign = match wish {
            // The page's own script, and an address that was typed in.
            Wish::Read => site.is_some_and(|site| site != b"same-origin" && site != b"none"),
            _ => site.is_some() || headers.contains_key(ORIGIN),
        };
        if foreign {
            let detail = "browsers change nothing without a token, nor read for other sites: \
                          configure a `tokenFile`, or use another client";
            return Err(Problem::new(StatusCode::FORBIDDEN, "browser", detail));
        }
        Ok(())
    }
}

/// The token that a request brings (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let field = fields.next()?.as_bytes();
    if fields.next().is_some() {
        return None;
    }
    let (scheme, token) = field.split_at_checked(7)?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii())
}

/// Whether this machine is asked for by a name that can't be another's.
fn is_local(parts: &Parts) -> bool {
    let mut fields = parts.headers.get_all(HOST).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return false;
    };
    let Ok(authority) = Authority::try_from(field.as_bytes()) else {
        return false;
    };
    // RFC 9112 §3.2.2: the target's own counts, where it has one.
    let authorities = [Some(&authority), parts.uri.authority()];
    authorities.into_iter().flatten().all(|authority| {
        let host = authority.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<std::net::IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(fields: &[(&'static str, &'static str)]) -> Parts {
        let mut request = http::Request::get("/state");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_this_machine_s_own_names_are_local() {
        for (host, local) in [
            ("127.0.0.1:9080", true),
            ("127.9.9.9", true),
            ("[::1]:9080", true),
            ("LOCALHOST:1", true),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example", false),
            ("10.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(is_local(&parts(&[("host", host)])), local, "{host}");
        }
        assert!(!is_local(&parts(&[])));
        assert!(!is_local(&parts(&[
            ("host", "localhost"),
            ("host", "localhost")
        ])));
    }

    #[test]
    fn a_token_is_the_whole_of_it() {
        let guard = Guard {
            token: Token::new("0123456789abcdef"),
        };
        for (field, fits) in [
            ("Bearer 0123456789abcdef", true),
            ("bearer  0123456789abcdef ", true),
            ("Bearer 0123456789abcde", false),
            ("Bearer 0123456789abcdefg", false),
            ("Basic 0123456789abcdef", false),
            ("Bearer", false),
            ("", false),
        ] {
            let parts = parts(&[("authorization", field), ("host", "evil.example")]);
            for wish in [Wish::Read, Wish::Change] {
                assert_eq!(guard.check(&parts, wish).is_ok(), fits, "{field}");
            }
        }
        let twice = [("authorization", "Bearer 0123456789abcdef"); 2];
        assert!(guard.check(&parts(&twice), Wish::Read).is_err());
        assert!(guard.check(&parts(&[]), Wish::Public).is_ok());
    }
}
