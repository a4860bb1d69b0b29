//! The document as a whole: what it becomes, and how little of it breaks it.

use hedgerow::config::{
    AssetType, Config, CrossOrigin, EndpointState, Hedge, MAX_DOCUMENT_BYTES, ProblemCode,
    Severity, Storage,
};
use serde_json::{Value, json};

use crate::check::{base, check, codes, config, with, with_endpoint};

#[test]
fn two_endpoints_and_an_asset_are_enough() {
    let config = config(&base());
    assert_eq!(config.version, 0);
    assert_eq!(config.assets[0].path.as_str(), "/loader.js");
    assert_eq!(config.assets[0].r#type, AssetType::Script);
    assert_eq!(config.assets[0].cross_origin, None);
    assert_eq!(
        (config.timeout_ms, config.total_timeout_ms),
        (3_000, 10_000)
    );
    assert_eq!((config.ready_timeout_ms, config.hedge_ms), (0, Hedge::Auto));
    assert_eq!(config.memory.storage, Storage::Local);
    assert_eq!(config.memory.ttl_seconds, 3_600);
    assert_eq!(config.surge.tier, 0);
    assert!(config.consent && !config.debug);
    let state = config.endpoints.iter().map(|endpoint| endpoint.state);
    assert!(state.eq([EndpointState::Active; 2]));
}

#[test]
fn the_order_is_the_priority_unless_one_is_given() {
    let numbers = |document: &Value| -> Vec<(u16, u16)> {
        let endpoints = config(document).endpoints;
        endpoints
            .iter()
            .map(|endpoint| (endpoint.priority, endpoint.weight))
            .collect()
    };
    assert_eq!(numbers(&base()), [(0, 100), (1, 100)]);
    let third =
        |field: &str| with_endpoint(json!({"id": "c", "url": "https://c.example", field: 7}));
    assert_eq!(numbers(&third("priority")), [(0, 100), (0, 100), (7, 100)]);
    assert_eq!(numbers(&third("weight")), [(0, 100), (0, 100), (0, 7)]);
}

#[test]
fn an_asset_takes_what_the_document_says_for_all() {
    use AssetType::{Module, Script, Style};

    let hash = format!("sha256-{}=", "A".repeat(43));
    let assets = |fields: Value| config(&with(fields)).assets;

    let single = assets(json!({"integrity": hash}));
    assert_eq!(single[0].integrity.as_ref().unwrap().as_str(), hash);
    assert_eq!(single[0].cross_origin, Some(CrossOrigin::Anonymous));

    let module = assets(json!({"type": "module"}));
    assert_eq!(module[0].r#type, Module);
    assert_eq!(module[0].cross_origin, Some(CrossOrigin::Anonymous));

    let mut several = base();
    several.as_object_mut().unwrap().remove("asset");
    several["type"] = "module".into();
    several["crossOrigin"] = "use-credentials".into();
    several["assets"] = json!(["a.css?v=1", {"path": "/b", "type": "script"}, "c", "/d.mjs"]);
    let several = config(&several).assets;
    let types: Vec<AssetType> = several.iter().map(|asset| asset.r#type).collect();
    assert_eq!(types, [Style, Script, Module, Module]);
    assert!(
        several
            .iter()
            .all(|asset| asset.cross_origin == Some(CrossOrigin::UseCredentials))
    );
    assert_eq!(several[0].path.as_str(), "/a.css?v=1");
}

#[test]
fn a_url_at_an_endpoint_becomes_its_path() {
    let mut document = with(json!({"asset": {"url": "https://c.example/base/x/y.js?z"}}));
    document["endpoints"][1]["url"] = "https://c.example/base/".into();
    let config = config(&document);
    assert_eq!(config.assets[0].path.as_str(), "/x/y.js?z");
    let urls: Vec<String> = config
        .endpoints
        .iter()
        .map(|endpoint| endpoint.join(&config.assets[0].path).into())
        .collect();
    assert_eq!(
        urls,
        [
            "https://a.example/x/y.js?z",
            "https://c.example/base/x/y.js?z"
        ]
    );
}

#[test]
fn what_is_not_json_is_one_clear_error() {
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "{",
        "{'asset': 1}",
        "{\"a\":1,}",
        "nul",
        "1e999",
        "\u{feff}{}",
        &deep,
    ] {
        let error = Config::from_json(text).unwrap_err();
        assert_eq!(error.code(), ProblemCode::Syntax, "{text:.20}");
        assert_eq!(error.problems().len(), 1);
    }
    for document in [json!(null), json!([]), json!("x"), json!(3)] {
        check(&document, &["wrong_type "]);
    }
    check(
        &json!({}),
        &["missing_field endpoints", "missing_field asset"],
    );
}

#[test]
fn a_document_is_read_up_to_its_limit() {
    let mut text = base().to_string();
    text.extend(std::iter::repeat_n(' ', MAX_DOCUMENT_BYTES - text.len()));
    assert!(Config::from_json(&text).is_ok());
    text.push(' ');
    let error = Config::from_json(&text).unwrap_err();
    assert_eq!(error.code(), ProblemCode::TooLarge);
}

#[test]
fn all_problems_are_named_not_only_the_first() {
    check(
        &json!({
            "asset": "//evil.example/x.js",
            "endpoints": [{"url": "a"}, {"id": "b b", "url": "https://b.example", "weight": -1}],
            "timeoutMs": "3000",
            "hedgeMs": true,
            "colour": "red",
            "report": {}
        }),
        &[
            "unknown_field colour",
            "missing_field endpoints[0].id",
            "invalid_value endpoints[0].url",
            "invalid_value endpoints[1].id",
            "out_of_range endpoints[1].weight",
            "invalid_value asset",
            "wrong_type timeoutMs",
            "wrong_type hedgeMs",
            "missing_field report.url",
        ],
    );
}

#[test]
fn floods_of_problems_are_cut_short() {
    let fields = (0..10_000).map(|index| (format!("x{index}"), json!(1)));
    let flood = Value::Object(fields.collect());
    let error = Config::from_json(&flood.to_string()).unwrap_err();
    assert_eq!(
        codes(&error.errors().cloned().collect::<Vec<_>>()),
        ["missing_field endpoints", "missing_field asset"]
    );
    assert!(error.problems().len() < 100);

    let name = "é\"\n".repeat(10_000);
    let problems = crate::check::problems(&with(json!({name.as_str(): 1})));
    assert!(problems[0].to_string().chars().count() < 300);
    assert!(!problems[0].to_string().contains('\n'));
}

#[test]
fn codes_are_unique() {
    let mut seen = std::collections::BTreeSet::new();
    for code in ProblemCode::ALL {
        assert!(seen.insert(code.code().to_string()), "{code:?}");
        assert!(seen.insert(code.as_str().to_owned()), "{code:?}");
        assert_eq!(code.severity() == Severity::Warning, code.code() > 100);
    }
}

#[test]
fn errors_travel() {
    fn travels<T: std::error::Error + Send + Sync + 'static>() {}
    travels::<hedgerow::config::ConfigError>();
    travels::<hedgerow::config::RefreshError>();
    assert!(size_of::<hedgerow::config::ConfigError>() <= 16);
}
