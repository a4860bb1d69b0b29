//! TLS towards upstreams is always verified.

use serde_json::{Value, json};

use crate::support::{Authority, Edge, Origin, ok};

async fn secure(authority: &Authority, name: &str) -> Origin {
    Origin::with_tls(Some(authority.acceptor(name)), |_| ok("", "secret")).await
}

fn document(origin: &Origin, ca: Option<&Authority>, fields: &Value) -> Value {
    let mut endpoint = json!({"id": "a", "url": format!("https://{}", origin.address)});
    for (name, value) in fields.as_object().unwrap() {
        endpoint[name] = value.clone();
    }
    let mut upstream = json!({"id": "origin", "endpoints": [endpoint]});
    if let Some(ca) = ca {
        upstream["ca"] = json!(ca.file());
    }
    json!({"edge": {
        "listen": ["127.0.0.1:0"],
        "admin": "127.0.0.1:0",
        "upstreams": [upstream],
        "routes": [{"upstream": "origin"}],
    }})
}

#[tokio::test]
async fn the_right_name_by_the_right_authority_is_trusted() {
    let authority = Authority::new();
    let origin = secure(&authority, "origin.example").await;
    let fields = json!({"sni": "origin.example", "host": "www.example"});
    let edge = Edge::start(&document(&origin, Some(&authority), &fields));
    assert_eq!(edge.get("/x").await.text(), "secret");
    assert_eq!(origin.asked()[0].field("host"), Some("www.example"));
}

#[tokio::test]
async fn everything_else_is_not() {
    let (authority, other) = (Authority::new(), Authority::new());
    let origin = secure(&authority, "origin.example").await;
    let named = |name| json!({"sni": name});
    for (ca, fields) in [
        (Some(&authority), named("elsewhere.example")),
        (Some(&other), named("origin.example")),
        (None, named("origin.example")),
        // The certificate is not for the address in the URL.
        (Some(&authority), json!({})),
    ] {
        let edge = Edge::start(&document(&origin, ca, &fields));
        assert_eq!(edge.get("/x").await.status, 502, "{fields}");
    }
    assert_eq!(origin.asked().len(), 0);
}
