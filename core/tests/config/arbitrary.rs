//! Documents as proptest makes them up.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The fields of all objects of the document, so that arbitrary JSON gets
/// further than "unknown".
const NAMES: &[&str] = &[
    "$schema",
    "version",
    "asset",
    "assets",
    "endpoints",
    "integrity",
    "crossOrigin",
    "type",
    "nonce",
    "ready",
    "readyTimeoutMs",
    "init",
    "timeoutMs",
    "totalTimeoutMs",
    "hedgeMs",
    "visitorRegion",
    "allowedRegions",
    "memory",
    "refresh",
    "surge",
    "stub",
    "session",
    "fallback",
    "report",
    "consent",
    "debug",
    "id",
    "url",
    "priority",
    "weight",
    "region",
    "state",
    "health",
    "path",
    "status",
    "intervalSeconds",
    "bytes",
    "storage",
    "ttlSeconds",
    "tier",
    "storageKey",
    "cookie",
    "html",
    "target",
    "sampleRate",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(https?:)?/{0,3}[a-z.@:\\\\é%2]{0,12}[?#]?",
        "sha(1|256|384|512)-[A-Za-z0-9+/=_-]{0,90}",
        Just("auto".to_owned()),
        Just("active".to_owned()),
    ]
}

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..4000_u32).prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let name = prop_oneof![
            9 => proptest::sample::select(NAMES).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..10)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// An object of some of these fields.
fn some_of(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let optional = fields.into_iter().map(|(name, value)| {
        proptest::option::of(value)
            .prop_map(move |value| value.map(|value| (name.to_owned(), value)))
    });
    optional
        .collect::<Vec<_>>()
        .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>()))
        .boxed()
}

fn number(from: u32, to: u32) -> BoxedStrategy<Value> {
    (from..=to).prop_map(Value::from).boxed()
}

fn word(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(words)
        .prop_map(Value::from)
        .boxed()
}

fn text(pattern: &'static str) -> BoxedStrategy<Value> {
    pattern.prop_map(Value::from).boxed()
}

fn hash() -> BoxedStrategy<Value> {
    text("sha384-[A-Za-z0-9+/]{64}|sha256-[A-Za-z0-9+/]{42}[AEIMQ0]=")
}

const GLOBAL: &str = "[a-z$_][a-z0-9$_]{0,8}(\\.[a-z$_]{1,5}){0,2}";
const PATH: &str = "/?[a-z0-9]{1,8}(/[a-z0-9@~-]{1,8}){0,3}(\\.(js|mjs|css))?(\\?v=[0-9]{1,3})?";

fn valid_endpoint() -> BoxedStrategy<Value> {
    let health = some_of(vec![
        ("status", number(200, 599)),
        ("intervalSeconds", number(1, 3_600)),
    ])
    .prop_map(|mut health| {
        health["path"] = "/health.txt".into();
        health
    });
    some_of(vec![
        ("priority", number(0, 65_535)),
        ("weight", number(0, 65_535)),
        ("region", word(&["eu", "us"])),
        ("state", word(&["active", "drain", "down"])),
        ("health", health.boxed()),
    ])
}

/// A document that is taken, with any of the optional fields.
pub(crate) fn valid() -> impl Strategy<Value = Value> {
    let asset = some_of(vec![
        ("type", word(&["script", "module", "style"])),
        ("integrity", hash()),
        ("crossOrigin", word(&["anonymous", "use-credentials"])),
        ("bytes", number(1, 1 << 20)),
    ]);
    let page = some_of(vec![
        ("version", number(0, u32::MAX - 1)),
        ("nonce", text("[A-Za-z0-9+/_-]{1,40}={0,2}")),
        ("ready", text(GLOBAL)),
        ("readyTimeoutMs", number(0, 60_000)),
        ("init", text(GLOBAL)),
        ("timeoutMs", number(100, 10_000)),
        ("totalTimeoutMs", number(10_000, 120_000)),
        (
            "hedgeMs",
            prop_oneof![Just(json!("auto")), Just(json!(0)), number(20, 60_000)].boxed(),
        ),
        ("visitorRegion", word(&["eu", "us", "ch"])),
        ("allowedRegions", Just(json!(["eu", "ch"])).boxed()),
        (
            "memory",
            some_of(vec![
                ("storage", word(&["local", "session", "none"])),
                ("ttlSeconds", number(1, 1_000)),
            ]),
        ),
        ("refresh", Just(json!({"url": "/refresh.json"})).boxed()),
        (
            "surge",
            proptest::sample::select(&[0, 3, 4][..])
                .prop_map(|tier| json!({"tier": tier}))
                .boxed(),
        ),
        (
            "stub",
            proptest::collection::vec(text(GLOBAL), 0..4)
                .prop_map(Value::from)
                .boxed(),
        ),
        (
            "session",
            prop_oneof![
                Just(json!("chat")),
                Just(json!({"cookie": "chat"})),
                Just(json!({"storageKey": "chat"}))
            ]
            .boxed(),
        ),
        (
            "fallback",
            prop_oneof![
                Just(json!({"html": "<p>Call us.</p>", "target": "#chat"})),
                Just(json!({"url": "/closed.html"}))
            ]
            .boxed(),
        ),
        (
            "report",
            (0.0..=1.0_f64)
                .prop_map(|rate| json!({"url": "https://r.example/x", "sampleRate": rate}))
                .boxed(),
        ),
        ("consent", any::<bool>().prop_map(Value::from).boxed()),
        ("debug", any::<bool>().prop_map(Value::from).boxed()),
        ("type", word(&["classic", "module"])),
        ("crossOrigin", word(&["anonymous", "use-credentials"])),
    ]);
    let assets = proptest::collection::btree_map(PATH, asset, 1..5);
    let endpoints = proptest::collection::vec(valid_endpoint(), 0..6);
    (page, assets, endpoints).prop_map(|(mut document, assets, endpoints)| {
        let mut paths = std::collections::BTreeSet::new();
        document["assets"] = assets
            .into_iter()
            .filter(|(path, _)| paths.insert(path.trim_start_matches('/').to_owned()))
            .map(|(path, mut asset)| {
                asset["path"] = path.into();
                asset
            })
            .collect();
        let mut list = vec![json!({"id": "home", "url": "https://home.example", "region": "eu"})];
        for (index, mut endpoint) in endpoints.into_iter().enumerate() {
            endpoint["id"] = format!("cdn{index}").into();
            endpoint["url"] = format!("https://cdn{index}.example/base").into();
            list.push(endpoint);
        }
        document["endpoints"] = list.into();
        document
    })
}

pub(crate) fn valid_refresh() -> impl Strategy<Value = Value> {
    let endpoint = some_of(vec![
        ("priority", number(0, 65_535)),
        ("weight", number(0, 65_535)),
        ("state", word(&["active", "drain", "down"])),
    ]);
    let page = some_of(vec![
        ("timeoutMs", number(100, 60_000)),
        ("totalTimeoutMs", number(100, 120_000)),
        (
            "hedgeMs",
            prop_oneof![Just(json!("auto")), Just(json!(0)), number(20, 60_000)].boxed(),
        ),
        (
            "allowedRegions",
            prop_oneof![Just(json!(["eu"])), Just(json!(["us"]))].boxed(),
        ),
        (
            "surge",
            proptest::sample::select(&[0, 3, 4][..])
                .prop_map(|tier| json!({"tier": tier}))
                .boxed(),
        ),
    ]);
    let ids = proptest::sample::subsequence(vec!["home", "cdn0", "cdn1"], 0..=3);
    (
        page,
        proptest::collection::vec(endpoint, 3),
        ids,
        any::<u32>(),
    )
        .prop_map(|(mut document, endpoints, ids, version)| {
            document["version"] = version.into();
            document["endpoints"] = ids
                .into_iter()
                .zip(endpoints)
                .map(|(id, mut endpoint)| {
                    endpoint["id"] = id.into();
                    endpoint
                })
                .collect();
            document
        })
}
