//! What holds whatever the messages say, worked out a second time by the
//! letter of the sections.

use hedgerow::cache::{
    Action, Directives, Failure, Merged, Policy, Request, Response, Settings, Times,
};
use hedgerow::types::Headers;
use proptest::prelude::*;

use crate::support::{Fields, at, exchanged};

const DIRECTIVES: &[&str] = &[
    "max-age=0",
    "max-age=10",
    "max-age=100",
    "s-maxage=20",
    "no-store",
    "no-cache",
    "private",
    "public",
    "must-revalidate",
    "proxy-revalidate",
    "must-understand",
    "immutable",
    "stale-while-revalidate=30",
    "stale-if-error=30",
    "max-stale",
    "max-stale=20",
    "min-fresh=5",
    "only-if-cached",
    "foo=\"no-store, max-age=9\"",
];

fn directives() -> impl Strategy<Value = Fields> {
    prop::collection::vec(prop::sample::select(DIRECTIVES), 0..4).prop_map(|members| {
        members
            .iter()
            .map(|member| ("Cache-Control".to_owned(), member.as_bytes().to_vec()))
            .collect()
    })
}

fn line(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Fields> {
    prop::option::of(prop::sample::select(values)).prop_map(move |value| {
        value
            .into_iter()
            .map(|value| (name.to_owned(), value.as_bytes().to_vec()))
            .collect()
    })
}

const DATES: &[&str] = &[
    "Fri, 15 Jan 2027 08:00:00 GMT",
    "Fri, 15 Jan 2027 08:00:30 GMT",
    "Fri, 15 Jan 2027 07:59:00 GMT",
    "never",
];

fn response() -> impl Strategy<Value = Fields> {
    (
        directives(),
        line("Age", &["0", "5", "50", "x"]),
        line("Date", DATES),
        line("Expires", DATES),
        line("ETag", &["\"a\"", "W/\"a\""]),
        line("Last-Modified", &["Sun, 06 Nov 1994 08:49:37 GMT"]),
        line("Vary", &["accept", "accept, origin", "*"]),
        line("Set-Cookie", &["a=b"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h)| [a, b, c, d, e, f, g, h].concat())
}

fn request() -> impl Strategy<Value = Fields> {
    (
        directives(),
        line("Accept", &["a", "b"]),
        line("Origin", &["https://a.example"]),
        line("Authorization", &["Basic YTpi"]),
        line("Pragma", &["no-cache"]),
        line("If-None-Match", &["\"a\"", "*"]),
        line("If-Match", &["\"a\""]),
    )
        .prop_map(|(a, b, c, d, e, f, g)| [a, b, c, d, e, f, g].concat())
}

fn read(fields: &Fields) -> Directives {
    fields.field_values("cache-control").collect()
}

fn first<'a>(fields: &'a Fields, name: &'a str) -> Option<&'a [u8]> {
    fields.field_values(name).next()
}

fn statuses() -> impl Strategy<Value = u16> {
    prop::sample::select(vec![
        200_u16, 201, 204, 206, 301, 302, 304, 404, 500, 599, 103,
    ])
}

fn settings() -> impl Strategy<Value = Settings> {
    (any::<bool>(), any::<bool>(), 0..40_u32, 0..40_u32).prop_map(|(shared, honour, swr, sie)| {
        let kind = if shared {
            Settings::shared()
        } else {
            Settings::private()
        };
        kind.with_request_directives(honour)
            .with_default_stale_while_revalidate(swr)
            .with_default_stale_if_error(sie)
    })
}

fn is_shared(settings: &Settings) -> bool {
    // Only what differs by kind tells them apart from outside.
    let (none, private) = (Fields::new(), vec![("cache-control", "private, max-age=1")]);
    let response = Response::new(200, &private);
    Policy::store(
        settings,
        &Request::new("GET", &none),
        &response,
        exchanged(0),
    )
    .is_err()
}

proptest! {
    // Most of what is drawn is not storable; so many that are shall be tried.
    #![proptest_config(ProptestConfig {
        cases: 500,
        max_global_rejects: 200_000,
        ..ProptestConfig::default()
    })]

    /// RFC 9111 §3: nothing is stored that must not be.
    #[test]
    fn nothing_forbidden_is_stored(
        settings in settings(), asked in request(), answered in response(), status in statuses(),
        method in prop::sample::select(vec!["GET", "GET", "POST", "HEAD", "PUT"]),
    ) {
        let request = Request::new(method, &asked);
        let stored = Policy::store(
            &settings, &request, &Response::new(status, &answered), exchanged(0),
        );
        prop_assume!(stored.is_ok());
        let (of_request, of_response) = (read(&asked), read(&answered));
        prop_assert_eq!(method, "GET");
        prop_assert!(status >= 200 && status != 304);
        prop_assert!(!of_response.no_store() || of_response.must_understand());
        prop_assert!(!of_request.no_store());
        prop_assert!(!of_response.must_understand() || status != 599);
        if is_shared(&settings) {
            prop_assert!(!of_response.private());
            let shareable = of_response.public()
                || of_response.must_revalidate()
                || of_response.s_maxage.secs().is_some();
            prop_assert!(first(&asked, "authorization").is_none() || shareable);
        }
        prop_assert_ne!(first(&answered, "vary"), Some(&b"*"[..]));
    }

    /// RFC 9111 §4: nothing is served that must not be.
    #[test]
    fn nothing_forbidden_is_served(
        settings in settings(), asked in request(), answered in response(), again in request(),
        secs in 0..200_i64, method in prop::sample::select(vec!["GET", "HEAD", "POST"]),
    ) {
        let first_request = Request::new("GET", &asked);
        let stored = Policy::store(
            &settings, &first_request, &Response::new(200, &answered), exchanged(0),
        );
        prop_assume!(stored.is_ok());
        let policy = stored.expect("assumed");
        let request = Request::new(method, &again);
        let decision = policy.decide(&settings, &request, at(secs));
        let of_response = read(&answered);
        let failed = policy.after_failure(&settings, &request, at(secs), Failure::Unreachable);
        for served in [decision, failed].iter().filter(|decision| decision.is_served()) {
            prop_assert_ne!(method, "POST");
            prop_assert!(!of_response.no_cache());
            prop_assert!(first(&again, "if-match").is_none());
            for field in ["accept", "origin"] {
                let varies = first(&answered, "vary")
                    .is_some_and(|vary| String::from_utf8_lossy(vary).contains(field));
                prop_assert!(!varies || first(&asked, field) == first(&again, field));
            }
            let fresh = policy.is_fresh(at(secs));
            prop_assert_eq!(fresh, served.ttl > 0);
            if !fresh {
                let forbidden = of_response.must_revalidate()
                    || (is_shared(&settings)
                        && (of_response.proxy_revalidate()
                            || of_response.s_maxage.secs().is_some()));
                prop_assert!(!forbidden);
            }
        }
        if read(&again).only_if_cached() {
            let local = matches!(
                decision.action,
                Action::Serve | Action::ServeAndRevalidate | Action::GatewayTimeout
            );
            prop_assert!(local);
        }
    }

    /// RFC 9111 §4.2.3: nothing ever grows younger, and time only takes away.
    #[test]
    fn age_is_monotone(
        settings in settings(), answered in response(), delay in 0..100_i64,
        earlier in 0..4_000_000_000_i64, more in 0..4_000_000_000_i64,
    ) {
        let none = Fields::new();
        let request = Request::new("GET", &none);
        let times = Times::new(at(-delay), at(0));
        let stored = Policy::store(&settings, &request, &Response::new(200, &answered), times);
        prop_assume!(stored.is_ok());
        let policy = stored.expect("assumed");
        let later = earlier + more;
        prop_assert!(policy.age(at(earlier)) <= policy.age(at(later)));
        prop_assert!(policy.age(at(0)) >= delay.cast_unsigned());
        prop_assert!(policy.is_fresh(at(earlier)) || !policy.is_fresh(at(later)));
        prop_assert!(policy.usable_secs(at(earlier)) >= policy.usable_secs(at(later)));
        let (now, then) = (
            policy.decide(&settings, &request, at(earlier)),
            policy.decide(&settings, &request, at(later)),
        );
        prop_assert!(now.is_served() || !then.is_served());
        prop_assert!(now.ttl >= then.ttl);
    }

    /// RFC 9111 §4.3.4: the same 304 once more changes nothing.
    #[test]
    fn updating_is_idempotent(
        settings in settings(), answered in response(), newer in response(), secs in 0..100_i64,
    ) {
        let none = Fields::new();
        let request = Request::new("GET", &none);
        let response = Response::new(200, &answered);
        let stored = Policy::store(&settings, &request, &response, exchanged(0));
        prop_assume!(stored.is_ok());
        let kept = |policy: &Policy, fields: &Fields| -> Fields {
            let mut kept: Fields = policy
                .stored_lines(fields)
                .map(|(name, value)| {
                    (String::from_utf8_lossy(name).to_ascii_lowercase(), value.into_owned())
                })
                .collect();
            // Only among lines of one name does order mean anything.
            kept.sort_by(|(a, _), (b, _)| a.cmp(b));
            kept
        };
        let update = |policy: &Policy, stored: &Fields| {
            let new = Response::new(304, &newer);
            let fresh = policy.freshen(&settings, &request, stored, &new, exchanged(secs)).ok()?;
            let merged: Fields = Merged::new(stored, &newer)
                .field_lines()
                .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.to_vec()))
                .collect();
            let fields = kept(&fresh.policy, &merged);
            Some((fresh, fields))
        };
        let policy = stored.expect("assumed");
        let fields = kept(&policy, &answered);
        let once = update(&policy, &fields);
        prop_assume!(once.is_some());
        let (once, fields_once) = once.expect("assumed");
        let twice = update(&once.policy, &fields_once);
        prop_assert_eq!(twice, Some((once, fields_once)));
    }
}
