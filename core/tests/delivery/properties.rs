//! What holds whatever comes.

use hedgerow::delivery::{CookieRule, Delivery, Exchange, Policy, Profile, Settings, UpstreamRule};
use hedgerow::types::Reason;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{applied, compiled, value, with_cors};

type Lines = Vec<(String, String)>;

const URLS: [&str; 13] = [
    "/assets/app-4f8a1c9e2b7d.js",
    "/npm/x@1.2.3/x.js",
    "/bootstrap.js",
    "/npm/x@latest/x.js",
    "/webmessaging/config.json",
    "/index.html",
    "/sw.js",
    "/manifest.webmanifest",
    "/x.js.map",
    "/health-check.json",
    "/support-fallback.html",
    "/api/items",
    "/img/logo.png",
];

fn response() -> impl Strategy<Value = Lines> {
    let line = prop_oneof![
        select(vec![
            ("Cache-Control", "public, max-age=31536000, immutable"),
            ("cache-control", "private"),
            ("cache-control", "no-store"),
            ("cache-control", "max-age=60"),
            ("cache-control", "s-maxage=99999999, immutable"),
            ("cdn-cache-control", "max-age=31536000"),
            ("surrogate-control", "private"),
            ("expires", "Thu, 31 Dec 2037 23:55:55 GMT"),
            ("pragma", "no-cache"),
            ("set-cookie", "a=b"),
            ("vary", "Accept"),
            ("vary", "*"),
            ("vary", "origin,,accept-encoding"),
            ("etag", "\"1\""),
            ("etag", "\"a-b-c\""),
            ("last-modified", "x"),
            ("content-type", "text/html"),
            ("content-type", "text/javascript"),
            ("content-encoding", "gzip"),
            ("content-length", "0"),
            ("content-length", "5000"),
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "https://a.example"),
            ("access-control-allow-credentials", "true"),
            ("surrogate-key", "a b"),
            ("strict-transport-security", "max-age=1"),
        ])
        .prop_map(|(name, value)| (name.to_owned(), value.to_owned())),
        (
            "(cache-control|vary|etag|cache-tag|content-type)",
            "[ -~]{0,20}"
        ),
    ];
    prop::collection::vec(line, 0..8)
}

fn request() -> impl Strategy<Value = Lines> {
    let line = select(vec![
        ("origin", "https://a.example"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("authorization", "x"),
        ("accept-encoding", "gzip, br"),
        ("range", "bytes=0-"),
        ("if-none-match", "W/\"1\""),
    ])
    .prop_map(|(name, value)| (name.to_owned(), value.to_owned()));
    prop::collection::vec(line, 0..4)
}

fn delivery() -> impl Strategy<Value = (Delivery, Profile)> {
    let cors = select(vec![
        (&[][..], false),
        (&["*"], false),
        (&["https://a.example", "null"], false),
        (&["https://*.a.example"], true),
        (&["https://a.example"], true),
    ]);
    (any::<[bool; 5]>(), cors).prop_map(|(on, (origins, credentials))| {
        let mut profile = if on[0] {
            with_cors(origins, credentials)
        } else {
            Profile::default()
        };
        if on[1] {
            profile.upstream = UpstreamRule::Ignore;
        }
        if on[2] {
            profile.cookies = CookieRule::Strip;
        }
        if on[3] {
            profile.cache_control = Policy::Pinned;
        }
        if on[4] {
            profile.ignored_vary = vec!["accept".to_owned()];
        }
        (compiled(&Settings::new(profile.clone())), profile)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn fields_are_sound(
        (delivery, profile) in delivery(),
        url in select(URLS.to_vec()),
        method in select(vec!["GET", "HEAD", "POST", "OPTIONS"]),
        status in prop_oneof![select(vec![200_u16, 206, 304, 302, 404]), 100_u16..600],
        request in request(),
        response in response(),
        secure in any::<bool>(),
    ) {
        let plan = delivery.plan(url);
        let exchange = Exchange::new(method, &request, status, &response).with_secure(secure);
        let found = plan.fields(&exchange);
        let lines = applied(&response, &found.edits);
        let has = |name: &str| request.iter().any(|(line, _)| line == name);

        // Once is enough.
        let again = Exchange::new(method, &request, status, &lines).with_secure(secure);
        let twice = plan.fields(&again);
        prop_assert!(twice.edits.is_empty(), "{:?}", twice.edits);

        // Before storing and while sending is the same as both at once.
        let stored = applied(&response, &plan.shared(&exchange).edits);
        let sent = Exchange::new(method, &request, status, &stored).with_secure(secure);
        let mut sent = applied(&stored, &plan.client(&sent).edits);
        let mut both = lines.clone();
        sent.sort();
        both.sort();
        prop_assert_eq!(sent, both);

        let is_final = status >= 200;
        let cache = if is_final { value(&lines, "cache-control") } else { None };
        let reads = matches!(method, "GET" | "HEAD");
        let asset = reads && matches!(status, 200 | 206 | 304);
        if let Some(cache) = cache {
            let lasting = cache.contains("immutable");
            prop_assert!(!lasting || asset && plan.classification().class.is_immutable());
            let shared = cache.contains("public");
            let own = has("authorization") || lines.iter().any(|(name, _)| name == "set-cookie");
            prop_assert!(!own || cache == "private, no-cache" || cache == "no-store");
            prop_assert!(!shared || status < 400);
            prop_assert!(!cache.contains("31536000") || asset);
        }
        if is_final {
            prop_assert!(!reads || cache.is_some() || status == 304);
            prop_assert_eq!(value(&lines, "expires"), None);
            prop_assert_eq!(value(&lines, "pragma"), None);
        }

        if let Some(cors) = &profile.cors {
            let origin = value(&lines, "access-control-allow-origin");
            let credentials = value(&lines, "access-control-allow-credentials");
            prop_assert!(origin != Some("*") || credentials.is_none());
            prop_assert!(origin != Some("https://evil.example"));
            let member = |member: &str| member.trim() == "*" || member.trim().eq_ignore_ascii_case("origin");
            let vary = lines.iter().any(|(name, value)| name == "vary" && value.split(',').any(member));
            prop_assert!(cors.is_public() || vary, "{:?}", lines);
        }
        prop_assert!(secure || value(&lines, "strict-transport-security").is_none());
    }

    #[test]
    fn compression_is_sound(
        (delivery, _) in delivery(),
        url in select(URLS.to_vec()),
        status in prop_oneof![select(vec![200_u16, 206, 304]), 100_u16..600],
        request in request(),
        response in response(),
    ) {
        let plan = delivery.plan(url);
        let exchange = Exchange::new("GET", &request, status, &response);
        let found = plan.compress(&exchange);
        let lines = applied(&response, &found.edits);
        let again = plan.compress(&Exchange::new("GET", &request, status, &lines));
        prop_assert_eq!(again.coding.filter(|_| found.coding.is_some()), None);
        if found.coding.is_some() {
            prop_assert!(value(&lines, "content-encoding").is_some());
            prop_assert!(value(&lines, "content-length").is_none());
            let tag = value(&lines, "etag");
            prop_assert!(tag.is_none_or(|tag| tag.starts_with("W/")));
            prop_assert!(again.edits.is_empty());
        }
    }

    #[test]
    fn nothing_that_is_asked_panics(url in prop::collection::vec(any::<u8>(), 0..200), origin in prop::collection::vec(any::<u8>(), 0..80)) {
        let delivery = compiled(&Settings::new(with_cors(&["https://*.example.com", "https://a.example"], true)));
        let request = [(&b"origin"[..], &origin[..]), (b"access-control-request-method", b"GET"), (b"accept-encoding", &url)];
        let response = [(&b"vary"[..], &url[..]), (b"etag", &origin), (b"content-type", b"text/css")];
        let plan = delivery.plan(&url);
        let exchange = Exchange::new("GET", &request, 200, &response);
        let fields = plan.fields(&exchange);
        let allowed = fields.edits.lines().find(|(name, _)| *name == "access-control-allow-origin");
        prop_assert!(allowed.is_none_or(|(_, value)| value == origin && value.iter().all(u8::is_ascii_graphic)));
        let compressed = plan.compress(&exchange);
        prop_assert_eq!(compressed.coding.is_some(), compressed.reason == Reason::Compressed);
        prop_assert!(plan.preflight("OPTIONS", &request).is_some());
    }
}
