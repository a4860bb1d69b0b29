//! Answers to what browsers ask before they ask (Fetch standard, "CORS
//! preflight fetch").

use crate::cache::list;
use crate::types::{Headers, Reason};

use super::{Allowed, Compiled};
use crate::delivery::edits::{Editor, Edits};

/// The answer to a preflight: no content, and these fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preflight<'a> {
    /// 204 if the request may be made, 403 if not. Browsers look at the fields
    /// alone; people look at the status.
    pub status: u16,
    /// The fields, as changes to a response that has none.
    pub fields: Edits<'a>,
    /// Why.
    pub reason: Reason,
}

/// A response without fields, for which those of a preflight are written.
const NOTHING: &[(&str, &str)] = &[];

/// Whether a request is a preflight. `OPTIONS` without these fields is another
/// question, and the upstream's to answer.
pub(in crate::delivery) fn is_preflight<Q: Headers + ?Sized>(method: &str, request: &Q) -> bool {
    let has = |name| request.field_values(name).next().is_some();
    method == "OPTIONS" && has("origin") && has("access-control-request-method")
}

impl Compiled {
    /// Answers a preflight.
    pub(in crate::delivery) fn preflight<'a, Q: Headers + ?Sized>(
        &'a self,
        request: &'a Q,
    ) -> Preflight<'a> {
        let mut editor = Editor::new(NOTHING);
        let allowed = self.allowed(request);
        let private = request
            .field_values("access-control-request-private-network")
            .any(|value| list::trim(value) == b"true");
        let reason = match allowed {
            Allowed::No(reason) => reason,
            _ if !self.allows_method(request) => Reason::PreflightMethod,
            _ if !self.allows_headers(request) => Reason::PreflightHeader,
            _ if private && !self.settings.private_network => Reason::PreflightPrivateNetwork,
            _ => Reason::PreflightAllowed,
        };
        let granted = reason == Reason::PreflightAllowed;
        let shown = if granted {
            allowed
        } else {
            Allowed::No(reason)
        };
        self.write_origin(&mut editor, shown);
        // Both are looked at, so both select.
        editor.vary_by("Access-Control-Request-Method");
        editor.vary_by("Access-Control-Request-Headers");
        if self.settings.private_network {
            editor.vary_by("Access-Control-Request-Private-Network");
        }
        if granted {
            editor.set("access-control-allow-methods", self.methods.as_bytes());
            if !self.request_headers.is_empty() {
                let names = self.request_headers.as_bytes();
                editor.set("access-control-allow-headers", names);
            }
            editor.set("access-control-max-age", self.max_age.as_bytes());
            if private {
                editor.set("access-control-allow-private-network", &b"true"[..]);
            }
        }
        Preflight {
            status: if granted { 204 } else { 403 },
            fields: editor.finish(),
            reason,
        }
    }

    /// Methods are told apart by case (RFC 9110 §9.1). The three that need no
    /// preflight need no permission either.
    fn allows_method<Q: Headers + ?Sized>(&self, request: &Q) -> bool {
        let mut lines = request.field_values("access-control-request-method");
        let (Some(method), None) = (lines.next(), lines.next()) else {
            return false;
        };
        let own = self.settings.methods.iter().map(String::as_bytes);
        own.chain([&b"GET"[..], b"HEAD", b"POST"])
            .any(|own| own == method)
    }

    fn allows_headers<Q: Headers + ?Sized>(&self, request: &Q) -> bool {
        request
            .field_values("access-control-request-headers")
            .flat_map(list::members)
            .all(|asked| {
                let mut own = self.settings.request_headers.iter();
                own.any(|own| own.as_bytes().eq_ignore_ascii_case(asked))
            })
    }
}
