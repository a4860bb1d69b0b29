//! What a response says about who may read it.

use crate::types::{Headers, Reason};

use super::Compiled;
use crate::delivery::edits::Editor;

/// Who may read a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Allowed<'a> {
    /// Every origin.
    All,
    /// The origin that asked.
    Origin(&'a [u8]),
    /// Nobody, for this reason.
    No(Reason),
}

impl Allowed<'_> {
    pub(in crate::delivery) const fn reason(self) -> Reason {
        match self {
            Allowed::All => Reason::CorsPublic,
            Allowed::Origin(_) => Reason::CorsAllowed,
            Allowed::No(reason) => reason,
        }
    }
}

impl Compiled {
    /// Who may read what answers this request.
    pub(in crate::delivery) fn allowed<'a, Q: Headers + ?Sized>(
        &self,
        request: &'a Q,
    ) -> Allowed<'a> {
        if self.settings.is_public() {
            return Allowed::All;
        }
        let mut lines = request.field_values("origin");
        match (lines.next(), lines.next()) {
            (None, _) => Allowed::No(Reason::CorsNoOrigin),
            (Some(origin), None) if self.settings.origins.iter().any(|own| own.allows(origin)) => {
                Allowed::Origin(origin)
            }
            // Browsers send one; which of two is meant, nobody can tell.
            (Some(_), _) => Allowed::No(Reason::CorsRefused),
        }
    }

    /// Writes the fields of a response that is no preflight's. Whatever an
    /// upstream said of it is replaced: two lines, or `*` for one origin and
    /// another's name for the next, are what browsers refuse.
    pub(in crate::delivery) fn write<'a, R: Headers + ?Sized>(
        &'a self,
        editor: &mut Editor<'a, R>,
        allowed: Allowed<'a>,
    ) {
        self.write_origin(editor, allowed);
        if matches!(allowed, Allowed::No(_)) || self.expose.is_empty() {
            editor.remove("access-control-expose-headers");
        } else {
            editor.set("access-control-expose-headers", self.expose.as_bytes());
        }
    }

    pub(super) fn write_origin<'a, R: Headers + ?Sized>(
        &'a self,
        editor: &mut Editor<'a, R>,
        allowed: Allowed<'a>,
    ) {
        match allowed {
            Allowed::All => editor.set("access-control-allow-origin", &b"*"[..]),
            Allowed::Origin(origin) => editor.set("access-control-allow-origin", origin),
            Allowed::No(_) => editor.remove("access-control-allow-origin"),
        }
        if matches!(allowed, Allowed::Origin(_)) && self.settings.credentials {
            editor.set("access-control-allow-credentials", &b"true"[..]);
        } else {
            editor.remove("access-control-allow-credentials");
        }
        if allowed != Allowed::All {
            // Also where the request had no origin, or one that is refused:
            // else a cache gives this response to one that is allowed (Fetch
            // standard, "CORS protocol and HTTP caches").
            editor.vary_by("Origin");
        }
    }
}
