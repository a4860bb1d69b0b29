//! Subresource Integrity metadata (W3C SRI): hashes that browsers check.

use std::fmt;

use serde::Serialize;

use super::{
    limits::{MAX_HASHES, MAX_INTEGRITY_CHARS},
    problem::{
        ProblemCode::{NoEffect, TooMany},
        Problems,
    },
    reader::At,
    wording::quoted,
};

/// One or several hashes, any of which may match.
///
/// Browsers check only the hashes of the strongest algorithm that is given.
/// A hash that they could not read would be passed over *without a check*, so
/// it is an error here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Integrity(
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(max = MAX_INTEGRITY_CHARS),
            regex(
                pattern = r"^\s*(sha256-[A-Za-z0-9+/]{43}=|sha384-[A-Za-z0-9+/]{64}|sha512-[A-Za-z0-9+/]{86}==)(\s+(sha256-[A-Za-z0-9+/]{43}=|sha384-[A-Za-z0-9+/]{64}|sha512-[A-Za-z0-9+/]{86}==))*\s*$"
            )
        )
    )]
    String,
);

impl Integrity {
    /// The metadata as it goes into an `integrity` attribute, one blank between
    /// two hashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Integrity> {
        let want = "\"sha384-\" and the base64 of the hash, as `openssl dgst -sha384 -binary FILE \
                    | base64 -w0` prints it";
        let text = at.text(want, MAX_INTEGRITY_CHARS, problems)?;
        let hashes: Vec<&str> = text.split_ascii_whitespace().collect();
        if hashes.is_empty() {
            at.invalid(format!("is empty: write {want}"), problems);
            return None;
        }
        if hashes.len() > MAX_HASHES {
            let message = format!(
                "has {} hashes: at most {MAX_HASHES} are allowed",
                hashes.len()
            );
            problems.add(&at.path, TooMany, message);
            return None;
        }
        let mut strongest = None;
        let mut mixed = false;
        let mut sound = true;
        for hash in &hashes {
            match check(hash) {
                Ok(algorithm) => {
                    mixed |= strongest.is_some_and(|other| other != algorithm);
                    strongest = strongest.max(Some(algorithm));
                }
                Err(why) => {
                    sound = false;
                    at.invalid(format!("{} {why}: write {want}", quoted(hash)), problems);
                }
            }
        }
        if let (true, Some(Algorithm { name, .. })) = (mixed, strongest) {
            let message = format!("browsers check only the {name} hashes: leave the weaker out");
            problems.add(&at.path, NoEffect, message);
        }
        sound.then(|| Integrity(hashes.join(" ")))
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Algorithm {
    bytes: usize,
    name: &'static str,
}

const ALGORITHMS: [Algorithm; 3] = [
    Algorithm {
        bytes: 32,
        name: "sha256",
    },
    Algorithm {
        bytes: 48,
        name: "sha384",
    },
    Algorithm {
        bytes: 64,
        name: "sha512",
    },
];

fn check(hash: &str) -> Result<Algorithm, String> {
    let Some((name, digest)) = hash.split_once('-') else {
        return Err("is no hash".to_owned());
    };
    let Some(algorithm) = ALGORITHMS.into_iter().find(|known| known.name == name) else {
        return Err("uses an algorithm that browsers pass over".to_owned());
    };
    let data = digest.trim_end_matches('=');
    if digest.contains(['-', '_']) {
        return Err("is base64url: + and / are needed for - and _".to_owned());
    }
    if !data.bytes().all(|byte| sextet(byte).is_some()) {
        return Err("has characters that base64 has not".to_owned());
    }
    let Algorithm { bytes, .. } = algorithm;
    let chars = (bytes * 8).div_ceil(6);
    if data.len() != chars {
        let found = data.len() * 6 / 8;
        return Err(format!("holds {found} bytes where {name} has {bytes}"));
    }
    if digest.len() != bytes.div_ceil(3) * 4 {
        return Err("has the wrong number of = at its end".to_owned());
    }
    // The last character carries bits beyond the hash: another value there
    // would be another text for the same hash, which browsers compare as text.
    let spare = chars * 6 - bytes * 8;
    match data.bytes().last().and_then(sextet) {
        Some(last) if last & ((1 << spare) - 1) == 0 => Ok(algorithm),
        _ => Err("ends in a character that no encoder writes there".to_owned()),
    }
}

/// The value of a base64 character (RFC 4648 §4).
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
