//! Stapled OCSP responses (RFC 6960 §4.2.1), as far as they say whether and
//! until when. Their signatures are the browser's affair.

use hedgerow::audit::{Ocsp, OcspStatus};
use hedgerow::types::Timestamp;
use x509_parser::asn1_rs::{Any, Class, FromDer as _, GeneralizedTime, Tag};

/// Reads the response; what can't be read is said to be so.
pub(super) fn read(der: &[u8]) -> Ocsp {
    single_response(der).unwrap_or_else(|| Ocsp::new(OcspStatus::Unreadable, None))
}

/// The members of a constructed value.
fn members(mut content: &[u8]) -> Vec<Any<'_>> {
    let mut members = Vec::new();
    while let Ok((rest, member)) = Any::from_der(content) {
        members.push(member);
        content = rest;
    }
    members
}

fn sequence(content: &[u8]) -> Option<Vec<Any<'_>>> {
    let (_, any) = Any::from_der(content).ok()?;
    (any.tag() == Tag::Sequence).then(|| members(any.data))
}

fn single_response(der: &[u8]) -> Option<Ocsp> {
    // OCSPResponse: the status, then [0] { type, OCTET STRING of the response }.
    let response = sequence(der)?;
    let [status, bytes, ..] = response.as_slice() else {
        return None;
    };
    if status.data != [0] {
        return None;
    }
    let typed = sequence(bytes.data)?;
    // BasicOCSPResponse: its data come first, and in them, after a version and
    // a responder that are tagged and a time, the sequence of responses.
    let basic = sequence(typed.get(1)?.data)?;
    let data = members(basic.first()?.data);
    let responses = data
        .iter()
        .find(|member| member.tag() == Tag::Sequence && is_universal(member))?;
    let single = members(responses.data);
    let single = members(single.first()?.data);
    // SingleResponse: certificate, status by its tag, this update, and [0] the
    // next one.
    let status = match single.get(1)?.tag().0 {
        0 => OcspStatus::Good,
        1 => OcspStatus::Revoked,
        _ => OcspStatus::Unknown,
    };
    let next = single
        .iter()
        .skip(3)
        .find(|member| member.class() == Class::ContextSpecific && member.tag().0 == 0)
        .and_then(|tagged| GeneralizedTime::from_der(tagged.data).ok())
        .and_then(|(_, time)| time.utc_datetime().ok())
        .and_then(|time| u64::try_from(time.unix_timestamp()).ok())
        .map(Timestamp::from_secs);
    Some(Ocsp::new(status, next))
}

fn is_universal(member: &Any<'_>) -> bool {
    member.class() == Class::Universal
}
