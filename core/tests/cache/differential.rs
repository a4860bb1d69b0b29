//! The same exchanges through `http-cache-semantics`: where both differ, the
//! difference has a name and a section.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use hedgerow::cache::{Policy, Request, Response, SetCookieRule, Settings, Times};
use hedgerow::types::Reason;
use http_cache_semantics::{BeforeRequest, CacheOptions, CachePolicy};

use crate::support::{Fields, START, at, fields};

const RESPONSES: &[&str] = &[
    "",
    "Cache-Control: max-age=100",
    "Cache-Control: max-age=0",
    "Cache-Control: max-age=\"100\"",
    "Cache-Control: max-age=abc",
    "Cache-Control: max-age=100, max-age=50",
    "Cache-Control: MAX-AGE=100",
    "Cache-Control: No-Store, max-age=100",
    "Cache-Control: no-store",
    "Cache-Control: no-cache, max-age=100",
    "Cache-Control: private, max-age=100",
    "Cache-Control: public, max-age=100",
    "Cache-Control: s-maxage=100",
    "Cache-Control: max-age=1, s-maxage=100",
    "Cache-Control: max-age=100, s-maxage=1",
    "Cache-Control: max-age=100, must-revalidate",
    "Cache-Control: max-age=100, proxy-revalidate",
    "Cache-Control: max-age=100, immutable",
    "Cache-Control: max-age=10, stale-while-revalidate=100",
    "Cache-Control: must-understand, no-store, max-age=100",
    "Cache-Control: ext=\"no-store, max-age=1\", max-age=100",
    "Cache-Control: max-age=100 | Age: 60",
    "Cache-Control: max-age=100 | Age: 200",
    "Cache-Control: max-age=100 | Age: abc",
    "Cache-Control: max-age=100 | Expires: 0",
    "Expires: {100}",
    "Expires: {-100}",
    "Expires: 0",
    "Last-Modified: {-1000}",
    "Last-Modified: {-100000000}",
    "ETag: \"a\"",
    "Cache-Control: max-age=100 | Vary: accept",
    "Cache-Control: max-age=100 | Vary: *",
    "Cache-Control: max-age=100 | Vary: Accept-Encoding",
    "Cache-Control: max-age=100 | Pragma: no-cache",
    "Pragma: no-cache | Last-Modified: {-1000}",
    "Cache-Control: max-age=100 | Set-Cookie: a=b",
];

const FIRST: &[&str] = &[
    "",
    "accept: a | accept-encoding: br, gzip",
    "Authorization: Basic YTpi",
    "Cache-Control: no-store",
];

const THEN: &[&str] = &[
    "",
    "accept: a | accept-encoding: gzip,br",
    "Cache-Control: no-cache",
    "Pragma: no-cache",
    "Cache-Control: max-age=20",
    "Cache-Control: min-fresh=60",
    "Cache-Control: max-stale=100",
    "Cache-Control: max-stale",
    "If-Match: \"a\"",
];

const SECONDS: &[u64] = &[0, 30, 99, 100, 150];

/// What a cache does: whether it stores, and whether it serves then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    NotStored,
    Asked,
    Served,
}

use Outcome::{Asked, NotStored, Served};

/// Everything that makes an exchange.
#[derive(Clone, Copy, Debug)]
struct Case<'a> {
    shared: bool,
    method: &'a str,
    status: u16,
    response: &'a str,
    first: &'a str,
    then: &'a str,
    secs: u64,
}

fn dated(case: &Case<'_>) -> Fields {
    fields(&match case.response {
        "" => "Date: {0}".to_owned(),
        response => format!("{response} | Date: {{0}}"),
    })
}

/// Our outcome, and the reason where nothing is stored.
fn ours(case: &Case<'_>) -> (Outcome, Option<Reason>) {
    let kind = if case.shared {
        Settings::shared()
    } else {
        Settings::private()
    };
    let settings = kind.with_set_cookie(SetCookieRule::Keep);
    let (first, then, response) = (fields(case.first), fields(case.then), dated(case));
    let stored = Policy::store(
        &settings,
        &Request::new(case.method, &first),
        &Response::new(case.status, &response),
        Times::new(at(0), at(0)),
    );
    let policy = match stored {
        Ok(policy) => policy,
        Err(why) => return (NotStored, Some(why.reason())),
    };
    let now = at(case.secs.cast_signed());
    let decision = policy.decide(&settings, &Request::new(case.method, &then), now);
    (if decision.is_served() { Served } else { Asked }, None)
}

fn theirs(case: &Case<'_>) -> Outcome {
    let request = |text: &str| {
        let mut request = http::Request::builder().method(case.method).uri("/a");
        for (name, value) in fields(text) {
            request = request.header(name, value);
        }
        request.body(()).expect("a request")
    };
    let mut response = http::Response::builder().status(case.status);
    for (name, value) in dated(case) {
        response = response.header(name, value);
    }
    let response = response.body(()).expect("a response");
    let received = UNIX_EPOCH + Duration::from_secs(START);
    let options = CacheOptions {
        shared: case.shared,
        ..CacheOptions::default()
    };
    let policy = CachePolicy::new_options(&request(case.first), &response, received, options);
    if !policy.is_storable() {
        return NotStored;
    }
    let now = received + Duration::from_secs(case.secs);
    match policy.before_request(&request(case.then), now) {
        BeforeRequest::Fresh(_) => Served,
        BeforeRequest::Stale { .. } => Asked,
    }
}

/// Why we do otherwise; `None` if nobody has explained it.
fn explanation(
    case: &Case<'_>,
    ours: (Outcome, Option<Reason>),
    theirs: Outcome,
) -> Option<&'static str> {
    let (response, then, shared) = (case.response, case.then, case.shared);
    let is_about = |text: &str| response.contains(text);
    let lenient = then.contains("max-stale");
    match (ours, theirs) {
        ((NotStored, Some(Reason::MethodNotCached)), Asked | Served) => match case.method {
            "HEAD" => Some("HEAD updates what GET stored, and stores nothing (RFC 9111 §4.3.5)"),
            _ => Some("POST is stored only as what GET would give (RFC 9110 §9.3.3)"),
        },
        ((NotStored, Some(Reason::NothingToReuse | Reason::VaryAny)), Asked) => {
            Some("what could never be used is not kept (RFC 9111 §3 permits, and asks for nothing)")
        }
        ((NotStored, Some(Reason::NothingToReuse)), Served) if lenient => {
            Some("what is stale from the start is not kept for those who want it stale")
        }
        ((NotStored, Some(Reason::NothingToReuse)), Served) if is_about(", max-age=50") => {
            Some("two lifetimes that differ are none (RFC 9111 §4.2.1)")
        }
        ((NotStored, Some(Reason::NoStore)), _) if is_about("No-Store") => {
            Some("directives come in any case (RFC 9111 §5.2)")
        }
        ((NotStored, Some(Reason::Authorized)), _)
            if is_about("ext=") || is_about(", max-age=50") =>
        {
            Some("only the origin's own must-revalidate permits sharing (RFC 9111 §3.5)")
        }
        ((Asked | Served, _), NotStored) if case.status == 599 => {
            Some("an explicit lifetime is enough for any final status (RFC 9111 §3)")
        }
        ((Asked | Served, _), NotStored) if is_about("must-understand") => {
            Some("must-understand stands in for no-store (RFC 9111 §5.2.2.3)")
        }
        ((Asked | Served, _), _) if is_about("MAX-AGE") => {
            Some("directives come in any case (RFC 9111 §5.2)")
        }
        ((Served, _), Asked) if is_about("ext=") => {
            Some("what is quoted is no directive (RFC 9110 §5.6.4)")
        }
        ((Asked, _), Served) if then.contains("If-Match") => {
            Some("If-Match is the origin's to evaluate (RFC 9111 §4.3.2)")
        }
        ((Asked, _), Served) if lenient && is_about("no-cache") => {
            Some("no-cache forbids any use without validation (RFC 9111 §5.2.2.4)")
        }
        ((Asked, _), Served)
            if lenient && shared && (is_about("s-maxage") || is_about("proxy-revalidate")) =>
        {
            Some("proxy-revalidate and s-maxage forbid staleness (RFC 9111 §4.2.4)")
        }
        ((Served, _), Asked) if is_about("stale-while-revalidate") => {
            Some("stale-while-revalidate serves at once (RFC 5861 §3)")
        }
        ((Served, _), Asked) if is_about("Set-Cookie") && shared => {
            Some("explicit freshness covers Set-Cookie (RFC 9111 §7.3)")
        }
        ((Served, _), Asked) if is_about("Accept-Encoding") => {
            Some("Accept-Encoding is compared normalised (RFC 9111 §4.1)")
        }
        ((Served, _), Asked) if is_about("proxy-revalidate") && shared => {
            Some("proxy-revalidate says nothing of what is fresh (RFC 9111 §5.2.2.8)")
        }
        ((Served, _), Asked) if is_about("Pragma") => {
            Some("Pragma has no meaning in a response (RFC 9111 §5.4)")
        }
        ((Served, _), Asked) if then.ends_with("max-stale=100") && case.secs == 100 => {
            Some("max-stale includes its limit (RFC 9111 §5.2.1.2)")
        }
        _ => None,
    }
}

fn cases() -> impl Iterator<Item = Case<'static>> {
    let kinds = [true, false];
    kinds.into_iter().flat_map(|shared| {
        [
            ("GET", 200),
            ("GET", 404),
            ("GET", 302),
            ("GET", 599),
            ("POST", 200),
            ("HEAD", 200),
        ]
        .into_iter()
        .flat_map(move |(method, status)| {
            RESPONSES.iter().flat_map(move |response| {
                FIRST.iter().flat_map(move |first| {
                    THEN.iter().flat_map(move |then| {
                        SECONDS.iter().map(move |&secs| Case {
                            shared,
                            method,
                            status,
                            response,
                            first,
                            then,
                            secs,
                        })
                    })
                })
            })
        })
    })
}

#[test]
fn every_difference_is_explained() {
    let mut explained: BTreeMap<&str, u32> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let mut total = 0;
    for case in cases() {
        total += 1;
        let (ours, theirs) = (ours(&case), theirs(&case));
        if ours.0 == theirs {
            continue;
        }
        match explanation(&case, ours, theirs) {
            Some(why) => *explained.entry(why).or_default() += 1,
            None => unexplained.push(format!("{ours:?}, not {theirs:?}: {case:?}")),
        }
    }
    unexplained.truncate(20);
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    assert_eq!(
        total,
        2 * 6 * RESPONSES.len() * FIRST.len() * THEN.len() * SECONDS.len()
    );
    // An explanation that explains nothing any more has to go.
    assert_eq!(explained.len(), 19, "{explained:#?}");
}
