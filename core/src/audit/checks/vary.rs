//! What selects the response.

use crate::audit::collect::Collector;
use crate::audit::view::{View, line};
use crate::audit::{FindingId, Probe};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    let Some(response) = view.asset() else {
        return;
    };
    let encoded = view.success(Probe::Encoded);
    // A page or an API may well differ from visitor to visitor.
    if view.is_static() {
        for (member, id) in [
            ("*", FindingId::VaryAny),
            ("user-agent", FindingId::VaryUserAgent),
            ("cookie", FindingId::VaryCookie),
        ] {
            if response.lists("vary", member) {
                view.found(out, id, line(response, "Vary"));
            }
        }
    }
    let Some(encoded) = encoded else {
        return;
    };
    if encoded.field("content-encoding") == response.field("content-encoding") {
        return;
    }
    for (variant, shown) in [(encoded, "the compressed"), (response, "the plain")] {
        if !variant.lists("vary", "accept-encoding") && !variant.lists("vary", "*") {
            let evidence = format!("{} in {shown} response", line(variant, "Vary"));
            view.found(out, FindingId::VaryEncodingMissing, evidence);
        }
    }
}
