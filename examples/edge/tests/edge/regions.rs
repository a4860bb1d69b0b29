//! Who may serve a visitor depends on where the visitor is.

use serde_json::{Value, json};

use crate::support::{
    Client, Edge, Operator, Origin, close, config, hedged, ok, one_route, respond, run, stall,
    until,
};

/// Two regions with an endpoint each, told by a field that everyone on the
/// loopback may write; the endpoint that is everybody's first is in `us`.
fn document(origins: &[&Origin]) -> Value {
    let urls: Vec<String> = origins.iter().map(|origin| origin.url()).collect();
    fenced(&urls)
}

fn fenced(urls: &[String]) -> Value {
    let mut document = config(urls);
    let upstream = &mut document["edge"]["upstreams"][0];
    for (at, region) in ["us", "eu", "eu-west"].iter().enumerate().take(urls.len()) {
        upstream["endpoints"][at]["region"] = json!(region);
    }
    upstream["sites"] = json!([
        {"region": "eu", "allowed": ["eu", "eu-west"]},
        {"region": "us", "allowed": ["us"]},
        {"allowed": ["us", "eu", "eu-west"]}
    ]);
    document["edge"]["visitors"] = json!({
        "header": "x-region", "trusted": ["127.0.0.0/8"],
        "regions": [{"region": "ap"}]
    });
    document
}

async fn named(name: &'static str) -> Origin {
    Origin::new(move |_| ok("Cache-Control: max-age=60\r\n", name)).await
}

fn from(region: &str) -> String {
    format!("X-Region: {region}\r\n")
}

#[tokio::test]
async fn endpoints_outside_the_fence_never_serve() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    for (region, by) in [("eu", "eu"), ("us", "us"), ("ap", "us")] {
        let response = edge.get_with("/x", &from(region)).await;
        assert_eq!(response.text(), by, "{region}");
    }
}

/// No region is in every fence here, so nobody can serve whom nobody knows.
#[tokio::test]
async fn an_unknown_visitor_gets_the_strictest_zone() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    for fields in [
        "",
        "X-Region: nowhere\r\n",
        "X-Region: eu\r\nX-Region: us\r\n",
    ] {
        let response = edge.get_with("/x", fields).await;
        assert_eq!(response.status, 503, "{fields}");
        assert!(
            response.cache().ends_with("detail=outside_residency"),
            "{}",
            response.cache()
        );
        let timing = response.field("server-timing").unwrap();
        assert_eq!(timing, "pick;desc=\"outside_residency\"");
        assert_eq!(response.field("cache-control"), Some("no-store"));
    }
    let mut document = document(&[&us, &eu]);
    document["edge"]["upstreams"][0]["sites"][1]["allowed"] = json!(["us", "eu"]);
    let edge = Edge::start(&document);
    assert_eq!(edge.get("/y").await.text(), "eu");
}

#[tokio::test]
async fn a_failover_stays_inside_and_goes_to_what_is_nearest() {
    let us = named("us").await;
    let (eu, west) = (Origin::new(|_| close()).await, named("west").await);
    let edge = Edge::start(&document(&[&us, &eu, &west]));
    let response = edge.get_with("/x", &from("eu")).await;
    assert_eq!(response.text(), "west");
    drop(west);
    let response = edge.get_with("/y", &from("eu")).await;
    assert_eq!(response.status, 502);
    assert_eq!(us.asked().len(), 0);
}

#[tokio::test]
async fn the_visitors_own_region_comes_first() {
    let (us, eu) = (named("us").await, named("eu").await);
    let mut document = document(&[&us, &eu]);
    let upstream = &mut document["edge"]["upstreams"][0];
    upstream["sites"] = json!([{"region": "ap", "nearest": ["eu", "us"]}]);
    for at in 0..2 {
        upstream["endpoints"][at]["priority"] = json!(0);
    }
    document["edge"]["routes"][0]["cache"] = json!("off");
    let edge = Edge::start(&document);
    for (region, by) in [("eu", "eu"), ("us", "us"), ("ap", "eu")] {
        for _ in 0..4 {
            let response = edge.get_with("/x", &from(region)).await;
            assert_eq!(response.text(), by, "{region}");
        }
    }
}

#[tokio::test]
async fn a_session_does_not_lead_outside() {
    let (us, eu) = (named("us").await, named("eu").await);
    for mode in ["owner", "prefer", "strict"] {
        let mut document = document(&[&us, &eu]);
        let affinity = json!({"cookie": "node", "mode": mode});
        document["edge"]["upstreams"][0]["affinity"] = affinity;
        let edge = Edge::start(&document);
        let fields = format!("{}Cookie: node=a\r\n", from("eu"));
        let response = edge.get_with("/x", &fields).await;
        if mode == "strict" {
            assert_eq!(response.status, 503);
            assert!(response.cache().ends_with("detail=outside_residency"));
        } else {
            assert_eq!(response.text(), "eu");
            let lost = (mode == "owner").then_some("a");
            assert_eq!(response.field("hedgerow-session-lost"), lost);
        }
    }
    assert_eq!(us.asked().len(), 0);
}

/// An endpoint that was ejected is tried again by a request, though not by one
/// that must not go there.
#[tokio::test]
async fn no_visitor_from_outside_tries_an_endpoint() {
    let (us, eu) = (
        Origin::new(|_| respond(503, "", "")).await,
        named("eu").await,
    );
    let mut document = document(&[&us, &eu]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["sites"][1]["allowed"] = json!(["us", "eu"]);
    let edge = Edge::start(&document);
    for _ in 0..8 {
        assert_eq!(edge.get_with("/x", &from("us")).await.text(), "eu");
    }
    // Ejected; where all this took long, it has been tried again.
    let before = us.asked().len();
    assert!(before >= 5, "{before}");
    for _ in 0..30 {
        assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "eu");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(us.asked().len(), before);
    until("a trial", async || {
        edge.get_with("/x", &from("us")).await;
        us.asked().len() > before
    })
    .await;
}

#[tokio::test]
async fn a_silent_endpoint_is_hedged_inside_alone() {
    let us = named("us").await;
    let eu = Origin::new(|_| stall()).await;
    let mut document = hedged(document(&[&us, &eu]));
    document["edge"]["upstreams"][0]["timeoutMs"] = json!(500);
    document["edge"]["upstreams"][0]["totalTimeoutMs"] = json!(500);
    let edge = Edge::start(&document);
    let response = edge.get_with("/x", &from("eu")).await;
    assert_eq!(response.status, 504);
    assert_eq!(us.asked().len(), 0);
}

/// The upgrade's race is the same one.
#[tokio::test]
async fn neither_does_an_upgrade_lead_outside() {
    let (us, eu) = (named("us").await, Origin::new(|_| close()).await);
    let edge = Edge::start(&document(&[&us, &eu]));
    let mut client = Client::connect(edge.address).await;
    let head = client.upgrade("/x", &from("eu")).await;
    assert!(head.starts_with("HTTP/1.1 502 "), "{head}");
    assert_eq!(us.asked().len(), 0);
}

#[tokio::test]
async fn without_sites_all_may_serve_all() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&one_route(&[&us, &eu]));
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "us");
}

/// Whoever can be served by this endpoint alone counts, not only the others.
#[tokio::test]
async fn a_regions_last_endpoint_is_not_taken_out_by_mistake() {
    let (us, eu) = (named("us").await, named("eu").await);
    let edge = Edge::start(&document(&[&us, &eu]));
    let operator = Operator::of(&edge);
    let path = "/upstreams/origin/endpoints/b/service";
    let body = json!({"state": "maintenance"});
    assert_eq!(operator.send("PUT", path, &body).await.0, 409);
    assert_eq!(edge.get_with("/x", &from("eu")).await.text(), "eu");
    let body = json!({"state": "maintenance", "force": true});
    operator.change("PUT", path, &body).await;
    let response = edge.get_with("/y", &from("eu")).await;
    assert_eq!(response.status, 503);
    // That nobody knows a visitor's region keeps no endpoint from being used.
    assert_eq!(operator.endpoint("a").await["inUse"], true);
}

/// The document of the README, and what is said of it.
#[test]
fn a_check_says_who_serves_whom() {
    let readme = include_str!("../../README.md");
    let section = readme.split("\n## Regions\n").nth(1).unwrap();
    let block = section.split("```json\n").nth(1).unwrap();
    let document = block.split("```").next().unwrap();
    let name = format!("hedgerow-edge-regions-{}.json", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, document).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hedgerow-edge"));
    let checked = run(command.args(["--check-config", "--config"]).arg(&file));
    std::fs::remove_file(&file).unwrap();
    let said = String::from_utf8(checked.stdout).unwrap();
    let said: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split_once(".json: ").map(|(_, said)| said))
        .collect();
    assert_eq!(
        said,
        [
            "upstream \"media\": visitors in eu: fra, then par",
            "upstream \"media\": visitors in eu-west: par, then fra, iad",
            "upstream \"media\": visitors in us: iad, then par, fra",
            "upstream \"media\": visitors who can't be placed: fra, par",
        ]
    );
}
