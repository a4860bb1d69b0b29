//! WebSocket's handshake over HTTP/1.1 (RFC 6455 §4), which proves nothing but
//! that both speak it.

use std::hash::{BuildHasher as _, RandomState};

use http::HeaderValue;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A key that was not used before, of 16 bytes.
pub(super) fn new_key() -> HeaderValue {
    let drawn = || RandomState::new().hash_one(0).to_be_bytes();
    value(&base64(&[drawn(), drawn()].concat()))
}

/// What answers a key.
pub(super) fn accept(key: &HeaderValue) -> HeaderValue {
    let text = [key.as_bytes(), GUID].concat();
    value(&base64(digest(&SHA1_FOR_LEGACY_USE_ONLY, &text).as_ref()))
}

fn value(text: &str) -> HeaderValue {
    // Base64 has nothing that a field could not.
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 0x3f) as usize];
            text.push(if at <= three.len() {
                letter.into()
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455 §1.3.
    #[test]
    fn a_key_has_one_answer() {
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept(&key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn keys_are_of_sixteen_bytes_and_differ() {
        let (one, other) = (new_key(), new_key());
        assert_eq!(one.len(), 24);
        assert!(one.as_bytes().ends_with(b"=="));
        assert_ne!(one, other);
    }

    /// RFC 4648 §10.
    #[test]
    fn base64_is_padded() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
