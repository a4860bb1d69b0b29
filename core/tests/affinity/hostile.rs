//! Whatever a client sends, only configured endpoints are found.

use hedgerow::cdn::affinity::{Affinity, Node, Stickiness};
use hedgerow::types::EndpointId;
use proptest::prelude::*;

fn affinity(nodes: &[String]) -> Affinity {
    let affinity = Affinity::new(Stickiness::Owner)
        .with_cookie("s")
        .with_query("s")
        .with_field("s");
    nodes
        .iter()
        .zip(0..)
        .fold(affinity, |affinity, (name, id)| {
            affinity.with_node(name, EndpointId::new(id))
        })
}

proptest! {
    #[test]
    fn nothing_panics_and_nobody_else_is_found(
        nodes in proptest::collection::vec("[a-c.]{0,4}", 0..5),
        cookie in proptest::collection::vec(prop_oneof![Just(b's'), Just(b'='), Just(b';'), Just(b'.'), Just(b'"'), Just(b'a'), any::<u8>()], 0..40),
        query in "[s=&.a-c%0-9]{0,200}",
    ) {
        let affinity = affinity(&nodes);
        let fields = [(&b"cookie"[..], &cookie[..]), (b"s", &cookie)];
        if let Node::Of(found) = affinity.node(&fields, Some(&query)) {
            prop_assert!(found.index() < nodes.len());
            let name = nodes[found.index()].trim_start_matches('.').as_bytes();
            prop_assert!(!name.is_empty());
        }
    }

    #[test]
    fn a_node_is_found_behind_any_session(
        name in "[a-zA-Z_0-9-]{1,20}",
        session in "[a-z0-9.]{0,60}",
    ) {
        let affinity = affinity(std::slice::from_ref(&name));
        let cookie = format!("a=b; s={session}.{name}");
        let query = format!("a=b&s={session}.{name}");
        let none: [(&str, &str); 0] = [];
        let first = Node::Of(EndpointId::new(0));
        prop_assert_eq!(affinity.node(&[("cookie", &cookie)], None), first);
        if session.len() < 60 {
            prop_assert_eq!(affinity.node(&none, Some(&query)), first);
        }
    }
}

#[test]
fn without_nodes_nothing_is_found() {
    let found = affinity(&[]).node(&[("cookie", "s=a; s=")], Some("s=b"));
    assert_eq!(found, Node::Unknown);
}
