//! What the engine is given.

use hedgerow::types::Duration;

use hedgerow::{
    cdn::{self, exclusion},
    config::{Config, RefreshDocument},
    failover::RaceSettings,
    load::{HedgeMode, Memory, Tier},
    types::{EndpointId, Reason, RegionId},
};
use serde_json::json;

use crate::check::{base, config, with};

fn fenced() -> Config {
    config(&json!({
        "version": 3,
        "asset": {"path": "/x.js", "integrity": format!("sha256-{}=", "A".repeat(43))},
        "endpoints": [
            {"id": "us", "url": "https://us.example", "region": "us"},
            {"id": "eu", "url": "https://eu.example", "region": "eu", "weight": 9},
            {"id": "eu2", "url": "http://eu2.example", "region": "eu", "priority": 4},
            {"id": "ch", "url": "https://ch.example", "region": "ch", "state": "drain"},
            {"id": "nowhere", "url": "https://nowhere.example", "state": "down"}
        ],
        "visitorRegion": "eu",
        "allowedRegions": ["moon", "ch", "eu"],
        "timeoutMs": 1_000,
        "totalTimeoutMs": 2_000,
        "hedgeMs": 150,
        "memory": {"ttlSeconds": 60},
        "surge": {"tier": 3},
        "refresh": {"url": "/r.json", "intervalSeconds": 77}
    }))
}

#[test]
fn a_load_gets_all_that_the_document_says() {
    let settings = fenced().load_settings(true, 42);
    assert_eq!(settings.attempt_timeout, Duration::from_secs(1));
    assert_eq!(settings.total_timeout, Duration::from_secs(2));
    assert_eq!(settings.hedge, HedgeMode::After(Duration::from_millis(150)));
    assert_eq!(settings.memory_ttl_secs, 60);
    assert_eq!(settings.surge, Tier::Suppress);
    assert_eq!((settings.version, settings.refresh_secs), (3, Some(77)));
    assert_eq!(settings.seed, 42);
    assert!(settings.memory_usable);
    assert!(
        settings
            .assets
            .iter()
            .map(|asset| asset.integrity)
            .eq([true])
    );
    let numbers = settings
        .endpoints
        .iter()
        .map(|e| (e.id.get(), e.priority, e.weight));
    assert!(numbers.eq([
        (0, 0, 100),
        (1, 0, 9),
        (2, 4, 100),
        (3, 0, 100),
        (4, 0, 100)
    ]));
    let regions = settings
        .endpoints
        .iter()
        .map(|e| e.region.map(RegionId::get));
    assert!(regions.eq([Some(1), Some(2), Some(2), Some(3), None]));
    let local = settings
        .endpoints
        .iter()
        .map(|e| settings.residency.is_local(e.region));
    assert!(local.eq([false, true, true, false, false]));
}

#[test]
fn the_engine_excludes_what_the_document_does() {
    let excluded = |secure_page| -> Vec<Option<Reason>> {
        let settings = fenced().load_settings(secure_page, 0);
        let endpoints = settings.endpoints.iter();
        endpoints
            .map(|endpoint| exclusion(endpoint, &settings.residency))
            .collect()
    };
    let mut expected = [
        Some(Reason::OutsideResidency),
        None,
        Some(Reason::InsecureUrl),
        Some(Reason::Draining),
        Some(Reason::Down),
    ];
    assert_eq!(excluded(true), expected);
    expected[2] = None;
    assert_eq!(excluded(false), expected);
}

#[test]
fn defaults_are_the_engines_own() {
    let settings = config(&base()).load_settings(true, 1);
    let endpoints = settings.endpoints.clone();
    assert_eq!(settings, hedgerow::load::LoadSettings::new(endpoints, 1));
    let first = &settings.endpoints[0];
    assert_eq!(*first, cdn::Endpoint::new(EndpointId::new(0)));
}

#[test]
fn nothing_is_kept_without_consent_or_storage() {
    for fields in [
        json!({"consent": false}),
        json!({"memory": {"storage": "none"}}),
    ] {
        assert!(!config(&with(fields)).load_settings(true, 0).memory_usable);
    }
}

#[test]
fn a_race_gets_the_delays() {
    let race = |hedge| {
        let config = config(&with(
            json!({"hedgeMs": hedge, "timeoutMs": 700, "totalTimeoutMs": 900}),
        ));
        let settings = config.race_settings(RaceSettings::proxy());
        let candidate = config.candidate(EndpointId::new(1));
        assert_eq!(settings.total_timeout, Duration::from_millis(900));
        assert_eq!(candidate.attempt_timeout, Duration::from_millis(700));
        assert_eq!(candidate.endpoint, EndpointId::new(1));
        (
            settings.max_hedges,
            candidate.hedge_delay.map(Duration::as_millis),
        )
    };
    assert_eq!(
        race(json!("auto")),
        (RaceSettings::proxy().max_hedges, Some(250))
    );
    assert_eq!(race(json!(0)), (0, None));
    assert_eq!(
        race(json!(60)),
        (RaceSettings::proxy().max_hedges, Some(60))
    );
}

#[test]
fn a_load_takes_a_refresh_over() {
    let config = fenced();
    let document = RefreshDocument::from_json(
        r#"{"version": 4, "timeoutMs": 100, "totalTimeoutMs": 120000, "hedgeMs": 20,
            "endpoints": [{"id": "ch", "state": "active", "weight": 1}], "allowedRegions": ["ch"],
            "surge": {"tier": 4}}"#,
    )
    .unwrap();
    let refresh = config.load_refresh(&document).unwrap();
    let settings = config.load_settings(true, 0);
    let mut memory = Memory::new(&settings);
    refresh.accept(&mut memory, &settings).unwrap();
    assert_eq!(memory.attempt_timeout(), Duration::from_millis(100));
    assert_eq!(memory.total_timeout(), Duration::from_secs(120));
    assert_eq!(memory.hedge(), HedgeMode::After(Duration::from_millis(20)));
    assert_eq!(memory.surge(), Tier::Static);
    let ch = &memory.endpoints()[3];
    assert_eq!(
        (ch.state, ch.weight, ch.priority),
        (Some(cdn::EndpointState::Active), Some(1), None)
    );
    assert_eq!(
        memory.allowed(),
        document.apply(&config).unwrap().residency().allowed()
    );

    let stranger = RefreshDocument::from_json(r#"{"version": 4, "endpoints": [{"id": "x"}]}"#);
    assert_eq!(config.load_refresh(&stranger.unwrap()), None);
}
