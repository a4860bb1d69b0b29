//! Where the proxy answers its operator, and what an operator must know.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::listener::{read_address, read_file};
use crate::config::{
    problem::{
        ProblemCode::{Conflict, MissingField},
        Problems,
    },
    reader::At,
};

/// The operator's listener.
///
/// Without a token it is only for who is on the machine already, so the
/// address is a loopback one then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admin {
    /// The address and port.
    pub address: SocketAddr,
    /// What proves an operator.
    pub token: Option<TokenSource>,
}

/// Where the token stands that every request must bring (RFC 6750 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSource {
    /// In the document.
    Given(Token),
    /// In a file of its own, with or without a line end.
    File(PathBuf),
}

/// A token of 16 to 256 visible ASCII characters. Neither the log nor an error
/// ever shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

impl Token {
    /// Fewer characters could be guessed.
    const LEAST_CHARS: usize = 16;
    const MOST_CHARS: usize = 256;

    /// The text as a token; `None` if it is too short, too long, or has other
    /// characters than visible ASCII ones.
    #[must_use]
    pub fn new(text: &str) -> Option<Token> {
        let fits = (Token::LEAST_CHARS..=Token::MOST_CHARS).contains(&text.len());
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (fits && visible).then(|| Token(text.into()))
    }

    /// The token itself, to compare with: in a time that does not depend on
    /// where the first difference is.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

const WANT: &str = "an address such as \"127.0.0.1:9080\", or an object such as {\"address\": \
     \"0.0.0.0:9080\", \"tokenFile\": \"admin.token\"}";
const WANT_TOKEN: &str = "16 to 256 visible ASCII characters without spaces, better in a \
     `tokenFile` of their own";

impl Admin {
    pub(super) const FIELDS: &'static [&'static str] = &["address", "token", "tokenFile"];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Admin> {
        let admin = Admin::read_parts(at, problems)?;
        if admin.token.is_none() && !admin.address.ip().is_loopback() {
            let message = format!(
                "{} can be reached from elsewhere, so its operators must prove who they are: add \
                 a `tokenFile`, or listen on 127.0.0.1",
                admin.address
            );
            problems.add(&at.path, MissingField, message);
            return None;
        }
        Some(admin)
    }

    fn read_parts(at: &At<'_>, problems: &mut Problems) -> Option<Admin> {
        if at.value.is_string() {
            return Some(Admin {
                address: read_address(at, problems)?,
                token: None,
            });
        }
        let object = at.strict_object(WANT, Self::FIELDS, problems)?;
        let address = object
            .required("address", "one such as \"127.0.0.1:9080\"", problems)
            .and_then(|at| read_address(&at, problems));
        let token = match (object.get("token"), object.get("tokenFile")) {
            (Some(token), Some(_)) => {
                let message = "stands beside `tokenFile`: write one of them";
                problems.add(&token.path, Conflict, message);
                return None;
            }
            // What is meant to be guarded is never left open.
            (Some(token), None) => Some(TokenSource::Given(read_token(&token, problems)?)),
            (None, Some(file)) => {
                let file = read_file(&file, "a file such as \"admin.token\"", problems)?;
                Some(TokenSource::File(file))
            }
            (None, None) => None,
        };
        Some(Admin {
            address: address?,
            token,
        })
    }
}

fn read_token(at: &At<'_>, problems: &mut Problems) -> Option<Token> {
    let text = at.text(WANT_TOKEN, Token::MOST_CHARS, problems)?;
    let token = Token::new(text);
    if token.is_none() {
        at.invalid(format!("is no such token: write {WANT_TOKEN}"), problems);
    }
    token
}
