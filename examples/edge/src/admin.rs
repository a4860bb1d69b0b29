//! The operator's listener: metrics, and whether the proxy is well.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tracing::{debug, info, warn};

use crate::app::App;

const TEXT: &str = "text/plain; charset=utf-8";
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Binds the listener.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    let listener =
        listener.with_context(|| format!("cannot listen on {address} for the operator"))?;
    info!(address = %listener.local_addr()?, "admin listening");
    Ok(listener)
}

/// Answers until the task is aborted.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                warn!(%error, "cannot accept");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
        };
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let response = answer(&app, &request);
                async move { Ok::<_, Infallible>(response) }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                debug!(%error, "admin connection ended");
            }
        });
    }
}

fn answer(app: &App, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET or HEAD\n".into());
    }
    match request.uri().path() {
        "/metrics" => match metrics(app) {
            Ok(found) => text(StatusCode::OK, METRICS, found),
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, TEXT, String::new()),
        },
        "/healthz" => text(StatusCode::OK, TEXT, "ok\n".into()),
        _ => text(StatusCode::NOT_FOUND, TEXT, "/metrics or /healthz\n".into()),
    }
}

/// What is counted, and what stands right now.
fn metrics(app: &App) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let (keys, bytes, growing) = app.store.usage();
    let (flights, waiting) = app.flights.count();
    for (name, help, value) in [
        ("store_keys", "Keys in the store", keys as u64),
        ("store_bytes", "Bytes in the store", bytes),
        (
            "store_growing_bytes",
            "Bytes of bodies on their way into the store",
            growing,
        ),
        (
            "flights",
            "Requests that others may wait for",
            flights as u64,
        ),
        (
            "waiting",
            "Requests that wait for one of these, with its own",
            waiting as u64,
        ),
        (
            "upgrades",
            "Connections that speak another protocol, or ask for it",
            app.upgrades.count().into(),
        ),
    ] {
        writeln!(out, "# HELP hedgerow_{name} {help}.")?;
        writeln!(out, "# TYPE hedgerow_{name} gauge")?;
        writeln!(out, "hedgerow_{name} {value}")?;
    }
    let site = app.site.load();
    writeln!(
        out,
        "# HELP hedgerow_endpoint_up Whether an endpoint is in service."
    )?;
    writeln!(out, "# TYPE hedgerow_endpoint_up gauge")?;
    for upstream in &site.upstreams {
        let id = upstream.settings.id.as_str();
        for (endpoint, up) in upstream.in_service() {
            let up = u8::from(up);
            writeln!(
                out,
                "hedgerow_endpoint_up{{upstream=\"{id}\",endpoint=\"{endpoint}\"}} {up}"
            )?;
        }
    }
    // It ends the text, as the format asks.
    app.metrics.encode(&mut out)?;
    Ok(out)
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
