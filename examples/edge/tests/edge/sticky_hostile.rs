//! Whatever a client says of its session, only configured endpoints are asked,
//! and the client is answered.

use serde_json::json;

use crate::support::{Edge, Origin, ok, one_route};

/// What stands in a cookie or a URL, and who answers: `a`, who is everybody's
/// first choice, where it leads nowhere.
fn said(elsewhere: &str) -> Vec<(String, &'static str)> {
    let long = "x".repeat(4_000);
    let mut said = vec![
        // Where somebody would like the proxy to go.
        (elsewhere.to_owned(), "a"),
        (format!("http://{elsewhere}/"), "a"),
        (format!("//{elsewhere}"), "a"),
        (format!("b@{elsewhere}"), "a"),
        (format!("s1.{elsewhere}"), "a"),
        (format!("b.{elsewhere}"), "a"),
        // Sessions of nodes that are gone, and of none.
        (format!("{long}.gone"), "a"),
        (long, "a"),
        ("".to_owned(), "a"),
    ];
    for nobody in [
        ".",
        "..",
        "b.",
        "xb",
        "B",
        "b/",
        "b%00",
        "b%0d%0aX:%20y",
        "%62%",
        "*",
        "origin",
        "0",
        "1",
        "\u{ff}",
        "-1",
    ] {
        said.push((nobody.to_owned(), "a"));
    }
    for node in ["b", ".b", "s1.b", "b.b", "gone.b"] {
        said.push((node.to_owned(), "b"));
    }
    said
}

async fn behind(mode: &str) -> (Edge, [Origin; 3]) {
    let named = |name: &'static str| Origin::new(move |_| ok("", name));
    let origins = [named("a").await, named("b").await, named("elsewhere").await];
    let mut document = one_route(&[&origins[0], &origins[1]]);
    document["edge"]["routes"][0]["cache"] = json!("off");
    document["edge"]["upstreams"][0]["affinity"] =
        json!({"cookie": "s", "query": "node", "header": "x-node", "mode": mode});
    (Edge::start(&document), origins)
}

#[tokio::test]
async fn nobody_else_is_asked() {
    for mode in ["prefer", "owner", "strict"] {
        let (mut edge, [_a, _b, elsewhere]) = behind(mode).await;
        for (value, node) in said(&elsewhere.address.to_string()) {
            for (path, fields) in [
                ("/x".to_owned(), format!("Cookie: s={value}\r\n")),
                ("/x".to_owned(), format!("X-Node: {value}\r\n")),
                (format!("/x?node={value}"), String::new()),
            ] {
                // No URL has such a character (RFC 3986 §2).
                if !path.is_ascii() {
                    continue;
                }
                let response = edge.get_with(&path, &fields).await;
                let shown: String = format!("{mode} {path} {fields}").chars().take(80).collect();
                assert_eq!((response.status, response.text()), (200, node), "{shown}");
                assert_eq!(response.field("hedgerow-session-lost"), None, "{shown}");
            }
        }
        assert_eq!(elsewhere.asked().len(), 0);
        assert!(edge.is_running());
    }
}

#[tokio::test]
async fn of_several_the_first_that_is_known_counts() {
    let (edge, _origins) = behind("owner").await;
    let many = |value: &str| format!("s={value}; ").repeat(300);
    for (path, fields, node) in [
        ("/x", "Cookie: s=gone; s=b; s=a\r\n".to_owned(), "b"),
        ("/x", "Cookie: s=gone\r\nCookie: s=b\r\n".to_owned(), "b"),
        ("/x", "X-Node: gone\r\nX-Node: b\r\n".to_owned(), "b"),
        ("/x", format!("Cookie: {}s=b\r\n", many("gone")), "b"),
        ("/x", format!("Cookie: {}\r\n", many("gone.x")), "a"),
        ("/x?node=gone&node=%62", String::new(), "b"),
        ("/x?node=gone", "Cookie: s=b\r\n".to_owned(), "b"),
        ("/x?node=a", "Cookie: s=b\r\nX-Node: b\r\n".to_owned(), "a"),
    ] {
        let response = edge.get_with(path, &fields).await;
        let shown: String = fields.chars().take(60).collect();
        assert_eq!(response.text(), node, "{path} {shown}");
    }
}
