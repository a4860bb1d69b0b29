//! Byte ranges, by which a cut download goes on elsewhere.

use crate::audit::collect::Collector;
use crate::audit::probe::RANGE_BYTES;
use crate::audit::view::{View, line};
use crate::audit::{BodyEnd, FindingId, Probe, Response};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let (Some(full), Some(part)) = (view.asset(), view.response(Probe::Range)) else {
        return;
    };
    // A part of another representation, or of what is cut, tells nothing.
    if full.body.end != BodyEnd::Whole
        || view.is_changing()
        || full.field("content-encoding") != part.field("content-encoding")
    {
        return;
    }
    if part.status == 200 {
        let evidence = format!("200 to `Range: bytes=0-{}`", RANGE_BYTES - 1);
        view.found(out, FindingId::RangeIgnored, evidence);
    } else if let Some(what) = wrong(full, part) {
        view.found(out, FindingId::RangeBroken, what);
    }
}

/// What is wrong with the part, if anything is.
fn wrong(full: &Response, part: &Response) -> Option<String> {
    if part.status != 206 {
        return Some(format!("status {}", part.status));
    }
    let length = full.body.length;
    let expected = format!("bytes 0-{}/{length}", RANGE_BYTES - 1);
    let open = format!("bytes 0-{}/*", RANGE_BYTES - 1);
    let sent = part.shown("content-range");
    if !sent
        .as_deref()
        .is_some_and(|sent| sent == expected || sent == open)
    {
        let sent = line(part, "Content-Range");
        return Some(format!("{sent}, expected `{expected}`"));
    }
    if part.body.length != RANGE_BYTES {
        return Some(format!("{} bytes for {RANGE_BYTES}", part.body.length));
    }
    if part.field("etag") != full.field("etag") {
        let (of_part, of_whole) = (line(part, "ETag"), line(full, "ETag"));
        return Some(format!("{of_part} with 206, {of_whole} with 200"));
    }
    let same = full
        .body
        .start()
        .get(..part.body.start().len())
        .is_none_or(|start| start == part.body.start());
    (!same).then(|| "the bytes are not those of the whole".to_owned())
}
