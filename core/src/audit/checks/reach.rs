//! Whether the endpoint answers, and as long as it announced.

use crate::audit::collect::Collector;
use crate::audit::view::View;
use crate::audit::{BodyEnd, Failure, FailureKind, FindingId, Outcome, Probe};

pub(super) fn check(view: &View<'_>, out: &mut Collector) {
    for exchange in &view.visit.exchanges {
        match &exchange.outcome {
            // Nobody has to listen for plain http.
            Outcome::Failed(_) if exchange.probe == Probe::PlainHttp => {}
            Outcome::Failed(failure) => failed(view, out, exchange.probe, failure),
            Outcome::Response(response) => {
                let length = response.body.length;
                match response.body.end {
                    BodyEnd::Whole => {}
                    // A live resource under plain http is as long as it is.
                    _ if exchange.probe == Probe::PlainHttp => {}
                    BodyEnd::Cut => {
                        let evidence = format!("ended after {length} bytes");
                        view.found(out, FindingId::BodyCut, evidence);
                    }
                    BodyEnd::TimedOut => {
                        let evidence =
                            format!("the body was not whole in time, {length} bytes had come");
                        view.found(out, FindingId::TimedOut, evidence);
                    }
                    BodyEnd::TooLong => {
                        let evidence = format!("more than {length} bytes");
                        view.found(out, FindingId::BodyTooLong, evidence);
                    }
                }
            }
        }
    }
}

fn failed(view: &View<'_>, out: &mut Collector, probe: Probe, failure: &Failure) {
    let evidence = if probe == Probe::Get {
        failure.text.clone()
    } else {
        format!("{} (probe {})", failure.text, probe.as_str())
    };
    match failure.kind {
        // These are the endpoint's, whichever asset is asked for.
        FailureKind::NameNotResolved => {
            view.found_at_endpoint(out, FindingId::NameNotResolved, evidence);
        }
        FailureKind::Connection => {
            view.found_at_endpoint(out, FindingId::ConnectionFailed, evidence);
        }
        FailureKind::Tls => {
            view.found_at_endpoint(out, FindingId::TlsHandshakeFailed, evidence);
        }
        FailureKind::TimedOut => view.found(out, FindingId::TimedOut, evidence),
        FailureKind::Protocol => view.found(out, FindingId::ProtocolError, evidence),
        FailureKind::RedirectLoop => view.found(out, FindingId::RedirectLoop, evidence),
    }
}
