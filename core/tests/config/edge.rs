//! The proxy's section: what it takes, what it refuses, and in which words.

use hedgerow::cdn::affinity::{Node, Stickiness};
use hedgerow::cdn::monitor::{Monitor, Probing};
use hedgerow::config::edge::{Caching, Cookies, Edge, Limits, Store, Timeouts};
use hedgerow::config::{Config, EndpointState, Hedge};
use hedgerow::types::{EndpointId, Instant};
use serde_json::{Value, json};

use crate::{
    check::{base, codes},
    section::{check, check_message, edge, section, with},
};

#[test]
fn little_is_enough_and_the_rest_has_defaults() {
    let edge = edge(&section());
    assert_eq!(edge.name.as_str(), "hedgerow");
    assert_eq!(edge.listen[0].address.to_string(), "127.0.0.1:8080");
    assert_eq!((&edge.listen[0].tls, &edge.admin), (&None, &None));
    assert_eq!(
        (edge.store, edge.timeouts, edge.limits),
        (Store::default(), Timeouts::default(), Limits::default())
    );
    let route = &edge.routes[0];
    assert_eq!(
        (route.path.as_str(), route.cache, route.hedge),
        ("/", Caching::Shared, true)
    );
    let upstream = &edge.upstreams[0];
    assert_eq!(
        (upstream.timeout_ms, upstream.total_timeout_ms),
        (3_000, 10_000)
    );
    assert_eq!(upstream.hedge_ms, Hedge::Auto);
    let order: Vec<u16> = upstream
        .endpoints
        .iter()
        .map(|endpoint| endpoint.priority)
        .collect();
    assert_eq!(order, [0, 1]);
    assert_eq!(upstream.endpoints[1].state, EndpointState::Active);
}

#[test]
fn every_field_is_read() {
    let edge = edge(&json!({
        "name": "edge-1",
        "listen": [
            {"address": "[::]:8443", "tls": {"certificate": "a.pem", "key": "a.key"}},
            "0.0.0.0:80"
        ],
        "admin": "127.0.0.1:9000",
        "upstreams": [{
            "id": "origin", "ca": "ca.pem", "connectTimeoutMs": 100, "timeoutMs": 200,
            "totalTimeoutMs": 300, "bodyTimeoutMs": 400, "hedgeMs": 50,
            "endpoints": [
                {"id": "a", "url": "https://10.0.0.1", "host": "WWW.example", "sni": "a.example",
                 "priority": 3, "weight": 7, "state": "active"},
                {"id": "b", "url": "https://10.0.0.2", "state": "drain"}
            ]
        }],
        "routes": [{"host": "Example.COM", "path": "/a", "upstream": "origin", "cache": "off", "hedge": false}],
        "store": {"maxBytes": 1000, "maxObjectBytes": 100, "staleIfErrorSeconds": 9, "distrustAge": true, "cookies": "strip", "lenient": true},
        "timeouts": {"headerMs": 51, "bodyMs": 52, "writeMs": 53, "idleMs": 54, "drainMs": 55},
        "limits": {"headerBytes": 9000, "headerLines": 20, "connections": 30}
    }));
    assert_eq!(edge.name.as_str(), "edge-1");
    assert!(edge.listen[0].tls.is_some() && edge.admin.is_some());
    let upstream = &edge.upstreams[0];
    assert_eq!(
        (upstream.connect_timeout_ms, upstream.body_timeout_ms),
        (100, 400)
    );
    assert!(upstream.ca.is_some());
    let endpoint = &upstream.endpoints[0];
    assert_eq!(endpoint.host.as_ref().unwrap().as_str(), "www.example");
    assert_eq!(endpoint.sni.as_ref().unwrap().as_str(), "a.example");
    assert_eq!((endpoint.priority, endpoint.weight), (3, 7));
    assert_eq!(upstream.endpoints[1].state, EndpointState::Drain);
    let route = &edge.routes[0];
    assert!(route.fits("example.com", "/a/b") && !route.fits("example.org", "/a/b"));
    assert_eq!((route.cache, route.hedge), (Caching::Off, false));
    assert_eq!(
        (
            edge.store.max_object_bytes,
            edge.store.stale_if_error_seconds
        ),
        (100, 9)
    );
    assert!(edge.store.distrust_age && edge.store.lenient);
    assert_eq!(edge.store.cookies, Cookies::Strip);
    assert_eq!((edge.timeouts.write_ms, edge.timeouts.drain_ms), (53, 55));
    assert_eq!(
        (edge.limits.header_lines, edge.limits.connections),
        (20, 30)
    );
}

#[test]
fn numbers_keep_to_their_range() {
    for (path, min, max) in [
        ("/upstreams/0/connectTimeoutMs", 50, 3_600_000),
        ("/upstreams/0/bodyTimeoutMs", 50, 3_600_000),
        ("/upstreams/0/endpoints/0/weight", 0, 65_535),
        ("/upstreams/0/endpoints/0/priority", 0, 65_535),
    ] {
        let name = format!("edge{}", path.replace("/0/", "[0].").replace('/', "."));
        check(&with(path, json!(min)), &[]);
        check(&with(path, json!(max)), &[]);
        check(
            &with(path, json!(max + 1)),
            &[&format!("out_of_range {name}")],
        );
        check(
            &with(path, json!(min - 1)),
            &[&format!("out_of_range {name}")],
        );
        check(&with(path, json!("1")), &[&format!("wrong_type {name}")]);
    }
    for (part, field, max) in [
        ("store", "maxBytes", u64::from(u32::MAX)),
        ("timeouts", "drainMs", 3_600_000),
        ("limits", "headerLines", 10_000),
        ("limits", "headerBytes", 1_048_576),
        ("limits", "connections", 1_000_000),
        ("store", "staleIfErrorSeconds", 31_622_400),
    ] {
        let path = format!("/{part}");
        check(&with(&path, json!({field: max})), &[]);
        let name = format!("edge.{part}.{field}");
        check(
            &with(&path, json!({field: max + 1})),
            &[&format!("out_of_range {name}")],
        );
    }
}

#[test]
fn what_is_missing_is_named() {
    check(
        &json!({}),
        &[
            "missing_field edge.listen",
            "missing_field edge.upstreams",
            "missing_field edge.routes",
        ],
    );
    let error = Edge::from_json("{}").unwrap_err();
    assert_eq!(codes(error.problems()), ["missing_field edge"]);
    check(&with("/listen", json!([])), &["missing_field edge.listen"]);
    check(&with("/routes", json!([])), &["missing_field edge.routes"]);
    check(
        &with("/upstreams", json!([])),
        &["no_endpoint edge.upstreams"],
    );
    let tls = json!([{"address": "127.0.0.1:1", "tls": {}}]);
    check(
        &with("/listen", tls),
        &[
            "missing_field edge.listen[0].tls.certificate",
            "missing_field edge.listen[0].tls.key",
        ],
    );
}

#[test]
fn addresses_are_numbers_and_used_once() {
    check_message(
        &with("/listen", json!(["localhost:80"])),
        "edge.listen[0]: \"localhost:80\" is no address and port: write an address and port such \
         as \"127.0.0.1:8080\" or \"[::]:8080\"",
    );
    check(
        &with("/listen", json!(["1.2.3.4:5", "1.2.3.4:5"])),
        &["conflict edge.listen[1]"],
    );
    check(&with("/listen", json!(["1.2.3.4:0", "1.2.3.4:0"])), &[]);
    check(
        &with("/admin", json!("127.0.0.1:8080")),
        &["conflict edge.admin"],
    );
}

#[test]
fn urls_have_a_path_at_most_and_no_secret() {
    let url = |url: &str| with("/upstreams/0/endpoints/0/url", json!(url));
    check(&url("http://10.0.0.1:8000"), &[]);
    for bad in [
        "a.example",
        "ftp://a.example",
        "https://a.example/?q",
        "https://a.example/#f",
    ] {
        check(
            &url(bad),
            &["invalid_value edge.upstreams[0].endpoints[0].url"],
        );
    }
    check_message(
        &url("https://me:secret@a.example"),
        "edge.upstreams[0].endpoints[0].url: has a user name or password, which the proxy does \
         not send: write one such as \"https://a.example.com\" or \"http://10.0.0.7:8000\"",
    );
}

#[test]
fn what_is_broken_never_becomes_something_wider() {
    for (path, name) in [
        ("/routes/0/host", "edge.routes[0].host"),
        ("/routes/0/path", "edge.routes[0].path"),
        (
            "/upstreams/0/endpoints/0/host",
            "edge.upstreams[0].endpoints[0].host",
        ),
        (
            "/upstreams/0/endpoints/0/sni",
            "edge.upstreams[0].endpoints[0].sni",
        ),
    ] {
        check(
            &with(path, json!("a b")),
            &[&format!("invalid_value {name}")],
        );
    }
    check(
        &with("/upstreams/0/ca", json!(7)),
        &["wrong_type edge.upstreams[0].ca"],
    );
    check(
        &with("/routes/0/path", json!("//x")),
        &["invalid_value edge.routes[0].path"],
    );
    check(
        &with("/routes/0/path", json!("x")),
        &["invalid_value edge.routes[0].path"],
    );
}

#[test]
fn routes_name_their_upstream_and_are_reached() {
    check_message(
        &with("/routes/0/upstream", json!("orign")),
        "edge.routes[0].upstream: no upstream has the id \"orign\", did you mean \"origin\"?: \
         write the id of one",
    );
    let two = |first: Value, second: Value| with("/routes", json!([first, second]));
    let origin = |fields: Value| {
        let mut route = fields;
        route["upstream"] = json!("origin");
        route
    };
    check(&two(origin(json!({"path": "/a"})), origin(json!({}))), &[]);
    check(
        &two(origin(json!({})), origin(json!({"path": "/a"}))),
        &["no_effect edge.routes[1]"],
    );
    check(
        &two(
            origin(json!({"host": "a.example"})),
            origin(json!({"path": "/a"})),
        ),
        &[],
    );
}

#[test]
fn endpoints_are_told_apart_and_one_serves() {
    let twice = json!([
        {"id": "a", "url": "https://a.example"}, {"id": "a", "url": "https://b.example"}
    ]);
    check(
        &with("/upstreams/0/endpoints", twice),
        &["duplicate_id edge.upstreams[0].endpoints[1].id"],
    );
    let down = json!([{"id": "a", "url": "https://a.example", "state": "down"}]);
    check(
        &with("/upstreams/0/endpoints", down),
        &["no_endpoint edge.upstreams[0].endpoints"],
    );
    let one = json!([{"id": "a", "url": "https://a.example"}]);
    check(
        &with("/upstreams/0/endpoints", one),
        &["no_redundancy edge.upstreams[0].endpoints"],
    );
}

#[test]
fn what_does_nothing_is_told() {
    let sni = with("/upstreams/0/endpoints/1/sni", json!("b.example"));
    check(&sni, &["no_effect edge.upstreams[0].endpoints[1].sni"]);
    check(
        &with("/upstreams/0/hedgeMs", json!(3_000)),
        &["no_effect edge.upstreams[0].hedgeMs"],
    );
    check(
        &with("/upstreams/0/timeoutMs", json!(10_001)),
        &["conflict edge.upstreams[0].timeoutMs"],
    );
    let store = json!({"maxBytes": 10, "maxObjectBytes": 11});
    check(
        &with("/store", store),
        &["no_effect edge.store.maxObjectBytes"],
    );
}

/// Passed over, it would leave a fence or a listener open, an endpoint in
/// service, or a timeout at its default.
#[test]
fn what_does_nothing_because_it_is_misspelt_is_refused() {
    let sites = json!([{"region": "eu", "alowed": ["eu"]}]);
    let visitors = json!({"header": "x", "trusted": [], "regoins": []});
    let listener = json!([{"address": "127.0.0.1:8443", "TLS": {}}]);
    for (path, value, field) in [
        ("/colour", json!(1), "colour"),
        ("/listen", listener, "listen[0].TLS"),
        ("/upstreams/0/sites", sites, "upstreams[0].sites[0].alowed"),
        (
            "/upstreams/0/endpoints/0/State",
            json!("down"),
            "upstreams[0].endpoints[0].State",
        ),
        (
            "/upstreams/0/affinity",
            json!({"cookie": "a", "Mode": "strict"}),
            "upstreams[0].affinity.Mode",
        ),
        (
            "/upstreams/0/health",
            json!({"path": "/h", "timeout": 1}),
            "upstreams[0].health.timeout",
        ),
        (
            "/upstreams/0/pick",
            json!({"cookie": "a", "cooky": "a"}),
            "upstreams[0].pick.cooky",
        ),
        ("/routes/0/chache", json!("off"), "routes[0].chache"),
        ("/store", json!({"coookies": "strip"}), "store.coookies"),
        ("/timeouts", json!({"headMs": 1}), "timeouts.headMs"),
        ("/limits", json!({"conections": 1}), "limits.conections"),
        ("/upstreams/0/site", json!([]), "upstreams[0].site"),
        ("/upstreams/0/CA", json!("ca.pem"), "upstreams[0].CA"),
        ("/visitors", visitors, "visitors.regoins"),
        (
            "/admin",
            json!({"address": "127.0.0.1:9080", "tokenfile": "x"}),
            "admin.tokenfile",
        ),
    ] {
        let problem = format!("forbidden_field edge.{field}");
        check(&with(path, value), &[&problem]);
    }
}

/// All but a page's own, which are the loader's to read.
#[test]
fn so_is_one_anywhere_else_in_the_document() {
    let problems = |field: &str, value: Value| {
        let mut document = base();
        document["edge"] = section();
        document[field] = value;
        Edge::from_json(&document.to_string()).map(|parsed| parsed.warnings)
    };
    for (field, value, message) in [
        (
            "delivry",
            json!({}),
            "delivry: is not a field here, and a misspelt one would do nothing, did you mean \
             \"delivery\"?",
        ),
        (
            "delivery",
            json!({"cors": {"origins": [], "credentails": true}}),
            "delivery.cors.credentails: is not a field here, and a misspelt one would do \
             nothing, did you mean \"credentials\"?",
        ),
    ] {
        let error = problems(field, value).unwrap_err();
        assert_eq!(error.problems()[0].to_string(), message);
    }
    let warnings = problems("memory", json!({"colour": 1})).unwrap();
    assert_eq!(warnings[0].code().as_str(), "unknown_field");
}

#[test]
fn a_page_never_gets_it() {
    let mut document = base();
    document["edge"] = section();
    let text = document.to_string();
    let page = Config::from_json(&text).unwrap();
    assert!(page.warnings.is_empty(), "{:?}", page.warnings);
    assert!(
        !page
            .config
            .to_value()
            .to_string()
            .contains("b.example:8000")
    );
    assert!(Edge::from_json(&text).is_ok());
    // What is wrong with the page's part is told here too.
    document["timeoutMs"] = json!("soon");
    let error = Edge::from_json(&document.to_string()).unwrap_err();
    assert_eq!(codes(error.problems()), ["wrong_type timeoutMs"]);
}

#[test]
fn sessions_are_read_where_the_upstream_says() {
    let with = |affinity: Value| with("/upstreams/0/affinity", affinity);
    let edge = edge(&with(
        json!({"cookie": "gcbSessionServer", "query": "co-browse-node-id"}),
    ));
    let affinity = edge.upstreams[0].stickiness().unwrap();
    assert_eq!(affinity.stickiness(), Stickiness::Owner);
    let fields = [("cookie", "gcbSessionServer=s1.b")];
    assert_eq!(affinity.node(&fields, None), Node::Of(EndpointId::new(1)));
    let query = Some("co-browse-node-id=a");
    assert_eq!(affinity.node(&fields, query), Node::Of(EndpointId::new(0)));

    check(&with(json!({"cookie": "s", "mode": "prefer"})), &[]);
    check(&with(json!({"header": "X-Node", "mode": "strict"})), &[]);
    check(
        &with(json!({})),
        &["missing_field edge.upstreams[0].affinity"],
    );
    check(
        &with(json!({"mode": "prefer"})),
        &["missing_field edge.upstreams[0].affinity"],
    );
    check(
        &with(json!({"cookie": "a=b"})),
        &["invalid_value edge.upstreams[0].affinity.cookie"],
    );
    check(
        &with(json!({"cookie": ""})),
        &["invalid_value edge.upstreams[0].affinity.cookie"],
    );
    check(
        &with(json!({"cookie": "a", "mode": "sticky"})),
        &["invalid_value edge.upstreams[0].affinity.mode"],
    );
    check(
        &with(json!("gcbSessionServer")),
        &["wrong_type edge.upstreams[0].affinity"],
    );
}

#[test]
fn nodes_have_names_of_their_own() {
    let node = |name: &str| {
        let mut section = with("/upstreams/0/endpoints/0/node", json!(name));
        section["upstreams"][0]["affinity"] = json!({"cookie": "s"});
        section
    };
    let edge = edge(&node("CB_Server_1"));
    let affinity = edge.upstreams[0].stickiness().unwrap();
    let fields = [("cookie", "s=.CB_Server_1")];
    assert_eq!(affinity.node(&fields, None), Node::Of(EndpointId::new(0)));
    assert_eq!(affinity.node(&[("cookie", "s=a")], None), Node::Unknown);
    check(
        &node("b"),
        &["duplicate_id edge.upstreams[0].endpoints[1].node"],
    );
    check(
        &node("a b"),
        &["invalid_value edge.upstreams[0].endpoints[0].node"],
    );
    check(
        &with("/upstreams/0/endpoints/0/node", json!("n")),
        &["no_effect edge.upstreams[0].endpoints[0].node"],
    );
}

#[test]
fn probes_have_a_path_and_time_to_answer() {
    let with = |health: Value| with("/upstreams/0/health", health);
    let edge = edge(&with(json!({"path": "/cobrowse/health"})));
    let health = edge.upstreams[0].health.as_ref().unwrap();
    assert_eq!(health.check.path(), "/cobrowse/health");
    assert_eq!(health.probing, Probing::default());
    assert!(
        Monitor::new(
            2,
            edge.upstreams[0].monitor_settings(),
            Instant::from_millis(0),
            1
        )
        .is_ok()
    );

    // The others follow a short interval.
    check(&with(json!({"path": "/", "intervalMs": 60})), &[]);
    check(
        &with(json!({"path": "/", "status": 204, "body": "OK"})),
        &[],
    );
    check(
        &with(json!({})),
        &["missing_field edge.upstreams[0].health.path"],
    );
    check(
        &with(json!({"path": "health"})),
        &["invalid_value edge.upstreams[0].health.path"],
    );
    check(
        &with(json!({"path": "/", "intervalMs": 10})),
        &["out_of_range edge.upstreams[0].health.intervalMs"],
    );
    check(
        &with(json!({"path": "/", "fall": 0})),
        &["out_of_range edge.upstreams[0].health.fall"],
    );
    check(
        &with(json!({"path": "/", "intervalMs": 500, "timeoutMs": 500})),
        &["conflict edge.upstreams[0].health.timeoutMs"],
    );
    check(
        &with(json!({"path": "/", "intervalMs": 500, "fastIntervalMs": 501})),
        &["conflict edge.upstreams[0].health.fastIntervalMs"],
    );
}
