//! What shows without a reply: connections, TLS, the row as a whole, and what
//! the operator says about the assets.

use hedgerow::asset::Glob;
use hedgerow::audit::{
    BodyEnd, Certificate, Exchange, Failure, FailureKind, FindingId as Id, Handshake, Observations,
    Ocsp, OcspStatus, Outcome, Probe, Settings, TlsVersion, Trust,
};
use hedgerow::types::Timestamp;

use crate::pure::{NOW, found, handshake, observe};
use crate::world::{Ask, ENTRY, FONT, VERSIONED, answer};

const DAY: u64 = 86_400;

/// What is wrong with the first endpoint, and the finding that it gives.
type Case = (Id, fn(&mut Observations));

fn tls(seen: &mut Observations) -> &mut Handshake {
    &mut seen.endpoints[0].handshakes[0]
}

fn leaf(seen: &mut Observations) -> &mut Certificate {
    &mut tls(seen).chain[0]
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn failed(seen: &mut Observations, kind: FailureKind) {
    for visit in &mut seen.endpoints[0].visits {
        let failure = Failure::new(kind, "as the client says");
        visit.exchanges = vec![Exchange::new(Probe::Get, Outcome::Failed(failure))];
    }
}

/// The second address of the first endpoint, as the first.
fn second_address(seen: &mut Observations) -> &mut Handshake {
    let handshakes = &mut seen.endpoints[0].handshakes;
    handshakes.push(handshake("192.0.2.99:443", "cdn1.example.com"));
    &mut handshakes[1]
}

pub(crate) const CASES: &[Case] = &[
    (Id::NameNotResolved, |seen| {
        failed(seen, FailureKind::NameNotResolved);
    }),
    (Id::ConnectionFailed, |seen| {
        failed(seen, FailureKind::Connection);
    }),
    (Id::TimedOut, |seen| failed(seen, FailureKind::TimedOut)),
    (Id::ProtocolError, |seen| {
        failed(seen, FailureKind::Protocol);
    }),
    (Id::TlsHandshakeFailed, |seen| {
        failed(seen, FailureKind::Tls);
        tls(seen).failure = Some("no cipher suite in common".to_owned());
    }),
    (Id::BodyTooLong, |seen| {
        for exchange in &mut seen.endpoints[0].visits[0].exchanges {
            if let Outcome::Response(response) = &mut exchange.outcome
                && exchange.probe == Probe::Get
            {
                (response.body.end, response.body.digest) = (BodyEnd::TooLong, None);
            }
        }
    }),
    (Id::IntegrityMismatch, |seen| {
        seen.endpoints[0].visits[0].integrity = Some(false);
    }),
    (Id::CertificateNameMismatch, |seen| {
        leaf(seen).names = vec!["*.example.net".to_owned(), "example.com".to_owned()];
        tls(seen).trust = Trust::Refused("not valid for the name".to_owned());
    }),
    (Id::CertificateExpired, |seen| {
        leaf(seen).not_after = at(NOW - 1);
        tls(seen).trust = Trust::Refused("expired".to_owned());
    }),
    (Id::CertificateExpired, |seen| {
        tls(seen).chain[1].not_after = at(NOW - 1);
        tls(seen).trust = Trust::Refused("expired".to_owned());
    }),
    (Id::CertificateNotYetValid, |seen| {
        leaf(seen).not_before = at(NOW + DAY);
    }),
    (Id::CertificateExpiring, |seen| {
        leaf(seen).not_after = at(NOW + 5 * DAY);
    }),
    (Id::CertificateSelfSigned, |seen| {
        tls(seen).chain.truncate(1);
        leaf(seen).issuer = leaf(seen).subject.clone();
        tls(seen).trust = Trust::UnknownIssuer;
    }),
    (Id::CertificateUntrusted, |seen| {
        tls(seen).trust = Trust::UnknownIssuer;
    }),
    (Id::CertificateUntrusted, |seen| {
        tls(seen).trust = Trust::Refused("bad signature".to_owned());
    }),
    (Id::CertificateChainIncomplete, |seen| {
        tls(seen).chain.truncate(1);
        tls(seen).trust = Trust::UnknownIssuer;
    }),
    (Id::CertificateChainDisordered, |seen| {
        let stray = handshake("", "stray.example.com").chain.remove(0);
        tls(seen).chain.push(stray);
    }),
    // The authority's own by an older one that is gone: nobody needs it.
    (Id::CertificateChainDisordered, |seen| {
        let mut cross = tls(seen).chain[1].clone();
        cross.subject = "CN=Root CA".to_owned();
        cross.issuer = "CN=Older Root CA".to_owned();
        cross.not_after = at(NOW - 1);
        tls(seen).chain.push(cross);
    }),
    (Id::CertificateRevoked, |seen| {
        tls(seen).ocsp = Some(Ocsp::new(OcspStatus::Revoked, None));
    }),
    (Id::CertificateRotating, |seen| {
        let leaf = &mut second_address(seen).chain[0];
        (leaf.digest, leaf.not_after) = ([2; 32], at(NOW + 90 * DAY));
    }),
    (Id::OcspNotStapled, |seen| {
        leaf(seen).ocsp_responder = Some("http://ocsp.example.com".to_owned());
    }),
    (Id::OcspMustStaple, |seen| leaf(seen).must_staple = true),
    (Id::OcspStale, |seen| {
        tls(seen).ocsp = Some(Ocsp::new(OcspStatus::Good, Some(at(NOW - DAY))));
    }),
    (Id::OcspStale, |seen| {
        tls(seen).ocsp = Some(Ocsp::new(OcspStatus::Unreadable, None));
    }),
    (Id::Tls13NotOffered, |seen| {
        tls(seen).version = Some(TlsVersion::Tls12);
    }),
    (Id::Http2NotOffered, |seen| {
        tls(seen).alpn = Some("http/1.1".to_owned());
    }),
    (Id::Http2NotOffered, |seen| tls(seen).alpn = None),
    (Id::HandshakesDiffer, |seen| {
        second_address(seen).version = Some(TlsVersion::Tls12);
    }),
    (Id::HandshakesDiffer, |seen| {
        let responder = Some("http://ocsp.example.com".to_owned());
        let second = second_address(seen);
        second.chain[0].ocsp_responder = responder.clone();
        second.ocsp = Some(Ocsp::new(OcspStatus::Good, None));
        leaf(seen).ocsp_responder = responder;
    }),
    // What the certificate demands is told as such.
    (Id::OcspMustStaple, |seen| {
        let responder = Some("http://ocsp.example.com".to_owned());
        let second = second_address(seen);
        (second.chain[0].ocsp_responder, second.chain[0].must_staple) = (responder.clone(), true);
        second.ocsp = Some(Ocsp::new(OcspStatus::Good, None));
        (leaf(seen).ocsp_responder, leaf(seen).must_staple) = (responder, true);
    }),
    (Id::EndpointNotHttps, |seen| {
        seen.endpoints[0].url = "http://cdn1.example.com".to_owned();
        seen.endpoints[0].handshakes.clear();
    }),
    (Id::SingleEndpoint, |seen| seen.endpoints.truncate(1)),
    (Id::SingleRegion, |seen| {
        seen.endpoints[1].region = seen.endpoints[0].region.clone();
    }),
    (Id::SharedAddress, |seen| {
        seen.endpoints[1].handshakes[0].address = seen.endpoints[0].handshakes[0].address.clone();
    }),
    (Id::DnsTtlLong, |seen| {
        seen.endpoints[0].dns_ttl_secs = Some(3600);
    }),
];

#[test]
fn each_fault_gives_its_finding_alone() {
    for (id, fault) in CASES {
        let mut seen = observe(&[VERSIONED], &answer);
        fault(&mut seen);
        assert_eq!(found(&Settings::new(), &seen), [*id]);
    }
}

#[test]
fn what_is_stapled_in_time_is_no_finding() {
    let mut seen = observe(&[VERSIONED], &answer);
    leaf(&mut seen).ocsp_responder = Some("http://ocsp.example.com".to_owned());
    leaf(&mut seen).must_staple = true;
    tls(&mut seen).ocsp = Some(Ocsp::new(OcspStatus::Good, Some(at(NOW + DAY))));
    assert_eq!(found(&Settings::new(), &seen), []);
}

#[test]
fn a_certificate_for_days_is_not_expiring_all_its_life() {
    let mut seen = observe(&[VERSIONED], &answer);
    leaf(&mut seen).not_before = at(NOW - 2 * DAY);
    leaf(&mut seen).not_after = at(NOW + 4 * DAY);
    assert_eq!(found(&Settings::new(), &seen), []);
    leaf(&mut seen).not_before = at(NOW - 9 * DAY);
    leaf(&mut seen).not_after = at(NOW + DAY);
    assert_eq!(found(&Settings::new(), &seen), [Id::CertificateExpiring]);
}

#[test]
fn names_are_matched_as_browsers_do() {
    for (name, fits) in [
        ("cdn1.example.com", true),
        ("CDN1.EXAMPLE.COM", true),
        ("*.example.com", true),
        ("*.com", false),
        ("*", false),
        ("*.cdn1.example.com", false),
        ("*.1.example.com", false),
        ("c*.example.com", false),
        ("example.com", false),
        ("", false),
    ] {
        let mut seen = observe(&[VERSIONED], &answer);
        leaf(&mut seen).names = vec![name.to_owned()];
        let is_clean = found(&Settings::new(), &seen).is_empty();
        assert_eq!(is_clean, fits, "{name}");
    }
}

#[test]
fn a_pinned_entry_point_is_mentioned() {
    let seen = observe(&[ENTRY], &|ask| {
        let mut reply = answer(ask);
        if ask.is(ENTRY) {
            reply.change("cache-control", "public, max-age=31536000");
        }
        reply
    });
    let pinned = Glob::new("/webmessaging/*.js").expect("is a pattern");
    let settings = Settings::new().with_pinned(vec![pinned]);
    assert_eq!(found(&settings, &seen), [Id::EntryPointPinned]);
}

#[test]
fn a_wildcard_that_is_meant_is_no_finding() {
    let seen = observe(&[ENTRY], &|ask| {
        let mut reply = answer(ask);
        reply.set("access-control-allow-origin", "*");
        reply
    });
    let settings = Settings::new().with_public_assets(true);
    assert_eq!(found(&settings, &seen), []);
}

#[test]
fn images_are_shown_without_cors() {
    let logo = |path: &'static str| {
        move |ask: &Ask<'_>| {
            let mut reply = answer(&Ask {
                path: if ask.path == path { FONT } else { ask.path },
                ..*ask
            });
            reply.change("content-type", "image/png");
            reply.remove("access-control-allow-origin");
            reply
        }
    };
    let clean = observe(&["/logo.png"], &logo("/logo.png"));
    assert_eq!(found(&Settings::new(), &clean), []);
    let font = observe(&["/a.woff2"], &logo("/a.woff2"));
    assert_eq!(found(&Settings::new(), &font), [Id::CorsMissing]);
}

#[test]
fn a_304_may_vary_by_more_but_not_by_less() {
    for (vary, expected) in [
        ("accept-encoding, origin, Accept-Language", &[][..]),
        ("*", &[]),
        ("Origin", &[Id::NotModifiedDiffers]),
    ] {
        let seen = observe(&[ENTRY], &|ask| {
            let mut reply = answer(ask);
            if reply.status == 304 {
                reply.change("vary", vary);
            }
            reply
        });
        assert_eq!(found(&Settings::new(), &seen), expected, "{vary}");
    }
}

#[test]
fn a_page_in_place_of_a_script_may_be_another_each_time() {
    let seen = observe(&[ENTRY], &|ask| {
        let mut reply = answer(ask);
        if ask.is(ENTRY) && reply.status == 200 && ask.method == "GET" {
            let variant = if ask.accepts_gzip() { "two" } else { "one" };
            reply.change("content-type", "text/html");
            reply.body = format!("<!doctype html><title>{variant}</title>").into_bytes();
        }
        reply
    });
    let ids = found(&Settings::new(), &seen);
    assert!(ids.contains(&Id::HtmlForAsset), "{ids:?}");
    assert!(!ids.contains(&Id::VariantsDiffer), "{ids:?}");
}
