//! Writes the fields that the configuration gives to a URL's class.
//!
//! What is the same for all goes into the response before the store sees it,
//! so that the store keeps what it sends. What is for one client, CORS and the
//! coding of its content, is written into what is sent and never stored: one
//! stored response serves every origin and every client.

use std::sync::Arc;

use hedgerow::delivery::{Coding, Exchange, Plan};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Response, StatusCode};

use super::body::Source;
use super::encode::Encoded;
use super::{Inbound, Reply, coded};
use crate::app::App;

fn plan(inbound: &Inbound) -> Option<Plan<'_>> {
    if inbound.upgrade.is_some() {
        // What is said in another protocol has none of these fields.
        return None;
    }
    let delivery = inbound.route.delivery.as_ref()?;
    Some(delivery.plan(&*inbound.path))
}

fn exchange<'a>(
    inbound: &'a Inbound,
    status: StatusCode,
    response: &'a HeaderMap,
) -> Exchange<'a, HeaderMap, HeaderMap> {
    let (method, request) = (inbound.method.as_str(), &inbound.headers);
    Exchange::new(method, request, status.as_u16(), response).with_secure(inbound.connection.secure)
}

/// Writes what is the same for all clients into an upstream's response.
pub(super) fn write_shared<B>(inbound: &Inbound, response: &mut Response<B>) {
    if let Some(plan) = plan(inbound) {
        let exchange = exchange(inbound, response.status(), response.headers());
        let edits = plan.shared(&exchange).edits.into_owned();
        edits.apply(response.headers_mut());
    }
}

/// The answer to a CORS preflight, which no upstream is asked for.
pub(super) fn preflight(app: &App, inbound: &Inbound) -> Option<Reply> {
    let answer = plan(inbound)?.preflight(inbound.method.as_str(), &inbound.headers)?;
    let status = StatusCode::from_u16(answer.status).ok()?;
    let site = app.site.load();
    let mut reply = Reply::plain(&site.name, status, answer.reason.as_str());
    if status == StatusCode::NO_CONTENT {
        reply = reply.without_content();
    }
    answer.fields.apply(&mut reply.headers);
    Some(reply)
}

/// Writes what is for this client, and compresses the content if it is worth
/// it.
pub(super) fn finish(app: &Arc<App>, inbound: &Inbound, mut reply: Reply) -> Reply {
    let Some(plan) = plan(inbound) else {
        return reply;
    };
    // A preflight's answer has its own.
    if plan
        .preflight(inbound.method.as_str(), &inbound.headers)
        .is_none()
    {
        let exchange = exchange(inbound, reply.status, &reply.headers);
        let edits = plan.client(&exchange).edits.into_owned();
        edits.apply(&mut reply.headers);
    }
    let exchange = exchange(inbound, reply.status, &reply.headers);
    let compressed = plan.compress(&exchange);
    let (coding, edits) = (compressed.coding, compressed.edits.into_owned());
    edits.apply(&mut reply.headers);
    if let Some(coding) = coding {
        encode(app, inbound, &mut reply, coding);
    }
    reply
}

fn encode(app: &Arc<App>, inbound: &Inbound, reply: &mut Reply, coding: Coding) {
    let stored = reply.stored.take();
    let length = match &reply.source {
        // The answer to HEAD has the fields alone.
        Source::Empty => stored.and_then(|stored| stored.coded.length(coding)),
        _ => {
            let plain = std::mem::replace(&mut reply.source, Source::Empty);
            reply.source = match stored {
                Some(stored) => coded::source(app, inbound, &stored, coding, plain),
                None => Encoded::source(plain, coding),
            };
            match &reply.source {
                Source::Whole(bytes) => Some(bytes.len() as u64),
                _ => None,
            }
        }
    };
    if let Some(length) = length {
        reply.headers.insert(CONTENT_LENGTH, length.into());
    }
}
