//! What scrapers read, in both formats, read by another's parser.

use openmetrics_parser::{openmetrics, prometheus};
use serde_json::json;

use crate::support::{Edge, Origin, close, exchange, ok, one_route, respond};

async fn scrape(edge: &Edge, accept: &str) -> (String, String) {
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
    );
    let response = exchange(edge.admin, request).await.unwrap();
    let kind = response.field("content-type").unwrap().to_owned();
    (kind, response.text().to_owned())
}

#[tokio::test]
async fn both_formats_are_what_their_parsers_take() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| ok("Cache-Control: max-age=9\r\n", "b")).await;
    let edge = Edge::start(&one_route(&[&a, &b]));
    for path in ["/x", "/x", "/y"] {
        edge.get(path).await;
    }
    let (kind, text) = scrape(&edge, "application/openmetrics-text;version=1.0.0").await;
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let parsed = openmetrics::parse_openmetrics(&text);
    let parsed = parsed.unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(parsed.families.contains_key("hedgerow_attempts"), "{text}");

    let (kind, text) = scrape(&edge, "text/plain").await;
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let parsed = prometheus::parse_prometheus(&text);
    let parsed = parsed.unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(
        parsed.families.contains_key("hedgerow_attempts_total"),
        "{text}"
    );
}

#[tokio::test]
async fn every_attempt_is_counted_at_its_endpoint() {
    let a = Origin::new(|_| close()).await;
    let b = Origin::new(|_| respond(404, "", "none")).await;
    let mut document = one_route(&[&a, &b]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    let edge = Edge::start(&document);
    for _ in 0..3 {
        assert_eq!(edge.get("/x").await.status, 404);
    }
    let of = |endpoint: &str, rest: &str| {
        format!("{{upstream=\"origin\",endpoint=\"{endpoint}\"{rest}}}")
    };
    for (name, endpoint, rest, value) in [
        ("attempts_total", "a", ",reason=\"first_choice\"", 3.0),
        ("attempts_total", "b", ",reason=\"failover\"", 3.0),
        (
            "attempts_ended_total",
            "a",
            ",reason=\"network_error\"",
            3.0,
        ),
        ("attempts_ended_total", "b", ",reason=\"won\"", 3.0),
        ("endpoint_responses_total", "b", ",class=\"4xx\"", 3.0),
        ("endpoint_head_seconds_count", "a", "", 0.0),
        ("endpoint_head_seconds_count", "b", "", 3.0),
        ("endpoint_received_bytes_total", "b", "", 12.0),
        ("endpoint_in_flight", "a", "", 0.0),
        ("endpoint_in_flight", "b", "", 0.0),
        ("endpoint_connections_opened_total", "b", "", 1.0),
        ("endpoint_connections_reused_total", "b", "", 2.0),
        ("endpoint_health", "a", ",health=\"healthy\"", 1.0),
        ("endpoint_service", "a", ",state=\"active\"", 1.0),
        ("endpoint_priority", "b", "", 1.0),
    ] {
        let name = format!("hedgerow_{name}{}", of(endpoint, rest));
        assert_eq!(edge.metric(&name).await, value, "{name}");
    }
}
