//! Where visitors are, and what the sites of an upstream leave them.

use hedgerow::config::edge::{Edge, Pick};
use hedgerow::types::RegionId;
use serde_json::{Value, json};

use crate::section::{check, check_message, edge, section, with};

/// Endpoints in two regions, fences that keep to them, and how visitors are
/// told apart.
fn fenced() -> Value {
    let mut section = section();
    section["upstreams"][0]["endpoints"] = json!([
        {"id": "fra", "url": "https://fra.example", "region": "eu"},
        {"id": "par", "url": "https://par.example", "region": "eu-west"},
        {"id": "iad", "url": "https://iad.example", "region": "us"}
    ]);
    section["upstreams"][0]["sites"] = json!([
        {"region": "eu", "allowed": ["eu", "eu-west"]},
        {"allowed": ["us", "eu-west"]}
    ]);
    section["visitors"] = json!({
        "header": "X-Country", "trusted": ["10.0.0.0/8"],
        "regions": [
            {"region": "eu", "names": ["DE", "FR"], "networks": ["192.0.2.0/24"]},
            {"region": "us", "networks": ["2001:db8::/32"]}
        ]
    });
    section
}

fn fenced_with(path: &str, value: Value) -> Value {
    let mut section = fenced();
    let (parent, name) = path.rsplit_once('/').unwrap();
    section.pointer_mut(parent).unwrap()[name] = value;
    section
}

fn region(edge: &Edge, peer: &str, fields: &[(&str, &str)]) -> Option<RegionId> {
    let visitors = edge.visitors.as_ref().unwrap().compile();
    visitors.region(peer.parse().unwrap(), fields)
}

#[test]
fn a_visitor_gets_the_zone_of_its_region() {
    let section = fenced();
    check(&section, &[]);
    let edge = edge(&section);
    let upstream = &edge.upstreams[0];
    let said = |country| region(&edge, "10.0.0.1", &[("x-country", country)]);
    for (visitor, zone) in [
        (said("de"), "eu+eu-west"),
        (said("eu"), "eu+eu-west"),
        (region(&edge, "192.0.2.1", &[]), "eu+eu-west"),
        (said("us"), "eu-west+us"),
        // A region of an endpoint alone.
        (said("eu-west"), "eu-west+us"),
        (region(&edge, "2001:db8::1", &[]), "eu-west+us"),
        // What every fence permits.
        (said("JP"), "eu-west"),
        (
            region(&edge, "203.0.113.1", &[("x-country", "us")]),
            "eu-west",
        ),
    ] {
        assert_eq!(upstream.zone(visitor), zone, "{visitor:?}");
    }
}

#[test]
fn a_zone_is_named_for_what_may_serve() {
    let zone =
        |sites: Value| edge(&fenced_with("/upstreams/0/sites", sites)).upstreams[0].zone(None);
    assert_eq!(zone(json!([])), "*");
    assert_eq!(zone(json!([{"region": "eu", "groups": [0]}])), "*");
    assert_eq!(zone(json!([{"allowed": ["us", "eu"]}])), "eu+us");
    assert_eq!(
        zone(json!([{"region": "eu", "allowed": ["eu"]}, {"allowed": ["us"]}])),
        "!"
    );
}

#[test]
fn sites_have_orders_of_their_own() {
    let sites = json!([{"region": "us", "groups": [2, 0], "nearest": ["us", "eu-west", "eu"]}]);
    let edge = edge(&fenced_with("/upstreams/0/sites", sites));
    let (upstream, us) = (&edge.upstreams[0], region(&edge, "2001:db8::1", &[]));
    let sites = upstream.pool_sites();
    let mut order: Vec<(u64, &str)> = upstream
        .cdn_endpoints()
        .iter()
        .zip(&upstream.endpoints)
        .map(|(plain, endpoint)| (sites.rank(us, plain), endpoint.id.as_str()))
        .collect();
    order.sort_unstable();
    let order: Vec<&str> = order.into_iter().map(|(_, id)| id).collect();
    assert_eq!(order, ["iad", "fra", "par"]);
}

#[test]
fn a_word_that_anyone_could_say_is_refused() {
    check_message(
        &fenced_with("/visitors", json!({"header": "x-country"})),
        "edge.visitors.trusted: is missing: write the networks of the proxies that write \
         `header`, such as [\"10.0.0.0/8\"], or anyone could",
    );
    check(
        &fenced_with("/visitors", json!({"trusted": ["10.0.0.0/8"]})),
        &["missing_field edge.visitors"],
    );
    check(
        &fenced_with("/visitors/header", json!("x country")),
        &["invalid_value edge.visitors.header"],
    );
}

/// A fence for a misspelt region is a fence for nobody.
#[test]
fn a_region_in_which_nobody_ever_is_is_told() {
    let mut section = fenced();
    section["visitors"] = json!({"regions": [{"region": "eu", "networks": ["192.0.2.0/24"]}]});
    check(&section, &[]);
    section["upstreams"][0]["sites"][0]["region"] = json!("ue");
    check(&section, &["no_effect edge.upstreams[0].sites[0].region"]);
}

/// Visitors in `eu` would not be those of the site for `EU`, and pass its fence.
#[test]
fn a_region_is_written_in_one_way() {
    let sites = json!([{"region": "EU", "allowed": ["eu", "eu-west"]}]);
    let path = "edge.upstreams[0].sites[0].region";
    check_message(
        &fenced_with("/upstreams/0/sites", sites),
        &format!("{path}: \"EU\" and \"eu\" differ in case alone: write one"),
    );
}

#[test]
fn networks_are_written_whole_and_once() {
    check_message(
        &fenced_with("/visitors/trusted", json!(["10.0.0.1/8"])),
        "edge.visitors.trusted[0]: \"10.0.0.1/8\" has bits behind its prefix: write \"10.0.0.0/8\"",
    );
    check_message(
        &fenced_with("/visitors/trusted", json!(["10.0.0.0/33"])),
        "edge.visitors.trusted[0]: \"10.0.0.0/33\" is no network (no number of bits that the \
         address has): write one such as \"192.0.2.0/24\" or \"2001:db8::/32\"",
    );
    let twice = json!([
        {"region": "eu", "networks": ["192.0.2.0/24", "192.0.2.0/24"], "names": ["DE"]},
        {"region": "us", "networks": ["192.0.2.0/25", "::ffff:192.0.2.0/120"], "names": ["de", "EU"]}
    ]);
    check(
        &fenced_with("/visitors/regions", twice),
        &[
            "conflict edge.visitors.regions[1].networks",
            "conflict edge.visitors.regions[1].names",
            "conflict edge.visitors.regions[1].names",
        ],
    );
}

#[test]
fn a_fence_never_becomes_wider_by_mistake() {
    for (sites, problem) in [
        (
            json!([{"region": "eu", "allowed": []}]),
            "no_endpoint edge.upstreams[0].sites[0].allowed",
        ),
        (
            json!([{"region": "e u", "allowed": ["eu"]}]),
            "invalid_value edge.upstreams[0].sites[0].region",
        ),
        (
            json!([{"region": "eu", "allowed": "eu"}]),
            "wrong_type edge.upstreams[0].sites[0].allowed",
        ),
        (
            json!([{"region": "eu", "allowed": ["e u"]}]),
            "invalid_value edge.upstreams[0].sites[0].allowed[0]",
        ),
        (
            json!([{"region": "eu"}, {"region": "eu"}]),
            "duplicate_id edge.upstreams[0].sites[1]",
        ),
        (
            json!([{"allowed": ["eu", "us"]}, {"allowed": ["us"]}]),
            "duplicate_id edge.upstreams[0].sites[1]",
        ),
        (
            json!([{"groups": [0]}]),
            "conflict edge.upstreams[0].sites[0].groups",
        ),
        (
            json!([{"nearest": ["eu"]}]),
            "conflict edge.upstreams[0].sites[0].nearest",
        ),
        (
            json!([{"region": "eu", "groups": [7]}]),
            "invalid_value edge.upstreams[0].sites[0].groups[0]",
        ),
    ] {
        check(&fenced_with("/upstreams/0/sites", sites), &[problem]);
    }
    let field = "/upstreams/0/endpoints/0/region";
    check(
        &fenced_with(field, json!(1)),
        &["wrong_type edge.upstreams[0].endpoints[0].region"],
    );
}

#[test]
fn who_is_left_without_a_second_region_is_told() {
    let sites = |sites| fenced_with("/upstreams/0/sites", sites);
    check(
        &sites(json!([{"region": "eu", "allowed": ["eu"]}])),
        &["no_redundancy edge.upstreams[0].sites[0]"],
    );
    check(
        &sites(json!([{"allowed": ["us"]}])),
        &["no_redundancy edge.upstreams[0].sites[0]"],
    );
    check(
        &sites(json!([{"region": "eu", "allowed": ["ap"]}])),
        &["outside_fence edge.upstreams[0].sites[0]"],
    );
    check(
        &sites(
            json!([{"region": "eu", "allowed": ["eu", "eu-west"]}, {"region": "us", "allowed": ["us"]}]),
        ),
        &[
            "no_redundancy edge.upstreams[0].sites[1]",
            "outside_fence edge.upstreams[0].sites",
        ],
    );
    let mut nobody = fenced();
    nobody.as_object_mut().unwrap().remove("visitors");
    check(&nobody, &["no_effect edge.upstreams[0].sites"]);
    let visitors = json!({"regions": [{"region": "eu", "networks": ["192.0.2.0/24"]}]});
    check(&with("/visitors", visitors), &["no_effect edge.visitors"]);
}

#[test]
fn there_are_at_most_32_regions() {
    let regions = |count: usize| -> Vec<Value> {
        let one = |at: usize| json!({"region": format!("r{at}"), "networks": [format!("10.{at}.0.0/16")]});
        (0..count).map(one).collect()
    };
    // Three are the endpoints'.
    check(&fenced_with("/visitors/regions", json!(regions(29))), &[]);
    check(
        &fenced_with("/visitors/regions", json!(regions(30))),
        &["too_many edge.visitors.regions[29].region"],
    );
}

#[test]
fn requests_are_shared_out_as_the_upstream_says() {
    let pick = |value| {
        edge(&with("/upstreams/0/pick", value)).upstreams[0]
            .pick
            .clone()
    };
    assert_eq!(edge(&section()).upstreams[0].pick, Pick::Random);
    for (written, read) in [
        (json!("random"), Pick::Random),
        (json!("round_robin"), Pick::RoundRobin),
        (json!("least_loaded"), Pick::LeastLoaded),
        (json!("path"), Pick::Path),
        (json!({"cookie": "sid"}), Pick::Cookie("sid".into())),
        (json!({"header": "X-User"}), Pick::Header("X-User".into())),
    ] {
        assert_eq!(pick(written), read);
    }
    for (written, problem) in [
        (json!("roundrobin"), "invalid_value edge.upstreams[0].pick"),
        (json!(1), "wrong_type edge.upstreams[0].pick"),
        (json!({}), "missing_field edge.upstreams[0].pick"),
        (
            json!({"cookie": "a", "header": "b"}),
            "conflict edge.upstreams[0].pick",
        ),
        (
            json!({"cookie": "a b"}),
            "invalid_value edge.upstreams[0].pick.cookie",
        ),
    ] {
        check(&with("/upstreams/0/pick", written), &[problem]);
    }
}

#[test]
fn shares_and_deadlines_are_read() {
    let mut section = section();
    section["upstreams"][0]["enoughPercent"] = json!(50);
    section["upstreams"][0]["slowStartMs"] = json!(30_000);
    section["routes"][0]["deadlineMs"] = json!(700);
    let edge = edge(&section);
    let settings = edge.upstreams[0].pool_settings();
    assert_eq!(
        (settings.enough_percent, settings.slow_start.as_millis()),
        (50, 30_000)
    );
    assert_eq!(edge.routes[0].deadline_ms, Some(700));
    for (path, name) in [
        (
            "/upstreams/0/enoughPercent",
            "edge.upstreams[0].enoughPercent",
        ),
        ("/upstreams/0/slowStartMs", "edge.upstreams[0].slowStartMs"),
        ("/routes/0/deadlineMs", "edge.routes[0].deadlineMs"),
    ] {
        check(
            &with(path, json!(3_600_001)),
            &[&format!("out_of_range {name}")],
        );
    }
}
