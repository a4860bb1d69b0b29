//! Why not, as RFC 9457 says it.

use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::route::{Answer, json_answer};

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// A stable name, for programs.
    pub(super) code: &'static str,
    /// What is wrong and what to do, for people.
    pub(super) detail: String,
    /// Methods that the resource has.
    pub(super) allow: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        Problem {
            status,
            code,
            detail: detail.into(),
            allow: None,
        }
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// The resource has other methods.
    pub(super) fn method(allow: &'static str) -> Problem {
        Problem {
            allow: Some(allow),
            ..Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                format!("this resource has {allow}"),
            )
        }
    }

    /// A value in the body means nothing.
    pub(super) fn invalid(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", detail)
    }

    pub(super) fn into_answer(self) -> Answer {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        let mut answer = json_answer(self.status, &body);
        let headers = answer.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 6750 §3.
            let scheme = HeaderValue::from_static("Bearer realm=\"hedgerow-edge\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        answer
    }
}
