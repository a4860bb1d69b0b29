//! Bodies: read in bounds, decoded in bounds.

use super::clock;
use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use hedgerow::audit::{Body, BodyEnd, PREFIX_BYTES};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use ring::digest::{SHA256, SHA384, SHA512, digest};
use std::io::Read;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What came of a body.
#[derive(Debug)]
pub(super) struct Content {
    bytes: Vec<u8>,
    end: BodyEnd,
    pub(super) is_whole: bool,
    limit: usize,
}

/// How many times the wait for the next bytes a whole body may take.
const PATIENCE: u32 = 6;

/// Reads until the end, the limit, or the time is over: that of the next bytes
/// or of all of them, since a body may drip for ever.
pub(super) async fn read(
    mut body: Incoming,
    limit: usize,
    wait: Duration,
    end_of_audit: Instant,
) -> Content {
    let last = (clock::now() + wait * PATIENCE).min(end_of_audit);
    let mut content = Content {
        bytes: Vec::new(),
        end: BodyEnd::Whole,
        is_whole: false,
        limit,
    };
    loop {
        let next = timeout_at((clock::now() + wait).min(last), body.frame()).await;
        match next {
            Ok(None) => {
                content.is_whole = true;
                return content;
            }
            Ok(Some(Ok(frame))) => {
                let data: Bytes = frame.into_data().unwrap_or_default();
                let room = limit - content.bytes.len();
                content
                    .bytes
                    .extend_from_slice(&data[..data.len().min(room)]);
                if data.len() > room {
                    content.end = BodyEnd::TooLong;
                    return content;
                }
            }
            Ok(Some(Err(_))) => {
                content.end = BodyEnd::Cut;
                return content;
            }
            Err(_) => {
                content.end = BodyEnd::TimedOut;
                return content;
            }
        }
    }
}

impl Content {
    /// The body as the audit wants to know it, decoded by what the fields say,
    /// and whether it fits the integrity.
    pub(super) fn into_body(
        self,
        fields: &[(String, Vec<u8>)],
        integrity: Option<&str>,
    ) -> (Body, Option<bool>) {
        let mut body = Body::default();
        body.length = self.bytes.len() as u64;
        body.end = self.end;
        let codings = codings(fields);
        let mut decoded = self.bytes;
        for coding in codings.iter().rev() {
            decoded = match decode(coding, &decoded, self.limit) {
                Ok(bytes) => bytes,
                Err(NotDecoded::TooLong) => {
                    // A few kilobytes may stand for gigabytes.
                    body.end = BodyEnd::TooLong;
                    return (body, None);
                }
                Err(NotDecoded::Broken) => return (body, None),
            };
        }
        let mut fits = None;
        if self.is_whole {
            fits = integrity.map(|hashes| is_fitting(hashes, &decoded));
            body.decoded_length = Some(decoded.len() as u64);
            body.digest = digest(&SHA256, &decoded).as_ref().try_into().ok();
        }
        body.prefix = decoded[..decoded.len().min(PREFIX_BYTES)].to_vec();
        (body, fits)
    }
}

fn codings(fields: &[(String, Vec<u8>)]) -> Vec<String> {
    fields
        .iter()
        .filter(|(name, _)| name == "content-encoding")
        .flat_map(|(_, value)| {
            String::from_utf8_lossy(value)
                .split(',')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect()
}

/// Why a coding was not undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotDecoded {
    /// More comes out than is allowed.
    TooLong,
    /// The bytes are none of this coding, or nobody here knows it.
    Broken,
}

/// Undoes one coding.
fn decode(coding: &str, bytes: &[u8], limit: usize) -> Result<Vec<u8>, NotDecoded> {
    match coding {
        "gzip" | "x-gzip" => all(MultiGzDecoder::new(bytes), limit),
        // RFC 9110 §8.4.1.2 means zlib; some servers send what is in it bare.
        "deflate" => match all(ZlibDecoder::new(bytes), limit) {
            Err(NotDecoded::Broken) => all(DeflateDecoder::new(bytes), limit),
            done => done,
        },
        "br" => all(brotli::Decompressor::new(bytes, 4096), limit),
        _ => Err(NotDecoded::Broken),
    }
}

fn all(decoder: impl Read, limit: usize) -> Result<Vec<u8>, NotDecoded> {
    let mut out = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let read = decoder.take(most.saturating_add(1)).read_to_end(&mut out);
    if out.len() > limit {
        return Err(NotDecoded::TooLong);
    }
    read.map(|_| out).map_err(|_| NotDecoded::Broken)
}

/// Whether the bytes fit one of the strongest hashes of an `integrity`
/// attribute (W3C SRI §3.3.4).
fn is_fitting(integrity: &str, decoded: &[u8]) -> bool {
    let algorithms = [
        ("sha512-", &SHA512),
        ("sha384-", &SHA384),
        ("sha256-", &SHA256),
    ];
    for (prefix, algorithm) in algorithms {
        let mut hashes = integrity
            .split_ascii_whitespace()
            .filter_map(|hash| hash.strip_prefix(prefix))
            .peekable();
        if hashes.peek().is_some() {
            let own = base64(digest(algorithm, decoded).as_ref());
            return hashes.any(|hash| hash == own);
        }
    }
    true
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (at, byte)| {
            word | u32::from(*byte) << (16 - 8 * at)
        });
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}
