//! Which request is which, and its answer.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, ETAG, HeaderName, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tracing::warn;

use super::change::{self, Ask, Kind};
use super::guard::{Guard, Wish};
use super::places::Place;
use super::problem::Problem;
use super::{page, state};
use crate::app::App;
use crate::metrics::{self, Format};

pub(super) type Answer = Response<Full<Bytes>>;

/// No order is longer.
const MOST_BODY: usize = 8 * 1024;
const BODY: Duration = Duration::from_secs(5);

/// Answers a request. What goes wrong is an answer too.
pub(super) async fn answer(
    app: &App,
    guard: &Guard,
    place: &Place,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Answer {
    let (parts, body) = request.into_parts();
    if guard.check(&parts, Wish::Read).is_ok() {
        place.prove();
    }
    let answered = match read(&parts, guard) {
        Ok(Found::Show(show)) => Ok(look(app, &parts, show)),
        Ok(Found::Change(ask)) => change(app, peer, &parts, body, ask).await,
        Err(problem) => Err(problem),
    };
    let mut answer = match answered.and_then(|answer| answer) {
        Ok(answer) => answer,
        Err(problem) => {
            if matches!(
                problem.status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
            ) {
                warn!(%peer, code = problem.code, "admin request refused");
            }
            problem.into_answer()
        }
    };
    let headers = answer.headers_mut();
    if !place.is_operator() {
        // Who has shown nothing holds nothing.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// What there is to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show<'a> {
    Alive,
    Metrics,
    State,
    Upstream(&'a str),
    Drill(&'a str),
    Page(&'a page::File),
}

enum Found<'a> {
    Show(Show<'a>),
    Change(Ask<'a>),
}

/// Finds what is asked for, and whether whoever asks may have it.
fn read<'a>(parts: &'a Parts, guard: &Guard) -> Result<Found<'a>, Problem> {
    let path = parts.uri.path();
    let looks = parts.method == Method::GET || parts.method == Method::HEAD;
    let look = |show, wish| {
        if !looks {
            return Err(Problem::method("GET, HEAD"));
        }
        guard.check(parts, wish)?;
        Ok(Found::Show(show))
    };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let (upstream, kind, allow) = match segments[..] {
        ["healthz"] => return look(Show::Alive, Wish::Public),
        ["metrics"] => return look(Show::Metrics, Wish::Read),
        ["state"] => return look(Show::State, Wish::Read),
        ["upstreams", upstream] => return look(Show::Upstream(upstream), Wish::Read),
        ["upstreams", upstream, "drill"] if looks => {
            return look(Show::Drill(upstream), Wish::Read);
        }
        ["upstreams", upstream, "drill"] => (upstream, Kind::Drill, "GET, HEAD, POST, DELETE"),
        ["upstreams", upstream, "swap"] => (upstream, Kind::Swap, "POST, DELETE"),
        ["upstreams", upstream, "endpoints", endpoint, "service"] => {
            (upstream, Kind::Service(endpoint), "PUT, DELETE")
        }
        ["upstreams", upstream, "endpoints", endpoint, "weight"] => {
            (upstream, Kind::Weight(endpoint), "PUT, DELETE")
        }
        _ => match page::file(path) {
            Some(file) => return look(Show::Page(file), Wish::Public),
            None => {
                guard.check(parts, Wish::Read)?;
                let detail = "there are /, /state, /metrics, /healthz and /upstreams/…";
                return Err(Problem::not_found(detail));
            }
        },
    };
    let sets = match kind {
        Kind::Drill | Kind::Swap => Method::POST,
        Kind::Service(_) | Kind::Weight(_) => Method::PUT,
    };
    let undoes = parts.method == Method::DELETE;
    if parts.method != sets && !undoes {
        return Err(Problem::method(allow));
    }
    guard.check(parts, Wish::Change)?;
    Ok(Found::Change(Ask {
        upstream,
        kind,
        undoes,
    }))
}

fn look(app: &App, parts: &Parts, show: Show<'_>) -> Result<Answer, Problem> {
    match show {
        Show::Alive => Ok(text("text/plain; charset=utf-8", "ok\n".to_owned())),
        Show::Metrics => {
            let accept = parts.headers.get(ACCEPT);
            let accept = accept.and_then(|accept| accept.to_str().ok());
            let format = Format::of(accept.unwrap_or_default());
            Ok(text(format.content_type(), metrics::collect(app, format)))
        }
        Show::Page(file) => Ok(file.answer()),
        Show::State => Ok(with_epoch(app, &state::whole(app))),
        Show::Upstream(name) => {
            let site = app.site.load();
            let upstream = change::find(&site, name)?;
            Ok(with_epoch(app, &state::upstream(app, upstream)))
        }
        Show::Drill(name) => {
            let site = app.site.load();
            let drill = change::find(&site, name)?.drill();
            let drill = drill.ok_or_else(|| Problem::not_found("there was no drill"))?;
            Ok(with_epoch(app, &state::drill(app, &drill)))
        }
    }
}

async fn change(
    app: &App,
    peer: SocketAddr,
    parts: &Parts,
    body: Incoming,
    ask: Ask<'_>,
) -> Result<Result<Answer, Problem>, Problem> {
    let body = if ask.undoes {
        Bytes::from_static(b"{}")
    } else {
        let kind = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let kind = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
        if !kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json")) {
            // No form of another site's page can send this type.
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media_type",
                "send the body as application/json",
            ));
        }
        receive(body).await?
    };
    let changed = change::run(app, peer, &parts.headers, ask, &body);
    Ok(changed.map(|value| with_epoch(app, &value)))
}

async fn receive(body: Incoming) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, MOST_BODY).collect();
    match tokio::time::timeout(BODY, whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the body has more than {MOST_BODY} bytes"),
        )),
        Ok(Err(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "syntax",
            "the body can't be read",
        )),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            "the body took too long",
        )),
    }
}

/// JSON with the tag by which changes say what they are based on.
fn with_epoch(app: &App, value: &Value) -> Answer {
    let mut answer = json_answer(StatusCode::OK, value);
    let tag = format!("\"{}\"", app.changes.epoch(&app.site.load()));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

pub(super) fn json_answer(status: StatusCode, value: &Value) -> Answer {
    let mut answer = text("application/json", format!("{value:#}\n"));
    *answer.status_mut() = status;
    answer
}

pub(super) fn text(kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    let kind = HeaderValue::from_static(kind);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
