//! Whatever was observed, the audit ends, in bounds and always the same.

use hedgerow::audit::{
    Body, EVIDENCE_BYTES, Endpoint, Exchange, Hop, MAX_FINDINGS, Observations, Outcome, Probe,
    Response, Settings, Severity, Visit, audit,
};
use hedgerow::types::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: &[&str] = &[
    "access-control-allow-origin",
    "age",
    "alt-svc",
    "cache-control",
    "cache-status",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "x-cache",
];

const VALUES: &[&str] = &[
    "max-age=99999999999999999999",
    "\"",
    "W/\"",
    "max-age=\"1",
    "bytes 0-63/1",
    "gzip, gzip",
    "*",
    ", ,",
    "h3=",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "\u{202e}txt.exe",
];

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        select(VALUES).prop_map(|text| text.as_bytes().to_vec()),
        vec(any::<u8>(), 0..40),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    // What pages are made of, in no order.
    const PARTS: &[&str] = &[
        "<", ">", "/", "=", " ", "\"", "'", "<!--", "-->", "<script", "</script", "<style",
        "</STYLE>", "<img", "<link", "src", "srcset", "style", "rel=icon", "href", "url(", ")",
        "@import", "a.js", "data:", "\u{e9}",
    ];
    prop_oneof![
        vec(any::<u8>(), 0..80),
        vec(select(PARTS), 0..40).prop_map(|parts| parts.concat().into_bytes()),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    let field = (select(NAMES).prop_map(str::to_owned), value());
    let status = prop_oneof![Just(200), Just(206), Just(304), any::<u16>()];
    (status, vec(field, 0..8), body()).prop_map(|(status, fields, body)| {
        let mut response = Response::new(status, fields);
        response.body = Body::whole(&body, [body.len() as u8; 32]);
        response
    })
}

fn visit() -> impl Strategy<Value = Visit> {
    let exchange = (select(Probe::ALL), response()).prop_map(|(probe, response)| {
        let hop = Hop::new("https://a/", 302, response.fields.clone(), "//");
        let mut exchange = Exchange::new(probe, Outcome::Response(response));
        exchange.hops.push(hop);
        exchange
    });
    let known = select(&["/app.js", "/support-fallback.html"]).prop_map(str::to_owned);
    let path = prop_oneof![known, "\\PC{0,20}"];
    (path, vec(exchange, 0..12)).prop_map(|(path, exchanges)| {
        let mut visit = Visit::new(&path, format!("https://cdn.example.com{path}"));
        visit.exchanges = exchanges;
        visit
    })
}

prop_compose! {
    fn observations()(visits in vec(vec(visit(), 0..4), 0..3), now in any::<u64>()) -> Observations {
        let mut seen = Observations::new(Timestamp::from_secs(now));
        seen.page_origin = Some("https://www.example.com".to_owned());
        for visits in visits {
            let mut endpoint = Endpoint::new("cdn", "https://cdn.example.com");
            endpoint.visits = visits;
            seen.endpoints.push(endpoint);
        }
        seen
    }
}

proptest! {
    #[test]
    fn any_observation_is_judged(seen in observations()) {
        let report = audit(&Settings::new(), &seen);
        prop_assert_eq!(&report, &audit(&Settings::new(), &seen));
        for finding in &report.findings {
            prop_assert!(finding.evidence.len() <= EVIDENCE_BYTES);
            let texts = [&finding.evidence, &finding.url, &finding.remedy];
            let is_printable = |text: &&String| !text.chars().any(|c| c.is_control() || c == '\u{202e}');
            prop_assert!(texts.iter().all(is_printable), "{:?}", finding);
            prop_assert!(!finding.endpoints.is_empty());
        }
    }
}

#[test]
fn a_report_has_an_end() {
    let mut endpoint = Endpoint::new("cdn", "https://cdn.example.com");
    for number in 0..MAX_FINDINGS {
        let path = format!("/{number}.js");
        let mut visit = Visit::new(&path, format!("https://cdn.example.com{path}"));
        let response = Response::new(500, Vec::new());
        visit
            .exchanges
            .push(Exchange::new(Probe::Get, Outcome::Response(response)));
        visit.integrity = Some(false);
        endpoint.visits.push(visit);
    }
    let mut seen = Observations::new(Timestamp::from_secs(1_800_000_000));
    seen.endpoints = vec![endpoint.clone(), endpoint];
    let report = audit(&Settings::new(), &seen);
    assert_eq!(report.findings.len(), MAX_FINDINGS);
    assert_eq!(report.dropped, MAX_FINDINGS);
}

#[test]
fn the_worst_stay_in_a_full_report() {
    let seen = |status: u16, first: usize| {
        (first..first + MAX_FINDINGS).map(move |number| {
            let path = format!("/{number}.js");
            let mut visit = Visit::new(&path, format!("https://cdn.example.com{path}"));
            let mut response = Response::new(status, Vec::new());
            response.body = Body::whole(b"boot();", [1; 32]);
            visit
                .exchanges
                .push(Exchange::new(Probe::Get, Outcome::Response(response)));
            visit
        })
    };
    let mut endpoint = Endpoint::new("cdn", "https://cdn.example.com");
    endpoint.visits.extend(seen(200, 0));
    endpoint.visits.extend(seen(500, MAX_FINDINGS));
    let mut all = Observations::new(Timestamp::from_secs(1_800_000_000));
    all.endpoints = vec![endpoint];
    let report = audit(&Settings::new(), &all);
    assert_eq!(report.findings.len(), MAX_FINDINGS);
    assert_eq!(report.count(Severity::Error), MAX_FINDINGS);
}
