//! Compression: once, for text, and declared.

use super::types::{self, Kind};
use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{BodyEnd, FindingId, Probe, Response};

/// Below this, compression saves no packet.
const MIN_BYTES: u64 = 1400;

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(plain) = view.asset() else {
        return;
    };
    let encoded = view.success(Probe::Encoded);
    for response in [Some(plain), encoded].into_iter().flatten() {
        if as_declared(view, out, response) {
            return;
        }
    }
    if is_encoded(plain) {
        let evidence = format!(
            "{} to `Accept-Encoding: identity`",
            line(plain, "Content-Encoding")
        );
        view.found(out, FindingId::EncodedUnasked, evidence);
    }
    let Some(encoded) = encoded else {
        return;
    };
    let sent = encoded.shown("content-type").unwrap_or_default();
    let essence = types::essence(&sent);
    if is_encoded(encoded) {
        if types::expected(view.extension()) == Some(Kind::Packed) {
            let evidence = format!("{} on {essence}", line(encoded, "Content-Encoding"));
            view.found(out, FindingId::CompressedInVain, evidence);
        }
    } else if types::is_text(essence) && encoded.body.length >= MIN_BYTES {
        let evidence = format!(
            "{} bytes of {essence} to `Accept-Encoding: gzip, br`",
            encoded.body.length
        );
        view.found(out, FindingId::NotCompressed, evidence);
    }
    if let (Some(a), Some(b)) = (plain.body.digest, encoded.body.digest)
        && a != b
        && view.is_static()
        // A page in the asset's place may be another each time.
        && !out.has_any(view.at, &view.visit.url, &[FindingId::HtmlForAsset])
    {
        let evidence = format!(
            "{} bytes plain, {} bytes after decoding",
            plain.body.decoded_length.unwrap_or(plain.body.length),
            encoded.body.decoded_length.unwrap_or(encoded.body.length)
        );
        view.found(out, FindingId::VariantsDiffer, evidence);
    }
}

/// Tells what contradicts Content-Encoding; whether there is such a thing.
fn as_declared(view: &View<'_>, out: &mut Collector, response: &Response) -> bool {
    let codings: Vec<_> = codings(response).collect();
    let evidence = line(response, "Content-Encoding");
    let is_packed_file = types::expected(view.extension()) == Some(Kind::Packed);
    let packed = compressed_by(response.body.start()).filter(|_| !is_packed_file);
    let (id, evidence) = match (codings.as_slice(), packed) {
        ([], Some(format)) => {
            let evidence = format!("{evidence}, but the body is {format}");
            (FindingId::EncodingUndeclared, evidence)
        }
        ([_], Some(format)) => {
            let evidence = format!("{evidence}, and what comes out is {format} again");
            (FindingId::CompressedTwice, evidence)
        }
        ([_, _, ..], _) => (FindingId::CompressedTwice, evidence),
        ([coding], None) if !is_known(coding) => {
            let evidence = format!("{evidence}, which no probe asks for");
            (FindingId::EncodedUnasked, evidence)
        }
        ([_], None)
            if response.body.decoded_length.is_none() && response.body.end == BodyEnd::Whole =>
        {
            (FindingId::EncodingBroken, evidence)
        }
        _ => return false,
    };
    view.found(out, id, evidence);
    true
}

/// Whether clients are expected to decode it (RFC 9110 §8.4.1, RFC 7932).
fn is_known(coding: &[u8]) -> bool {
    ["gzip", "x-gzip", "deflate", "br"]
        .iter()
        .any(|known| coding.eq_ignore_ascii_case(known.as_bytes()))
}

fn is_encoded(response: &Response) -> bool {
    codings(response).next().is_some()
}

fn codings(response: &Response) -> impl Iterator<Item = &[u8]> {
    response
        .members("content-encoding")
        .filter(|coding| !coding.eq_ignore_ascii_case(b"identity"))
}

/// The format of a compressed body, by its first bytes. Brotli has none that
/// are its own.
fn compressed_by(start: &[u8]) -> Option<&'static str> {
    const GZIP: &[u8] = b"\x1f\x8b\x08";
    const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
    [(GZIP, "gzip"), (ZSTD, "zstd")]
        .into_iter()
        .find_map(|(magic, name)| start.starts_with(magic).then_some(name))
}
